"""Something that was agreed on, as a task of a person: what, who, until when."""

import datetime as dt
import hashlib

from pydantic import BaseModel, Field

from domain.text import OneLine

SOURCE = "todo"
MARK = "Something to do, agreed on in "
"""What its document begins with, so that nothing in it is ever read as a bill."""


class TodoInputs(BaseModel, extra="forbid", frozen=True, str_strip_whitespace=True):
    """One task."""

    what: OneLine = Field(min_length=1, max_length=300)
    agreed_in: OneLine = Field(min_length=1, max_length=200, description="the meeting")
    who: OneLine = Field(default="", max_length=100)
    due: dt.date | None = None

    @property
    def task_id(self) -> str:
        """The same thing of the same meeting is one task, however often it is told."""
        said = "\n".join([self.agreed_in, self.what, self.who, str(self.due)]).casefold()
        return f"{SOURCE}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


class Todo(BaseModel):
    """The task as its note has it."""

    task: str
    what: str
    due: str | None
    is_new: bool
