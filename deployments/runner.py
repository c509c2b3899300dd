"""The program of the runner, which `fte up` starts: `python -m deployments.runner`."""

import asyncio
import logging

from deployments.warm_start import waiting_process


def main() -> None:
    """Serve until stopped."""
    waiting = waiting_process()
    from deployments.serving import serve  # three seconds, beside those of the process that waits for a run

    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    asyncio.run(serve(waiting))


if __name__ == "__main__":
    main()
