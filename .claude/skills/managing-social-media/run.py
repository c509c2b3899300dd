"""How things stand in public, as JSON; with arguments, `fte posts` with them (draft, cancel, list, show)."""

import sys

from deployments.command_line import main
from deployments.skill_scripts import tell
from tasks.clock import present
from tasks.planning.post_overview import posts_overview

if __name__ == "__main__":
    if sys.argv[1:]:
        sys.argv[1:1] = ["posts"]
        main()
    else:
        sys.exit(tell(posts_overview(present())))
