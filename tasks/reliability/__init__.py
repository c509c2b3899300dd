"""Effects once, claims, limits, breakers, waiting work: all state in the ledger database."""
