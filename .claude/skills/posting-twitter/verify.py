"""Check against X: the installation, or that what a task published reads there as it was approved.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys
from functools import partial

from deployments.skill_scripts import verify
from domain.social.post import Platform
from tasks.planning.post_proof import prove_platforms, prove_publication

if __name__ == "__main__":
    sys.exit(verify(__doc__, partial(prove_platforms, [Platform.X]), partial(prove_publication, Platform.X)))
