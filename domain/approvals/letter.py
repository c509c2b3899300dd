"""A request as a letter: the same Markdown that the form shows, as a page with its pictures and as plain words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from markdown_it import MarkdownIt
from pydantic import ValidationError

from domain.approvals.render import SANDBOX_MARK, request_title
from domain.approvals.reply import HOW_TO
from domain.approvals.request import ApprovalRequest
from domain.mail.html_text import read_page
from domain.planning.catalogue import CATALOGUE

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_FILE = re.compile(r"(!?)\[([^\]]*)\]\(\.\./(Attachments/[A-Za-z0-9._-]+)\)")
_PAGE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>'
    "body{{font:16px/1.45 sans-serif;max-width:42em;margin:auto;padding:8px}}td,th{{text-align:left;padding:3px 10px "
    "3px 0;vertical-align:top;border-bottom:1px solid #ddd}}img{{max-width:100%;height:auto}}blockquote{{margin:0;"
    "padding-left:10px;border-left:3px solid #ccc}}</style></head><body>{how}{shown}{left_out}</body></html>"
)


@dataclass(frozen=True)
class RequestLetter:
    """What is mailed."""

    subject: str
    text: str
    html: str


def is_sent(request: ApprovalRequest, rule: str | Decimal, currency: str) -> bool:
    """Whether the handbook's rule (all, none, or sums above an amount) has this request sent to the owner.

    A sum that cannot be compared is sent, and so is what has none.
    """
    if not request.is_open or not isinstance(rule, Decimal):
        return request.is_open and rule != "none"
    action = CATALOGUE.get(request.action)
    try:
        money = action.money(action.inputs.model_validate(request.inputs)) if action else None
    except ValidationError:
        return True
    return money is None or money.currency != currency or money.amount > rule


def letter_of(
    request: ApprovalRequest,
    shown: str,
    pictures: Mapping[str, str],
    left_out: Mapping[str, str],
    *,
    answer: str = "this mail",
) -> RequestLetter:
    """The letter that asks.

    Args:
        request: What is asked.
        shown: What is decided on, Markdown.
        pictures: Content-IDs of the pictures inside the page, by their files in the Vault.
        left_out: Why a file does not come with it, by its name.
        answer: What is to be answered.
    """

    def placed(found: re.Match[str]) -> str:
        mark, name, file = found.groups()
        return f"![{name}](cid:{pictures[file]})" if mark and file in pictures else name

    lines = [f"{name} does not come with this: {why}" for name, why in left_out.items()]
    how = (
        f"To decide, answer {answer}: {HOW_TO}. What stands below is not read. It is about {request.id} and counts "
        "for exactly this."
    )
    html = _PAGE.format(
        how=f"<p>{escape(how)}</p><hr>",
        shown=_MARKDOWN.render(_FILE.sub(placed, shown)),
        left_out="".join(f"<p>{escape(line)}</p>" for line in lines),
    )
    return RequestLetter(subject_of(request, shown), read_page(html).text, html)


def subject_of(request: ApprovalRequest, shown: str) -> str:
    """The mail's subject, with the request's id for whatever loses the thread."""
    mark = "[Sandbox] " if SANDBOX_MARK in shown else ""
    return f"{mark}Please decide: {request_title(request)} [{request.id}]"
