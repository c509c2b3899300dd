"""`python -m sandbox --port N --state DIR`: serve the stand-in services on this machine only."""

import argparse
from pathlib import Path

import uvicorn

from sandbox.server import KEPT_ALIVE_SECONDS, create_app


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(
        prog="sandbox",
        description="Stand-in services with demo data: books, mail, calendar, platforms, WhatsApp, language model.",
    )
    parser.add_argument("--port", type=int, default=4280)
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps the state")
    parser.add_argument("--webhook", default="", help="where WhatsApp's events go")
    chosen = parser.parse_args()
    uvicorn.run(
        create_app(chosen.state, webhook=chosen.webhook),
        host="127.0.0.1",
        port=chosen.port,
        http="h11",
        ws="none",
        date_header=False,
        log_level="warning",
        timeout_graceful_shutdown=2,
        timeout_keep_alive=KEPT_ALIVE_SECONDS,
    )


if __name__ == "__main__":
    main()
