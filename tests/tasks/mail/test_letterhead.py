"""A bill whose sender stands only in its letterhead's picture is not from whoever else the page names."""

import io

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from blocks import documents
from domain.receipts.found import Found, Line
from domain.receipts.page.letterhead import drawn_lines
from tasks.mail.papers import pdf_readings, says_more

HEAD = ("Harbor Tool Works Ltd", "12 Mill Road, Leeds LS1 4AB", "harbor@toolworks.example")
BODY = (
    "Invoice to:",
    "Copperline Brewing Ltd",
    "5 Canal Street",
    "Leeds LS2 7QR",
    "",
    "Invoice number: HT-2031",
    "Invoice date: 4 May 2026",
    "",
    "Bench vice, 2 pieces    100.00",
    "VAT 20 %    20.00",
    "Total GBP    120.00",
)


def bill(*letterhead: str, text: tuple[str, ...] = BODY) -> bytes:
    """A page whose letterhead is a picture and whose rest is text."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    if letterhead:
        canvas.drawImage(ImageReader(drawn(*letterhead)), 50, 740, width=330, height=66)
    for number, row in enumerate(text):
        canvas.drawString(60, 640 - 18 * number, row)
    canvas.save()
    return buffer.getvalue()


def drawn(*rows: str) -> Image.Image:
    image = Image.new("L", (1000, 200), 255)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=44)
    for number, row in enumerate(rows):
        pen.text((10, 10 + 60 * number), row, font=font, fill=0)
    return image


def test_the_sender_is_read_in_the_letterhead_s_picture_and_all_else_in_the_text() -> None:
    (reading,), _ = pdf_readings(bill(*HEAD))
    assert reading.vendor is not None
    assert (reading.vendor.value, reading.vendor.confidence <= 0.9) == (HEAD[0], True)
    assert reading.number is not None
    assert (reading.number.value, reading.doubts) == ("HT-2031", ())


def scanned(left: tuple[str, ...], right: tuple[str, ...], below: tuple[str, ...]) -> bytes:
    """A letter with two columns as a scanner makes it of paper."""
    page = Image.new("L", (1240, 1000), 255)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=26)
    for rows, x, y in ((left, 90, 80), (right, 760, 260), (below, 90, 520)):
        for number, row in enumerate(rows):
            pen.text((x, y + 40 * number), row, font=font, fill=0)
    buffer = io.BytesIO()
    page.save(buffer, format="PDF", resolution=110)
    return buffer.getvalue()


def test_a_scanned_letter_is_read_by_its_columns() -> None:
    left = (*HEAD, "", *BODY[:4])
    right = ("Invoice number", "HT-2031", "Invoice date", "4 May 2026")
    below = ("Bench vice, 2 pieces        100.00", "VAT 20 %        20.00", "Total GBP        120.00")
    (reading,), _ = pdf_readings(scanned(left, right, below))
    found = [reading.vendor, reading.number, reading.net, reading.total]
    assert [one and str(one.value) for one in found] == [HEAD[0], "HT-2031", "100.00", "120.00"]
    assert all(one and one.confidence <= 0.9 for one in found)


def test_a_slogan_in_a_picture_is_no_better_than_a_likely_name_in_the_text() -> None:
    said = Found[str](value="Netpost", confidence=0.75, where="line 1")
    slogan, company = (
        Found[str](value=name, confidence=0.85, where="line 2") for name in ("PRINTED NOTICES", "Netpost Ltd")
    )
    assert (says_more(slogan, said), says_more(company, said)) == (False, True)
    assert says_more(slogan, said.model_copy(update={"confidence": 0.4}))
    assert (says_more(slogan, None), says_more(None, said)) == (True, False)


@pytest.mark.parametrize("bound", ["OCR_SECONDS", "PDF_SECONDS"])
def test_a_letterhead_that_took_too_long_is_said(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = documents.read_pdf

    def opened_then_hurried(content: bytes) -> documents.PdfContent:
        found = opened(content)
        monkeypatch.setattr(documents, bound, 0.05)
        return found

    monkeypatch.setattr(documents, "read_pdf", opened_then_hurried)
    (reading,), _ = pdf_readings(bill(*HEAD))
    assert [doubt.split(": ")[0] for doubt in reading.doubts] == [
        "the pictures on its letterhead were not read"
    ]


@pytest.mark.parametrize(
    ("letterhead", "before"), [((), ()), (HEAD, ("Supplier: Harbor Tool Works Ltd", "VAT GB123456789"))]
)
def test_without_pictures_or_question_none_is_looked_at(
    letterhead: tuple[str, ...], before: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "read_letterhead", lambda _: pytest.fail("it was looked at"))
    assert pdf_readings(bill(*letterhead, text=(*before, *BODY)))


def test_what_the_text_says_itself_is_no_news() -> None:
    words = [Line("Harbor", 50, 40, 90, 52), Line("Tool", 94, 40, 120, 52), Line("far", 50, 40, 120, 52, 1)]
    same, other = Line("Harbor Tool", 49, 39, 121, 53), Line("Works", 49, 60, 121, 74)
    assert drawn_lines([same, other], words) == [other]
