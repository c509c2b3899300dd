"""Nicer words for a briefing, proposed by the connected language model: a sentence is taken where it tells the same.

No number passes through the model: where one of a sentence's facts differs, the plain sentence stands. Without a model,
or without its answer, all plain sentences do.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel

from blocks.language_model import ModelNonsenseError
from domain.briefing.briefing import Briefing
from domain.briefing.rewording import refusal
from domain.briefing.wording import BriefingWording
from domain.errors import DigitalFteError
from tasks.briefing.kept import kept_wording
from tasks.model.propose import ModelQuestion, Proposed, ask_models, tell_refusal

PURPOSE = "briefing.polish"
LONGEST_SENTENCE = 300


class RewordedSentences(BaseModel):
    """What the model is asked for: as many sentences as it got, in their order."""

    sentences: list[str]


@task(task_run_name="Polish the wording", cache_policy=NO_CACHE)
async def polish_wording(polished: Callable[[], Awaitable[Briefing]]) -> Briefing:
    """As a task run. It takes a function: Prefect looks through what a task is given, a briefing 0.3 s long."""
    return await polished()


async def polish(briefing: Briefing, *, anew: bool = False) -> Briefing:
    """The briefing in the words that were kept of its week; the model is asked for the others, once.

    Args:
        briefing: In plain words.
        anew: Forget the words that were kept.
    """
    plain, kept = briefing.rewordable, BriefingWording() if anew else kept_wording(briefing.week)
    known = {
        sentence: said
        for sentence in plain
        if (said := kept.sentences.get(sentence)) and not refusal(sentence, said, briefing.names)
    }
    wording = BriefingWording(sentences=known, model=kept.model)
    new = [sentence for sentence in plain if sentence not in known and len(sentence) <= LONGEST_SENTENCE]
    try:
        if new and (proposed := await _proposed(new)):
            taken = _taken(
                briefing, dict(zip(new, (one.strip() for one in proposed.said.sentences), strict=True))
            )
            wording = BriefingWording(sentences=known | taken, model=proposed.model)
    except DigitalFteError as error:
        wording = wording.model_copy(update={"problem": str(error)})
    return briefing.model_copy(update={"wording": wording})


async def _proposed(sentences: list[str]) -> Proposed[RewordedSentences] | None:
    """What a model makes of the sentences, one for each.

    Raises:
        DigitalFteError: nothing.
    """
    asked = {"sentences": sentences}
    prompt = ("polish", {"longest": LONGEST_SENTENCE})
    proposed = await ask_models(ModelQuestion(PURPOSE, prompt, asked, RewordedSentences, seconds=None))
    if proposed and len(proposed.said.sentences) != len(sentences):
        raise ModelNonsenseError(proposed.model)
    return proposed


def _taken(briefing: Briefing, proposed: Mapping[str, str]) -> dict[str, str]:
    """The wording of each sentence: the proposed one, or the plain one where that tells something else."""
    taken = {}
    for place, (plain, reworded) in enumerate(proposed.items(), start=1):
        problem = refusal(plain, reworded, briefing.names)
        taken[plain] = plain if problem else reworded
        if problem:
            where, said = (
                f"briefing {briefing.week}, sentence {place}",
                {"plain": plain, "reworded": reworded},
            )
            tell_refusal("wording", where, problem, said, datetime.now(UTC))
    return taken
