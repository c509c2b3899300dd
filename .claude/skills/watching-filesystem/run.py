"""The open tasks that dropped files made, and what still lies in Inbox/, as JSON; `now` looks into Inbox/ at once."""

import sys
from collections.abc import Coroutine
from typing import Any

from deployments.skill_scripts import watched


def overview() -> Coroutine[Any, Any, Any]:
    """How the watcher stands."""
    from tasks.planning.watched import files_overview  # Prefect with it: only once its server is known

    return files_overview()


if __name__ == "__main__":
    sys.exit(watched("watch_files", overview))
