"""What waits on WhatsApp, as JSON; with arguments, `fte whatsapp` with them (list, reply, write, templates, settle)."""

import sys

from deployments.command_line import main
from deployments.skill_scripts import tell
from tasks.planning.messages import messages_overview

if __name__ == "__main__":
    if sys.argv[1:]:
        sys.argv[1:1] = ["whatsapp"]
        main()
    else:
        sys.exit(tell(messages_overview()))
