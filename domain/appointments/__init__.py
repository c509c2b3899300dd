"""The owner's calendar: what its events mean for the employee. Pure."""
