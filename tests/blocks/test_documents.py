import io
import json
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from pillow_heif import register_heif_opener
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from blocks import documents
from blocks.pdf_worker import written
from domain.receipts.found import Line
from domain.receipts.layout import rows_of


def pdf(*rows: str, pages: int = 1) -> bytes:
    buffer = io.BytesIO()
    paper = canvas.Canvas(buffer, pagesize=A4)
    for _ in range(pages):
        for number, row in enumerate(rows):
            label, _, amount = row.partition("|")
            paper.drawString(60, 780 - 20 * number, label)
            if amount:
                paper.drawRightString(520, 780 - 20 * number, amount)
        paper.showPage()
    paper.save()
    return buffer.getvalue()


def picture(*rows: str, form: str = "PNG") -> bytes:
    """No wider than its rows and nearly square: recognition takes as long as there are pixels once it is enlarged."""
    image = Image.new("L", (520, max(400, 80 + 60 * len(rows))), 255)
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=34)
    for number, row in enumerate(rows):
        pen.text((40, 40 + 60 * number), row, font=font, fill=0)
    buffer = io.BytesIO()
    image.save(buffer, format=form)
    return buffer.getvalue()


def scanned_pdf(*rows: str) -> bytes:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(picture(*rows))).save(buffer, format="PDF", resolution=150)
    return buffer.getvalue()


def test_a_pdfs_words_keep_their_places() -> None:
    content = documents.read_pdf(pdf("Harbor Print Co.", "Total|$1,840.00"))
    rows = [" | ".join(cell.text for cell in row.cells) for row in rows_of(content.lines)]
    assert rows == ["Harbor Print Co.", "Total | $1,840.00"]
    assert content.pages == 1


def test_a_long_pdf_is_read_to_a_limit() -> None:
    content = documents.read_pdf(pdf("Terms and conditions apply here", pages=documents.MAX_PAGES + 5))
    assert content.pages == documents.MAX_PAGES + 5
    assert max(line.page for line in content.lines) == documents.MAX_PAGES - 1


def drawn(draw: Callable[[canvas.Canvas], None], pages: int = 1) -> list[str]:
    """The words of pages that were drawn by hand."""
    buffer = io.BytesIO()
    pen = canvas.Canvas(buffer, pagesize=A4)
    for _ in range(pages):
        draw(pen)
        pen.showPage()
    pen.save()
    return [line.text for line in documents.read_pdf(buffer.getvalue()).lines]


def test_the_last_pages_of_a_long_pdf_are_read() -> None:
    pages = iter(range(30))
    words = drawn(lambda pen: pen.drawString(50, 700, f"this is page-{next(pages)}"), pages=30)
    assert "page-0" in words
    assert "page-29" in words
    assert "page-15" not in words


def test_small_print_keeps_its_spaces() -> None:
    def small(pen: canvas.Canvas) -> None:
        pen.setFont("Helvetica", 6)
        pen.drawString(50, 700, "Harbor Print Co. - 7 Mill Lane")

    assert drawn(small)[:3] == ["Harbor", "Print", "Co."]


def test_letters_printed_twice_to_look_bold_are_read_once() -> None:
    def bold(pen: canvas.Canvas) -> None:
        for shift in (0, 0.3):
            pen.drawString(50 + shift, 700, "Total amount 119.00")

    assert drawn(bold) == ["Total", "amount", "119.00"]


def test_letters_set_apart_are_words() -> None:
    def apart(pen: canvas.Canvas) -> None:
        text = pen.beginText(72, 700)
        text.setFont("Helvetica", 10)
        text.setCharSpace(2)
        for line in ("FACTURA DE VENTA", "FECHA  SERIE  NUMERO", "IMPORTE BRUTO 760,40", "TOTAL 920,08"):
            text.textLine(line)
        pen.drawText(text)

    assert drawn(apart)[:3] == ["FACTURA", "DE", "VENTA"]


def test_print_along_the_margin_is_left_out() -> None:
    def margin(pen: canvas.Canvas) -> None:
        pen.drawString(50, 700, "Total amount of this invoice 119.00")
        pen.rotate(90)
        pen.drawString(300, -20, "Form 99")

    assert drawn(margin) == ["Total", "amount", "of", "this", "invoice", "119.00"]


def test_what_stands_off_the_page_or_is_too_small_to_see_is_not_read() -> None:
    def hidden(pen: canvas.Canvas) -> None:
        pen.drawString(50, 700, "Total amount 119.00")
        pen.drawString(50, 900, "Total 9.00")
        pen.drawString(700, 700, "Total 8.00")
        pen.setFont("Helvetica", 1)
        pen.drawString(50, 600, "Total 7.00")

    assert drawn(hidden) == ["Total", "amount", "119.00"]


