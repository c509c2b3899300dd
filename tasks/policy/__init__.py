"""The owner's rules as they hold: written in the Vault, confirmed by a person, kept in the ledger's database."""
