"""Check that Inbox/ is watched and emptied, or that a task holds exactly the file that was dropped.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys

from deployments.skill_scripts import verify
from tasks.planning.watched import prove_file_task, prove_file_watcher

if __name__ == "__main__":
    sys.exit(
        verify(__doc__, prove_file_watcher, prove_file_task, name="a task such as file-0123456789abcdef")
    )
