"""Odoo: errors, client (JSON-2 over httpx) and credentials; import from the submodules."""
