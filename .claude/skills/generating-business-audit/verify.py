"""Check that every source can be read, or that a week's numbers, read again, are what was kept of it.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys

from deployments.skill_scripts import verify
from tasks.briefing.proof import prove_numbers, prove_sources

if __name__ == "__main__":
    sys.exit(verify(__doc__, prove_sources, prove_numbers, name="a week such as 2026-W47"))
