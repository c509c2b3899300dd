"""From an event to a checked plan of typed actions."""
