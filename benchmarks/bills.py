"""How well the pages of bills are read: `python -m benchmarks.bills`, on made bills and on a set of real PDFs.

Embedded XML is left aside: only what a person sees is read. The real PDFs are not part of this project: SHARED_DATA
names the folder that holds `invoices/`, otherwise `../shared/data` beside the repository; a folder may be given, too.
Made bills have two ranges of seeds, so that a change made while looking at one is judged by the other.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.made_bills import make_bill
from benchmarks.reliability import SURE, Answer, print_table
from blocks.documents import PdfContent
from blocks.pdf_worker import words_of
from domain.receipts.found import Found, Line
from domain.receipts.page.name_text import same_key
from domain.receipts.reading import Reading
from tasks.mail.papers import page_reading

MAX_PAGES = 10
DEVELOPMENT_SEEDS, JUDGING_SEEDS = range(300), range(50_000, 50_300)
FIELDS = ("total", "net", "issued_on", "due_on", "vendor", "number", "currency")


def main(arguments: Sequence[str]) -> int:
    """Print the figures of the made bills, and of the real ones where they are."""
    report("made bills, development seeds", list(made_answers(DEVELOPMENT_SEEDS)))
    report("made bills, judging seeds", list(made_answers(JUDGING_SEEDS)))
    folder = Path(arguments[0]) if arguments else invoices_folder()
    if folder.is_dir():
        report(f"real PDFs, {len(list(folder.glob('*.pdf')))} bills", list(real_answers(folder)))
    else:
        print(f"no invoices at {folder}; set SHARED_DATA to the folder that holds invoices/")
    return 0


def invoices_folder() -> Path:
    """Where the real PDFs would be."""
    shared = os.environ.get("SHARED_DATA")
    root = Path(shared) if shared else Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    return root / "invoices"


def read(content: bytes) -> Reading:
    """What the page says, its letterhead's pictures included."""
    return page_reading(content, opened(content))


def opened(content: bytes) -> PdfContent:
    """The pages' words in this process, which is quicker than in one of their own."""
    said = words_of(content, MAX_PAGES)
    lines = tuple(Line(*word) for word in said["words"])
    return PdfContent((), lines, said["pages"], said["has_drawn_head"])


def made_answers(seeds: Iterable[int]) -> Iterator[Answer]:
    """Every field of made bills."""
    for bill in map(make_bill, seeds):
        yield from answers(read(bill.content), bill.truth)


def real_answers(folder: Path) -> Iterator[Answer]:
    """Every field that the truth beside a PDF knows."""
    for path in sorted(folder.glob("*.pdf")):
        truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        yield from answers(read(path.read_bytes()), {name: _typed(name, truth[name]) for name in FIELDS})


def _typed(name: str, value: str | None) -> Any:
    if value is None:
        return None
    if name in {"total", "net"}:
        return Decimal(value)
    return date.fromisoformat(value) if name.endswith("_on") else value


def answers(reading: Reading, truth: dict[str, Any]) -> Iterator[Answer]:
    """The known fields; a credit note's sign and a company's legal form make no difference."""
    for field in FIELDS:
        if truth[field] is None:
            continue
        found: Found[Any] | None = getattr(reading, field)
        right = found is not None and _normal(field, found.value) == _normal(field, truth[field])
        yield Answer(field, found.confidence if found else None, right)


def _normal(field: str, value: Any) -> Any:
    if field == "vendor":
        return same_key(value)
    return abs(value) if field in {"total", "net"} else value


def report(title: str, found: Sequence[Answer]) -> None:
    """Print what is right and what is sure and wrong of each field, and the table of its reliability."""
    print(f"\n{title}")
    for field in FIELDS:
        ours = [one for one in found if one.field == field]
        right = sum(one.is_right for one in ours)
        sure = [one for one in ours if (one.sure or 0) >= SURE]
        wrong = sum(not one.is_right for one in sure)
        print(
            f"  {field:<10} right {right / len(ours):6.1%} ({right}/{len(ours)})   "
            f"sure {len(sure) / len(ours):6.1%}   sure and wrong {wrong / len(ours):5.1%} ({wrong})"
        )
    print_table(title, found, FIELDS)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
