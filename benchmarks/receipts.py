"""How well receipts are read, and how far their confidence is to be trusted: `python -m benchmarks.receipts`.

It reads the texts of a development set of scanned receipts, the pictures among them, real PDFs and made ones, and
prints how many values of each degree of sureness are right. Texts are read once more with lines lost. `--texts` leaves
out the pictures (some seconds each), `--worn` reads them once more small, dark, blurred and skewed.

The set is not part of this project: SHARED_DATA names the folder that holds `receipts/`, otherwise
`../shared/data` beside the repository. Every vendor falls whole into one of two halves, so that a change
made while looking at one half is judged by vendors it has never seen.
"""

import hashlib
import io
import json
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter

from benchmarks import bills
from benchmarks.reliability import SURE, Answer, print_table
from blocks.documents import read_image
from domain.errors import RejectedError
from domain.policy.facts import spelling_of
from domain.receipts.dates import dates_in
from domain.receipts.reading import Found, Line, Reading, ReadingSource, read_receipt
from domain.receipts.trust import OCR_LIMIT, limited

FIELDS = ("vendor", "issued_on", "total")
LOST_LINES, TIMES = 0.1, 3
"""How many lines a worn paper loses, and how often each is worn anew."""


@dataclass(frozen=True)
class Receipt:
    """One receipt: its recognised lines and what is true about it."""

    name: str
    lines: list[Line]
    truth: dict[str, str]

    @property
    def half(self) -> int:
        """0 to look at while developing, 1 to judge by; all receipts of one vendor are in the same half."""
        return hashlib.sha256(normal(self.truth["company"])[:6].encode()).digest()[-1] % 2


@dataclass(frozen=True)
class Score:
    """One field's results: right or wrong, and how sure the reading was."""

    right: int
    known: int
    sure_right: int
    sure: int

    @property
    def accuracy(self) -> float:
        """Share of right values among the receipts whose truth is known."""
        return self.right / self.known if self.known else 0.0


def data_folder() -> Path:
    """Where the receipts would be."""
    shared = os.environ.get("SHARED_DATA")
    root = Path(shared) if shared else Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    return root / "receipts"


def load_receipts(folder: Path) -> Iterator[Receipt]:
    """Every receipt of the set."""
    for path in sorted(folder.glob("*.json")):
        yield Receipt(
            path.stem, read_lines(path.with_suffix(".csv")), json.loads(path.read_text(encoding="utf-8"))
        )


def read_lines(path: Path) -> list[Line]:
    """The recognised lines: eight corner coordinates and the text, which may hold commas."""
    lines = []
    for row in path.read_text(encoding="utf-8", errors="replace").splitlines():
        parts = row.split(",", 8)
        if len(parts) == 9:
            corners = [float(value) for value in parts[:8]]
            across, down = corners[0::2], corners[1::2]
            lines.append(Line(parts[8], min(across), min(down), max(across), max(down)))
    return lines


