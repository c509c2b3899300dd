"""Check the mailbox and the templates, or that what a task sent stands among the sent mails as it was approved.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys

from deployments.skill_scripts import verify
from tasks.planning.mail_proof import prove_mail, prove_mailbox

if __name__ == "__main__":
    sys.exit(verify(__doc__, prove_mailbox, prove_mail))
