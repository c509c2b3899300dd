"""What the employee does: one flow per file."""
