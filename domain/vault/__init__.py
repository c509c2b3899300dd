"""Notes a person can read and edit; pure."""
