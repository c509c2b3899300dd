"""The saved account of the books and its client, without importing Prefect."""

from blocks.odoo.client import OdooAccount, OdooClient, OdooProtocol
from blocks.prefect_server import saved_block

BLOCK_TYPE = "odoo-credentials"


def client_of(account: OdooAccount) -> OdooClient:
    """A client to be used as an async context manager."""
    if account.protocol is OdooProtocol.JSON2:
        return OdooClient(account)
    from blocks.odoo.rpc import OdooRpcClient  # here: few books are that old, and it takes long

    return OdooRpcClient(account)


async def saved_books(name: str) -> OdooAccount | None:
    """The saved account, or None when no Odoo is connected."""
    kept = await saved_block(name, BLOCK_TYPE)
    return OdooAccount.model_validate(kept.data) if kept else None
