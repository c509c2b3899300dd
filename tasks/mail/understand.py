"""Reading a document as a person would: what is it, and what does it say about money?

Order of trust: an invoice's embedded XML, the data a shop put into its mail, the text of attached PDFs, the mail's
own text, and last what was read from a picture. A mail is judged first; only one that is a receipt is read for money.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from blocks import documents
from domain.accounting.taxed_sum import TaxedSum
from domain.appointments.event import MARK as DEADLINE_MARK
from domain.errors import RejectedError
from domain.mail.addresses import domain_of, is_free_mail
from domain.mail.announced import Missing, announces_a_document
from domain.mail.classify import MailKind, MailVerdict, body_of, classify
from domain.mail.facts import MailFacts
from domain.mail.forwarded import MAX_DEPTH, MAX_MAILS, as_forwarded, brings_files, forwarded_in, is_opened
from domain.mail.html_text import is_web_page
from domain.mail.parse import Attachment, ParsedMail, is_mail, is_readable, is_wrapped, parse_mail
from domain.mail.phishing import proof_of_origin
from domain.mail.structured import read_structured
from domain.planning.todo import MARK as TODO_MARK
from domain.receipts.einvoice import read_einvoice
from domain.receipts.found import Found, Line
from domain.receipts.paper import accompanies_a_bill
from domain.receipts.reading import Reading, ReadingSource, read_receipt
from domain.receipts.recognise import is_receipt, is_same_bill
from domain.receipts.trust import combined
from domain.social.mention import MARK
from domain.web.change import MARK as PAGE_MARK
from domain.whatsapp.message import MARK as MESSAGE_MARK
from tasks.mail.papers import (
    ReadPaper,
    attached_readings,
    html_readings,
    is_picture,
    pdf_readings,
    picture_readings,
    text_reading,
    with_payment,
)

_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x78\x9f\x3e\x22", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b")
_MAX_ATTACHMENTS = 8
_SENDER_CONFIDENCE, _PROVEN_SENDER_CONFIDENCE, _MAIL_DATE_CONFIDENCE = 0.6, 0.75, 0.75


class DocumentKind(StrEnum):
    """What was dropped or attached; only `receipt` may become an expense."""

    RECEIPT = "receipt"
    CREDIT_NOTE = "credit_note"
    MAIL_NEWSLETTER = "mail-newsletter"
    MAIL_ADVERTISING = "mail-advertising"
    MAIL_PHISHING = "mail-phishing"
    MAIL_REQUEST = "mail-request"
    MAIL_OTHER = "mail-other"
    TEXT = "text"
    MENTION = "mention"
    MESSAGE = "message"
    DEADLINE = "deadline"
    TODO = "todo"
    PAGE = "page"
    UNREADABLE = "unreadable"


_ARCHIVE_PROBLEM = (
    "needs a person: this is an archive, an Office file or one of Outlook's own; it is not opened. Take out the bill, "
    "or save it as PDF, and drop that"
)
_WORDS = {
    MARK: DocumentKind.MENTION,
    MESSAGE_MARK: DocumentKind.MESSAGE,
    DEADLINE_MARK: DocumentKind.DEADLINE,
    TODO_MARK: DocumentKind.TODO,
    PAGE_MARK: DocumentKind.PAGE,
}
"""Words of others and of the calendar, by what the document begins with: never a bill, whatever they say."""


class Understanding(BaseModel, frozen=True):
    """What a document is.

    Attributes:
        words: A message's or a text's.
        problem: What a person has to look at.
        missing: What a mail speaks of and does not bring.
    """

    kind: DocumentKind
    words: str = ""
    reading: Reading | None = None
    mail: MailFacts | None = None
    verdict: MailVerdict | None = None
    problem: str | None = None
    missing: Missing | None = None


def read_document(path: Path) -> Understanding:
    """Understand one file: text, a PDF, a picture, a mail or an XML, told apart by what is in it.

    A file that cannot be read is not an error but an answer: `unreadable`, with the reason.
    """
    try:
        content = documents.read_bytes(path)
        for mark, kind in _WORDS.items():
            if content.startswith(mark.encode()):
                return Understanding(kind=kind, words=documents.decode_text(content))
        return _giving_back(_read(path.suffix.lower(), content))
    except RejectedError as error:
        return Understanding(kind=DocumentKind.UNREADABLE, problem=str(error))


def _read(suffix: str, content: bytes) -> Understanding:
    start = content[:4096]
    if b"%PDF-" in start[:1024]:
        return _as_paper(pdf_readings(content))
    if is_picture(start):
        return _as_paper(picture_readings(content))
    if is_mail(suffix, start):
        return _opened(content, None, 0)
    if start.startswith(_ARCHIVES):
        return Understanding(kind=DocumentKind.UNREADABLE, problem=_ARCHIVE_PROBLEM)
    if suffix in {".pdf", ".png", ".jpg", ".jpeg", ".heic", ".tif", ".tiff"}:
        raise documents.BrokenDocumentError(f"{suffix} file", "its content is something else")
    return _read_text(suffix, start.lstrip(b"\xef\xbb\xbf \r\n\t"), content)


def _read_text(suffix: str, start: bytes, content: bytes) -> Understanding:
    if is_web_page(suffix, start):
        return _as_paper(html_readings(content))
    if suffix == ".xml" or start.startswith(b"<?xml"):
        return Understanding(kind=DocumentKind.RECEIPT, reading=read_einvoice(content))
    lines = documents.lines_of_text(documents.decode_text(content))
    return _as_bill_or_text(lines, text_reading(lines))


_OF_A_DEBT = ("due_on", "already_paid", "discount_until", "discount_total")
"""What a bill says of its payment, and a credit note has no use for."""


def _giving_back(found: Understanding) -> Understanding:
    """What gives money back is a credit note, whose sums are taken without their sign."""
    reading = found.reading
    if found.kind is not DocumentKind.RECEIPT or reading is None or reading.total is None:
        return found
    if not (reading.gives_back or reading.total.value < 0):
        return found
    sums = {
        name: one.model_copy(update={"value": abs(one.value)})
        for name in ("net", "tax", "total")
        if (one := getattr(reading, name)) is not None
    }
    said = reading.model_copy(update={**sums, **dict.fromkeys(_OF_A_DEBT)})
    if reading.total.value < 0 and (rates := reading.tax_breakdown):
        rows = tuple(TaxedSum(rate=one.rate, net=-one.net, tax=-one.tax) for one in rates.value)
        said = said.model_copy(update={"tax_breakdown": rates.model_copy(update={"value": rows})})
    return found.model_copy(update={"kind": DocumentKind.CREDIT_NOTE, "reading": said})


def _as_bill_or_text(lines: Sequence[Line], reading: Reading) -> Understanding:
    if not is_receipt(lines, reading):
        words = "\n".join(line.text for line in lines)
        return Understanding(kind=DocumentKind.TEXT, reading=reading, words=words)
    if reading.total is None:
        problem = f"needs a person: {'; '.join(reading.cannot_be)}"
        return Understanding(kind=DocumentKind.UNREADABLE, reading=reading, problem=problem)
    return Understanding(kind=DocumentKind.RECEIPT, reading=reading)


def _as_paper(paper: ReadPaper) -> Understanding:
    readings, lines = paper
    reading = combined(readings)
    if reading is None:
        return Understanding(kind=DocumentKind.UNREADABLE, problem="needs a person: the PDF has no text")
    if reading.source is ReadingSource.EINVOICE:
        return Understanding(kind=DocumentKind.RECEIPT, reading=reading)
    return _as_bill_or_text(lines, reading)


def _opened(content: bytes, cover: MailFacts | None, depth: int) -> Understanding:
    """A mail, or the one mail that it brings: that counts where it is a bill or a fraud, or the cover says nothing."""
    parsed = parse_mail(content)
    if cover is not None:
        parsed = as_forwarded(parsed, cover)
    facts, verdict = parsed.facts, classify(parsed.facts)
    brought = forwarded_in(content) if is_opened(facts, verdict) else ()
    if not brought:
        return _judged(parsed, verdict, is_forwarded=cover is not None)
    if len(brought) > 1 or brings_files(content) or depth == MAX_DEPTH:
        return Understanding(
            kind=DocumentKind.UNREADABLE, mail=facts, verdict=verdict, problem=_too_much(len(brought), depth)
        )
    found = _opened(brought[0], facts, depth + 1)
    if found.kind in _COUNTS or verdict.kind not in {MailKind.RECEIPT, MailKind.REQUEST}:
        return found.model_copy(update={"mail": facts})
    return _judged(parsed, verdict, is_forwarded=cover is not None)


_COUNTS = frozenset(
    {DocumentKind.RECEIPT, DocumentKind.CREDIT_NOTE, DocumentKind.UNREADABLE, DocumentKind.MAIL_PHISHING}
)
"""What a forwarded mail can be that its cover's words do not change."""


