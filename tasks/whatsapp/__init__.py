"""Messages on WhatsApp: stored as they arrive, taken up as tasks, and answered."""
