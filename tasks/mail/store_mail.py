"""A mail as tasks: one for each mail that it forwards, and for each bill that is attached to it."""

from datetime import datetime

from domain.mail.excerpt import summary_of
from domain.mail.forwarded import ForwardedMail, split_files, split_mail
from domain.planning.event import Event
from tasks.intake import is_seen, store_event
from tasks.mail.understand import bills_attached
from tasks.vault.vault import current_vault


def store_mail(event: Event, now: datetime) -> list[str]:
    """Store a mail; one that brings several mails, files beside them, or several bills, as a task for each.

    The first part has the mail's own id and is stored last: only then does the mail count as seen, so that a
    crash on the way loses none. The mail as it came is kept beside its parts. All came from the outer sender.

    Returns:
        The new tasks' ids.
    """
    if is_seen(event.id):
        return []
    parts = split_mail(event.document) or split_files(event.document, bills_attached(event.document))
    if not parts:
        events = [event]
    else:
        whole = current_vault().attach(event.document, event.document_name)
        events = [_part_of(event, part, place, whole) for place, part in enumerate(parts, start=1)]
    return [task_id for one in reversed(events) if (task_id := store_event(one, now))]


def _part_of(mail: Event, part: ForwardedMail, place: int, whole: str) -> Event:
    shown = summary_of(part.forwarded or part.content)
    subject = shown.subject or mail.subject
    return mail.model_copy(
        update={
            "id": mail.id if place == 1 else f"{mail.id}-{place}",
            "subject": f"{subject} ({part.file})" if part.file else subject,
            "excerpt": shown.excerpt or mail.excerpt,
            "document_name": f"{shown.subject[:60] or 'mail'}.eml",
            "document": part.content,
            "extra": {**mail.extra, "part": place, "of_mail": whole},
        }
    )
