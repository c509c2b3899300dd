"""Nicer words for a briefing, proposed by the connected language model: a sentence is taken where it tells the same.

No number passes through the model: where one of a sentence's facts differs, the plain sentence stands. Without a model,
or without its answer, all plain sentences do.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from prefect import task
from pydantic import BaseModel

from blocks.language_model import LanguageModel, ModelNonsenseError, saved_model
from domain.audit.event import AuditEvent, AuditStatus
from domain.briefing.briefing import Briefing
from domain.briefing.rewording import refusal
from domain.briefing.wording import Wording
from domain.errors import DigitalFteError
from tasks.audit.log import audit_log
from tasks.briefing.kept import kept_wording
from tasks.model.ask import ask_model
from tasks.vault.template import PROMPTS
from tasks.vault.wording import render

PURPOSE, REFUSED = "briefing.polish", "model.wording_refused"
LONGEST_SENTENCE = 300


class Reworded(BaseModel):
    """What the model is asked for: as many sentences as it got, in their order."""

    sentences: list[str]


@task(task_run_name="Polish the wording")
async def polish(briefing: Briefing, *, anew: bool = False) -> Briefing:
    """The briefing in the words that were kept of its week; the model is asked for the others, once.

    Args:
        briefing: In plain words.
        anew: Forget the words that were kept.
    """
    plain, kept = briefing.rewordable, Wording() if anew else kept_wording(briefing.week)
    known = {
        sentence: said
        for sentence in plain
        if (said := kept.sentences.get(sentence)) and not refusal(sentence, said, briefing.names)
    }
    wording = Wording(sentences=known, model=kept.model)
    new = [sentence for sentence in plain if sentence not in known and len(sentence) <= LONGEST_SENTENCE]
    try:
        model = await saved_model()
        if model and new:
            taken = _taken(briefing, await _proposed(model, new))
            wording = Wording(sentences=known | taken, model=model.model)
    except DigitalFteError as error:
        wording = wording.model_copy(update={"problem": str(error)})
    return briefing.model_copy(update={"wording": wording})


async def _proposed(model: LanguageModel, sentences: list[str]) -> dict[str, str]:
    """What the model makes of each sentence.

    Raises:
        DigitalFteError: nothing.
    """
    prompt = render(PROMPTS, "polish", {"longest": LONGEST_SENTENCE}).text
    question = json.dumps({"sentences": sentences}, ensure_ascii=False)
    answer = await ask_model(model, PURPOSE, (prompt, question), Reworded)
    if len(answer.sentences) != len(sentences):
        raise ModelNonsenseError(model.model)
    return dict(zip(sentences, (one.strip() for one in answer.sentences), strict=True))


def _taken(briefing: Briefing, proposed: Mapping[str, str]) -> dict[str, str]:
    """The wording of each sentence: the proposed one, or the plain one where that tells something else."""
    taken = {}
    for place, (plain, reworded) in enumerate(proposed.items(), start=1):
        problem = refusal(plain, reworded, briefing.names)
        taken[plain] = plain if problem else reworded
        if problem:
            _tell_refusal(briefing.week, place, problem, (plain, reworded))
    return taken


def _tell_refusal(week: str, place: int, problem: str, sentences: tuple[str, str]) -> None:
    plain, reworded = sentences
    event = AuditEvent(
        action=REFUSED,
        status=AuditStatus.INFO,
        actor="model",
        resource=f"briefing {week}",
        details={"sentence": place, "not_kept": problem},
        private={"plain": plain, "reworded": reworded},
    )
    audit_log().append(event, datetime.now(UTC))
