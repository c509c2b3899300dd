"""The owner's calendar: read, kept, and what follows from it."""
