"""Gmail: errors, client (Google's own, over httpx) and credentials.

`from blocks.gmail import GmailCredentials` imports Prefect (2 s); the submodules without the block do not.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from blocks.gmail.credentials import GmailCredentials

__all__ = ["GmailCredentials"]


def __getattr__(name: str) -> Any:
    """Import the block when it is asked for."""
    if name != "GmailCredentials":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from blocks.gmail.credentials import GmailCredentials

    return GmailCredentials
