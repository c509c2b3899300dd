"""The open tasks and the playbooks as JSON; `TASK`: how one stands; `start PLAYBOOK JSON`: have a playbook done."""

import sys

from deployments.skill_scripts import run_orchestrator

if __name__ == "__main__":
    sys.exit(run_orchestrator(__doc__))
