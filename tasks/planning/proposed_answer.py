"""An answer that a language model drafts for what a person has to answer: words in the task's note, and nothing else.

It is asked where the owner lets it (`model_drafts`), never about what gives orders to an assistant. The draft goes
nowhere by itself: a person takes it as it is or changed, and from there on it is their answer, which the same checks,
policy and approval as any other wait for.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from domain.mail.classify import gives_orders
from domain.mail.facts import MailFacts
from domain.mail.outgoing import MailOrder
from domain.planning.by_words import RoutedText
from domain.planning.grounded import foreign
from domain.planning.kinds import ANSWERED
from domain.policy.handbook import Handbook
from domain.refused_values import refusals
from domain.social.draft import read_draft
from domain.vault.note import Note
from domain.visible import visible
from domain.whatsapp.outgoing import MessageOrder
from tasks.model.propose import ModelQuestion, proposal, tell_refusal
from tasks.planning.answers import DRAFT
from tasks.planning.concerned import own_records
from tasks.planning.prepare import Prepared

PURPOSE, BY = "task.answer", "proposed_by"
LONGEST = 3_000
UNFOUNDED = "it rests on nothing that was said, or would be refused of a person"


class ProposedAnswer(BaseModel):
    """What the model is asked for; empty: it has no answer."""

    text: str = Field(max_length=2_000)


async def answered(prepared: Prepared, note: Note, handbook: Handbook, now: datetime) -> Prepared:
    """The task with a drafted answer; as it is where there is one already, or none that holds."""
    seen = prepared.seen
    if seen is None or not handbook.model_drafts or not _wants_answer(prepared, seen, note):
        return prepared
    business, records = handbook.brand.name or "", own_records(prepared)
    data = {
        "kind": prepared.triage.kind,
        "from": seen.sender,
        "subject": seen.subject,
        "text": _words(seen, note)[:LONGEST],
        "records": records,
        "business": business,
    }
    proposed = await proposal(ModelQuestion(PURPOSE, ("answer", {}), data, ProposedAnswer))
    if proposed is None or not proposed.said.text.strip():
        return prepared
    text = proposed.said.text.strip()
    known = (seen.subject, data["text"], *records, business, *handbook.business_domains)
    problems = [f"{one[:60]} is in nothing that it may rest on" for one in foreign(text, *map(str, known))]
    problems = problems or _refused(prepared.task_id, note, text, handbook, now)
    if problems:
        tell_refusal("draft", prepared.task_id, UNFOUNDED, {"why": problems, "text": text}, now)
        return prepared
    return replace(prepared, draft={DRAFT: text, BY: f"the language model {proposed.model}"})


def _words(seen: RoutedText, note: Note) -> str:
    """What was said; what was said in public stands in the note."""
    return seen.body or visible(
        "\n".join(line[1:] for line in note.body.splitlines() if line.startswith(">"))
    )


def _wants_answer(prepared: Prepared, seen: RoutedText, note: Note) -> bool:
    said = seen.mail or MailFacts(subject=seen.subject, text=_words(seen, note))
    is_mention = prepared.triage.kind == "mention"
    return (
        prepared.plan is None
        and prepared.triage.kind in ANSWERED
        and not note.front.get(DRAFT)
        and not (is_mention and not note.front.get("reply_to"))
        and bool(said.text.strip() or said.html)
        and not gives_orders(said)
    )


def _refused(task_id: str, note: Note, text: str, handbook: Handbook, now: datetime) -> list[str]:
    """What would be wrong with it if a person had written it."""
    order: dict[str, Any] = {"reply_to_task": task_id, "text": text}
    try:
        match task_id.partition("-")[0]:
            case "gmail":
                MailOrder.model_validate(order)
            case "whatsapp":
                MessageOrder.model_validate(order)
            case _:
                front = {"platforms": [note.front["platform"]], "reply_to": note.front["reply_to"]}
                read = read_draft(front, text, handbook.time_zone, now)
                return [*read.problems, *read.refused]
    except ValidationError as error:
        return refusals(error)
    return []
