"""The open tasks that dropped files made, and what still lies in Inbox/, as JSON; `now` looks into Inbox/ at once."""

import sys

from deployments.skill_scripts import watched
from tasks.planning.watched import files_overview

if __name__ == "__main__":
    sys.exit(watched("watch_files", files_overview))
