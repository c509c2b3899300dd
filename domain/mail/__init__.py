"""Mail as evidence: what a message is, never what it orders."""
