"""The business audit of a week as JSON, from every source; `[WEEK] [--anew]`: 2026-W47, a day, or the last one."""

import sys

from deployments.skill_scripts import run_briefing

if __name__ == "__main__":
    sys.exit(run_briefing(__doc__, lambda briefing: briefing.model_dump(mode="json")))
