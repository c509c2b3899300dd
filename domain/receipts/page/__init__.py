"""Bills as pages: what stands beside, below and in which column of what."""
