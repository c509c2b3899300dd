"""What a week did for a person, from the employee's own records."""

from datetime import datetime

from domain.briefing.part import Part
from domain.briefing.productivity import Served, productivity
from domain.week import Week
from tasks.briefing.recorded import Sources


def productivity_part(week: Week, now: datetime) -> Part:
    """Mails, important tasks, answers and how soon they came."""
    read = Sources(week, now)
    served = Served(log=read.log(), replies=read.replies(), left_out=tuple(read.said))
    return productivity(served, week, now).checked(read.checks)
