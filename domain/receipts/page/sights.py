"""The names that a page prints, and what there is to each: where it stands, what is near it, how it may run on."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.receipts.business_names import LEGAL_FORM, has_business_word, is_address, is_only_trade
from domain.receipts.identifiers import TAX_ID
from domain.receipts.page.cells import PageCell, PageRow, Sheet, folded
from domain.receipts.page.customer import addresses, cells_near
from domain.receipts.page.mentions import PRICE, labelled, mentioned, told
from domain.receipts.page.name_text import POSTAL, STREET, name_in, placed_name, same_key
from domain.receipts.page.names import (
    BRANCH,
    GOES_ON,
    LARGE,
    OPEN_END,
    RUNS_ON,
    is_large,
    is_trade,
    lines_below,
    says_only,
    with_second_line,
)
from domain.receipts.page.vocabulary import REACHED_BY
from domain.receipts.people import is_person

TOP, FOOT, HEAD_ROWS = 0.25, 0.75, 3
"""How far down a page its letterhead ends and its footer begins; and the rows that a page begins with."""
ADDRESS_LINES = 3
"""Lines under a name in which its town stands."""
SMALLER, CLOSE = 0.85, 0.7
"""Of usual letters, what is small; and how close, in letter heights, the lines of one block stand."""
_CONTACT_OR_CODE, _MAIL = re.compile(r"\d{3}|@|WWW\."), re.compile(r"@|WWW\.")
_HOUSE = re.compile(r"\s\d{1,4} ?[A-Z]?\W*$")
_LIST = re.compile(r"[,|\u00b7\u2022/]| - ")
_PARTS = re.compile(r"\s+[-\u2013\u2014|\u00b7\u2022/]\s+|,\s+")
_BANK = re.compile(
    r"BANK\b|SPARKASSE|RAIFFEISEN|\bBAN(?:QUE|CO|CA)\b|\bBANCO|CREDIT (?:AGRICOLE|MUTUEL|LYONNAIS)|POSTFINANCE|\bN\.A\."
)
_ACCOUNT = re.compile(r"\bIBAN\b|\bBIC\b|SWIFT|\bIFSC|ROUTING|SORT CODE|\bCLABE|KONTO|\bBSB\b|CUENTA|ACCOUNT")
_BLOCK_LINES, _HEADINGS, _HEADING_ROWS = 7, 3, 2
"""Lines of an address; cells and rows at least and at most of a table's headings."""
_REACHED = re.compile(
    r"\bTEL(?!E?[CK]OM)|PHONE|\bFAX|@|WWW\.|HTTPS?:|\bMOBI|IBAN|\+\d\d[ (]|\.(?:COM|DE|EU|NL|FR|IT|ES)$"
)
_REGISTER = re.compile(
    r"\bHR[AB]\b|\bR\.?C\.?S\b|\bKVK|\bREG(?:ISTERED|ISTRO|ISTRE|\. IMPRESE)\b|"
    r"\bSIRE[NT]\b|\bREA\b|\bCAP(?:\.|ITALE?) SOC|\bFN \d|\bVR \d|\bRPR\b"
)
STEM = 6
"""Letters by which two words are one."""

Traits = dict[str, float]


@dataclass(frozen=True, slots=True)
class PageName:
    """A name, the row that it was seen in, and what speaks for it or against it."""

    name: str
    row: PageRow
    traits: Traits


@dataclass(slots=True)
class _Seen:
    """What the lines so far have said: whether a name was among them, how many addresses and towns there were."""

    sheet: Sheet
    window: dict[PageCell, str]
    first_price: int
    is_started: bool = False
    addresses: int = 0
    towns: int = 0
    customers: set[str] = field(default_factory=set)
    blocks: int = 0
    inside: set[PageCell] = field(default_factory=set)
    middle: float = 0.0
    last_price: int = 0


