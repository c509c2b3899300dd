"""The Markdown a person decides on. Values come from outside, so they can't make rows, links or headings here."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.approvals.changes import label_of
from domain.approvals.request import RULES_CHANGE, ApprovalRequest
from domain.markdown import shown_block, shown_inline, shown_quote, visible
from domain.money import AmountTooLargeError, rounded
from domain.planning.catalogue import CATALOGUE
from domain.social.preview import Preview
from domain.times import shown_there

LONGEST_CELL = 160
"""Longer values, and those with several lines, stand in full under the table."""

ATTACHMENT = re.compile(r"^Attachments/[A-Za-z0-9._-]+$")

FIRST_KEYS = (
    "vendor",
    "payee",
    "total",
    "amount",
    "already_paid",
    "currency",
    "account",
    "vendor_iban",
    "vendor_account",
    "number",
    "issued_on",
    "due_on",
    "discount_until",
    "discount_total",
)
"""What a person looks for first; everything else follows in the action's own order."""

CHANNELS = {
    "ui": "the form in Prefect",
    "vault": "the Vault",
    "cli": "the command line",
    "mail": "mail",
    "whatsapp": "WhatsApp",
}
COUNTERPARTIES = (
    "vendor",
    "payee",
    "customer",
    "who",
    "partner",
    "account_name",
    "name",
    "rules",
    "subject",
    "invoice",
)
SAID_OF_PLAYBOOKS = ("what", "text", "bill", "category", "meeting", "missing", "month", "period")
"""What a playbook was told that says which of its kind it is, most telling first."""
NUMBER = re.compile(r"^\d+(\.\d+)?$")
LONGEST_TITLE = 120
LONGEST_SAID = 40
"""Of a post's text in a title."""

DOUBTS = ("doubtful: ", "unusual: ")
"""How the policy's reasons begin that question the values themselves."""

DOUBTFUL, WHY, WHAT = "What is doubtful", "Why you are asked", "What will be done"
HOW = "How it will be booked, as it looks now"
AFTERWARDS = {
    DOUBTFUL: "What was doubtful",
    WHY: "Why you were asked",
    WHAT: "What was asked for",
    HOW: "How it would be booked, as it looked then",
}
"""A request's headings, and what they are once it is decided."""

TERMS = "---\n\n"
"""Begins a request's last lines."""

SANDBOX_MARK = "**Sandbox: a practice company. Nothing real happens.**"


@dataclass(frozen=True)
class Background:
    """What a person may want to know beside the inputs; nothing of it is bound by the approval.

    Attributes:
        read: Of each value that was read in a document: `field`, `value`, `sure` and `where`.
        outcome: What the other side will make of it, as far as it is known now; e.g. account and tax.
    """

    read: Sequence[Mapping[str, str]] = ()
    outcome: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DocumentPage:
    """The page that shows a request's documents, and small pictures of them as addresses that hold the picture."""

    address: str
    pictures: Mapping[str, str] = field(default_factory=dict)


def render_request(  # noqa: PLR0913 (what is asked, why, and all that is known of it)
    title: str,
    inputs: Mapping[str, Any],
    *,
    reasons: Sequence[str],
    sandbox: bool,
    background: Background | None = None,
    preview: Preview | None = None,
) -> str:
    """Everything that will happen, and why a person is asked.

    Args:
        title: What the action does, in words.
        inputs: All its inputs, as JSON values.
        reasons: What the policy said.
        sandbox: Whether the outside world is the stand-in one.
        background: Where the inputs come from and what will become of them.
        preview: The same inputs as the public will read them, which then come first.
    """
    background = background or Background()
    rows = list(_flat(_ordered(inputs)))
    said = next((text.strip().partition("\n")[0] for _, text in preview.texts), "") if preview else ""
    parts = [f"### {shown_inline(run_title(title, {**inputs, 'parts': [said]} if said else inputs))}"]
    mark = [SANDBOX_MARK] if sandbox else []
    doubts = [reason for reason in reasons if reason.startswith(DOUBTS)]
    why = [*_section(DOUBTFUL, doubts), *_section(WHY, [one for one in reasons if one not in doubts])]
    parts += [*_as_read(preview, mark), *why] if preview else [*mark, *why, *_as_table(rows)]
    if background.outcome:
        outcome = [f"- {_label(key)}: {shown_inline(text)}" for key, text in background.outcome.items()]
        parts.append(f"#### {HOW}\n\n" + "\n".join(outcome))
    if places := list(_read_lines(rows, background.read)):
        parts.append("#### Where it was read\n\n" + "\n".join(places))
    return "\n\n".join(parts) + "\n"


def _as_table(rows: Sequence[tuple[str, Any]]) -> list[str]:
    """All values; those too long for the table in full under it."""
    filled = [_row(key, value) for key, value in rows if not _is_empty(value)]
    blocks = [(key, value) for key, value in rows if _is_long(value)]
    table = "\n".join([f"#### {WHAT}", "", "| What | Value |", "| --- | --- |", *filled])
    return [table, *(f"**{_label(key)}**, in full:\n\n{_in_full(str(value))}" for key, value in blocks)]


