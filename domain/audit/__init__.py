"""The audit log's records, their chain and what must never be in them."""
