"""The demo company's account on X."""

from sandbox.company import COMPANY_NAME
from sandbox.store import Store
from sandbox.x.timeline import OWN_ID

USERNAME = "northwindlane"


def seed(store: Store) -> None:
    """The account; it has not said anything yet."""
    row = {"id": OWN_ID, "name": COMPANY_NAME, "username": USERNAME, "followers": 1240}
    store.table("x_users").put(OWN_ID, row)