def sights_of(sheet: Sheet, theirs: set[PageCell]) -> Iterator[PageName]:
    """Every name outside the customer's cells that may be the sender's."""
    window = addresses(sheet, theirs)
    first_price = next((row.number - 1 for row in sheet.rows if PRICE.search(row.text)), len(sheet.rows))
    seen = _Seen(sheet, window, first_price)
    seen.middle = max(cell.x1 for row in sheet.rows for cell in row.cells) / 2
    seen.last_price = max(
        (row.number - 1 for row in sheet.rows if PRICE.search(row.text) and len(row.cells) > 1), default=0
    )
    seen.customers = {same_key(cell.text) for cell in window}
    for name, cell, kind in labelled(sheet):
        yield PageName(name, sheet.rows[cell.row], {kind: 1.0})
    for row in sheet.rows:
        for cell in row.cells:
            if cell not in theirs:
                yield from _in_cell(seen, cell, row)
        seen.towns += any(POSTAL.search(cell.folded) for cell in row.cells)


def _in_cell(seen: _Seen, cell: PageCell, row: PageRow) -> Iterator[PageName]:
    said = told(seen.sheet, cell)
    if said is not None:
        if said[0]:
            yield PageName(said[0], row, {said[1]: 1.0})
        return
    place = "low" if row.page or seen.sheet.depth(cell) > FOOT else "high"
    sender = ""
    for name, kind in mentioned(seen.sheet, cell, row):
        sender = name if kind in {"sender", "listed", "imprint"} else sender
        debtor = kind == "holder" and cell.folded.lstrip().startswith(("TITULA", "INTESTA"))
        is_bank = kind not in {"holder", "payee"} and _is_bank(seen.sheet, cell, name)
        if not is_bank and not (debtor and same_key(name) in seen.customers):
            yield PageName(name, row, {kind: 1.0, f"{kind}-{place}": 1.0} | _beside(seen.sheet, row, kind))
    name = name_in(cell.text) if row is not seen.sheet.rows[0] else placed_name(cell.text)
    if name and sender in {"", name} and says_only(name, cell) and not _is_bank(seen.sheet, cell, name):
        yield from _in_line(seen, cell, row, name)


def _beside(sheet: Sheet, row: PageRow, kind: str) -> Traits:
    """What a line with a name in it says besides, or the next one: a register, an account."""
    text = f"{row.folded} {sheet.rows[row.number].folded if row.number < len(sheet.rows) else ''}"
    is_registered = bool(TAX_ID.search(text) or _REGISTER.search(text))
    return flags(
        {
            "beside-register": is_registered,
            f"{kind}-register": is_registered,
            "beside-account": "IBAN" in text,
        }
    )


def _is_bank(sheet: Sheet, cell: PageCell, name: str) -> bool:
    """Whether it is the bank where an account is, no sender of its own."""
    if not _BANK.search(folded(name)) or sheet.depth(cell) < TOP:
        return False
    rows = sheet.rows[max(cell.row - 2, 0) : cell.row + 3]
    return any(_ACCOUNT.search(row.folded) for row in rows)


def _in_line(seen: _Seen, cell: PageCell, row: PageRow, name: str) -> Iterator[PageName]:
    """A line that is a name: as it stands, without a trade behind it, with the lines that it may run on in."""
    traits = _place(seen, cell) | _end(seen.sheet, cell)
    joined = [PageName(whole, row, traits | more) for whole, more in _joined(seen.sheet, cell, name)]
    yield from joined
    if joined and ("next-runs-on" in traits or OPEN_END.search(cell.text)):
        return
    head, *parts = _PARTS.split(cell.text.strip())
    is_company = bool(LEGAL_FORM.search(name.upper()))
    if is_company or not any(BRANCH.match(folded(part)) for part in parts):
        yield PageName(name, row, traits)
    head = "" if is_company else name_in(head)
    if head and head != name:
        yield PageName(head, row, traits | {"head-part": 1.0})


