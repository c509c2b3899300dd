"""The request as a note: what a person fills in, what must not change, and what stands there afterwards."""

from collections.abc import Mapping
from typing import Any

from domain.approvals.answer import Answer, Channel, Decision
from domain.approvals.changes import CUT, ChangesError, is_cut_short, parse_changes, read_changes
from domain.approvals.hashing import text_hash
from domain.approvals.render import edits_of, render_decision
from domain.approvals.request import ApprovalRequest
from domain.times import shown_there

FIELDS = ("approver", "comment", "code", "changes")
"""Properties that the person fills in."""

WAITING = (*FIELDS, "problem", "expires")
"""Properties that a note has only for as long as it waits, unless the decision says something of them."""

HOW_TO = """
## To decide

- Here: fill in `approver` (and `code`, where one is needed) in the properties, then move this note to
  `Approved/` or `Rejected/`. To approve with changes, first write them under `changes`, one `key: value` a line.
- In the user interface: open the paused run and resume it.
- On the command line: `fte approvals approve {id} --approver NAME` or `fte approvals reject {id} --approver NAME`.

What is written above is compared with what was recorded; a changed text is not approved.
"""


def note_front(request: ApprovalRequest) -> dict[str, Any]:
    """The properties of the request's note: what waits has fields to fill in, what has an end has its facts."""
    front = {
        "request": request.id,
        "task": request.task_id,
        "step": request.step_id,
        "version": request.version,
        "status": request.state.value,
    }
    if request.is_open:
        front |= {"expires": shown_there(request.expires_at)}
    front |= {"content_sha256": request.content_hash, "shown_sha256": request.shown_hash}
    if request.is_open:
        return front | {"problem": request.problem, **dict.fromkeys(FIELDS)}
    facts = {
        "approver": request.approver,
        "channel": request.channel,
        "proof": request.proof and request.proof.value,
        "decided": request.decided_at and shown_there(request.decided_at),
        "comment": request.comment or None,
        "edited": edits_of(request) or None,
    }
    return front | {key: value for key, value in facts.items() if value is not None}


def note_body(request: ApprovalRequest, result: str = "") -> str:
    """What the person reads: the request and how to decide it, or its decision and what came of that (Markdown)."""
    if request.is_open:
        return f"\n{request.shown}{HOW_TO.format(id=request.id)}"
    return f"\n{render_decision(request, result)}"


def forgery(request: ApprovalRequest, front: Mapping[str, Any], body: str) -> str | None:
    """What about a note differs from the request on record, if anything does."""
    if front.get("content_sha256") != request.asked_hash or front.get("shown_sha256") != request.shown_hash:
        return "its hashes are not those of the request"
    if text_hash(body) != text_hash(note_body(request)):
        return "its text is not what was recorded; write edits under 'changes' instead"
    return None


def read_answer(front: Mapping[str, Any], *, approved: bool, mover: str | None) -> Answer:
    """The answer in a moved note.

    Args:
        front: The note's properties.
        approved: Whether it lies in Approved/.
        mover: Whose decision a move is when the note names nobody.
    """
    problem, changes = None, {}
    try:
        changes = _changes(front) if approved else {}
    except ChangesError as error:
        problem = str(error)
    said_yes = Decision.EDIT if changes else Decision.APPROVE
    code = _text(front.get("code"))
    return Answer(
        decision=said_yes if approved else Decision.REJECT,
        approver=_text(front.get("approver")) or mover or "",
        channel=Channel.VAULT,
        comment=_text(front.get("comment")),
        code=code.zfill(6) if code else None,  # a bare 012345 in a note may be read as a number
        changes=changes,
        problem=problem,
    )


def _changes(front: Mapping[str, Any]) -> dict[str, str]:
    written = front.get("changes")
    if written and is_cut_short(front, "changes"):
        raise ChangesError(f"{CUT}; put all of it between quotes")
    return read_changes(written) if isinstance(written, Mapping) else parse_changes(_text(written))


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
