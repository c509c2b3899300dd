"""Flow runs and artifacts on the Prefect server."""
