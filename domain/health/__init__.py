"""How the services, the watchers and the machine are, and were; pure."""
