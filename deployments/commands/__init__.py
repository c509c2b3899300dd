"""One file for each group of `fte` commands."""
