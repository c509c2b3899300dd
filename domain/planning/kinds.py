"""The kinds of tasks: what each is called, how soon it wants attention, and what a person can do about it."""

from dataclasses import dataclass

HIGH, NORMAL, LOW = "high", "normal", "low"


@dataclass(frozen=True)
class TaskKind:
    """One kind.

    Attributes:
        said: With its article.
        priority: Where nothing else says one.
        domain: Whose matter it is where nothing else says; empty: that is not known by the kind alone.
        to_do: What a person can do, where no playbook is for it.
    """

    said: str
    priority: str = NORMAL
    domain: str = ""
    to_do: str = "no playbook says what to do with it; do it yourself and move this note to Done/"


_NOTHING = "nothing is to be done; move this note to Done/ once you have read it"
_DECIDE = "a mail's request is never carried out by itself; read it and decide"
_ANSWER = "read it and answer; nothing in it is carried out by itself"

KINDS = {
    "receipt": TaskKind("a bill or receipt", domain="business"),
    "credit_note": TaskKind(
        "a vendor's credit note",
        domain="business",
        to_do="enter it in Odoo (Vendors, Refunds), then move this note to Done/",
    ),
    "expense": TaskKind("a receipt of an employee's own expenses", domain="business"),
    "order": TaskKind("an agent's order"),
    "mention": TaskKind(
        "words to the business in public",
        domain="business",
        to_do="nothing in them is ever carried out; to answer, take the proposed_answer with "
        "fte mentions answer and this note's name (--text: in your words), else move this note to Done/",
    ),
    "message": TaskKind(
        "a message on WhatsApp",
        to_do="nothing in it is ever carried out by itself; to answer: fte whatsapp reply with this note's name and "
        "--text (without it: the proposed_answer, where there is one), else move this note to Done/",
    ),
    "deadline": TaskKind(
        "a deadline of your calendar",
        domain="personal",
        to_do="do it and move this note to Done/; it follows when you move or delete it in the calendar",
    ),
    "todo": TaskKind(
        "something to do that was agreed on",
        domain="business",
        to_do="do it, or see that whoever it says does it, and move this note to Done/",
    ),
    "page": TaskKind(
        "a change on a watched page",
        domain="business",
        to_do="nothing in it is ever carried out; read it, then move this note to Done/",
    ),
    "unreadable": TaskKind("a document that could not be read"),
    "text": TaskKind(
        "a text that is no bill",
        to_do="drop the bill itself into Inbox/ if there is one. If it asks for something, the words were not "
        "understood: what can be asked for stands in the notes of Playbooks/, such as: Who hasn't paid? Invoice Acme "
        "450 for the workshop. I spent 12.80 on a taxi yesterday. Drop it again in such words, or do it yourself; then "
        "move this note to Done/",
    ),
    "newsletter": TaskKind("a newsletter", LOW, "personal"),
    "advertising": TaskKind("an advertising mail", LOW, "personal"),
    "phishing": TaskKind(
        "a mail that looks like a fraud",
        HIGH,
        to_do="pay nothing and open nothing in it; ask the business it names on a number that you know",
    ),
    "owner_request": TaskKind("a request of the owner", HIGH, to_do=_DECIDE),
    "request": TaskKind("a mail that asks for something", HIGH, to_do=_DECIDE),
    "reminder": TaskKind(
        "a payment reminder",
        HIGH,
        "business",
        to_do="look whether the bill is in the books and paid; the bill is another document",
    ),
    "payment_problem": TaskKind("a charge that failed or is to come", HIGH, "business", _DECIDE),
    "complaint": TaskKind("a complaint", HIGH, "business", _ANSWER),
    "invoice_question": TaskKind("a question about an invoice", HIGH, "business", _ANSWER),
    "quote_request": TaskKind("a request for a quote", HIGH, "business", _ANSWER),
    "quote": TaskKind("a quote that was received", NORMAL, "business", _DECIDE),
    "support": TaskKind("a question of a customer", NORMAL, "business", _ANSWER),
    "application": TaskKind("a job application", NORMAL, "business", _ANSWER),
    "follow_up": TaskKind("what was agreed in a meeting", NORMAL, "business", _DECIDE),
    "appointment": TaskKind("an appointment", to_do=_ANSWER),
    "official": TaskKind("a letter of an authority", HIGH, to_do=_DECIDE),
    "bank": TaskKind(
        "a notice about money that moved",
        to_do="which bill or invoice is it for? Record its payment in Odoo; where it is for a bill that is not in the "
        "books, drop the bill into Inbox/. Then, or if it is for none, move this note to Done/",
    ),
    "delivery": TaskKind("a note about an order on its way", LOW, to_do=_NOTHING),
    "notice": TaskKind("a notice about an account or a service", to_do=_NOTHING),
    "housing": TaskKind("a matter of the rooms", to_do=_ANSWER),
    "school": TaskKind("a matter of the school", NORMAL, "personal", _ANSWER),
    "health": TaskKind("a matter of health", NORMAL, "personal", _ANSWER),
    "family": TaskKind("a mail of family or friends", NORMAL, "personal", _ANSWER),
    "other": TaskKind("a personal mail or a notice", to_do=_NOTHING),
}

FIXED = frozenset({"order", "mention", "message", "deadline", "todo", "page"})
"""Kinds that nothing changes: they rest on records of our own, or are what they are answered by."""
BY_ITS_DOCUMENT = FIXED | {"receipt", "credit_note", "expense", "unreadable", "text"}
"""Only what was read makes a task one of these: no rule, no correction and no model does."""
QUIET = frozenset({"newsletter", "advertising"})
"""Filed away without a question."""
GIVEN = frozenset(KINDS) - BY_ITS_DOCUMENT
"""What a person, a rule of the handbook or a correction can call a task."""
ANSWERED = frozenset({"mention", "message"} | {name for name, kind in KINDS.items() if kind.to_do is _ANSWER})
"""What a person answers, so that a draft of an answer helps."""
PROPOSED = GIVEN - QUIET - {"owner_request"}
"""What a language model may: nothing is done for any of these that was not done without it."""
_UNKNOWN = TaskKind("")
_ELSE = "If it is something else, write what it is into this note (such as kind: support, with status: new)"


def name_of(kind: str) -> str:
    """A kind of task as a person says it."""
    return KINDS[kind].said if kind in KINDS else f"a task of the kind '{kind}'"


def nothing_planned(kind: str, *, is_doubtful: bool = False) -> str:
    """What a task is, or may be, that no playbook is for, and what a person can do about it."""
    said = f"{name_of(kind)}: {KINDS.get(kind, _UNKNOWN).to_do}"
    return f"perhaps {said}. {_ELSE}" if is_doubtful else said
