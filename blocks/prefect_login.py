"""The login of a locked Prefect server, for what must not import an HTTP client to know it."""

import os


def prefect_login() -> tuple[str, str] | None:
    """User and password of a locked Prefect server, once the environment is applied."""
    user, _, password = os.environ.get("PREFECT_API_AUTH_STRING", "").partition(":")
    return (user, password) if user else None
