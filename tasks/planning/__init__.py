"""Taking events in, making plans, and performing their steps."""
