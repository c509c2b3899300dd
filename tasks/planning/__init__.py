"""Understanding tasks, making plans, and following them to their end."""
