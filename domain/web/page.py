"""What a page or feed says: words of others, kept as text and never followed."""

from pydantic import BaseModel


class Paragraph(BaseModel, frozen=True):
    """A paragraph of a page, or an entry of a feed with its link and what tells it from others."""

    text: str
    link: str = ""
    id: str = ""
    published: str = ""


class PageLink(BaseModel, frozen=True):
    """Where a link leads, and what it shows."""

    shown: str
    address: str


class PageText(BaseModel, frozen=True):
    """A page's readable text, or a feed's entries.

    Attributes:
        published: The day that the page says it is of.
        is_cut: There is more text than is kept.
    """

    title: str = ""
    published: str = ""
    language: str = ""
    paragraphs: tuple[Paragraph, ...] = ()
    links: tuple[PageLink, ...] = ()
    is_cut: bool = False

    @property
    def text(self) -> str:
        """All paragraphs, a line each."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs)
