"""Check that every process of the employee runs and answers, or one of them.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys

from deployments.running import prove_one, prove_running
from deployments.skill_scripts import verify

if __name__ == "__main__":
    sys.exit(verify(__doc__, prove_running, prove_one, name="a service such as runner"))