def _as_read(post: Preview, mark: list[str]) -> list[str]:
    """What the public will read and see, then the rest as a list: a narrow form cuts tables off."""
    parts = [f"#### {place}\n\n{_in_full(text)}" for place, text in post.texts if text]
    for file in post.files:
        shown = f"{'!' if file.is_picture else ''}[{file.name}](../{file.document})"
        parts.append(f"{shown}\n\n{file.name} is described as: {shown_inline(file.described_as)}")
    facts = [f"- {_label(key)}: {shown_inline(str(value))}" for key, value in post.facts.items() if value]
    return [*parts, *mark, "\n".join([f"#### {WHAT}", "", *facts])]


def _section(title: str, sentences: Sequence[str]) -> list[str]:
    """A heading with its list; nothing where there is nothing to say."""
    lines = [f"- {shown_inline(sentence.removeprefix('doubtful: '))}" for sentence in sentences]
    return ["\n".join([f"#### {title}", "", *lines])] if lines else []


def attachments(inputs: Mapping[str, Any]) -> list[str]:
    """The documents, pictures and videos that the inputs name, each once, in their order."""
    return list(dict.fromkeys(str(value) for _, value in _flat(inputs) if ATTACHMENT.match(str(value))))


def pictures_shown(shown: str) -> list[str]:
    """The pictures that a request shows as such, each once, in their order."""
    return list(dict.fromkeys(re.findall(r"!\[[^\]]*\]\(\.\./(Attachments/[^)]+)\)", shown)))


def with_documents(shown: str, documents: Sequence[str], page: DocumentPage) -> str:
    """The request with the pictures in it, and a link to the page that shows its documents, in their rows and above.

    The link stands under what the public will read, or else below the title: the form shows few lines at once.
    """
    for document in documents:
        small = page.pictures.get(document)
        seen = rf"![\1]({small})" if small else rf"[\1]({page.address})"
        shown = re.sub(rf"!\[([^\]]*)\]\(\.\./{re.escape(document)}\)", seen, shown)
        shown = shown.replace(f"](../{document})", f"]({page.address})")
    what = "the document" if len(documents) == 1 else f"the {len(documents)} files"
    headings = (shown.find(f"\n#### {name}\n") + 1 for name in (DOUBTFUL, WHY, WHAT))
    place = min(filter(None, headings), default=len(shown))
    return f"{shown[:place]}**[Look at {what}]({page.address})**\n\n{shown[place:]}"


def run_title(title: str, inputs: Mapping[str, Any]) -> str:
    """A run's name: the action, the amount and the counterparty, as plain text on one line."""
    inputs = next(iter(inputs.get("publications") or [inputs]))
    is_asked = bool({"playbook", "asked"} & inputs.keys())
    if is_asked:  # what is still to be said is no part of a title
        inputs = {**inputs, **inputs.get("values", {})}
        inputs = {name: value for name, value in inputs.items() if value and not str(value).startswith("(")}
    amount = inputs.get("total", inputs.get("amount"))
    is_known = amount is not None and not str(amount).startswith("(")
    money = _money_said(amount, str(inputs.get("currency") or "")) if is_known else ""
    quantity = str(inputs.get("quantity", "1")) if is_asked else "1"
    if money and quantity != "1" and NUMBER.match(quantity):
        money = f"{quantity} x {money.strip()}"
    payee = next((inputs[key] for key in COUNTERPARTIES if inputs.get(key)), "")
    told = next((inputs[key] for key in SAID_OF_PLAYBOOKS if inputs.get(key)), "") if is_asked else ""
    said = " ".join(str(next(iter(inputs.get("parts") or [told]))).split())
    said = "" if said == payee else said
    said = said if len(said) <= LONGEST_SAID else f"{said[: LONGEST_SAID - 1].rstrip()}…"
    words = ", ".join(filter(None, (money.strip(), str(payee), said)))
    text = f"{title}: {words}" if words else title
    shown = visible(text)
    return shown if len(shown) <= LONGEST_TITLE else f"{shown[: LONGEST_TITLE - 1]}…"


def _money_said(amount: object, currency: str) -> str:
    """With the digits of its currency (`345` is 345.00 USD); one that has more of them stays as it is."""
    try:
        whole = rounded(Decimal(str(amount)), currency) if currency else None
    except (InvalidOperation, AmountTooLargeError):
        whole = None
    said = whole if whole is not None and whole == Decimal(str(amount)) else amount
    return f"{said} {currency}"


def request_title(request: ApprovalRequest) -> str:
    """What a request is called, such as "Book a vendor bill in Odoo: 2480.00 USD, Harbor Street Offices"."""
    return title_of(request.action, request.inputs)


