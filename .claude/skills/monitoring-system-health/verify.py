"""Check that everything is looked at and nothing is down, or the same of one service.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys

from deployments.skill_scripts import verify
from tasks.health.proof import prove_health, prove_service

if __name__ == "__main__":
    sys.exit(verify(__doc__, prove_health, prove_service, name="a service such as odoo"))
