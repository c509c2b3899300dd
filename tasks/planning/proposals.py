"""Hashtags and a time for a draft, from how the account's own posts did."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from domain.social.post import Platform
from domain.social.proposal import PostProposal, proposal_of
from domain.social.rates import DEFINITIONS
from tasks.social.kept_insights import InsightsDamagedError, open_insights


def propose(platforms: Sequence[Platform], zone: tzinfo, now: datetime) -> PostProposal:
    """What the first of these platforms proposes of which anything was read; rates of several are never mixed."""
    reasons = []
    for platform in platforms:
        if platform not in DEFINITIONS:
            continue
        try:
            kept = open_insights(platform)
        except InsightsDamagedError as error:
            reasons.append(str(error))
            continue
        if kept is not None:
            return proposal_of(platform, kept.posts, zone, now)
    why = "; ".join(reasons) or "nothing was read of how its posts did: fte run collect_insights"
    return PostProposal(reasons=(f"no hashtags and no time are proposed: {why}",))
