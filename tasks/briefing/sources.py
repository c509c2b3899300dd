"""What a briefing is made from: one row per source, in the order in which a reader meets them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from domain.briefing import ahead, lessons, money, operations, outside, productivity, social
from domain.briefing.part import Part
from domain.week import Week
from tasks.briefing.ahead import ahead_part
from tasks.briefing.lessons import lessons_part
from tasks.briefing.money import SOURCE as BOOKS
from tasks.briefing.money import money_part
from tasks.briefing.operations import operations_part, productivity_part
from tasks.briefing.outside import outside_part
from tasks.briefing.social import SOURCE as PLATFORMS
from tasks.briefing.social import social_part


@dataclass(frozen=True)
class BriefingSource:
    """One source of a week's briefing.

    Attributes:
        read: The part of a week as of now. What it raises makes the part a missing one.
    """

    key: str
    title: str
    name: str
    read: Callable[[Week, datetime], Part]


SOURCES = (
    BriefingSource(money.KEY, money.TITLE, BOOKS, money_part),
    BriefingSource(social.KEY, social.TITLE, PLATFORMS, social_part),
    BriefingSource(outside.KEY, outside.TITLE, outside.SOURCE, outside_part),
    BriefingSource(operations.KEY, operations.TITLE, operations.SOURCE, operations_part),
    BriefingSource(productivity.KEY, productivity.TITLE, operations.SOURCE, productivity_part),
    BriefingSource(ahead.KEY, ahead.TITLE, ahead.SOURCE, ahead_part),
    BriefingSource(lessons.KEY, lessons.TITLE, lessons.SOURCE, lessons_part),
)
