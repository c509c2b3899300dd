"""Understanding a task and planning it: from its note and document to a checked plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.mail.announced import why_not_asked
from domain.planning.by_words import RoutedText
from domain.planning.context import doubts_about, reading_values, was_read
from domain.planning.dependency import DEPENDS_ON, needs_of
from domain.planning.kinds import nothing_planned
from domain.planning.order import Order, order_plan, order_triage
from domain.planning.own_actions import headed_by_playbook
from domain.planning.plan import Plan, PlanError, check_plan
from domain.planning.playbook import Playbook, PlaybookError, choose_playbook, make_plan
from domain.planning.program import INPUTS, UNREAD, WORDS, Program, program_of
from domain.planning.remedy import ASK_FOR_DOCUMENT
from domain.planning.said_periods import Told
from domain.planning.triage import Priority, TaskDomain, Triage, triage
from domain.planning.unfold import unfold
from domain.planning.wish import Wish, wish_in
from domain.policy.addressees import owner_name, owners
from domain.policy.handbook import Handbook
from domain.vault.note import Note
from domain.whatsapp.channel import SOURCE, listed_numbers, shown_number
from tasks.actions.expense_reads import whose_expense
from tasks.learning.estimates import expected_of
from tasks.mail.threads import later_mails
from tasks.mail.understand import DocumentKind, Understanding, read_document
from tasks.planning.orders import ForgedOrderError, find_order
from tasks.planning.route import facts_of, route, seen_of
from tasks.planning.words import owners_words
from tasks.planning.written import read_playbooks
from tasks.policy.handbook import read_handbook
from tasks.reliability.kept_plans import ForgedPlanError, KeptPlan, find_plan
from tasks.vault.places import OutsideVaultError
from tasks.vault.vault import current_vault
from tasks.whatsapp.events import later_message, message_of_task

TOLD = {"sender": "from", "thread": "thread", "subject": "subject", "follows": "follows"}
"""Of the task's note, what a playbook may refer to, by the name that it has there."""
MAIL_TASK = "gmail-"
THE_OWNER = "The owner"
"""Who is owed what they paid for the business, where the handbook does not name them."""
LONGEST_REST = 200


@dataclass(frozen=True)
class Prepared:
    """A task that was thought about.

    Attributes:
        plan: None when a person has to look; then `problems` says why.
        rows: What was read, each value with its confidence and place.
        program: What the plan is unfolded from as it goes on; None: all its steps stand from the beginning.
        needs: The tasks that have to be done first, by its note.
        perhaps_after: Open tasks that evidently belong before it, each with why; it waits for none of them.
        expected: What is to be expected of it, in words; empty where too little is known.
        is_new: Its note says `new`: nobody worked it yet, or a person wants it worked now.
        is_stopped: Its note says `stop`: a person wants undone what was done of it.
        seen: What it was sorted by.
        people: Whom it concerns, each with how that is known.
        records: In the books, which it speaks of.
        model_said: What a language model proposed.
        draft: An answer that it drafted, as the note's front matter has it.
        later: What was written about it since, which nothing rests on: whoever is asked about a step reads it first.
        said: Who asks for it in their own words, and these; empty where nobody vouches that they are the owner's.
        asked: What these words of a text or a message were understood as.
        context: What references of a playbook may name from the beginning.
        routed: The values that it was given without a person's word: what another value in its note corrects.
    """

    task_id: str
    triage: Triage
    plan: Plan | None
    problems: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)
    program: Program | None = None
    needs: tuple[str, ...] = ()
    perhaps_after: tuple[str, ...] = ()
    is_new: bool = False
    is_stopped: bool = False
    routed: Mapping[str, str] = field(default_factory=dict)
    expected: tuple[str, ...] = ()
    seen: RoutedText | None = None
    people: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    model_said: Mapping[str, str] = field(default_factory=dict)
    draft: Mapping[str, str] = field(default_factory=dict)
    later: tuple[str, ...] = ()
    said: tuple[str, str] = ("", "")
    asked: Wish | None = None
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_brief(self) -> bool:
        """An order of one step: its plan says no more than the order, which is kept already."""
        return self.plan is not None and not self.plan.playbook and len(self.plan.steps) == 1


