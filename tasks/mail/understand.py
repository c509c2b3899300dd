"""Reading a document as a person would: what is it, and what does it say about money?

Order of trust: an invoice's embedded XML, the data a shop put into its mail, the text of attached PDFs, the mail's
own text, and last what an OCR engine saw. A mail is judged first; only one that is a receipt is read for money.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from blocks import documents
from domain.errors import RejectedError
from domain.mail.addresses import domain_of, is_free_mail
from domain.mail.classify import MailKind, MailVerdict, body_of, classify
from domain.mail.facts import MailFacts
from domain.mail.parse import Attachment, ParsedMail, parse_mail
from domain.mail.phishing import proof_of_origin
from domain.mail.structured import read_structured
from domain.receipts.einvoice import NotAnEInvoiceError, read_einvoice
from domain.receipts.found import Found, Line
from domain.receipts.page.reader import read_page
from domain.receipts.reading import Reading, Source, read_receipt
from domain.receipts.recognise import is_receipt
from domain.receipts.trust import OCR_LIMIT, combined, limited

_MAIL_START = re.compile(
    rb"\A(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,40}?(?:Received|MIME-Version|Message-ID):", re.IGNORECASE
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"RIFF", b"GIF8", b"BM")
_HEIF = re.compile(rb"....ftyp(?:hei|hev|mif|msf|avi)", re.DOTALL)
_MAX_ATTACHMENTS = 8
_SENDER_CONFIDENCE, _PROVEN_SENDER_CONFIDENCE, _MAIL_DATE_CONFIDENCE = 0.6, 0.75, 0.75


class DocumentKind(StrEnum):
    """What was dropped or attached; only `receipt` may become an expense."""

    RECEIPT = "receipt"
    MAIL_NEWSLETTER = "mail-newsletter"
    MAIL_ADVERTISING = "mail-advertising"
    MAIL_PHISHING = "mail-phishing"
    MAIL_REQUEST = "mail-request"
    MAIL_OTHER = "mail-other"
    TEXT = "text"
    UNREADABLE = "unreadable"


class Understanding(BaseModel):
    """What a document is; `problem` says in words what a person has to look at."""

    model_config = ConfigDict(frozen=True)

    kind: DocumentKind
    reading: Reading | None = None
    mail: MailFacts | None = None
    verdict: MailVerdict | None = None
    problem: str | None = None


def read_document(path: Path) -> Understanding:
    """Understand one file: text, a PDF, a picture, a mail or an XML, told apart by what is in it.

    A file that cannot be read is not an error but an answer: `unreadable`, with the reason.
    """
    try:
        content = documents.read_bytes(path)
        return _reader_for(path.suffix.lower(), content)(content)
    except RejectedError as error:
        return Understanding(kind=DocumentKind.UNREADABLE, problem=str(error))


def _reader_for(suffix: str, content: bytes) -> Callable[[bytes], Understanding]:
    start = content[:4096]
    if b"%PDF-" in start[:1024]:
        return _read_pdf_file
    if _is_picture(start):
        return _read_picture
    if suffix == ".eml" or _MAIL_START.match(start):
        return _read_mail
    if suffix in {".pdf", ".png", ".jpg", ".jpeg", ".heic", ".tif", ".tiff"}:
        return _refuse(suffix)
    if suffix == ".xml" or start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        return _read_xml
    return _read_text


def _is_picture(start: bytes) -> bool:
    return start.startswith(_PICTURES) or bool(_HEIF.match(start))


def _refuse(suffix: str) -> Callable[[bytes], Understanding]:
    def refuse(_content: bytes) -> Understanding:
        raise documents.BrokenDocumentError(f"{suffix} file", "its content is something else")

    return refuse


def _read_text(content: bytes) -> Understanding:
    return _from_lines(documents.lines_of_text(documents.decode_text(content)))


def _from_lines(lines: Sequence[Line]) -> Understanding:
    reading = read_receipt(lines)
    kind = DocumentKind.RECEIPT if is_receipt(lines, reading) else DocumentKind.TEXT
    return Understanding(kind=kind, reading=reading)


def _read_xml(content: bytes) -> Understanding:
    return Understanding(kind=DocumentKind.RECEIPT, reading=read_einvoice(content))


def _read_picture(content: bytes) -> Understanding:
    lines = documents.read_image(content)
    found = _from_lines(lines)
    return found.model_copy(update={"reading": limited(found.reading or Reading(), OCR_LIMIT, Source.OCR)})


def _read_pdf_file(content: bytes) -> Understanding:
    readings, lines = _readings_of_pdf(content)
    reading = combined(readings)
    if reading is None:
        return Understanding(kind=DocumentKind.UNREADABLE, problem="needs a person: the PDF has no text")
    sure = reading.source is Source.EINVOICE or is_receipt(lines, reading)
    return Understanding(kind=DocumentKind.RECEIPT if sure else DocumentKind.TEXT, reading=reading)


def _readings_of_pdf(content: bytes) -> tuple[list[Reading], Sequence[Line]]:
    """What the embedded XML says and what the page says; a scan's page goes through OCR unless the XML is enough."""
    pdf = documents.read_pdf(content)
    readings = [reading for xml in pdf.xml if (reading := _einvoice_or_none(xml)) is not None]
    if pdf.lines:
        return [*readings, read_page(pdf.lines)], pdf.lines
    if readings:
        return readings, ()
    lines = documents.read_scanned_pdf(content)
    return [limited(read_receipt(lines), OCR_LIMIT, Source.OCR)], lines


