"""A post that a person corrected while approving it: its note says what was approved, and who corrected it."""

from collections.abc import Iterator

from domain.approvals.request import ApprovalRequest
from domain.social.post import Publication
from domain.vault.note import Note
from tasks.planning.post_tasks import EACH_BY_ITSELF, approval_of, publications_in, shows
from tasks.vault.vault import Folder, NoteMissingError, current_vault


def correct_note(name: str) -> None:
    """Write into a note what was approved of it; one that was changed since it was asked about stays as it is."""
    try:
        current_vault().update(Folder.POSTS, name, lambda note: correction_of(note) or note)
    except NoteMissingError:
        return  # a person took it away


def correction_of(note: Note) -> Note | None:
    """The note as its post was corrected; None: it was not, the note says so already, or it was changed since."""
    request = approval_of(str(note.front.get("task")))
    if (
        request is None
        or not request.is_edited
        or str(note.front.get("corrected", "")).startswith(_by_whom(request))
    ):
        return None
    if not shows(note, publications_in(request.action, request.asked)):
        return None
    meant = publications_in(request.action, request.inputs)
    timed = _timed(note, meant[0])
    texts = "; ".join(f'{one.platform.title}: "{" ".join(one.text.split())}"' for one in meant)
    one_text = next((made for made in _worded(timed, meant) if shows(made, meant)), None)
    said = _by_whom(request) + ("" if one_text else f", {EACH_BY_ITSELF}: {texts}")
    return (one_text or timed).with_front(corrected=said).without_front("problem")


def _by_whom(request: ApprovalRequest) -> str:
    return f"by {request.approver} while approving; what was asked stands in {request.id}"


def _timed(note: Note, meant: Publication) -> Note:
    """The note with the approved time, by its author's clocks; of two equal ones the offset says which."""
    due = meant.due
    if due is None:
        return note.without_front("at")
    is_twice = due.utcoffset() != due.replace(fold=1 - due.fold).utcoffset()
    written = due.isoformat(" ", "minutes") if is_twice else f"{due:%Y-%m-%d %H:%M}"
    return note.with_front(at=written, zone=meant.zone or "UTC")


def _worded(note: Note, meant: tuple[Publication, ...]) -> Iterator[Note]:
    """The note with each text that was approved; link and hashtags stand in it where they were left in."""
    for text in dict.fromkeys(one.text for one in meant):
        yield (whole := note.with_body(f"{text}\n"))
        yield whole.without_front("hashtags")
        yield whole.without_front("hashtags", "link")
