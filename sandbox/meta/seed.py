"""The demo company's page and Instagram account, and the access that its block has without a consent."""

from sandbox.company import COMPANY_NAME
from sandbox.meta.graph import PAGE_SCOPES
from sandbox.store import Store

PAGE_ID = "101990000000001"
PAGE = {"id": PAGE_ID, "name": COMPANY_NAME, "link": "/northwindlane"}
INSTAGRAM_ID = "17841400000000001"
INSTAGRAM = {"id": INSTAGRAM_ID, "username": "northwindlane"}
STANDING = "sandbox-meta-page"
"""The page token of the demo company's block; like every page token it has no end."""


def seed(store: Store) -> None:
    """The page's token."""
    store.table("_meta_access").put(STANDING, {"until": "9999-12-31T00:00:00+00:00", "scope": PAGE_SCOPES})
