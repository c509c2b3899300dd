"""check_health: how every service, watcher and the machine is, asked now and shown."""

from datetime import UTC, datetime

from prefect import State, flow
from prefect.states import Completed

from domain.dashboard.services import service_name
from domain.health.spell import HealthStanding
from tasks.health.html import write_html
from tasks.health.questions import questions
from tasks.health.rounds import look_at_all, read_rules, show_artifact, write_note
from tasks.policy.handbook import read_handbook


@flow(name="check-health", flow_run_name="Look how everything is")
async def check_health() -> State:
    """Ask every connected service, each within five seconds, and write down and show how everything is.

    Trigger: a look in which something went down or came back (`tasks/health/rounds.py`, each five minutes; it asks,
    keeps and shows by itself). Effects: `Health.md`, the artifact `health`, the page `health.html` in the state folder;
    the services are only read. Named end states: `Completed`; `Degraded` when something is down, which it names.
    """
    now, rules = datetime.now(UTC), read_rules()
    found = look_at_all(now, rules, questions(rules))
    text, page = write_note(now)
    await show_artifact(text)
    write_html(page, read_handbook().time_zone)
    down = [one for one in found if one.standing is HealthStanding.DOWN]
    if down:
        said = "; ".join(f"{service_name(one.name)}: {one.said}" for one in down)
        return Completed(name="Degraded", message=said)
    return Completed(message=f"{sum(one.standing is HealthStanding.UP for one in found)} are up")