def prepare_task(task_id: str, note: Note, handbook: Handbook, now: datetime | None = None) -> Prepared:
    """Read the task's document, decide what it is, and plan it by a playbook.

    The document is read anew each time, so that the plan rests on the document alone and on nothing that was
    written into the note. An agent's order has a record of its own, and only that counts.
    """
    try:
        order, kept = find_order(task_id), find_plan(task_id)
    except (ForgedOrderError, ForgedPlanError) as error:
        return Prepared(task_id, triage("order", "", None, handbook), plan=None, problems=[str(error)])
    if kept is not None and kept.source:
        prepared = unfolded(Prepared(task_id, asked_triage(kept), plan=None), kept.program, kept)
    elif order:
        prepared = _ordered(task_id, order)
    else:
        prepared = _read(task_id, note, handbook, now or datetime.now(UTC), kept)
    later = tuple(later_mails(note) or later_message(task_id))
    is_begun = kept is not None and bool(kept.facts)  # then each step would ask
    doubts = prepared.doubts if is_begun else [*prepared.doubts, *later]
    return replace(prepared, needs=needs_of(note.front.get(DEPENDS_ON)), doubts=doubts, later=later)


def _no_part(sentence: str) -> str:
    return f"the words say more, which is no part of this: '{sentence[:LONGEST_REST]}'; ask for it by itself"


def _not_taken(unread: str) -> str:
    return f"{unread[:LONGEST_REST]}; correct what is shown, or refuse it and say it anew"


def asked_triage(kept: KeptPlan) -> Triage:
    """What a plan is that somebody asked for by name."""
    reasons = [
        f"business: {kept.source} asked for the playbook {kept.program.playbook}",
        "normal: nothing asks for haste",
    ]
    return Triage(kind="request", domain=TaskDomain.BUSINESS, priority=Priority.NORMAL, reasons=reasons)


def unfolded(prepared: Prepared, program: Program, kept: KeptPlan | None) -> Prepared:
    """With the plan as far as it is known; what keeps its first steps from being done keeps all of it."""
    unfolded = unfold(program, prepared.task_id, kept.facts if kept else {})
    problems = [] if kept and kept.steps else [*unfolded.problems.values()]
    if problems:
        return replace(prepared, problems=problems)
    return replace(prepared, plan=unfolded.plan, program=program)


def expecting(prepared: Prepared, now: datetime) -> Prepared:
    """The task with what is to be expected of it, as tasks like it went."""
    playbook = prepared.plan.playbook if prepared.plan else ""
    found = expected_of(prepared.task_id, prepared.triage.kind, playbook, now)
    return replace(prepared, expected=tuple(found.lines())) if found and prepared.plan else prepared


def _ordered(task_id: str, order: Order) -> Prepared:
    plan, problems = order_plan(task_id, order), []
    try:
        check_plan(plan)
    except PlanError as error:
        problems = error.problems
    decided = order_triage(order)
    return Prepared(task_id, decided, None if problems else plan, problems=problems)


