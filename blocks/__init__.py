"""How we connect: one outside system per file."""
