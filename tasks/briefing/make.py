"""A week's briefing from its parts: what waits, what follows by the rules, and where the audit log stood."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from blocks.settings import Mode, settings
from domain.approvals.render import title_of
from domain.briefing.advice import CHALLENGES, RECOMMENDATIONS, WINS, actions, advised
from domain.briefing.briefing import Briefing, WaitingDecision
from domain.briefing.part import Part
from domain.vault.folder import Folder
from domain.week import Week
from tasks.approvals.record import waiting
from tasks.audit.log import audit_log
from tasks.briefing.money import company_name


def briefing_of(week: Week, parts: Sequence[Part], now: datetime) -> Briefing:
    """The briefing of a week as of now."""
    head = audit_log().head()
    return Briefing(
        week=week.number,
        first=week.monday,
        last=week.sunday,
        made_at=now,
        company=company_name(),
        is_sandbox=settings().mode is Mode.SANDBOX,
        parts=tuple(parts),
        decisions=tuple(_decision(*one) for one in waiting()),
        wins=advised(WINS, parts),
        challenges=advised(CHALLENGES, parts),
        actions=actions(parts),
        recommendations=(
            *advised(RECOMMENDATIONS, parts),
            *(one for part in parts for one in part.recommendations),
        ),
        audit_sequence=head.sequence if head else 0,
        audit_hash=head.hash if head else "",
    )


def _decision(request_id: str, action: str, inputs: Mapping[str, Any]) -> WaitingDecision:
    return WaitingDecision(said=title_of(action, inputs), note=f"{Folder.PENDING_APPROVAL}/{request_id}")
