"""Where a page has a company's name: the first line of its block, under a label, over two lines."""

import re
from collections.abc import Sequence

from domain.receipts.business_names import (
    LEGAL_FORM,
    is_address,
    is_document_word,
    is_only_trade,
)
from domain.receipts.page.cells import PageCell, Sheet, folded
from domain.receipts.page.name_text import NAME_INSIDE, head_of, is_legal_form, name_in, placed_name
from domain.receipts.page.vocabulary import REACHED_BY

LARGE, LEADING = 1.25, 0.7
"""A name in letters so much taller than usual is a heading; between two of its lines there is at most so much of their
height."""
_NAME_LABEL = re.compile(
    r"^\W*(?:FIRMEN)?(?:NAME|FIRMA|COMPANY|COMPANY NAME|NOM|NOMBRE|RAZON SOCIAL|RAGIONE SOCIALE|"
    r"DENOMINAZIONE|NAAM|RAISON SOCIALE)\W*$"
)
_KEY = re.compile(r"^[^:]{2,28}:\s*\S")
BRANCH = re.compile(
    r"(?:BETRIEBSSTATTE|(?:ZWEIG)?NIEDERLASSUNG|STANDORT|FILIALE|GESCHAFTSBEREICH|AGENCE|SUCCURSALE|SUCURSAL|DELEGACION|"
    r"SEDE|VESTIGING|BRANCH|DIVISION)\b"
)
"""A part of a firm, before or behind its name."""
RUNS_ON = re.compile(
    r"(?:[&+]|(?:und|and|et|en|e|y|du|des|del|della|de|di|d[ao]|von|van|der|den|zum|zur)\b|"
    r"d['\u2019])"
)
"""How a name's second line begins that can't begin a name."""
OPEN_END = re.compile(
    r"(?:[&+,(-]|\b(?:und|and|et|en|e|y|du|des|del|della|de|di|d[ao]|von|van|der|den|the|of|la|le|les|los|het|dal))\s*$",
    re.IGNORECASE,
)
"""How a name's first line ends that can't end a name."""
GOES_ON = re.compile(r"[&+]|(?:und|and|et|en|y|e|di)\b")
"""How a line begins without which the one above is no whole name; behind `de` may be its owner."""
_TRADE_END = re.compile(
    r"(?:BETRIEB|BEDRIJF|WERKSTATT|WERKSTATTE|EREI|MEISTER|BUREAU|KANTOOR|KANZLEI|PRAXIS|"
    r"PRAKTIJK|ERIJ)$"
)


def named_inside(sheet: Sheet, block: Sequence[PageCell]) -> tuple[str, PageCell] | None:
    """`Name: Acme Ltd` inside a party's block."""
    for cell in block:
        inside = NAME_INSIDE.search(cell.folded)
        text = cell.text[inside.end() :] if inside else ""
        if not text and _NAME_LABEL.search(cell.folded):
            text = next((one.text for one in sheet.after(cell) if re.search(r"\w", one.text)), "")
        if text and name_in(text):
            return name_in(text), cell
    return None


def first_name(block: Sequence[PageCell]) -> tuple[str, PageCell] | None:
    """The name that begins a party's block, and its cell."""
    for index, cell in enumerate(block):
        named = name_in if index else placed_name
        name = named(cell.text) if not _is_pair(cell, block) else ""
        if name and says_only(name, cell):
            return with_second_line(name, block[index + 1 :]), cell
    return None


def says_only(name: str, cell: PageCell) -> bool:
    """Whether a line is a name and no way to reach somebody; one behind a company's name does not hurt."""
    is_company = name == head_of(cell.text) and bool(LEGAL_FORM.search(name.upper()))
    return is_company or not REACHED_BY.search(cell.folded)


def _is_pair(cell: PageCell, block: Sequence[PageCell]) -> bool:
    """`Number: 4711`: a label with its value, in one cell or in two."""
    if cell.text.rstrip().endswith(":") or _KEY.search(cell.text):
        return True
    return any(one.row == cell.row and one.text.lstrip().startswith(":") for one in block if one is not cell)


def with_second_line(name: str, following: Sequence[PageCell], *, heading: bool = False) -> str:
    """A long name runs on where only its second line has the legal form, or the first is cut open."""
    if not following or LEGAL_FORM.search(name.upper()):
        return name
    second = following[0].text.strip()
    third = following[1].text.strip() if len(following) > 1 else ""
    is_third = heading and len(following) > 1 and abs(following[1].height - following[0].height) < 1
    if is_third and name_in(second) and name_in(third) and not LEGAL_FORM.search(second.upper()):
        return name_in(f"{name} {second} {third}") or name
    if third and (
        is_legal_form(third) or (heading and _ends_name(third) and not LEGAL_FORM.search(second.upper()))
    ):
        return name_in(f"{name} {second} {third}") or name
    if second.upper().startswith(name.upper()) and name_in(second):
        return name_in(second)
    upper = second.upper()
    beside_form = LEGAL_FORM.sub("", upper)
    is_form = (
        LEGAL_FORM.search(upper)
        and len(re.findall(r"\w{2,}", beside_form)) <= 1
        and not is_address(beside_form)
    )
    open_end = re.search(r"(?:&|\bUND|\bAND|\bET|[-,(])\s*$", name, re.IGNORECASE)
    runs_on = GOES_ON.match(second) or (LEGAL_FORM.search(upper) and (heading or RUNS_ON.match(second)))
    in_large = (heading or is_trade(name)) and bool(name_in(second)) and not is_document_word(second)
    if (is_form or open_end or runs_on or in_large) and not re.search(r"\d{3}", second) and len(second) <= 40:  # noqa: PLR2004
        return name_in(f"{name} {second}") or name
    return name


def is_trade(name: str) -> bool:
    """Whether a line says in one word what somebody does; who it is says the next."""
    return " " not in name and (is_only_trade(name) or bool(_TRADE_END.search(folded(name))))


def _ends_name(text: str) -> bool:
    return bool(LEGAL_FORM.search(text.upper())) and not is_address(text) and not re.search(r"\d{3}", text)


def lines_below(sheet: Sheet, cell: PageCell, most: int = 2) -> list[PageCell]:
    """The one or two lines that follow closely, on the same left edge."""
    found: list[PageCell] = []
    for _ in range(most):
        last = found[-1] if found else cell
        below = sheet.under(last, rows=3)
        if below is None or below.y0 - last.y1 >= cell.height or not _is_aligned(below, cell):
            break
        found.append(below)
    return found


def is_large(sheet: Sheet, cell: PageCell, below: Sequence[PageCell]) -> bool:
    """Whether a line and the one close under it are a name in large letters."""
    if not below or cell.height <= LARGE * sheet.usual_height:
        return False
    return abs(below[0].height - cell.height) < 1 and below[0].y0 - cell.y1 < LEADING * cell.height


def _is_aligned(one: PageCell, other: PageCell) -> bool:
    """Whether two lines begin on one edge, or stand centred over each other."""
    return (
        abs(one.x0 - other.x0) < other.height or abs(one.x0 + one.x1 - other.x0 - other.x1) < 2 * other.height
    )