def _too_much(count: int, depth: int) -> str:
    how = (
        f"mails are forwarded in each other more than {MAX_DEPTH} deep"
        if depth == MAX_DEPTH
        else f"it brings {count} forwarded mails and files, and was not taken apart (at most {MAX_MAILS})"
    )
    return f"needs a person: {how}; save each bill from it and drop it into Inbox/"


def _judged(parsed: ParsedMail, verdict: MailVerdict, *, is_forwarded: bool) -> Understanding:
    facts, wrapped = parsed.facts, _wrapped(parsed)
    if verdict.kind is not MailKind.RECEIPT:
        problem = wrapped[0] if wrapped and verdict.kind in {MailKind.OTHER, MailKind.REQUEST} else None
        kind = DocumentKind(f"mail-{verdict.kind}")
        is_missing = verdict.kind in {MailKind.OTHER, MailKind.REQUEST} and announces_a_document(facts)
        missing = Missing.WRAPPED if problem else Missing.NOTHING if is_missing else None
        return Understanding(kind=kind, mail=facts, verdict=verdict, problem=problem, missing=missing)
    readings, problems = _readings_of_mail(parsed)
    reading = combined(readings)
    if wrapped or reading is None or reading.total is None:
        problem = next(iter([*wrapped, *map(str, problems)]), _NO_AMOUNT)
        return Understanding(
            kind=DocumentKind.UNREADABLE,
            reading=reading,
            mail=facts,
            verdict=verdict,
            problem=problem,
            missing=_missing(parsed, wrapped, problems),
        )
    unread = tuple(f"not read: {one}" for one in problems if one.may_be_the_bill)
    reading = reading.model_copy(update={"doubts": (*reading.doubts, *unread)})
    filled = _with_senders_facts(reading, facts, is_forwarded=is_forwarded)
    return Understanding(kind=DocumentKind.RECEIPT, reading=filled, mail=facts, verdict=verdict)