def _joined(sheet: Sheet, cell: PageCell, name: str) -> Iterator[tuple[str, Traits]]:
    """A line with the one or two that follow closely, each as one name, and how they go together."""
    below = lines_below(sheet, cell)
    ruled = with_second_line(name, below, heading=is_large(sheet, cell, below))
    is_whole = _ends_in_form(name)
    for count in range(1, len(below) + 1):
        added = below[:count]
        if BRANCH.match(added[-1].folded) or any(
            one.search(added[-1].folded) for one in (_CONTACT_OR_CODE, STREET, _HOUSE)
        ):
            return
        joined = name_in(" ".join([name, *(one.text.strip() for one in added)]))
        if joined and (joined == ruled or not is_whole):
            yield joined, _junction(sheet, cell, name, added) | flags({"joined-by-rule": joined == ruled})
        is_whole = is_whole or _ends_in_form(joined)


def _ends_in_form(name: str) -> bool:
    """Whether a legal form closes a name; one that begins it does not (`SARL COUVERTURE`)."""
    form = LEGAL_FORM.search(name.upper())
    return form is not None and form.start() > 0


def flags(said: Mapping[str, object]) -> Traits:
    """The traits that are there, each as 1."""
    return {name: 1.0 for name, value in said.items() if value}


def _place(seen: _Seen, cell: PageCell) -> Traits:
    """Where on the page a line stands, and what it begins."""
    sheet = seen.sheet
    depth, ratio = sheet.depth(cell), cell.height / max(sheet.usual_height, 1.0)
    is_top, is_foot = not cell.page and depth < TOP, depth > FOOT
    has_form, is_over = bool(LEGAL_FORM.search(cell.text.upper())), over_address(sheet, cell)
    traits = flags(
        {
            "line": True,
            "top": is_top,
            "small": ratio < SMALLER,
            "over-address": is_over,
            "over-address-form": is_over and has_form,
            "first-address": is_over and not seen.addresses,
            "later-address": is_over and seen.addresses,
            "foot": is_foot,
            "middle": not is_top and not is_foot,
            "in-goods": cell.row >= seen.first_price and not is_foot,
            "in-table": seen.first_price <= cell.row < seen.last_price
            and len(sheet.rows[cell.row].cells) > 1,
            "between-prices": seen.first_price <= cell.row < seen.last_price,
            "table-head": len(sheet.rows[cell.row].cells) >= _HEADINGS
            and 0 < seen.first_price - cell.row <= _HEADING_ROWS,
            "row-price": PRICE.search(sheet.rows[cell.row].text),
            "first-row": cell.row == 0,
            "head-rows": cell.row < HEAD_ROWS,
            "first": not seen.is_started,
            "town-above": not cell.page and seen.towns,
            "window": cell in seen.window,
            f"window-{seen.window.get(cell)}": cell in seen.window,
        }
    )
    traits["depth-top"] = (1 - depth / TOP) if is_top else 0.0
    seen.is_started = True
    begins = _beginning(sheet, cell, is_top=is_top)
    seen.addresses += is_over and "inside-block" not in begins
    return traits | begins | _near(sheet, cell, is_top=is_top) | _block(seen, cell)


def _block(seen: _Seen, cell: PageCell) -> Traits:
    """What kind of block a line begins: an address that says how to reach somebody, or one that does not."""
    lines = [one.folded for one in lines_below(seen.sheet, cell, _BLOCK_LINES)]
    if not any(map(POSTAL.search, lines)):
        return {}
    is_taxed, is_reached = any(map(TAX_ID.search, lines)), any(map(_REACHED.search, lines))
    seen.blocks += cell not in seen.inside
    seen.inside |= set(lines_below(seen.sheet, cell, _BLOCK_LINES))
    return flags(
        {
            "block": True,
            "block-reached": is_reached,
            "block-taxed": is_taxed and not is_reached,
            "block-later": seen.blocks > 1,
            "block-later-mute": seen.blocks > 1 and not is_reached,
            "block-right": cell.x0 > seen.middle,
            "block-right-mute": cell.x0 > seen.middle and not is_reached,
        }
    )


