"""Which answer of the owner's own template fits what somebody said; a proposal, which a person takes or not."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from domain.errors import RejectedError
from domain.refused_values import refusals


class BadAnswersError(RejectedError):
    """The template cannot be read."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"no answer is proposed: {problem}")


class AnswerByWords(BaseModel, frozen=True, extra="forbid"):
    """What is proposed where one of the words begins a word of the text, or stands in it, where it is no letter."""

    words: tuple[str, ...] = Field(min_length=1)
    answer: str = Field(min_length=1, max_length=1000)

    def fits(self, text: str) -> bool:
        """Whether one of the words is there; capitals make no difference."""
        return any(_pattern(word).search(text.casefold()) for word in self.words)


def answers_of(front: Mapping[str, Any]) -> list[AnswerByWords]:
    """The template's answers in its order.

    Raises:
        BadAnswersError: one is not what it has to be.
    """
    try:
        return [AnswerByWords.model_validate(value) for value in front.values()]
    except ValidationError as error:
        raise BadAnswersError("; ".join(refusals(error))) from error


def proposed(text: str, answers: list[AnswerByWords]) -> str:
    """The first answer that fits; empty: none does, and nothing is proposed."""
    return next((one.answer for one in answers if one.fits(text)), "")


def _pattern(word: str) -> re.Pattern[str]:
    folded = word.casefold()
    has_words = folded[:1].upper() != folded[:1]  # scripts without capitals often write no spaces either
    return re.compile((r"(?<!\w)" if has_words else "") + re.escape(folded))
