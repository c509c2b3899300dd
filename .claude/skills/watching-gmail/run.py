"""The open tasks that mail made, as JSON; `now` looks for new mail at once."""

import sys
from collections.abc import Coroutine
from typing import Any

from deployments.skill_scripts import watched


def overview() -> Coroutine[Any, Any, Any]:
    """How the watcher stands."""
    from tasks.planning.watched import mail_overview  # Prefect with it: only once its server is known

    return mail_overview()


if __name__ == "__main__":
    sys.exit(watched("watch_gmail", overview))
