"""The task behind a post's note: how it stands, what of it a person has decided on, and ending it."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.approvals.request import ApprovalRequest, ApprovalState
from domain.errors import DigitalFteError, TransientError
from domain.planning.catalogue import ALL_PLATFORMS, CATALOGUE
from domain.reliability.effect import EffectState
from domain.social.dialect import publication_of
from domain.social.draft import DraftStatus, passed_over, read_draft
from domain.social.post import Platform, Publication
from domain.social.said import SocialInputs, SocialOrder
from domain.social.schedule import check_zone
from domain.vault.note import BrokenNoteError, Note
from tasks.actions.compensate import undo
from tasks.approvals.ask import withdraw_requests
from tasks.approvals.record import of_task
from tasks.planning.orders import ForgedOrderError, find_order
from tasks.planning.progress import close_ended, hold
from tasks.planning.task_status import TaskReport, TaskStatus, UnknownTaskError, task_report
from tasks.policy.handbook import read_handbook
from tasks.reliability import outbox
from tasks.reliability.claims import claim, renewed, task_claim, this_process
from tasks.reliability.effect_ledger import effects_of, facts_read
from tasks.reliability.table import Effect
from tasks.social.publish import is_untouched
from tasks.vault.clocks import written_zone
from tasks.vault.vault import Folder, NoteMissingError, current_vault

STATUSES = {
    TaskStatus.DONE: DraftStatus.PUBLISHED,
    TaskStatus.REFUSED: DraftStatus.REFUSED,
    TaskStatus.TAKEN: DraftStatus.CANCELLED,
    TaskStatus.WAITING_FOR_APPROVAL: DraftStatus.ASKED,
}
WORDS = {
    DraftStatus.ASKED: "asked about",
    DraftStatus.SCHEDULED: "approved",
    DraftStatus.PUBLISHED: "published",
}
AGAIN = "set status: ready to have it asked about again"
GO_ON = (
    "put that right, then set status: ready: what is missing goes out as it was approved; a note that was corrected is "
    "asked about again"
)
EACH_BY_ITSELF = "for each platform by itself"
UNUSUAL = "unusual: "
LONGEST_SHOWN = 300
CLAIM_SECONDS = 60
EARLIEST = datetime.min.replace(tzinfo=UTC)
"""Before any time of a post: whether one has passed is no question here."""


class UnderWayError(TransientError):
    """A post is on its way to its readers."""

    def __init__(self, task_id: str) -> None:
        super().__init__(
            f"it is being published or ended just now, or nobody knows yet whether it is public ({task_id}); nothing "
            "was cancelled: look again in a minute"
        )


def standing(note: Note) -> dict[str, Any] | None:
    """What the note has to say of its task; None where there is no task that it could follow."""
    task_id = str(note.front.get("task"))
    try:
        report = task_report(task_id)
    except UnknownTaskError:
        return None
    status = _status(task_id, report)
    return {
        "status": status,
        "problem": _problem(note, task_id, status, report),
        "warnings": [*_warnings(task_id), *passed_over(note.front)] if status is DraftStatus.ASKED else None,
        "published": _addresses(task_id, report),
        "published_at": _done_at(task_id, note) if status is DraftStatus.PUBLISHED else None,
    }


def _status(task_id: str, report: TaskReport) -> DraftStatus:
    status = STATUSES.get(report.status, DraftStatus.SCHEDULED)
    is_out = status is DraftStatus.REFUSED and unproven(task_id) and not _left_out(task_id)
    return DraftStatus.UNPROVEN if is_out else status


def _problem(note: Note, task_id: str, status: DraftStatus, report: TaskReport) -> str | None:
    """What keeps the post from being published as it was approved, or that the note reads otherwise."""
    if status not in (DraftStatus.REFUSED, DraftStatus.UNPROVEN):
        return _difference(note, task_id, status)
    late = [_handed_over(one) for one in unproven(task_id)]
    if status is DraftStatus.UNPROVEN:
        return f"{'. '.join(late)}. What was read: {report.said}"
    remedy = GO_ON if was_begun(task_id) else f"correct the note, then {AGAIN}"
    return ". ".join([*late, f"{_refusal(task_id, report)}; {remedy}"])


def was_begun(task_id: str) -> bool:
    """Whether a person approved the post, and a platform was given its part, or refused it."""
    begun = {EffectState.DONE, EffectState.REFUSED}
    return approval_of(task_id) is not None and any(one.state in begun for one in _parts(task_id))


def unproven(task_id: str) -> list[Effect]:
    """What was handed over of a post, and has not been read back as it was approved."""
    return [one for one in _parts(task_id) if one.state == EffectState.DONE and not facts_read(one)]


def _parts(task_id: str) -> list[Effect]:
    """What was begun of a post, platform by platform."""
    return [
        one for one in effects_of(task_id) if CATALOGUE[one.action].is_public and one.action != ALL_PLATFORMS
    ]


def _left_out(task_id: str) -> bool:
    """Whether a platform has not been given what was approved for it."""
    approved = approval_of(task_id)
    wanted = publications_in(approved.action, approved.inputs) if approved else ()
    done = {one.inputs["platform"] for one in _parts(task_id) if one.state == EffectState.DONE}
    return not {one.platform for one in wanted} <= done


def _handed_over(part: Effect) -> str:
    ids = ", ".join(map(str, (part.receipt or {}).get("posts", ())))
    return (
        f"{_title(part)} was given the post ({ids}), and it was not read back as approved yet; nobody publishes it "
        "again, and it is read again by itself"
    )


def _title(part: Effect) -> str:
    return Platform(part.inputs["platform"]).title


def _warnings(task_id: str) -> list[str]:
    """What the request for the post says is unusual about it."""
    reasons = [reason for one in of_task(task_id)[-1:] for reason in one.reasons]
    return [reason.removeprefix(UNUSUAL) for reason in reasons if reason.startswith(UNUSUAL)]


def _done_at(task_id: str, note: Note) -> str | None:
    """When it was published, by the clocks of the note, else of the business."""
    try:
        done = datetime.fromisoformat(str(current_vault().read(Folder.DONE, task_id).front["done"]))
        zone = ZoneInfo(check_zone(str(note.front.get("zone") or written_zone())))
    except (NoteMissingError, BrokenNoteError, KeyError, ValueError):
        return None
    return done.astimezone(zone).isoformat(" ", "minutes")


def decided_on(task_id: str) -> tuple[Publication, ...]:
    """A post platform by platform: as it was approved, else as a person is asked about it; empty while not known."""
    if approved := approval_of(task_id):
        return publications_in(approved.action, approved.inputs)
    order = find_order(task_id)
    return publications_in(order.action, order.inputs) if order and order.said is None else ()


def approval_of(task_id: str) -> ApprovalRequest | None:
    """What a person said yes to last."""
    return next((one for one in reversed(of_task(task_id)) if one.state is ApprovalState.APPROVED), None)


def publications_in(action: str, inputs: Mapping[str, Any]) -> tuple[Publication, ...]:
    """A post platform by platform, from what its action was given."""
    if action == ALL_PLATFORMS:
        return SocialInputs.model_validate(inputs).publications
    return (Publication.model_validate(inputs),)


async def end_post(task_id: str, now: datetime) -> list[str]:
    """End what is asked, approved or scheduled, in the ledger, in the Vault and at a platform that keeps it.

    Returns:
        The platforms on which a part is public already.

    Raises:
        UnderWayError: a part is being published.
        DigitalFteError: a platform that has a part for its time does not give it back now; no other goes out meanwhile.
    """
    owner = f"{this_process()}#end-{secrets.token_hex(6)}"  # not even two of one process at once
    if not claim(task_claim(task_id), owner=owner, now=now, seconds=CLAIM_SECONDS):
        raise UnderWayError(task_id)
    async with renewed(task_claim(task_id), owner=owner, seconds=CLAIM_SECONDS):
        parts = _parts(task_id)
        if any(one.state in (EffectState.INTENT, EffectState.UNKNOWN) for one in parts):
            raise UnderWayError(task_id)
        withdraw_requests(task_id, now)
        is_there = current_vault().find(task_id, [Folder.NEEDS_ACTION]) is not None
        try:
            public = [one for one in parts if await _stays_public(one, now)]
        except DigitalFteError as error:
            if is_there:
                hold(task_id, f"it is being cancelled: {error}")
            raise
        outbox.done(task_id)
        if is_there:
            close_ended(task_id, DraftStatus.CANCELLED.value, now)
        return [_title(one) for one in public]


async def _stays_public(part: Effect, now: datetime) -> bool:
    """Whether it, or the beginning of a thread, is public and cannot be taken back."""
    if part.state == EffectState.DONE:
        return not await undo(part, now)
    return part.state == EffectState.REFUSED and not is_untouched(part.key)


def close_refused(task_id: str, now: datetime) -> None:
    """A person has said no to the post: its task needs nobody any more."""
    if _rejected(task_id) and current_vault().find(task_id, [Folder.NEEDS_ACTION]):
        close_ended(task_id, DraftStatus.REFUSED.value, now)


def _refusal(task_id: str, report: TaskReport) -> str:
    rejected = _rejected(task_id)
    return _no(rejected[-1]) if rejected else report.said


def _rejected(task_id: str) -> list[ApprovalRequest]:
    return [one for one in of_task(task_id) if one.state is ApprovalState.REJECTED]


def _no(request: ApprovalRequest) -> str:
    return f"{request.approver} said no" + (f": {request.comment}" if request.comment else "")


def _difference(note: Note, task_id: str, status: DraftStatus) -> str | None:
    """That the note reads otherwise than what a person decides or decided on."""
    try:
        meant = decided_on(task_id)
    except ForgedOrderError as error:
        return str(error)
    if status not in WORDS or not meant or shows(note, noted(note, task_id, meant)):
        return None
    text = " ".join(meant[0].text.split())
    shown = text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
    when = f", {meant[0].when}" if meant[0].publish_at else ""
    return (
        f'this note is not what was {WORDS[status]}, which is: "{shown}"{when}. If the note is meant, {AGAIN}'
    )


def noted(note: Note, task_id: str, meant: tuple[Publication, ...]) -> tuple[Publication, ...]:
    """What the note has to read: the text that was asked about, where each platform's was corrected by itself."""
    approved = approval_of(task_id)
    if approved is None or EACH_BY_ITSELF not in str(note.front.get("corrected")):
        return meant
    asked = publications_in(approved.action, approved.asked)
    return tuple(one.model_copy(update={"publish_at": meant[0].publish_at}) for one in asked)


