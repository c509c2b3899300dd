"""What we ask of the workflow engine."""