def _read(task_id: str, note: Note, handbook: Handbook, now: datetime, kept: KeptPlan | None) -> Prepared:
    front = note.front
    document, understanding = _understood(str(front["document"]))
    employee = whose_expense(task_id, str(front["document"]), understanding, handbook.people)
    seen = seen_of(front, understanding, employee)
    books = read_playbooks()
    told = told_of_task(task_id, front, handbook, now)
    said = owners_words(task_id, understanding, document, handbook) if kept is None else ("", "")
    asked = _asked_for(said[1], books, told) if seen.words else None
    wanted = asked.playbook if asked else _asked_before(kept)
    routed = route(front, replace(seen, words="") if wanted else seen, handbook, books)
    decided, context = routed.decided, context_of(document, understanding, routed.decided, handbook)
    if wanted:
        reason = (
            f"your words ask for it: {headed_by_playbook({'title': wanted.title, 'playbook': wanted.name})}"
        )
        decided = decided.model_copy(update={"reasons": [*decided.reasons, reason]})
    context["task"] |= told
    reading = understanding.reading if decided.kind in {"receipt", "credit_note"} else None
    prepared = Prepared(
        task_id=task_id,
        triage=decided,
        plan=None,
        doubts=[*routed.doubts, *doubts_about(reading, handbook), *_origin_doubts(task_id, handbook)]
        if reading
        else [],
        rows=was_read(reading) if reading else [],
        routed=routed.own,
        seen=seen,
    )
    prepared = replace(prepared, said=said, asked=asked, context=dict(context))
    prepared = _planned(prepared, understanding, context, kept, books)
    if routed.held and kept is None and WORDS not in context:
        others = [one for one in prepared.problems if one != not_planned(decided, handbook)]
        return replace(prepared, plan=None, program=None, problems=[routed.held, *others])
    return prepared


def _asked_for(words: str, books: list[Playbook], told: Mapping[str, str]) -> Wish | None:
    """The playbook that the owner's words ask for."""
    if not words:
        return None
    return wish_in(words, books, Told(date.fromisoformat(told["received"]), told["currency"]))


def _asked_before(kept: KeptPlan | None) -> Playbook | None:
    """The playbook of a plan that was begun because the owner's words asked for it."""
    if kept is None or not kept.program.context.get(WORDS):
        return None
    return kept.program.read[kept.program.playbook]


def told_of_task(task_id: str, front: Mapping[str, Any], handbook: Handbook, now: datetime) -> dict[str, str]:
    """What a playbook may refer to of any task; kept from the plan's beginning on."""
    zone = ZoneInfo(handbook.time_zone)
    today = now.astimezone(zone).date()
    last = today.replace(day=1) - timedelta(days=1)
    return {
        "id": task_id,
        "today": today.isoformat(),
        "month": f"{today:%Y-%m}",
        "last_month": f"{last:%Y-%m}",
        "received": _day_received(front, now, zone).isoformat(),
        "currency": handbook.currency,
        "words": "",
        "owner": owner_name(handbook.people) or THE_OWNER,
        **{name: str(front.get(key) or "") for name, key in TOLD.items()},
    }


def _day_received(front: Mapping[str, Any], now: datetime, zone: ZoneInfo) -> date:
    """When it arrived, by its note; what is no time there counts as now, a time without a zone as UTC."""
    try:
        found = datetime.fromisoformat(str(front.get("received", "")))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(zone).date()
    except (ValueError, OverflowError):
        return now.astimezone(zone).date()


def _origin_doubts(task_id: str, handbook: Handbook) -> list[str]:
    """Who sent a bill by WhatsApp is proven by our own record; it counts where the handbook lists the number."""
    row = message_of_task(task_id) if task_id.startswith(f"{SOURCE}-") else None
    if row is None or row.peer in listed_numbers(handbook.people.known):
        return []
    return [
        f"it came by WhatsApp from {shown_number(row.peer)}, a number that the handbook does not list (people.known)"
    ]


def _understood(document: str) -> tuple[str, Understanding]:
    """Where the document is kept, so that its name stands for its content, and what it says."""
    try:
        kept = current_vault().keep_as_it_is(document)
        return kept, read_document(current_vault().path(kept))
    except OutsideVaultError as error:
        return document, Understanding(kind=DocumentKind.UNREADABLE, problem=str(error))


