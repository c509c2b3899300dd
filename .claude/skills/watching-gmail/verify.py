"""Check that the mailbox is watched and nothing is missed, or that a task holds its mails as the mailbox has them.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys

from deployments.skill_scripts import verify
from tasks.planning.watched import prove_mail_task, prove_mail_watcher

if __name__ == "__main__":
    sys.exit(
        verify(__doc__, prove_mail_watcher, prove_mail_task, name="a task such as gmail-18c2f0a1b2c3d4e5")
    )
