"""The weekly post in Posts/: what our own records say of the week and the handbook lets be told."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.accounting.doubt import doubt_notes
from domain.accounting.ledger import AccountType, Ledger
from domain.accounting.profit_and_loss import profit_and_loss
from domain.accounting.report import ReportType
from domain.briefing.recorded import AuditRecord, KeptRows
from domain.briefing.worked import tasks_done
from domain.errors import ContractError, RejectedError
from domain.money import rounded
from domain.social.draft import DraftStatus, order_of
from domain.social.post import Platform
from domain.social.proposal import PostProposal
from domain.social.rules import PUBLISHED_ON, RULES
from domain.social.week import Tellable, TellableWeek, told_numbers
from domain.vault.note import Note
from domain.week import Week
from tasks.accounting.snapshot import Snapshot, load_snapshot
from tasks.briefing.recorded import Sources
from tasks.planning.proposals import propose
from tasks.policy.handbook import read_handbook
from tasks.reliability.effect_ledger import done_between
from tasks.reliability.table import Effect
from tasks.social.access import connected_platforms
from tasks.social.trends import proposed_trends
from tasks.vault.template import POST_TEMPLATES
from tasks.vault.vault import Folder, current_vault
from tasks.vault.wording import NoteWording, render

TEMPLATE = "weekly_update"
FROM_BOOKS = {
    Tellable.NEW_CUSTOMERS: ReportType.RECEIVABLE_AGEING,
    Tellable.REVENUE: ReportType.PROFIT_AND_LOSS,
}
"""What only the books know, and the statement whose doubts are its doubts, too."""
PUBLISHING = frozenset(f"{platform}.publish" for platform in Platform)
OF_TEMPLATE = ("platforms", "link", "hashtags", "media", "alt_texts")
"""The properties of a template that the draft has, too: whether it is ready is never one."""
SAID = ("hashtags", "alt_texts")
"""Those that the public reads beside the text."""
NO_PICTURE = (
    "it takes no post without a picture; fte posts card makes one, which goes under media and alt_texts"
)
SEVERAL = frozenset({"platforms", "hashtags", "media", "alt_texts"})


class NothingToTellError(RejectedError):
    """The week has nothing that may be told."""

    def __init__(self, week: Week, why: Iterable[str]) -> None:
        super().__init__(f"there is nothing to tell of the week {week.days}: {'; '.join(why)}")


class _NoSourceError(Exception):
    """Why a number is not known."""


@dataclass(frozen=True)
class _Records:
    """What is known of one week."""

    week: Week
    log: KeptRows[AuditRecord]
    effects: list[Effect]
    books: Callable[[], Snapshot]

    def count(self, what: Tellable) -> int | Decimal:
        """How much of it there was.

        Raises:
            _NoSourceError: nobody can say.
        """
        if what in FROM_BOOKS:
            return self._from_books(what)
        if what is Tellable.TASKS_DONE:
            return self._tasks_done()
        return {
            Tellable.POSTS_PUBLISHED: lambda: len(
                {one.task_id for one in self.effects if one.action in PUBLISHING}
            ),
            Tellable.BILLS_BOOKED: lambda: sum(one.action == "odoo.record_bill" for one in self.effects),
            Tellable.INVOICES_MADE: lambda: sum(_invoices(one) for one in self.effects),
        }[what]()

    def _tasks_done(self) -> int:
        """The briefing's number of the week."""
        if problem := self.log.unknown(self.week):
            raise _NoSourceError(problem)
        return len(tasks_done(self.log.of(self.week)))

    def _from_books(self, what: Tellable) -> int | Decimal:
        try:
            kept = self.books()
        except (RejectedError, ContractError) as error:
            raise _NoSourceError(str(error)) from error
        if kept.manifest.taken_at < self.week.until:
            raise _NoSourceError(
                "the copy of the books is older than the end of the week; run: fte run sync_odoo"
            )
        if min((line.day for line in kept.ledger.lines), default=self.week.monday) >= self.week.monday:
            raise _NoSourceError("the books begin in this week, so that everything in them looks new")
        doubts = doubt_notes(kept.manifest.doubts, FROM_BOOKS[what], self.week.sunday, is_copy=True)
        for said in doubts:
            raise _NoSourceError(said)
        return (new_customers if what is Tellable.NEW_CUSTOMERS else _revenue)(kept.ledger, self.week)


