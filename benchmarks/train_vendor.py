"""Learn what each sign is worth that a name on a bill is the sender's: `python -m benchmarks.train_vendor FOLDER...`.

Learnt from `data/letterheads.txt` (pages set by hand, one kind of letterhead each), the pages of the tests, made bills,
and folders of bills as PDF with their `truth.json` (or a JSON beside each), which are no part of this project. The
choice of one name among all on a page is a linear model (a conditional logit). Each set is judged by weights that were
learnt without it; `--write` writes those learnt from all.
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.bills import invoices_folder, opened
from benchmarks.made_bills import make_bill
from benchmarks.reliability import SURE
from domain.receipts.found import Line
from domain.receipts.page.cells import sheet_of
from domain.receipts.page.deposits import LETTER, LINE, placed
from domain.receipts.page.name_text import same_key
from domain.receipts.page.parties import SURENESS, is_supported, names_on
from domain.receipts.page.reader import read_page
from domain.receipts.page.sights import Traits
from tasks.mail.papers import letterhead_lines
from tests.domain.receipts.page.test_layouts import NAMES
from tests.domain.receipts.page.test_pages import PAGES

DATA = Path(__file__).parent / "data" / "letterheads.txt"
TARGET = Path(__file__).parents[1] / "domain" / "receipts" / "page" / "vendor_weights.py"
SEEDS, PARTS, LEAST = range(60), 3, 0.4
"""Made bills that are learnt from; parts that the letterheads are judged in; what a weight has to be to be kept."""
TOWARDS_NOTHING, ROUNDS = 0.5, 500
"""How strongly weights are held near nothing, and how long is learnt at most."""
WORTH = {"made": 0.2, "real": 1.5, "letterheads": 1.5, "tests": 3.0}
"""How much a page of a set counts: made bills are alike, what real ones (folders called `real-...`) and tests say is \
known to be true."""
_SIZE, _GAP = re.compile(r"#([\d.]+) (.*)"), re.compile(r"~(\d+)")

Bill = tuple[str, str, list[Line]]
"""Its title, its vendor and its words."""


@dataclass(frozen=True)
class Page:
    """A page: the traits of each name on it, and which is the sender's; None where it was not found."""

    title: str
    truth: str
    names: list[str]
    traits: list[Traits]
    right: int | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge each set by the others, and write the weights of all where that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, help="bills as PDF, with their truth")
    parser.add_argument("--write", action="store_true", help="write the weights")
    parser.add_argument("--misses", action="store_true", help="show what is read wrong")
    options = parser.parse_args(arguments)
    sets = {name: [_page(*bill) for bill in bills] for name, bills in _sets(options.folders).items()}
    for left_out, pages in sets.items():
        rest = {name: ours for name, ours in sets.items() if name != left_out}
        _judge(left_out, pages, learnt(rest), show=options.misses)
    if options.write:
        TARGET.write_text(_as_python(learnt(sets)), encoding="utf-8")
    return 0


def _sets(folders: Sequence[Path]) -> dict[str, list[Bill]]:
    texts = list(letterheads(DATA))
    sets: dict[str, list[Bill]] = {}
    for part in range(PARTS):
        sets[f"letterheads {part + 1}"] = [(name, name, lines_of(text)) for name, text in texts[part::PARTS]]
    tests: list[tuple[str, Any, Any]] = [(key, name, text) for key, (text, name) in NAMES.items()]
    tests += [(str(page.id), page.values[1][3], page.values[0]) for page in cast("Any", PAGES)]
    sets["tests"] = [
        (key, name, placed([Line(row) for row in text.splitlines()])) for key, name, text in tests if name
    ]
    made = [(str(seed), make_bill(seed)) for seed in SEEDS]
    sets["made"] = [(seed, bill.truth["vendor"], words_in(bill.content)) for seed, bill in made]
    for name, folder in [("real", invoices_folder()), *((one.name, one) for one in folders)]:
        if folder.is_dir():
            sets[name] = [
                (path.name, vendor, words_in(path.read_bytes())) for path, vendor in _truths(folder)
            ]
    return sets


def letterheads(path: Path) -> Iterator[tuple[str, str]]:
    """The vendor and the text of each page in a file."""
    for page in path.read_text(encoding="utf-8").split("=== ")[1:]:
        name, _, text = page.partition("\n")
        yield name.strip(), text