def _near(sheet: Sheet, cell: PageCell, *, is_top: bool) -> Traits:
    """What is close under a line: ways to reach somebody, numbers by which a firm is registered."""
    near = [one.folded for one in cells_near(sheet, cell)]
    contact, has_form = any(map(REACHED_BY.search, near)), bool(LEGAL_FORM.search(cell.text.upper()))
    trader = is_trader(sheet, cell)
    return flags(
        {
            "form-out-of-reach": has_form and not contact,
            "contact-top": contact and is_top,
            "near-mail": any(map(_MAIL.search, near)),
            "near-tax": any(map(TAX_ID.search, near)),
            "trader": trader,
            "trader-person": trader and is_person(cell.text.strip()),
        }
    )


def _beginning(sheet: Sheet, cell: PageCell, *, is_top: bool) -> Traits:
    """Whether a line begins a block or goes on in one."""
    above = [
        one
        for row in sheet.rows[max(0, cell.row - 2) : cell.row]
        for one in row.cells
        if one.page == cell.page and one.shares_column(cell) and -1 <= cell.y0 - one.y1 < CLOSE * cell.height
    ]
    alike = next((one for one in reversed(above) if abs(one.height - cell.height) < 1), None)
    return flags(
        {
            "inside-block": above,
            "inside-block-top": above and is_top,
            "continues-large": alike and cell.height > LARGE * sheet.usual_height,
            "continues-name": alike and name_in(alike.text),
        }
    )


def _end(sheet: Sheet, cell: PageCell) -> Traits:
    """What follows a line: an address, or one that the name may run on in."""
    below = next(iter(lines_below(sheet, cell)), None)
    if below is None:
        return {}
    address = is_address(below.text) or POSTAL.search(below.folded) or _CONTACT_OR_CODE.search(below.folded)
    is_alike = abs(below.height - cell.height) < 1
    is_name = not address and name_in(below.text)
    return flags(
        {
            "next-alike": is_alike and is_name,
            "next-other": not is_alike and is_name,
            "next-runs-on": not address and GOES_ON.match(below.text.strip()),
        }
    )


def _junction(sheet: Sheet, cell: PageCell, name: str, added: Sequence[PageCell]) -> Traits:
    """How a line and those under it go together as one name."""
    last = added[-1]
    text = last.text.strip()
    is_alike, runs_on = abs(last.height - cell.height) < 1, bool(RUNS_ON.match(text))
    forms = LEGAL_FORM.split(text.upper())
    ends = dict.fromkeys(("next-alike", "next-other", "next-runs-on"), 0.0)
    return (
        ends
        | _end(sheet, last)
        | flags(
            {
                "joined": True,
                "joined-three": len(added) > 1,
                "joined-alike": is_alike,
                "joined-large": is_alike and cell.height > LARGE * sheet.usual_height,
                "joined-repeats": same_key(name) in same_key(text),
                "joined-shares-word": not runs_on and _stems(name) & _stems(text),
                "joined-second-whole": len(forms) > 1 and len(forms[0].split()) > 1 and not runs_on,
                "joined-end-form": len(forms) > 1,
                "joined-trade-first": is_only_trade(name) or has_business_word(name),
                "joined-trade-end": is_trade(name),
                "joined-list": _LIST.search(text),
            }
        )
    )


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in re.findall(r"\w{4,}", folded(text))}


def is_trader(sheet: Sheet, cell: PageCell) -> bool:
    """Whether a name stands over an address and a number of registration: somebody in business."""
    near = [one.folded for one in cells_near(sheet, cell, far=True)]
    return any(map(POSTAL.search, near)) and any(map(TAX_ID.search, near))


def over_address(sheet: Sheet, cell: PageCell) -> bool:
    """Whether an address stands close under a line."""
    below: PageCell | None = cell
    for _ in range(ADDRESS_LINES):
        below = sheet.under(below, rows=2) if below else None
        if below and (is_address(below.text) or POSTAL.search(below.folded)):
            return True
    return False
