"""Writing the audit log, proving it, searching it, ageing it out."""
