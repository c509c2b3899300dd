"""The Dashboard, as a note and as an artifact."""
