"""The demo morning's documents as files: small PDFs, and receipts as a telephone takes them; always the same bytes."""

import io
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

PAPER, TABLE, INK = (246, 243, 236), (74, 66, 58), (38, 38, 44)
LETTERS, LINE, MARGIN = 30, 46, 60
WIDTH, DEGREES, GRAIN = 760, 2.4, 12


def photograph(lines: Sequence[str]) -> bytes:
    """The JPEG of a paper with these lines, at an angle on a dark table, with grain; a tab moves what follows right."""
    paper = Image.new("RGB", (WIDTH, 2 * MARGIN + LINE * len(lines)), PAPER)
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(size=LETTERS)
    for row, line in enumerate(lines):
        label, _, amount = line.partition("\t")
        pen.text((MARGIN, MARGIN + row * LINE), label, INK, font)
        pen.text((WIDTH - MARGIN - pen.textlength(amount, font), MARGIN + row * LINE), amount, INK, font)
    table = Image.new("RGB", (WIDTH + 4 * MARGIN, paper.height + 4 * MARGIN), TABLE)
    table.paste(paper, (2 * MARGIN, 2 * MARGIN))
    turned = table.rotate(DEGREES, Image.Resampling.BICUBIC, fillcolor=TABLE)
    chance = random.Random(0)  # noqa: S311 (grain, no secret)
    grain = Image.frombytes("L", turned.size, chance.randbytes(turned.width * turned.height))
    lit = Image.blend(turned, Image.merge("RGB", (grain, grain, grain)), GRAIN / 255)
    buffer = io.BytesIO()
    lit.save(buffer, format="JPEG", quality=82)
    return buffer.getvalue()


def small_pdf(lines: Sequence[str]) -> bytes:
    """A one-page PDF 1.4 of text lines in Helvetica, Latin-1 characters only."""
    shown = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines]
    stream = "\n".join(["BT /F1 11 Tf 16 TL 60 770 Td", *(f"({line}) Tj T*" for line in shown), "ET"])
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 842] /Contents 4 0 R /Resources<< /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")