def normal(text: str) -> str:
    """Letters and digits alone: case, punctuation and spaces do not make another vendor."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def expected(field: str, truth: dict[str, str]) -> Any:
    """The true value; None where the set does not know it."""
    if field == "vendor":
        return normal(truth["company"]) or None
    if field == "issued_on":
        dates = dates_in(truth["date"])
        return dates[0].value if dates else None
    amount = re.sub(r"[^\d.-]", "", truth["total"].replace(",", ""))
    return Decimal(amount) if amount else None


def found_value(field: str, found: Found[Any]) -> Any:
    """The read value in the form of the expected one."""
    return normal(found.value) if field == "vendor" else found.value


def score(field: str, read: list[tuple[Receipt, Reading]]) -> Score:
    """Count one field over many readings."""
    right = known = sure_right = sure = 0
    for receipt, reading in read:
        truth = expected(field, receipt.truth)
        if truth is None:
            continue
        found: Found[Any] | None = getattr(reading, field)
        good = found is not None and found_value(field, found) == truth
        is_sure = found is not None and found.confidence >= SURE
        known, right = known + 1, right + good
        sure, sure_right = sure + is_sure, sure_right + (good and is_sure)
    return Score(right, known, sure_right, sure)


def answers(receipt: Receipt, reading: Reading) -> Iterator[Answer]:
    """The fields whose truth is known."""
    for field in FIELDS:
        truth = expected(field, receipt.truth)
        if truth is not None:
            found: Found[Any] | None = getattr(reading, field)
            is_right = found is not None and found_value(field, found) == truth
            yield Answer(field, found.confidence if found else None, is_right)


def worn_answers(receipts: Sequence[Receipt]) -> Iterator[Answer]:
    """The texts with lines lost, as paper loses them; the same ones each time."""
    for receipt in receipts:
        for time_worn in range(TIMES):
            chance = random.Random(f"{receipt.name} {time_worn}")  # noqa: S311 - no secret
            kept = [line for line in receipt.lines if chance.random() >= LOST_LINES]
            yield from answers(receipt, read_receipt(kept))


def picture_answers(folder: Path, change: Callable[[bytes, str], bytes]) -> Iterator[Answer]:
    """The pictures, read as a photograph is that was dropped."""
    for receipt in load_receipts(folder):
        picture = folder / f"{receipt.name}.jpg"
        if picture.is_file():
            yield from answers(receipt, _read_picture(change(picture.read_bytes(), receipt.name)))


def _read_picture(content: bytes) -> Reading:
    try:
        return limited(read_receipt(read_image(content)), OCR_LIMIT, ReadingSource.OCR)
    except RejectedError:
        return Reading()


def as_it_is(content: bytes, _name: str) -> bytes:
    """The picture."""
    return content


def badly_taken(content: bytes, name: str) -> bytes:
    """The picture from further away, in bad light, a little out of focus and skewed; the same each time."""
    chance = random.Random(name)  # noqa: S311 - no secret
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    share, light = chance.uniform(0.4, 0.7), chance.uniform(0.35, 0.9)
    picture = picture.resize((int(picture.width * share), int(picture.height * share)))
    picture = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0.4, 1.2)))
    picture = picture.rotate(chance.uniform(-4, 4), expand=True, fillcolor=(60, 60, 60))
    buffer = io.BytesIO()
    picture.point(lambda value: int(value * light)).save(buffer, "JPEG", quality=40)
    return buffer.getvalue()


def read_all(folder: Path) -> list[tuple[Receipt, Reading]]:
    """Read the whole set."""
    return [(receipt, read_receipt(receipt.lines)) for receipt in load_receipts(folder)]


def report(title: str, read: list[tuple[Receipt, Reading]]) -> None:
    """Print accuracy and calibration of every field."""
    print(
        f"\n{title}: {len(read)} receipts, {len({normal(one.truth['company']) for one, _ in read})} vendors"
    )
    for field in FIELDS:
        result = score(field, read)
        unsure, unsure_right = result.known - result.sure, result.right - result.sure_right
        print(
            f"  {field:<10} {result.accuracy:6.1%}  ({result.right}/{result.known})"
            f"   sure (>= {SURE}): {result.sure_right}/{result.sure} right"
            f"   unsure: {unsure_right}/{unsure} right"
        )


def report_doubts(read: Sequence[tuple[Receipt, Reading]]) -> None:
    """Print how many receipts leave nothing to ask about, new vendors among them and where the books know all names."""
    books = {spelling_of(receipt.truth["company"]) for receipt, _ in read}
    sure = [one for one in read if all(_is_sure(getattr(one[1], field)) for field in FIELDS[1:])]
    named = [(receipt, one.vendor) for receipt, one in sure if one.vendor]
    spared = [one for one in named if not _is_sure(one[1]) and spelling_of(one[1].value) in books]
    clear = sum(_is_sure(vendor) for _, vendor in named)
    right = sum(
        found_value("vendor", vendor) == normal(receipt.truth["company"]) for receipt, vendor in spared
    )
    print(
        f"\nnothing is doubted on {clear} of {len(read)} receipts; on {clear + len(spared)} where the books have the "
        f"vendors by these names ({right} of the {len(spared)} doubted names that they know are right)"
    )


def _is_sure(found: Found[Any] | None) -> bool:
    return found is not None and found.confidence >= SURE


def main(arguments: Sequence[str]) -> int:
    """Print the figures; 2 when the set is not here."""
    folder = data_folder()
    if not folder.is_dir():
        print(f"no receipts at {folder}; set SHARED_DATA to the folder that holds receipts/")
        return 2
    print_texts(folder)
    if "--texts" not in arguments:
        print_table("pictures", list(picture_answers(folder, as_it_is)), FIELDS)
    if "--worn" in arguments:
        print_table("pictures badly taken", list(picture_answers(folder, badly_taken)), FIELDS)
    print_table("made bills, judging seeds", list(bills.made_answers(bills.JUDGING_SEEDS)), bills.FIELDS)
    if bills.invoices_folder().is_dir():
        print_table("real PDFs", list(bills.real_answers(bills.invoices_folder())), bills.FIELDS)
    return 0


def print_texts(folder: Path) -> None:
    """The texts' figures, by halves of the vendors and together, whole and worn."""
    started = time.perf_counter()
    read = read_all(folder)
    milliseconds = (time.perf_counter() - started) * 1000 / len(read)
    halves: list[tuple[str, Callable[[Receipt], bool]]] = [
        ("development half", lambda receipt: receipt.half == 0),
        ("other half", lambda receipt: receipt.half == 1),
        ("all", lambda _: True),
    ]
    for title, belongs in halves:
        report(title, [(receipt, reading) for receipt, reading in read if belongs(receipt)])
    report_doubts(read)
    print(f"\n{milliseconds:.1f} ms a receipt, loading included; bills as PDFs: python -m benchmarks.bills")
    for title, belongs in halves:
        ours = [one for receipt, reading in read if belongs(receipt) for one in answers(receipt, reading)]
        print_table(f"receipt texts, {title}", ours, FIELDS)
    print_table("receipt texts with lines lost", list(worn_answers([receipt for receipt, _ in read])), FIELDS)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
