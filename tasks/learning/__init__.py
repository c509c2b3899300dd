"""Learning from what happened: outcomes are counted once, estimates and suggestions come of them."""
