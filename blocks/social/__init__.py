"""The platforms where the business speaks in public."""
