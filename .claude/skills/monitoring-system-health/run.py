"""How every service, watcher and the machine is and was, as JSON; `now`: ask every service first."""

import sys

from deployments.skill_scripts import run_health

if __name__ == "__main__":
    sys.exit(run_health(__doc__))
