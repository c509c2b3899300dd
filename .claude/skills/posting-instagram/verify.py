"""Check against Instagram: the installation, or that what a task published reads there as it was approved.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys

from deployments.skill_scripts import verify_posts
from domain.social.post import Platform

if __name__ == "__main__":
    sys.exit(verify_posts(__doc__, Platform.INSTAGRAM))