def _einvoice_or_none(xml: bytes) -> Reading | None:
    """A PDF may carry other XML files too."""
    try:
        return read_einvoice(xml)
    except NotAnEInvoiceError:
        return None


def _read_mail(content: bytes) -> Understanding:
    parsed = parse_mail(content)
    verdict = classify(parsed.facts)
    if verdict.kind is not MailKind.RECEIPT:
        return Understanding(kind=DocumentKind(f"mail-{verdict.kind}"), mail=parsed.facts, verdict=verdict)
    readings, problems = _readings_of_mail(parsed)
    reading = combined(readings)
    if reading is None or reading.total is None:
        problem = (
            problems[0]
            if problems
            else "needs a person: the mail looks like a bill, but no amount was found in it"
        )
        return Understanding(
            kind=DocumentKind.UNREADABLE, reading=reading, mail=parsed.facts, verdict=verdict, problem=problem
        )
    filled = _with_senders_facts(reading, parsed.facts)
    return Understanding(kind=DocumentKind.RECEIPT, reading=filled, mail=parsed.facts, verdict=verdict)


def _readings_of_mail(parsed: ParsedMail) -> tuple[list[Reading], list[str]]:
    """Every source of the mail in the order of trust, and what could not be read."""
    readings: list[Reading] = []
    problems: list[str] = []
    for attachment in parsed.attachments[:_MAX_ATTACHMENTS]:
        try:
            readings += _readings_of_attachment(attachment)
        except RejectedError as error:
            problems.append(f"{attachment.name}: {error}")
    structured = read_structured(parsed.facts.html) if parsed.facts.html else None
    if structured is not None:
        readings.append(structured)
    lines = [Line(f"Subject: {parsed.facts.subject}"), *documents.lines_of_text(body_of(parsed.facts))]
    in_text = read_receipt(lines)
    if in_text.total is not None:
        readings.append(in_text)
    return sorted(readings, key=lambda reading: _TRUST.index(reading.source)), problems


_TRUST = (Source.EINVOICE, Source.STRUCTURED, Source.TEXT, Source.OCR)


def _readings_of_attachment(attachment: Attachment) -> Iterable[Reading]:
    start = attachment.content[:1024]
    if b"%PDF-" in start:
        return _readings_of_pdf(attachment.content)[0]
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return [read_einvoice(attachment.content)] if attachment.name.lower().endswith(".xml") else []
    if _is_picture(start):
        return [limited(read_receipt(documents.read_image(attachment.content)), OCR_LIMIT, Source.OCR)]
    return []


def _with_senders_facts(reading: Reading, mail: MailFacts) -> Reading:
    """Fill a missing vendor, e-mail address and date from the mail itself; a colleague's forward is no vendor."""
    changes: dict[str, object] = {}
    sender = domain_of(mail.sender_address)
    ours = bool(mail.to) and sender == domain_of(mail.to) and not is_free_mail(sender)
    if not ours:
        proven = proof_of_origin(mail, "dmarc") == "pass"
        sure = _PROVEN_SENDER_CONFIDENCE if proven else _SENDER_CONFIDENCE
        if mail.sender_name and (reading.vendor is None or reading.vendor.confidence < sure):
            changes["vendor"] = Found(value=mail.sender_name, confidence=sure, where="the mail's sender")
        if reading.vendor_email is None and mail.sender_address:
            address = mail.sender_address.lower()
            changes["vendor_email"] = Found(value=address, confidence=sure, where="the mail's sender")
    if reading.issued_on is None and mail.date:
        day = datetime.fromisoformat(mail.date).date()
        changes["issued_on"] = Found(value=day, confidence=_MAIL_DATE_CONFIDENCE, where="the mail's date")
    return reading.model_copy(update=changes)
