"""A card: a quotation, a figure or a tip as a picture; what it says, and what no picture of ours can show."""

import re
import unicodedata
from enum import StrEnum

from pydantic import BaseModel, field_validator

from domain.errors import RejectedError
from domain.social.post import plain

WIDTH, HEIGHT = 1080, 1350
"""Pixels: 4 to 5, the tallest that Instagram takes; the other platforms take it as well."""
_EMOJI = re.compile("[\U0001f000-\U0001faff\ufe0f\u20e3\u200d\U000e0020-\U000e007f]")


class CardKind(StrEnum):
    """What a card shows."""

    QUOTE = "quote"
    STATISTIC = "statistic"
    TIP = "tip"


class NoCardError(RejectedError):
    """A text cannot be shown as a card."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"there is no card of this: {problem}")


class Card(BaseModel, frozen=True):
    """One card.

    Attributes:
        main: The quotation, the figure or the tip.
        beside: Who said it, what the figure is of, or the word above the tip.
    """

    kind: CardKind
    main: str
    beside: str = ""

    @field_validator("main", "beside")
    @classmethod
    def _visible(cls, value: str) -> str:
        return plain(value)

    @property
    def alt_text(self) -> str:
        """What somebody who cannot see the card is told: all that it says."""
        match self.kind:
            case CardKind.QUOTE:
                return f"“{self.main}”" + (f" {self.beside}" if self.beside else "")
            case CardKind.STATISTIC:
                return " ".join(filter(None, [self.main, self.beside]))
            case CardKind.TIP:
                return f"{self.beside}: {self.main}" if self.beside else self.main


def check_card(card: Card) -> None:
    """Refuse what would be shown wrongly, whatever the font.

    Raises:
        NoCardError: it is empty, or has emoji.
    """
    if not card.main:
        raise NoCardError("its text is empty; write something")
    if found := _EMOJI.search(card.main + card.beside):
        name = unicodedata.name(found.group(), "a part of one")
        raise NoCardError(
            f"the text has an emoji ({name.lower()}), and a card is drawn without colour fonts; leave it out here, it "
            "can stand in the post's text"
        )


def is_right_to_left(text: str) -> bool:
    """Whether the text reads from the right: its first letter does (Unicode bidirectional algorithm, rule P2)."""
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind != "L" for kind in kinds if kind in {"L", "R", "AL"}), False)
