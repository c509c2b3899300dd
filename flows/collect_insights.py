"""collect_insights: how posts did, read every day and kept, since no platform tells later how it was."""

from prefect import State, flow
from prefect.states import Completed

from blocks.social.errors import NotAuthorizedError, PermissionMissingError
from domain.errors import DigitalFteError
from domain.social.post import Platform
from domain.social.rates import DEFINITIONS
from tasks.clock import present
from tasks.policy.handbook import read_handbook
from tasks.social.access import NotConnectedError
from tasks.social.collect import CollectedInsights, WantedInsights, collect


@flow(name="collect-insights", flow_run_name="Read how posts did")
async def collect_insights(days: int | None = None, most: int | None = None) -> State:
    """Read the connected platforms' counts of own posts and followers, check them, and add them to what is kept.

    Trigger: every day. Effects: the insights in the state folder; the platforms are only read. The first run reads a
    year back, at most the handbook's `insight_posts` of each platform (X charges for each post), later ones what still
    moves. Named end states: `Completed`; `Degraded` when a platform is away, answers what cannot be right or no longer
    answers a metric (the others are kept as usual, and what is kept of it stays); `NotConnected` when none is
    connected. A refused access fails the run, so that its owner is told.

    Args:
        days: How far back to read; none: as each platform's kept insights need.
        most: About so many posts of a platform; none: the handbook's `insight_posts`.
    """
    wanted = WantedInsights(days, most or read_handbook().insight_posts, present())
    ends = [end for platform in DEFINITIONS if (end := await _end_of(platform, wanted)) is not None]
    for end in ends:
        if isinstance(end, NotAuthorizedError) and not isinstance(end, PermissionMissingError):
            raise end
    if not ends:
        return Completed(
            name="NotConnected", message="no platform is connected; to connect one: fte connect x"
        )
    is_whole = all(isinstance(end, CollectedInsights) and end.is_whole for end in ends)
    said = "; ".join(end.words if isinstance(end, CollectedInsights) else str(end) for end in ends)
    return Completed(name=None if is_whole else "Degraded", message=said)


async def _end_of(platform: Platform, wanted: WantedInsights) -> CollectedInsights | DigitalFteError | None:
    """What came of one platform; None where it is not connected."""
    try:
        return await collect(platform, wanted)
    except NotConnectedError:
        return None
    except DigitalFteError as error:
        return error
