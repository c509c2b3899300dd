"""The same tasks and flows, handed to AI agents as tools."""
