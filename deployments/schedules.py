"""When each flow runs, one row per deployment; what is looked at between the runs stands in `looking.py`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from blocks.settings import settings

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

ANCHOR = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""Fixed, or every restart would move the schedules; a Monday's noon, when Sunday is over in every time zone."""

APART = timedelta(seconds=15)
"""Between the schedules of one row and the next: each run is a fresh process, and starting all at once slows all."""


SAFETY_NET = timedelta(hours=6)
"""What a looker starts (deployments/looking.py) runs this often besides, whatever the lookers see."""


@dataclass(frozen=True)
class DeploymentRow:
    """One deployment of the flow with the same name.

    Attributes:
        flow: Module and function name in `flows/`.
        every: Interval of its schedule; None runs only when something asks for it.
        single: A second run at the same time is cancelled, not queued.
        tags: What the UI can filter by beside the mode: the domain.
        about: What a person reads in the UI, as Markdown.
    """

    flow: str
    every: timedelta | None
    single: bool
    tags: tuple[str, ...]
    about: str


ROWS = (
    DeploymentRow(
        "watch_files",
        SAFETY_NET,
        single=True,
        tags=("files",),
        about="Takes the files that were dropped into the Vault's `Inbox/` and works on each at once. A drop starts "
        "it within a second. *Waiting*: a file is still being written or cannot be read.",
    ),
    DeploymentRow(
        "watch_gmail",
        SAFETY_NET,
        single=True,
        tags=("mail",),
        about="Reads the new mail of the connected mailbox and works on each message; the mailbox itself is not "
        "changed. *Degraded*: Gmail does not answer, the next run goes on from the same place. *NotConnected*: run "
        "`fte connect gmail`.",
    ),
    DeploymentRow(
        "work_tasks",
        SAFETY_NET,
        single=True,
        tags=("prefect",),
        about="Works on every open task: reads its document, plans, asks where the handbook says so, books, and reads "
        "the booking back from Odoo. *Degraded*: some tasks wait for a service and are tried again by themselves.",
    ),
    DeploymentRow(
        "publish_post",
        SAFETY_NET,
        single=True,
        tags=("social",),
        about="Takes up the notes of `Posts/` whose status is `ready`: one request shows the post on all platforms, "
        "and after your yes each of them publishes its part at its time. *Degraded*: an account could not be looked up "
        "now, the note stays ready.",
    ),
    DeploymentRow(
        "watch_mentions",
        SAFETY_NET,
        single=True,
        tags=("social",),
        about="Makes a task of each post of others that names the business or answers it; nothing is answered by "
        "itself. *Degraded*: a platform does not answer, the next run goes on from the same place. *NotConnected*: run "
        "`fte connect x`.",
    ),
    DeploymentRow(
        "watch_whatsapp",
        SAFETY_NET,
        single=True,
        tags=("whatsapp",),
        about="Takes up the messages that the receiver of WhatsApp's webhook has stored: a photographed bill is read "
        "and booked like a mailed one, words are put before you; nothing is answered by itself. *Degraded*: a file "
        "cannot be had now, it is tried again by itself. *NotConnected*: run `fte connect whatsapp`.",
    ),
    DeploymentRow(
        "watch_calendar",
        SAFETY_NET,
        single=True,
        tags=("calendar",),
        about="Reads your calendar, which is not changed: your absences move what you promised, appointments "
        "stand on the Dashboard, and each deadline becomes a task two weeks before its day. *Degraded*: Google "
        "Calendar does not answer, what was read before stands with its time. *NotConnected*: run "
        "`fte connect calendar`.",
    ),
    DeploymentRow(
        "watch_web",
        None,
        single=True,
        tags=("web",),
        about="Reads the pages and feeds of `Watched_Pages.md` that are due, and makes a task of each change; what "
        "they say is never carried out. *Degraded*: a page does not answer or cannot be read, it is tried again within "
        "an hour. *NotConnected*: no page is watched.",
    ),
    DeploymentRow(
        "collect_insights",
        timedelta(days=1),
        single=True,
        tags=("social",),
        about="Reads how the posts of the connected accounts did and how many follow them, and keeps it; nothing is "
        "published. *Degraded*: a platform does not answer, answers what cannot be right, or no longer counts "
        "something; what is kept of it stays. *NotConnected*: run `fte connect x`.",
    ),
    DeploymentRow(
        "draft_posts",
        timedelta(weeks=1),
        single=True,
        tags=("social",),
        about="Writes the draft of the weekly post for all platforms but LinkedIn into `Posts/`, from the template "
        "`Templates/Posts/weekly_update.md` and what the handbook's `may_tell` lets be told; nothing is asked or "
        "published. *NothingToTell*: no draft was made, and why.",
    ),
    DeploymentRow(
        "weekly_audit",
        timedelta(weeks=1),
        single=True,
        tags=("briefing",),
        about="Looks back on the week that has ended and writes `CEO_Briefing_...md` into the Vault: every number with "
        "its records, and what waits for you. Mails it to you, and asks you about a LinkedIn post of it. *Degraded*: a "
        "source is missing or not fresh, which the briefing says.",
    ),
    DeploymentRow(
        "collect_decisions",
        SAFETY_NET,
        single=True,
        tags=("approvals",),
        about="Takes the decisions made in the Vault (notes moved to `Approved/` or `Rejected/`), reminds you of what "
        "still waits, and closes what nobody decided in time. *Degraded*: a waiting run could not be resumed now.",
    ),
    DeploymentRow(
        "sync_odoo",
        timedelta(hours=1),
        single=True,
        tags=("accounting",),
        about="Brings the copy of the books on this machine up to date, each hour and at once when they were never "
        "copied, for statements while Odoo is away and for notebooks. Odoo is only read. *Degraded*: Odoo does not "
        "answer, the older copy stays. *NotConnected*: run `fte connect odoo`.",
    ),
    DeploymentRow(
        "check_health",
        SAFETY_NET,
        single=True,
        tags=("prefect",),
        about="Asks every connected service and watcher how it is, each within five seconds, and shows it as "
        "`Health.md`, as the artifact `health` and as a page with charts. Looked at every five minutes without a run; "
        "a run tells that something went down or came back. *Degraded*: something is down, which it names.",
    ),
    DeploymentRow(
        "request_approval",
        None,
        single=False,
        tags=("approvals",),
        about="Asks a person about one action. The run is *Suspended* while it waits and has the tag "
        "`waits-for-you`: open it, choose *Resume*, fill in the form. Its artifacts show the document, and afterwards "
        "the decision and what came of it. It ends as *Approved*, *Rejected*, *Expired* or *Superseded*.",
    ),
    DeploymentRow(
        "report_failure",
        None,
        single=False,
        tags=("prefect",),
        about="Writes a failed or stuck run into the audit log and tells the owner. Started by the two automations; it "
        "does not repeat the work.",
    ),
)