async def draft_last_week(now: datetime, day: date | None = None) -> tuple[str, bool]:
    """Write the draft of the last whole week for the platforms that are connected; its name, and whether it is new.

    Args:
        now: The present.
        day: Of the week after it, by the owner's clocks; None: today.

    LinkedIn's is left out: `weekly_audit` asks about it. Where the handbook names `topics`, the trends on X are read.
    Where it lets a language model draft (`model_drafts`), a second draft has its words.

    Raises:
        NothingToTellError: no note was made.
        DigitalFteError: as `draft_week`.
    """
    connected, week = await connected_platforms(), last_week(now, day)
    platforms: list[Platform] = [one for one in connected or PUBLISHED_ON if one is not Platform.LINKEDIN]
    if not platforms:
        raise NothingToTellError(week, ["only LinkedIn is connected, and weekly_audit asks about its post"])
    name = draft_week(week, now, platforms)
    if name and Platform.X in connected:
        await propose_trends(name)
    if name:
        from tasks.briefing.post_words import reword_post  # Prefect's import takes seconds

        await reword_post(name, now)
    return draft_name(week), name is not None


def last_week(now: datetime, day: date | None = None) -> Week:
    """The last whole week before a day by the owner's clocks; None: before today."""
    zone = ZoneInfo(read_handbook().time_zone)
    return Week.before(datetime.combine(day, time(12), zone) if day else now, zone)


def draft_name(week: Week) -> str:
    """What a week's draft is called in Posts/."""
    return f"week-{week.number}"


def draft_week(week: Week, now: datetime, platforms: list[Platform]) -> str | None:
    """Write a week's draft; its name, or None if the week has one.

    Args:
        week: A whole one.
        now: The present.
        platforms: Where it is to appear, unless the template says it.

    Raises:
        NothingToTellError: no note was made.
        NumberNotTellableError: the template brings in a number of its own.
        BadDraftError: the template's properties make no post.
        TemplateError: the template cannot be rendered.
    """
    return _store(draft_name(week), week, now, platforms)


def ready_week(week: Week, platform: Platform, now: datetime) -> str | None:
    """Write a week's post for one platform, ready to be asked about; its name, or None if the week has one.

    Raises:
        DigitalFteError: as `draft_week`.
    """
    fixed = {"status": DraftStatus.READY.value, "platforms": [platform.value]}
    return _store(f"{platform.value}-{week.number}", week, now, [platform], fixed)


def _store(
    name: str, week: Week, now: datetime, platforms: list[Platform], fixed: Mapping[str, Any] | None = None
) -> str | None:
    """Store the week's post under this name, unless one has it; `fixed` are properties that no template changes."""
    if current_vault().find(name, [Folder.POSTS]) is not None:
        return None
    front, text = _post(week, now, platforms)
    front |= fixed or {}
    order_of(front, text, read_handbook().time_zone, now)
    return name if current_vault().store(Folder.POSTS, name, Note.new(front, f"\n{text}\n")) else None


def _post(week: Week, now: datetime, platforms: list[Platform]) -> tuple[dict[str, Any], str]:
    """The post's properties and its text, in which every number may be told."""
    handbook = read_handbook()
    told = told_of(week, handbook.may_tell, now)
    if told.is_empty:
        raise NothingToTellError(
            week, told.left_out or ["nothing is listed under may_tell in Company_Handbook.md"]
        )
    words = {
        "week": week.days,
        "first_day": str(week.monday),
        "last_day": str(week.sunday),
        "business": handbook.brand.name,
    }
    wording = render(POST_TEMPLATES, TEMPLATE, {**told.values, **words})
    front = _front(wording, told, platforms, lambda where: propose(where, week.zone, now))
    finished = "\n".join([wording.text, *(str(one) for key in SAID for one in front.get(key, ()))])
    if not told_numbers(finished, told, filter(None, words.values()), wording.file):
        raise NothingToTellError(week, [f"{wording.file} names nothing of what there is", *told.left_out])
    return front, wording.text


