"""The Dashboard: both domains on one page."""
