"""What we do: one effect or one read each."""
