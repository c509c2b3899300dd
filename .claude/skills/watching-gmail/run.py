"""The open tasks that mail made, as JSON; `now` looks for new mail at once."""

import sys

from deployments.skill_scripts import watched
from tasks.planning.watched import mail_overview

if __name__ == "__main__":
    sys.exit(watched("watch_gmail", mail_overview))