def shows(note: Note, meant: tuple[Publication, ...]) -> bool:
    """Whether the note, as it reads now, would be published as exactly this."""
    read = read_draft(note.front, note.body, read_handbook().time_zone, EARLIEST)
    if read.problems or len(read.media) != len(meant[0].media):
        return False
    order = SocialOrder.model_validate(read.said)
    made = {
        one.platform: publication_of(order.post_with(one.media), one.platform, one.account, "")
        for one in meant
    }
    alts = [*order.alt_texts, *[""] * len(read.media)][: len(read.media)]
    return set(order.platforms) == set(made) and all(
        made[one.platform].words == one.words and [file.alt_text for file in one.media] == alts
        for one in meant
    )


def _addresses(task_id: str, report: TaskReport) -> list[str]:
    """Where the post stands, each with its platform's name, by name: the parts are done in any order."""
    parts = _parts(task_id)
    if report.evidence is None:
        read = [(one, facts_read(one).get("url")) for one in parts]
        return sorted(f"{_title(one)}: {url}" for one, url in read if url)
    told = report.evidence
    evidence = told.values() if "url" not in told else [told]
    found = [(one.get("effect"), one["url"]) for one in evidence if isinstance(one, dict) and one.get("url")]
    titles = {one.key: _title(one) for one in parts}
    return sorted(f"{titles[effect]}: {url}" if effect in titles else str(url) for effect, url in found)
