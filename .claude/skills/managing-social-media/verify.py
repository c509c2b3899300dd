"""Check in public: the accounts and the week's posts, or that one note's post reads everywhere as it was approved.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys

from deployments.skill_scripts import verify
from tasks.planning.post_proof import prove_note, prove_week

if __name__ == "__main__":
    sys.exit(verify(__doc__, prove_week, prove_note, name="a note's name in Posts/, without .md"))