async def propose_trends(name: str) -> None:
    """Name the trends that fit the handbook's topics beside a draft; nothing is read where it names none."""
    if not (topics := read_handbook().topics):
        return
    said = await proposed_trends(topics)
    current_vault().update(
        Folder.POSTS, name, lambda note: note.with_front(proposed=[*note.front.get("proposed", ()), *said])
    )


def told_of(week: Week, may_tell: Iterable[Tellable], now: datetime) -> TellableWeek:
    """What may be told of the week; every variable of the template has a value or None."""
    books = _once(load_snapshot)
    log = Sources(week, now).log()
    this = _Records(week, log, done_between(week.since, week.until), books)
    last = week.previous()
    before = _Records(
        last, log if log.is_whole(last) else KeptRows(), done_between(last.since, last.until), books
    )
    values: dict[str, int | str | None] = {}
    for what in Tellable:
        values |= {what.variable: None, f"more_{what.variable}": None}
    left_out = []
    for what in dict.fromkeys(may_tell):
        try:
            count = this.count(what)
        except _NoSourceError as error:
            left_out.append(f"{what}: {error}")
            continue
        if count <= 0:
            left_out.append(f"{what}: none in this week")
            continue
        values[what.variable] = _said(count, books)
        with suppress(_NoSourceError):
            if count > (earlier := before.count(what)) > 0:
                values[f"more_{what.variable}"] = _said(count - earlier, books)
    return TellableWeek(values, tuple(left_out))


def new_customers(ledger: Ledger, week: Week) -> int:
    """Customers whose first invoice is of this week."""
    first: dict[int, Any] = {}
    for line in ledger.lines:
        is_owed = ledger.accounts[line.account_id].account_type is AccountType.RECEIVABLE and line.balance > 0
        if is_owed and line.partner_id is not None:
            first[line.partner_id] = min(line.day, first.get(line.partner_id, line.day))
    return sum(week.monday <= day <= week.sunday for day in first.values())


def _revenue(ledger: Ledger, week: Week) -> Decimal:
    total = profit_and_loss(ledger, week.monday, week.sunday).revenue.total.amount
    return rounded(total, ledger.currency)


def _invoices(effect: Effect) -> int:
    if effect.action == "odoo.create_invoices":
        return len((effect.receipt or {}).get("invoices", ()))
    return int(effect.action == "odoo.create_invoice")


def _said(count: int | Decimal, books: Callable[[], Snapshot]) -> int | str:
    return count if isinstance(count, int) else f"{count:,} {books().ledger.currency}"


def _front(
    wording: NoteWording,
    told: TellableWeek,
    platforms: list[Platform],
    propose: Callable[[list[Platform]], PostProposal],
) -> dict[str, Any]:
    own = _own(wording)
    bare = (
        [] if "platforms" in own or "media" in own else [one for one in platforms if RULES[one].needs_media]
    )
    where = [platform.value for platform in platforms if platform not in bare or bare == platforms]
    own = {"platforms": where, **own}
    proposed = propose([Platform(name) for name in own["platforms"] if name in set(Platform)])
    hashtags = list(dict.fromkeys([*own.get("hashtags", ()), *proposed.hashtags]))
    front = {
        "status": DraftStatus.DRAFT.value,
        **own,
        "hashtags": hashtags,
        "at": f"{proposed.at:%Y-%m-%d %H:%M}" if proposed.at else None,
        "proposed": list(proposed.reasons),
        "left_out": [*told.left_out, *(f"{one.title}: {NO_PICTURE}" for one in bare)],
    }
    return {key: value for key, value in front.items() if value}


def _own(wording: NoteWording) -> dict[str, Any]:
    """The template's own properties; several of something are a list, however they are written."""
    own = {key: wording.front[key] for key in OF_TEMPLATE if wording.front.get(key)}
    return {
        key: value.split(",") if key in SEVERAL and isinstance(value, str) else value
        for key, value in own.items()
    }


def _once(read: Callable[[], Snapshot]) -> Callable[[], Snapshot]:
    """Read when it is first needed, and once."""
    kept: list[Snapshot] = []

    def first() -> Snapshot:
        if not kept:
            kept.append(read())
        return kept[0]

    return first