def test_a_locked_pdf_says_what_to_do() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("secret total"))))
    writer.encrypt("word", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    with pytest.raises(documents.EncryptedPdfError, match="locked with a password"):
        documents.read_pdf(buffer.getvalue())


@pytest.mark.parametrize("content", [b"%PDF-1.7\nnothing", b"%PDF-1.4" + b"\x00" * 500, pdf("cut off")[:200]])
def test_a_broken_pdf_is_an_error_in_words(content: bytes) -> None:
    with pytest.raises(documents.BrokenDocumentError, match="needs a person"):
        documents.read_pdf(content)


def with_page_content(packed: bytes) -> bytes:
    """A PDF by hand, valid but for its one page's content."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    content, starts = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        starts.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    end = b"trailer << /Root 1 0 R /Size 5 >>\nstartxref\n%d\n%%%%EOF" % len(content)
    return content + b"xref\n0 5\n0000000000 65535 f \n" + table + end


@pytest.mark.skipif(sys.platform != "linux", reason="only here is a process's memory bounded")
def test_a_pdf_without_pages_says_so() -> None:
    empty = io.BytesIO()
    PdfWriter().write(empty)
    with pytest.raises(documents.BrokenDocumentError, match=r"\(it has no pages\); ask for it again"):
        documents.read_pdf(empty.getvalue())


def test_a_pdf_that_unpacks_to_a_gigabyte_is_refused() -> None:
    packer = zlib.compressobj(9)
    head, again = (packer.compress(b"\n" * 10_000_000) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    packed = head + again * 100
    with pytest.raises(documents.BrokenDocumentError, match="needs a person"):
        documents.read_pdf(with_page_content(packed))


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "PDF_SECONDS", 2)
    endless = zlib.compress(b"q 1 0 0 1 0 0 cm Q\n" * 3_000_000, 9)
    with pytest.raises(documents.BrokenDocumentError, match="more than 2 seconds"):
        documents.read_pdf(with_page_content(endless))


def test_a_gigantic_picture_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(buffer, format="PNG")
    with pytest.raises(documents.DocumentTooLargeError, match=r"pixels.*; drop a smaller copy"):
        documents.read_image(buffer.getvalue())


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\nbroken", picture("x")[:60], b"\xff\xd8\xff\xe0nothing"]
)
def test_a_broken_picture_is_an_error_in_words(content: bytes) -> None:
    with pytest.raises(documents.BrokenDocumentError, match="picture cannot be opened"):
        documents.read_image(content)


ROWS = ("CORNER STORE LTD", "12 MAIN STREET", "PAPER A4  4.50", "STAMPS  40.00", "TOTAL 44.50")


def photographed(*rows: str) -> Image.Image:
    return Image.open(io.BytesIO(picture(*rows))).convert("RGB")


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=form, **options)
    return buffer.getvalue()


def with_exif(image: Image.Image, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(image, "JPEG", exif=exif)


def shot(image: Image.Image, *, skewed: float = 0, light: float = 1.0, quality: int = 80) -> bytes:
    """As a telephone would take it: on a dark table, at an angle, in bad light."""
    table = Image.new("RGB", (image.width + 260, image.height + 260), (70, 62, 55))
    table.paste(image.convert("L").convert("RGB"), (130, 130))
    turned = table.rotate(skewed, resample=Image.Resampling.BICUBIC, fillcolor=(70, 62, 55))
    return saved(turned.point(lambda value: int(value * light)), "JPEG", quality=quality)


def heic(image: Image.Image) -> bytes:
    register_heif_opener()
    return saved(image, "HEIF", quality=70)


PICTURES = {
    "a screenshot": lambda: saved(photographed(*ROWS).convert("RGBA"), "PNG"),
    "turned by its EXIF": lambda: with_exif(photographed(*ROWS).rotate(90, expand=True), 6),
    "on its left side": lambda: saved(photographed(*ROWS).rotate(90, expand=True), "JPEG"),
    "on its right side": lambda: saved(photographed(*ROWS).rotate(-90, expand=True), "PNG"),
    "upside down": lambda: saved(photographed(*ROWS).rotate(180), "JPEG"),
    "skewed": lambda: shot(photographed(*ROWS), skewed=6),
    "dark": lambda: shot(photographed(*ROWS), light=0.22),
    "from a telephone": lambda: heic(photographed(*ROWS)),
}


READ_ALL = f"""
import functools, json, pathlib, sys
sys.path.insert(0, {str(documents.PICTURE_WORKER.script.parent)!r})
import picture_worker
picture_worker.PictureReader = functools.cache(picture_worker.PictureReader)
contents = [pathlib.Path(name).read_bytes() for name in sys.argv[1:]]
print(json.dumps([picture_worker.read(content, 1, {documents.MAX_PIXELS}) for content in contents]))
"""
"""The worker's reading with its models loaded once, which takes longer than a picture."""


@pytest.fixture(scope="module")
def read_pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What is read of each."""
    folder = tmp_path_factory.mktemp("pictures")
    for number, made in enumerate(PICTURES.values()):
        (folder / str(number)).write_bytes(made())
    places = [str(folder / str(number)) for number in range(len(PICTURES))]
    done = subprocess.run([sys.executable, "-I", "-c", READ_ALL, *places], capture_output=True, check=True)
    return dict(zip(PICTURES, json.loads(done.stdout), strict=True))


@pytest.mark.xdist_group("pictures")
@pytest.mark.parametrize("form", PICTURES)
def test_a_picture_is_read_however_it_was_taken(form: str, read_pictures: dict[str, dict[str, Any]]) -> None:
    text = [row.text for row in rows_of([Line(*line) for line in read_pictures[form]["lines"]])]
    assert text[0] == ROWS[0]
    assert text[-1].split()[-1] == "44.50"


@pytest.mark.long
def test_each_page_of_a_tiff_is_read() -> None:
    pages = [photographed("PAGE ONE"), photographed("PAGE TWO")]
    content = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert [(line.text, line.page) for line in documents.read_image(content)] == [
        ("PAGE ONE", 0),
        ("PAGE TWO", 1),
    ]


def test_each_page_of_a_scanned_pdf_is_read() -> None:
    pages = [photographed("CORNER STORE LTD", "PAPER 44.50"), photographed("TOTAL 44.50")]
    content = saved(pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=150)
    assert documents.read_pdf(content).lines == ()
    rows = rows_of(documents.read_scanned_pdf(content))
    assert [row.text.split()[-1] for row in rows] == ["LTD", "44.50", "44.50"]


def test_a_picture_without_text_says_so() -> None:
    with pytest.raises(documents.NothingWrittenError, match="needs a person: no text was found"):
        documents.read_image(saved(Image.new("L", (600, 600), 200), "JPEG"))


def test_reading_a_picture_is_given_up_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "OCR_SECONDS", 0.05)
    with pytest.raises(documents.OcrFailedError, match=r"more than 0\.05 seconds"):
        documents.read_image(picture("TOTAL 5.00"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_decoded_from_what_it_shows_to_be(encoding: str) -> None:
    assert documents.decode_text("Gebühr 5,00 €".encode(encoding)) == "Gebühr 5,00 €"


@pytest.mark.parametrize(("read", "seen"), [("A1B2\x000042", "A1B2-0042"), ("\x00Total\x00", "Total")])
def test_a_hyphen_without_a_character_of_its_own_is_one(read: str, seen: str) -> None:
    assert written(read) == seen


def test_binary_data_is_no_text() -> None:
    with pytest.raises(documents.UnreadFormatError, match="save what is in it as a PDF"):
        documents.decode_text(b"PK\x03\x04\x00\x00")


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_BYTES", 10)
    (tmp_path / "big.txt").write_bytes(b"x" * 11)
    with pytest.raises(documents.DocumentTooLargeError, match="11 bytes, more than the 10"):
        documents.read_bytes(tmp_path / "big.txt")


def sizes(content: bytes, most: int = 5) -> list[tuple[str | None, tuple[int, int]]]:
    """Format and size of each picture that is made of a document's pages."""
    pages = [Image.open(io.BytesIO(page)) for page in documents.page_pictures(content, most)]
    return [(page.format, page.size) for page in pages]


def test_a_person_sees_a_pdfs_first_pages() -> None:
    assert sizes(pdf("Harbor Print Co.", pages=7), most=2) == [("JPEG", (990, 1400))] * 2


def test_a_person_sees_a_picture_upright_and_no_larger_than_a_screen() -> None:
    image = Image.new("RGB", (2000, 1000), "white")
    assert sizes(with_exif(image, 6)) == [("JPEG", (700, 1400))]


@pytest.mark.parametrize("content", [b"\x00 no picture", b"%PDF-1.7 broken", b""])
def test_what_cannot_be_drawn_is_refused(content: bytes) -> None:
    with pytest.raises(documents.BrokenDocumentError):
        documents.page_pictures(content, 5)


def test_a_reader_of_documents_is_told_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PREFECT_API_AUTH_STRING", "FTE_META_SECRET", "ODOO_KEY"):
        monkeypatch.setenv(name, "canary")
    script = tmp_path / "reader.py"
    script.write_text("import os, sys\nsys.stdout.write(repr(dict(os.environ)))\n")
    told = documents.run_worker(documents.Worker(script, 5, 900_000_000), (), b"", seconds=60)
    assert b"PATH" in told.stdout
    assert b"canary" not in told.stdout
