"""`fte health`: how everything is, from what is kept, so at once; `--now` asks everybody."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from blocks.settings import HANDBOOK, settings
from deployments.asking import asking
from deployments.environment import apply_environment
from deployments.printing import AsJson, busy, print_json, print_readable, say
from deployments.processes import is_at_work
from domain.errors import DigitalFteError
from domain.health.page import HealthPage, as_found, as_json, markdown
from domain.policy.handbook import Handbook, parse_handbook
from tasks.health.kept import health_page
from tasks.vault.vault import current_vault

NOT_AT_WORK = 3


def health(
    *,
    now: Annotated[
        bool, typer.Option("--now", help="Ask every service first, each within 5 seconds.")
    ] = False,
    page: Annotated[
        bool, typer.Option("--page", help="Write the page with charts and say where it is.")
    ] = False,
    as_json_: AsJson = False,
) -> None:
    """Show how every service, watcher and the machine is; exit status 1 when something is down, 3 when nobody knows."""
    apply_environment(settings())
    found = look_now(datetime.now(UTC), asks=now)
    if page:
        with busy("Drawing the page ..."):
            from tasks.health.html import write_html  # matplotlib and Jinja

            written = write_html(found, _handbook().time_zone)
        say(str(written))
    elif as_json_:
        print_json(as_json(found))
    else:
        print_readable(markdown(found, ZoneInfo(_handbook().time_zone), narrow=True))
    raise typer.Exit(status_of(found))


def look_now(moment: datetime, *, asks: bool) -> HealthPage:
    """How everything is, from what is kept; where it is wanted everybody is asked first.

    Raises:
        LedgerUnreadableError: nobody knows.
    """
    rules = _handbook().health
    page = health_page(moment, rules)
    if not asks:
        return page if is_at_work(settings()) else replace(page, is_fresh=False)
    with asking("the Prefect server and every connected service"):
        from tasks.health.questions import questions  # Prefect and the clients
        from tasks.health.rounds import ask_everybody

        return as_found(page, ask_everybody(moment, rules, questions(rules)))


def status_of(found: HealthPage) -> int:
    """The exit status: 0 all up, 1 something is down, NOT_AT_WORK where nobody has looked lately."""
    return NOT_AT_WORK if not found.is_fresh else 1 if found.down else 0


def _handbook() -> Handbook:
    """As it is written: what is shown here decides nothing."""
    try:
        return parse_handbook(current_vault().read_root(HANDBOOK).front)
    except DigitalFteError:
        return Handbook()
