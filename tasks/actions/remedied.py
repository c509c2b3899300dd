"""A step with its remedies: what is refused is tried otherwise, and a person is asked before it is done that way."""

from dataclasses import dataclass, field, replace

from domain.errors import RejectedError
from domain.planning.remedy import MOST_REMEDIES, Remedy, remedy_for
from domain.policy.assess import Verdict
from domain.policy.handbook import Handbook
from tasks.actions.effects import Evidence, Request
from tasks.actions.step import performed


@dataclass
class Tried:
    """The step as it was tried last, and what was tried before, one sentence each."""

    request: Request
    sentences: list[str] = field(default_factory=list)


async def performed_or_remedied(tried: Tried, handbook: Handbook) -> Evidence | Verdict:
    """What proves that the step is done, or why a person has to decide first; `tried` follows what is changed.

    Raises:
        DigitalFteError: as `performed` does, where there is no remedy, or none is left.
    """
    for _ in range(MOST_REMEDIES):
        try:
            return await performed(tried.request, handbook)
        except RejectedError as refused:
            remedy = remedy_for(tried.request.step, refused)
            if remedy is None:
                raise
            _take(tried, remedy)
    return await performed(tried.request, handbook)


def _take(tried: Tried, remedy: Remedy) -> None:
    doubts = [*tried.request.doubts, remedy.because]
    tried.request = replace(tried.request, step=remedy.step, doubts=doubts)
    tried.sentences.append(remedy.because)
