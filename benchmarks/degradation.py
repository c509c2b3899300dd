"""Whether an hour without something loses anything or does anything twice; `docs/degradation.md` tells it to people.

`python -m benchmarks.degradation` lives through such an hour for each row of that page, with the clock moved: a bill is
to be booked, a post is approved for four platforms, a customer writes. Exit status 1 where the figures are others.
"""

import logging
import os
import tempfile
import time
from pathlib import Path


def main() -> None:
    """All of them, one after the other, in the life of one employee."""
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="degradation-") as folder:
        here = {"FTE_HOME": f"{folder}/home", "FTE_VAULT": f"{folder}/Vault"}
        ports = {"FTE_PORT": "9", "FTE_WEBHOOK_PORT": "9"}
        os.environ.update(here | ports, PREFECT_SERVER_EPHEMERAL_ENABLED="false")
        live(Path(folder))


def live(folder: Path) -> None:
    """A line for each row."""
    from tests.hours_away import ROWS, before_it, live_through
    from tests.sandbox_fixture import sandbox_thread
    from tests.whatsapp_world import receiver_thread

    print(
        f"{'away for an hour':26}{'posts out':>10}{'booked':>8}{'taken':>7}   an hour later: 4, 1, 1, nothing waits"
    )
    wrong = 0
    with (
        sandbox_thread(folder / "sandbox") as sandbox,
        receiver_thread() as receiver,
        before_it(sandbox, receiver) as hour,
    ):
        for name, (_, out, bills, taken, _) in ROWS.items():
            begun, problem = time.process_time(), ""
            try:
                live_through(hour, name)
            except AssertionError as error:
                wrong, problem = wrong + 1, f"WRONG: {error}"
            took = time.process_time() - begun
            said = problem or f"so it was ({took:.0f} s of processor time)"
            print(f"{name:26}{len(out):>10}{bills:>8}{taken:>7}   {said}", flush=True)
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
