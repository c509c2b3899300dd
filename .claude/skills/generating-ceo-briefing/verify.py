"""Check that a week's note and PDF say what was kept, and that the audit log stood where they say it did.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys

from deployments.skill_scripts import verify
from tasks.briefing.proof import prove_briefing

if __name__ == "__main__":
    sys.exit(
        verify(__doc__, prove_briefing, prove_briefing, name="a week such as 2026-W47; without: the last one")
    )
