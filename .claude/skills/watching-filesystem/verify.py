"""Check that Inbox/ is watched and emptied, or that a task holds exactly the file that was dropped.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys
from collections.abc import AsyncIterator

from deployments.skill_scripts import verify
from tasks.actions.proof import Proof


def watcher() -> AsyncIterator[Proof]:
    """What is found of the watcher."""
    from tasks.planning.watched import prove_file_watcher  # Prefect with it: only once its server is known

    return prove_file_watcher()


def task(name: str) -> AsyncIterator[Proof]:
    """What is found of one task."""
    from tasks.planning.watched import prove_file_task

    return prove_file_task(name)


if __name__ == "__main__":
    sys.exit(verify(__doc__, watcher, task, name="a task such as file-0123456789abcdef"))
