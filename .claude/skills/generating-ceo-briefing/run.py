"""Write a week's briefing and name its files as JSON; `[WEEK] [--anew]`: 2026-W47, a day of it, or the last one."""

import sys

from deployments.skill_scripts import run_briefing
from tasks.briefing.proof import files_of

if __name__ == "__main__":
    sys.exit(run_briefing(__doc__, files_of))