def _missing(parsed: ParsedMail, wrapped: list[str], problems: list["_UnreadFile"]) -> Missing | None:
    if wrapped:
        return Missing.WRAPPED
    if any(one.may_be_the_bill for one in problems):
        return Missing.UNREADABLE
    return None if parsed.attachments else Missing.NOTHING


_NO_AMOUNT = "needs a person: the mail looks like a bill, but no amount was found in it"


def _wrapped(parsed: ParsedMail) -> list[str]:
    """In words, the files that may hold the bill and are not opened, where no PDF or XML is attached."""
    files = parsed.attachments
    if any(_is_document(file) for file in files):
        return []
    return [
        f"needs a person: {file.name} is attached, which is not opened and may hold a bill; "
        "open the mail, save the bill as PDF and drop it into Inbox/, or ask the sender for a PDF"
        for file in files
        if is_wrapped(file.name, file.content_type)
    ]


def _is_document(file: Attachment) -> bool:
    return is_readable(file.name, file.content_type) and not file.content_type.startswith("image/")


class _UnreadFile(NamedTuple):
    name: str
    error: RejectedError

    def __str__(self) -> str:
        return f"{self.name}: {self.error}"

    @property
    def may_be_the_bill(self) -> bool:
        """A picture without letters is a decoration."""
        return not isinstance(self.error, documents.NothingWrittenError)