async def build_deployments(*, work_pool: str | None = None) -> "list[RunnerDeployment]":
    """Every row as a Prefect deployment, for `serve` or for a work pool."""
    return [await _build(row, work_pool) for row in ROWS]


def run_names() -> dict[str, str]:
    """What each flow calls its runs when they begin, by the name of its deployment."""
    names = {row: _flow(row).flow_run_name for row in ROWS}
    return {deployed_as(row): name for row, name in names.items() if isinstance(name, str)}


def deployed_as(row: DeploymentRow) -> str:
    """The name of the row's deployment."""
    return row.flow.replace("_", "-")


def _flow(row: DeploymentRow) -> Any:
    return getattr(import_module(f"flows.{row.flow}"), row.flow)


async def _build(row: DeploymentRow, work_pool: str | None) -> "RunnerDeployment":
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Interval
    from prefect.types.entrypoint import EntrypointType

    limit = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    deployment: RunnerDeployment = await _flow(row).ato_deployment(
        name=deployed_as(row),
        schedules=[Interval(row.every, anchor_date=ANCHOR + APART * ROWS.index(row))] if row.every else None,
        concurrency_limit=limit if row.single else None,
        description=row.about,
        tags=[settings().mode.value, *row.tags],
        entrypoint_type=EntrypointType.MODULE_PATH,
        work_pool_name=work_pool,
    )
    return deployment
