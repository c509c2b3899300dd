"""Telling the owner what became of the rules."""

from tasks.policy.rule_changes import mark_sent, unsent_notices
from tasks.reliability.notify import NotifyStatus, notify_owner

SETTLED = frozenset({NotifyStatus.SENT, NotifyStatus.NOT_CONFIGURED})
"""Without an address the audit log and the request in Pending_Approval/ are all there is."""


async def notify_rule_changes() -> None:
    """Tell the owner of each change once; what could not be told is tried again at the next call."""
    for name, sentences in unsent_notices().items():
        body = "\n".join(sentences)
        outcome = await notify_owner(f"The rules in {name}", body, urgency="warning", key=f"rules {body}")
        if outcome.status in SETTLED:
            mark_sent(name, len(sentences))
