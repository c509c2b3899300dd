"""Addresses as persons give them, copied from a browser or a manual."""

from urllib.parse import urlsplit


def web_address(said: str, like: str) -> str:
    """The address without what stands around it.

    Args:
        said: What was given.
        like: One as it should look, for who gave another thing.

    Raises:
        ValueError: it is none.
    """
    parts = urlsplit(said.strip())
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{said!r} is no address; it looks like {like}")
    return said.strip().rstrip("/")
