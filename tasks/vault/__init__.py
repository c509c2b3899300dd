"""The Vault on disk: atomic writes, safe moves, nothing outside the Vault."""
