"""A line of a document, and a value found on one."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of text, with its box in any unit (y grows downwards) where that is known.

    `sure` is how surely its letters were recognised on a picture (0..1).
    """

    text: str
    x0: float | None = None
    y0: float | None = None
    x1: float | None = None
    y1: float | None = None
    page: int = 0
    sure: float = 1.0


class Found(BaseModel, Generic[T], frozen=True):
    """A value, how sure it is (0..1), and where it was read (`line 12: TOTAL RM 60.30`)."""

    value: T
    confidence: float = Field(ge=0, le=1)
    where: str
