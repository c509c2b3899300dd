"""A stand-in for Odoo 19: JSON-2, JSON-RPC and the web client's few open paths."""

from sandbox.odoo.protocol import routes
from sandbox.odoo.seed import seed

__all__ = ["routes", "seed"]
