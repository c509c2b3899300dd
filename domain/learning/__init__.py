"""Learning: what outcomes say of the next task, and what could be changed for it. Pure."""
