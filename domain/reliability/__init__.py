"""How work survives failure: states, delays, limits; pure."""
