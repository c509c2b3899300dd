"""Single effects and single reads in the books."""