def title_of(action: str, inputs: Mapping[str, Any]) -> str:
    """The same of its action and what it is to be done with."""
    known = CATALOGUE.get(action)
    other = "Change the rules" if action == RULES_CHANGE else action
    return run_title(known.headed(inputs) if known else other, inputs)


def by_whom(request: ApprovalRequest) -> str:
    """Such as " by Ann through the Vault"; nothing where nobody decided."""
    through = CHANNELS.get(request.channel or "", request.channel)
    return f" by {request.approver} through {through}" if request.approver else ""


def edits_of(request: ApprovalRequest) -> dict[str, str]:
    """What the person changed, by what they saw: asked -> approved."""
    action = CATALOGUE.get(request.action)
    if action is None or not request.is_edited:
        return {}
    both = (action.inputs.model_validate(inputs) for inputs in (request.asked, request.inputs))
    asked, approved = (dict(_flat(action.shown(inputs))) for inputs in both)
    return {
        key: f"{asked.get(key)} -> {approved.get(key)}"
        for key in asked | approved
        if asked.get(key) != approved.get(key)
    }


def render_decision(request: ApprovalRequest, result: str) -> str:
    """What was decided, by whom, and what came of it (`result`, Markdown): for a second look, when it is over."""
    facts = {
        "Decision": request.state.value + (", as edited" if request.is_edited else ""),
        "By": request.approver,
        "Through": CHANNELS.get(request.channel or "", request.channel),
        "Proof": request.proof and request.proof.value,
        "At": request.decided_at and shown_there(request.decided_at),
        "Comment": request.comment,
    }
    rows = [f"| {name} | {shown_inline(str(value))} |" for name, value in facts.items() if value]
    rows += [
        f"| {_label(name)}, changed | {shown_inline(edit)} |" for name, edit in edits_of(request).items()
    ]
    rows.append(f"| What came of it | {result} |")
    _, _, asked = without_terms(request.shown).partition("\n\n")
    for now, then in AFTERWARDS.items():
        asked = asked.replace(f"\n#### {now}\n", f"\n#### {then}\n")
    table = "\n".join(["| What | Value |", "| --- | --- |", *rows])
    return f"### {shown_inline(request_title(request))}\n\n{table}\n\n---\n\n{asked}"


def with_terms(
    shown: str,
    content_hash: str,
    expires_at: datetime,
    *,
    proof_required: bool,
    changeable: Iterable[str] = (),
) -> str:
    """The request with its last lines: what exactly is bound, until when, what the answer needs and may change."""
    needs = "**the one-time code** of an enrolled approver" if proof_required else "your name"
    may = f"You may change: {shown_inline(', '.join(changeable))}. " if changeable else ""
    return (
        f"{shown.rstrip()}\n\n{TERMS}Needs {needs}. Without an answer it expires on {shown_there(expires_at)} "
        f"and is not done. {may}Content `{content_hash[:12]}`.\n"
    )


def without_terms(shown: str) -> str:
    """The request without its last lines, which are made anew for each version and say nothing once it is decided."""
    return shown.rpartition(TERMS)[0]


def _ordered(inputs: Mapping[str, Any]) -> dict[str, Any]:
    first = {key: inputs[key] for key in FIRST_KEYS if key in inputs}
    return first | {key: value for key, value in inputs.items() if key not in first}


def filled_values(inputs: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Every value by the words that lead to it; what is empty is left out."""
    return [(path, value) for path, value in _flat(inputs) if not _is_empty(value)]


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _flat(item, f"{path} {key}".strip())
    elif isinstance(value, list | tuple) and value:
        for number, item in enumerate(value, start=1):
            yield from _flat(item, f"{path} {number}".strip())
    else:
        yield path, value


def _is_long(value: Any) -> bool:
    text = str(value)
    return len(text) > LONGEST_CELL or len(text.strip().splitlines()) > 1


def _in_full(text: str) -> str:
    """Prose so that it is broken where it is shown; what is set out by its blanks as it is."""
    return shown_block(text) if any(line.startswith(" ") for line in text.splitlines()) else shown_quote(text)


def _read_lines(rows: Sequence[tuple[str, Any]], read: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Where each value was read and how surely; one that is no longer what was read has no line."""
    shown = {(key, str(value)) for key, value in rows}
    for one in read:
        if (one["field"], one["value"]) in shown:
            yield f"- {_label(one['field'])}: {one['sure']} sure, {shown_inline(one['where'][:LONGEST_CELL])}"


def _row(key: str, value: Any) -> str:
    return f"| {_label(key)} | {_cell(value)} |"


def _label(key: str) -> str:
    return shown_inline(label_of(key))


def _cell(value: Any) -> str:
    text = str(value)
    if ATTACHMENT.match(text):
        return f"[{shown_inline(text)}](../{text})"
    if _is_long(value):
        return f"{shown_inline(text[:60])}… (in full below)"
    return shown_inline(text)


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], {})
