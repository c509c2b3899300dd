"""Check that WhatsApp is heard and can be written to, or that what a task wrote was sent, once and as it was approved.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys

from deployments.skill_scripts import verify
from tasks.planning.messages import prove_whatsapp

if __name__ == "__main__":
    sys.exit(verify(__doc__, prove_whatsapp))
