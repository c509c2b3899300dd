"""Check that the loop can go on and forgets no task, or that what a task did is there as it was approved.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys

from deployments.skill_scripts import verify
from tasks.planning.loop_proof import prove_loop

if __name__ == "__main__":
    sys.exit(verify(__doc__, prove_loop))
