"""Reading one file's content for money: text, a saved page, a PDF, a picture; a paper that is no bill is doubted."""

import re
from collections.abc import Sequence
from decimal import Decimal

from blocks import documents
from domain.mail.html_text import read_page as read_html
from domain.mail.parse import Attachment
from domain.mail.structured import read_structured
from domain.receipts.business_names import LEGAL_FORM
from domain.receipts.einvoice import NotAnEInvoiceError, read_einvoice
from domain.receipts.found import Found, Line
from domain.receipts.layout import is_letter
from domain.receipts.page.letterhead import drawn_lines
from domain.receipts.page.reader import read_page
from domain.receipts.paper import GIVES_BACK, credited_bill, other_paper, own_number
from domain.receipts.reading import Reading, ReadingSource, read_receipt
from domain.receipts.remarks import owed_by_buyer, remarks
from domain.receipts.settled import settlement_of
from domain.receipts.trust import OCR_LIMIT, limited

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"RIFF", b"GIF8", b"BM")
_HEIF = re.compile(rb"....ftyp(?:hei|hev|mif|msf|avi)", re.DOTALL)

SURE_VENDOR, LIKELY_VENDOR = 0.8, 0.6
"""A vendor that the text says so surely is not looked for in pictures, which takes seconds; below the second, any name
that a picture says counts more."""

ReadPaper = tuple[list[Reading], Sequence[Line]]
"""What its parts say, in the order of trust, and its lines as a person sees them."""


def is_picture(start: bytes) -> bool:
    """Whether a content that begins so is a picture."""
    return start.startswith(_PICTURES) or bool(_HEIF.match(start))


def text_reading(lines: Sequence[Line]) -> Reading:
    """What a file's lines say; a mail's own words are judged as a mail."""
    return _as_its_paper(lines, read_receipt(lines))


def _as_its_paper(lines: Sequence[Line], reading: Reading) -> Reading:
    """The reading, doubted where the paper calls itself no bill, or is one that is booked otherwise."""
    said = other_paper(lines)
    also = remarks(lines, reading.total, reading.currency)
    doubts = (*reading.doubts, *([said] if said else []), *also)
    read = with_payment(lines, reading).model_copy(
        update={"doubts": doubts, "reverse_charge": owed_by_buyer(also)}
    )
    return _crediting(read, lines) if any(GIVES_BACK in doubt for doubt in doubts) else read


def with_payment(lines: Sequence[Line], reading: Reading) -> Reading:
    """The reading of a bill that says in a sentence that it is paid in full."""
    total = reading.total
    if total is None or reading.already_paid is not None:
        return reading
    said = settlement_of(lines, total.value)
    if said is None:
        return reading
    paid = Found[Decimal](value=total.value, confidence=total.confidence, where=str(said))
    return reading.model_copy(update={"already_paid": paid})


def _crediting(reading: Reading, lines: Sequence[Line]) -> Reading:
    """A credit note's: the bill that it names, and whose number is not its own."""
    credited, number, own = credited_bill(lines), reading.number, own_number(lines)
    if credited and number and credited.value == number.value:
        number, credited = (own, credited) if own and own.value != credited.value else (number, None)
    return reading.model_copy(update={"gives_back": True, "credited": credited, "number": number})


def picture_readings(content: bytes) -> ReadPaper:
    """What is recognised on a picture."""
    return _recognised(documents.read_image(content))


def _recognised(lines: Sequence[Line]) -> ReadPaper:
    """A letter's page is read by its columns, a till's roll by its rows."""
    read = read_page(lines) if is_letter(lines) else read_receipt(lines)
    return [limited(_as_its_paper(lines, read), OCR_LIMIT, ReadingSource.OCR)], lines


def html_readings(content: bytes) -> ReadPaper:
    """What a page that was saved from a browser says in its own data, and to a person who sees it."""
    html = documents.decode_text(content)
    lines = documents.lines_of_text(read_html(html).text)
    structured = read_structured(html)
    return [*([structured] if structured else []), text_reading(lines)], lines


def pdf_readings(content: bytes) -> ReadPaper:
    """What the embedded XML says and what the page says; a scan's page goes through OCR unless the XML is enough."""
    pdf = documents.read_pdf(content)
    readings = [reading for xml in pdf.xml if (reading := _einvoice_or_none(xml)) is not None]
    if pdf.lines:
        page = read_page(pdf.lines) if readings else page_reading(content, pdf)
        return [*readings, _as_its_paper(pdf.lines, page)], pdf.lines
    if readings:
        return readings, ()
    return _recognised(documents.read_scanned_pdf(content))


def page_reading(content: bytes, pdf: documents.PdfContent) -> Reading:
    """What the page's text says, and its letterhead's pictures where the text leaves open who sends the bill."""
    read = read_page(pdf.lines)
    try:
        drawn = letterhead_lines(content, pdf, read)
    except (documents.BrokenDocumentError, documents.OcrFailedError, documents.PicturesQueueError) as error:
        doubt = f"the pictures on its letterhead were not read: {error}"
        return read.model_copy(update={"doubts": (*read.doubts, doubt)})
    if not drawn:
        return read
    pictured = read_page(pdf.lines, drawn)
    return _from_a_picture(pictured) if says_more(pictured.vendor, read.vendor) else read


def says_more(pictured: Found[str] | None, said: Found[str] | None) -> bool:
    """Whether a picture's name counts: a slogan on it is no better than a likely name in the text, a company is."""
    if pictured is None or said is None:
        return pictured is not None
    return said.confidence < LIKELY_VENDOR or bool(LEGAL_FORM.search(pictured.value.upper()))


def letterhead_lines(content: bytes, pdf: documents.PdfContent, read: Reading) -> list[Line]:
    """What only the pictures on the page's head say, where they may tell who sends it and its text does not."""
    if not pdf.has_drawn_head or (read.vendor and read.vendor.confidence >= SURE_VENDOR):
        return []
    try:
        return drawn_lines(documents.read_letterhead(content), pdf.lines)
    except documents.NothingWrittenError:
        return []


def _from_a_picture(read: Reading) -> Reading:
    """The reading, its vendor no surer than what is recognised on a picture."""
    vendor = read.vendor
    sure = min(vendor.confidence, OCR_LIMIT) if vendor else 0.0
    return read.model_copy(update={"vendor": vendor and vendor.model_copy(update={"confidence": sure})})


def _einvoice_or_none(xml: bytes) -> Reading | None:
    """A PDF may carry other XML files too."""
    try:
        return read_einvoice(xml)
    except NotAnEInvoiceError:
        return None


def attached_readings(attachment: Attachment) -> list[Reading]:
    """What a mail's attachment says; nothing, where it is of a kind that is not opened."""
    start = attachment.content[:1024]
    if b"%PDF-" in start:
        return pdf_readings(attachment.content)[0]
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return [read_einvoice(attachment.content)] if attachment.name.lower().endswith(".xml") else []
    if is_picture(start):
        return picture_readings(attachment.content)[0]
    return []