def lines_of(text: str) -> list[Line]:
    """A typewritten page as words with places; `#1.6 Acme` is set larger, `~9` leaves nine lines empty."""
    words: list[Line] = []
    top = 0.0
    for row in text.splitlines():
        gap, sized = _GAP.fullmatch(row), _SIZE.fullmatch(row)
        size, shown = (float(sized[1]), sized[2]) if sized else (1.0, row)
        wide = LETTER * size if not shown.startswith(" ") else LETTER
        for word in [] if gap else re.finditer(r"\S+", shown):
            left = word.start() * wide
            right = left + len(word[0]) * LETTER * size - 1
            words.append(Line(word[0], left, top, right, top + 10 * size, 0))
        top += LINE * (int(gap[1]) if gap else size)
    return words


def _truths(folder: Path) -> list[tuple[Path, str]]:
    """The bills of a folder and who sent them."""
    if (folder / "truth.json").is_file():
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    else:
        found = sorted(folder.glob("*.pdf"))
        truth = {
            path.name: json.loads(path.with_suffix(".json").read_text(encoding="utf-8")) for path in found
        }
    return [(folder / name, said["vendor"]) for name, said in sorted(truth.items()) if said["vendor"]]


def words_in(content: bytes) -> list[Line]:
    """The words of a PDF with their places, those in its letterhead's pictures where these are looked at."""
    pdf = opened(content)
    return [*pdf.lines, *letterhead_lines(content, pdf, read_page(pdf.lines))]


def _page(title: str, truth: str, lines: Sequence[Line]) -> Page:
    sheet = sheet_of(lines)
    names = names_on(sheet) if sheet else []
    keys = [name.key for name in names]
    right = keys.index(same_key(truth)) if same_key(truth) in keys else None
    return Page(title, truth, [name.best.name for name in names], [name.traits for name in names], right)


def learnt(sets: dict[str, list[Page]]) -> dict[str, float]:
    """The weights by which the right names are the likeliest; what counts for little is left out of a second round."""
    traits = {trait for pages in sets.values() for page in pages for one in page.traits for trait in one}
    first = _fitted(sets, sorted(traits))
    return _fitted(sets, sorted(trait for trait in traits if abs(first[trait]) >= LEAST))


def _fitted(sets: dict[str, list[Page]], traits: Sequence[str]) -> dict[str, float]:
    data: list[tuple[NDArray[np.float64], int, float]] = []
    for name, pages in sets.items():
        for page in pages:
            if page.right is None:
                continue
            table = np.zeros((len(page.traits), len(traits)))
            for row, one in enumerate(page.traits):
                table[row] = [one.get(trait, 0.0) for trait in traits]
            data.append((table, page.right, WORTH.get(re.split(r"[ -]", name)[0], 1.0)))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        whole, slope = TOWARDS_NOTHING / 2 * float(weights @ weights), TOWARDS_NOTHING * weights
        for table, right, worth in data:
            scores = table @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            whole -= worth * float(np.log(shares[right]))
            slope = slope + worth * (table.T @ shares - table[right])
        return whole, slope

    found = minimize(loss, np.zeros(len(traits)), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS})
    return {trait: float(weight) for trait, weight in zip(traits, found.x, strict=True)}


def _judge(title: str, pages: Sequence[Page], weights: dict[str, float], *, show: bool) -> None:
    right = sure = wrong = 0
    for page in pages:
        scores = np.array([sum(weights.get(trait, 0.0) * one[trait] for trait in one) for one in page.traits])
        first = int(scores.argmax())
        share = float(1 / np.exp(scores - scores.max()).sum())
        is_right, is_sure = first == page.right, share**SURENESS >= SURE and is_supported(page.traits[first])
        right, sure, wrong = right + is_right, sure + is_sure, wrong + (is_sure and not is_right)
        if show and not is_right:
            lost = "" if page.right is not None else " (not found at all)"
            print(f"    {page.title}: {page.names[first]!r} {share:.2f}, it is {page.truth!r}{lost}")
    print(
        f"{title:<24} right {right}/{len(pages)} {right / len(pages):6.1%}   sure {sure}, of these wrong {wrong}"
    )


def _as_python(weights: dict[str, float]) -> str:
    rows = "".join(f'    "{trait}": {weight:.3f},\n' for trait, weight in sorted(weights.items()))
    return (
        '"""What each sign of a sender\'s name is worth: written by `python -m benchmarks.train_vendor`."""\n\n'
        f"WEIGHTS: dict[str, float] = {{\n{rows}}}\n"
    )


if __name__ == "__main__":
    raise SystemExit(main())