def context_of(
    document: str, understanding: Understanding, decided: Triage, handbook: Handbook
) -> dict[str, Any]:
    """What a playbook may refer to of a document, and why it is taken for what it is."""
    why = "; ".join(_why(understanding, decided)) or decided.reasons[0]
    context: dict[str, Any] = {"task": {"kind": decided.kind, "why": why}}
    if understanding.reading:
        context["reading"] = reading_values(understanding.reading, handbook, document)
    return context


def _why(understanding: Understanding, decided: Triage) -> list[str]:
    """Why it is of its kind: what the mail was taken for, or what made another kind of it."""
    verdict = understanding.verdict
    if verdict and decided.kind == verdict.kind:
        return list(verdict.reasons)
    return [reason for reason in decided.reasons if reason.startswith(f"{decided.kind}: ")]


def not_planned(decided: Triage, handbook: Handbook) -> str:
    """What a person is told of a task that no playbook is for: what it is, or what it may be."""
    return nothing_planned(decided.kind, is_doubtful=decided.confidence < handbook.routing_below)


def _unread(
    prepared: Prepared, understanding: Understanding, context: dict[str, Any], books: list[Playbook]
) -> Prepared:
    """A person's, unless a mail's sender can be asked for the document that it does not bring: that is its plan."""
    mail, missing, handbook = understanding.mail, understanding.missing, read_handbook()
    playbook = next((book for book in books if book.name == ASK_FOR_DOCUMENT), None)
    said = understanding.problem or not_planned(prepared.triage, handbook)
    problems = [said, *_why(understanding, prepared.triage)]
    if missing is None or mail is None or playbook is None or not prepared.task_id.startswith(MAIL_TASK):
        return replace(prepared, problems=problems)
    is_answer = bool(context["task"]["follows"])
    if why_not := "it is an answer itself" if is_answer else why_not_asked(mail, owners(handbook.people)):
        return replace(prepared, problems=[*problems, f"nobody is asked for the document: {why_not}"])
    told = {"to": mail.sender_address, "missing": str(missing), "business": handbook.brand.name or None}
    context |= {INPUTS: {name: value for name, value in told.items() if value}}
    try:
        return unfolded(prepared, program_of(playbook, books, context), None)
    except PlaybookError as error:
        return replace(prepared, problems=[str(error)])


def _planned(
    prepared: Prepared,
    understanding: Understanding,
    context: dict[str, Any],
    kept: KeptPlan | None,
    books: list[Playbook],
) -> Prepared:
    """By the plan that was begun, a playbook for the task, or the one that its owner's words ask for."""
    why = _why(understanding, prepared.triage)
    task_id, decided = prepared.task_id, prepared.triage
    if kept is not None:
        return unfolded(prepared, kept.program, kept)
    playbook = choose_playbook(books, facts_of(decided, understanding.reading))
    if understanding.problem or (understanding.missing and playbook is None):
        return _unread(prepared, understanding, context, books)
    who, words = prepared.said
    wish = None
    if playbook is None:
        is_read = bool(prepared.seen and prepared.seen.words)
        wish = prepared.asked if is_read else _asked_for(words, books, context["task"])
    if wish:
        playbook = wish.playbook
        doubts = [*prepared.doubts, *map(_not_taken, wish.unread), *map(_no_part, wish.rest)]
        prepared = replace(prepared, doubts=doubts)
        context["task"]["words"] = words.strip()
        context |= {INPUTS: dict(wish.values), WORDS: f"{who}: {words.strip()}", UNREAD: bool(wish.unread)}
    if playbook is None:
        return replace(prepared, problems=[not_planned(decided, read_handbook()), *why])
    try:
        if wish or not playbook.is_plain:
            return unfolded(prepared, program_of(playbook, books, context), None)
        plan = make_plan(playbook, task_id, context)
        check_plan(plan)
    except (PlanError, PlaybookError) as error:
        problems = error.problems if isinstance(error, PlanError) else [str(error)]
        cannot_be = understanding.reading.cannot_be if understanding.reading else []
        return replace(prepared, problems=[*cannot_be, *problems])
    return replace(prepared, plan=plan)
