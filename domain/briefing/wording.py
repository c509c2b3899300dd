"""The words that were taken for a briefing's plain sentences."""

from pydantic import BaseModel


class BriefingWording(BaseModel, frozen=True):
    """The words of one week.

    Attributes:
        sentences: What is said in place of a plain sentence; itself where the plain one stands.
        model: Who proposed them.
        problem: Why the other sentences are plain, where somebody was asked.
    """

    sentences: dict[str, str] = {}
    model: str = ""
    problem: str = ""

    @property
    def said(self) -> str:
        """What a reader has to know of it, in one line; empty where nobody was asked."""
        if self.problem:
            return f"{'Some of the' if self.sentences else 'The'} wording is plain: {self.problem}."
        if not self.sentences:
            return ""
        reworded = sum(plain != said for plain, said in self.sentences.items())
        return (
            f"Worded by {self.model}: {reworded} of {len(self.sentences)} sentences, with the numbers, names and links "
            "of the plain ones."
        )

    def of(self, plain: str) -> str:
        """A sentence as it is said."""
        return self.sentences.get(plain, plain)
