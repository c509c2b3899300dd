"""Gmail: errors, client (Google's own, over httpx) and credentials; only the last imports Prefect."""