def _readings_of_mail(parsed: ParsedMail) -> tuple[list[Reading], list[_UnreadFile]]:
    """Every source of the mail in the order of trust, and what could not be read."""
    readings: list[Reading] = []
    problems: list[_UnreadFile] = []
    for attachment in parsed.attachments[:_MAX_ATTACHMENTS]:
        try:
            readings += attached_readings(attachment)
        except RejectedError as error:
            problems.append(_UnreadFile(attachment.name, error))
    structured = read_structured(parsed.facts.html) if parsed.facts.html else None
    if structured is not None:
        readings.append(structured)
    lines = [Line(f"Subject: {parsed.facts.subject}"), *documents.lines_of_text(body_of(parsed.facts))]
    in_text = with_payment(lines, read_receipt(lines))
    if in_text.total is not None:
        readings.append(in_text)
    return sorted(readings, key=lambda reading: _TRUST.index(reading.source)), problems


def bills_attached(content: bytes) -> list[frozenset[bytes]]:
    """The PDFs and XML files of each bill attached to a mail, by their content; empty for a mail that is no bill.

    A bill as PDF and as XML is one; terms, delivery notes and what cannot be read are none.
    """
    try:
        parsed = parse_mail(content)
        files = [file for file in parsed.attachments if _is_document(file)]
        is_bill = classify(parsed.facts).kind is MailKind.RECEIPT and not forwarded_in(content)
    except RejectedError:
        return []
    if not is_bill or not 1 < len(files) <= MAX_MAILS:
        return []
    found: list[tuple[Reading, frozenset[bytes]]] = []
    for file in files:
        reading = _bill_in(file)
        if reading is None:
            continue
        same = next((place for place, one in enumerate(found) if is_same_bill(one[0], reading)), None)
        if same is None:
            found.append((reading, frozenset({file.content})))
        else:
            found[same] = (found[same][0], found[same][1] | {file.content})
    return [contents for _, contents in found]


def _bill_in(file: Attachment) -> Reading | None:
    """What an attached file says, where it is a bill of its own."""
    try:
        if b"%PDF-" not in file.content[:1024]:
            return combined(attached_readings(file))
        readings, lines = pdf_readings(file.content)
    except RejectedError:
        return None
    reading = combined(readings)
    if reading is None or reading.source is ReadingSource.EINVOICE:
        return reading
    is_bill = reading.total is not None and is_receipt(lines, reading) and not accompanies_a_bill(lines)
    return reading if is_bill else None


_TRUST = (ReadingSource.EINVOICE, ReadingSource.STRUCTURED, ReadingSource.TEXT, ReadingSource.OCR)


def _with_senders_facts(reading: Reading, mail: MailFacts, *, is_forwarded: bool) -> Reading:
    """Fill a missing vendor, e-mail address and date from the mail itself; a colleague's forward is no vendor.

    Whose address a forwarded mail names is anybody's claim: it is shown as the vendor's name and asked about, but
    finds no vendor in the books.
    """
    changes: dict[str, object] = {}
    sender = domain_of(mail.sender_address)
    ours = bool(mail.to) and sender == domain_of(mail.to) and not is_free_mail(sender)
    if not ours:
        proven = proof_of_origin(mail, "dmarc") == "pass"
        sure = _PROVEN_SENDER_CONFIDENCE if proven else _SENDER_CONFIDENCE
        where = "the forwarded mail's sender" if is_forwarded else "the mail's sender"
        if mail.sender_name and (reading.vendor is None or reading.vendor.confidence < sure):
            changes["vendor"] = Found(value=mail.sender_name, confidence=sure, where=where)
        if reading.vendor_email is None and mail.sender_address and not is_forwarded:
            address = mail.sender_address.lower()
            changes["vendor_email"] = Found(value=address, confidence=sure, where=where)
    if reading.issued_on is None and mail.date:
        day = datetime.fromisoformat(mail.date).date()
        changes["issued_on"] = Found(value=day, confidence=_MAIL_DATE_CONFIDENCE, where="the mail's date")
    return reading.model_copy(update=changes)
