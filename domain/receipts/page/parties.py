"""Who sends the bill and who gets it: labelled blocks, sender lines, letterheads and footers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.receipts.business_names import (
    LEGAL_FORM,
    TRADE_FORM,
    TRADE_WORD,
    can_be_name,
    is_address,
)
from domain.receipts.found import Found
from domain.receipts.identifiers import EMAIL
from domain.receipts.page.blocks import block_under
from domain.receipts.page.cells import PageCell, PageRow, Sheet, folded
from domain.receipts.page.vocabulary import (
    BANK,
    BUYER,
    CREDIT_NOTE,
    DUE_ON,
    ISSUED,
    NUMBER_LABELS,
    REACHED_BY,
    SELLER,
    role_of,
)
from domain.receipts.people import is_code, is_person, is_till_or_paper, may_name_seller, who_served

NAMED, AT_THE_TILL = 9.0, 1.0
SHORTEST_DOMAIN, SAME_START = 3, 6
LETTERHEAD, TOWN_LENGTH = 0.11, 45
"""An address that begins this far up the page is a letterhead's."""
_NAME_LABEL = re.compile(
    r"^\W*(?:FIRMEN)?(?:NAME|FIRMA|COMPANY|COMPANY NAME|NOM|NOMBRE|RAZON SOCIAL|RAGIONE SOCIALE|"
    r"DENOMINAZIONE|NAAM|RAISON SOCIALE)\W*$"
)
_NAME_INSIDE = re.compile(
    r"^\W*(?:NAME|FIRMA|COMPANY|NOM|NOMBRE|RAZON SOCIAL|RAGIONE SOCIALE|DENOMINAZIONE|NAAM|"
    r"RAISON SOCIALE)\s*:\s*"
)
_ACCOUNT_OF = re.compile(
    r"^\W*(?:KONTOINHABER\w*|KONTONAME|ACCOUNT (?:NAME|HOLDER)|BENEFICIARY|TITULAIRE(?: DU COMPTE)?|"
    r"TITULAR|INTESTATARIO|INTESTATO A|T\.?N\.?V\.?|REKENINGHOUDER|EMPFANGER)\s*:?\s*"
)
_POSTAL = re.compile(
    r"\b(?:[A-Z]{1,2}[- ])?\d{4,5}\s+[A-Z]{3,}|\b\d{4} ?[A-Z]{2}\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
)
_BREAK = re.compile(r"\s+[-\u2013\u2014|\u00b7\u2022*/]+\s+|\s*[|\u00b7\u2022]\s*|,\s+|\s{2,}")
_KEY = re.compile(r"^[^:]{2,28}:\s*\S")
_NOT_A_NAME = re.compile(
    r"\bSTYLESHEET\b|\(C\)|\u00a9|COPYRIGHT|\bSEITE \d|\bPAGE\b|PAGINA|BETREFF|SUBJECT|URN:|"
    r"BEISPIEL-RECHNUNG|^\W*(?:HERRN?|FRAU|MR|MRS|MS|MME|M)\.? |"
    r"^(?:MENGE|ARTIKEL|POS|BESCHREIBUNG|BEZEICHNUNG|ITEM|DESIGNATION|DESCRIPCION|CONCEPTO|CANTIDAD|"
    r"DESCRIZIONE|QUANTITA|OMSCHRIJVING|AANTAL)\b|"
    r"DEUTSCHLAND$|^FRANCE$|^GERMANY$|^ESPANA$|^ITALIA$|^NEDERLAND$|^SPAIN$|^UNITED|VIELEN DANK|"
    r"THANK|MERCI|GRACIAS|GRAZIE|BEDANKT|DEAR |"
    r"SEHR GEEHRTE|RECHNUNG|INVOICE|FACTU|FATTURA|LIEFERSCHEIN|ZAHLUNG|GESCHAFTSFUHR|HANDELSREG|"
    r"AMTSGERICHT|KUNDENNUMMER|"
    r"^(?:REF|DATE|DATUM|FECHA|DATA|NR|NO)\b|\w*(?:NUMMER|DATUM)\b|N\W? ?CLIENT|N[\u00b0\u00ba]|"
    r"NUMBER|\bDATE\b|BEMERKUNG|HINWEIS|NOTES?$|CONTACT|ANSPRECHPARTNER|KONTAKT"
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    score: float
    row: PageRow


def vendor_of(sheet: Sheet) -> Found[str] | None:
    """The issuer's name as printed."""
    theirs = buyer_cells(sheet)
    named = [_Candidate(name, _named_so(name, cell), sheet.rows[cell.row]) for name, cell in _labelled(sheet)]
    candidates = [*named, *_unlabelled(sheet, theirs)]
    if not candidates:
        return None
    groups: dict[str, list[_Candidate]] = {}
    for one in candidates:
        groups.setdefault(same_key(one.name), []).append(one)
    ranked = sorted(((_together(group), group) for group in groups.values()), key=lambda pair: -pair[0])
    score, group = ranked[0]
    best = max(
        group, key=lambda one: (round(one.score), bool(LEGAL_FORM.search(one.name.upper())), one.score)
    )
    lead = score - (ranked[1][0] if len(ranked) > 1 else 0.0)
    sure = 0.25 + 0.45 * min(1.0, score / 7) + 0.27 * min(1.0, max(0.0, lead) / 3)
    return Found(value=best.name, confidence=round(min(0.97, sure), 2), where=best.row.where)


def _named_so(name: str, label: PageCell) -> float:
    """What a label is worth; `Sold by` before a person is less than a letterhead."""
    at_the_till = is_person(name) and may_name_seller(label.text)
    return (AT_THE_TILL if at_the_till else NAMED) - 0.01 * label.row


def same_key(name: str) -> str:
    """What two writings of one company share: its letters without legal form and what follows it."""
    upper = name.upper()
    form = LEGAL_FORM.search(upper)
    kept = upper[: form.start()] if form and form.start() > 2 else upper  # noqa: PLR2004 - a name stands before it
    return re.sub(r"\W", "", folded(kept)) or re.sub(r"\W", "", folded(upper))


def _together(group: Sequence[_Candidate]) -> float:
    """The best sight of a name, and a little for each other one."""
    best = max(one.score for one in group)
    return best + 0.8 * min(len({one.row.number for one in group}) - 1, 2)


def buyer_cells(sheet: Sheet) -> set[PageCell]:
    """The cells of blocks that name the customer."""
    found: set[PageCell] = set()
    for row in sheet.rows:
        for cell in row.cells:
            if BUYER.search(cell.folded) and not SELLER.search(cell.folded):
                found.update([cell, *block_under(sheet, cell)])
    return found


def _labelled(sheet: Sheet) -> Iterator[tuple[str, PageCell]]:
    for row in sheet.rows:
        for cell in row.cells:
            match = SELLER.search(cell.folded)
            if not match:
                continue
            behind = cell.text[match.end() :]
            own = _name(behind)
            if own:
                yield own, cell
            if own or is_code(behind):
                continue
            block = block_under(sheet, cell)
            found = _named_inside(sheet, block) or _first_name(block)
            if found:
                yield found


def _named_inside(sheet: Sheet, block: Sequence[PageCell]) -> tuple[str, PageCell] | None:
    """`Name: Acme Ltd` inside a party's block."""
    for cell in block:
        inside = _NAME_INSIDE.search(cell.folded)
        text = cell.text[inside.end() :] if inside else ""
        if not text and _NAME_LABEL.search(cell.folded):
            text = next((one.text for one in sheet.after(cell) if re.search(r"\w", one.text)), "")
        if text and _name(text):
            return _name(text), cell
    return None


def _first_name(block: Sequence[PageCell]) -> tuple[str, PageCell] | None:
    for index, cell in enumerate(block):
        name = _name(cell.text) if not _is_pair(cell, block) else ""
        if name and not REACHED_BY.search(cell.folded):
            return _with_second_line(name, block[index + 1 :]), cell
    return None


def _is_pair(cell: PageCell, block: Sequence[PageCell]) -> bool:
    """`Number: 4711`: a label with its value, in one cell or in two."""
    if cell.text.rstrip().endswith(":") or _KEY.search(cell.text):
        return True
    return any(one.row == cell.row and one.text.lstrip().startswith(":") for one in block if one is not cell)


def _with_second_line(name: str, following: Sequence[PageCell]) -> str:
    """A long name runs on where only its second line has the legal form, or the first is cut open."""
    if not following or LEGAL_FORM.search(name.upper()):
        return name
    second = following[0].text.strip()
    if second.upper().startswith(name.upper()) and _name(second):
        return _name(second)
    upper = second.upper()
    beside_form = LEGAL_FORM.sub("", upper)
    is_form = (
        LEGAL_FORM.search(upper)
        and len(re.findall(r"\w{2,}", beside_form)) <= 1
        and not is_address(beside_form)
    )
    open_end = re.search(r"(?:&|\bUND|\bAND|\bET|[-,(])\s*$", name, re.IGNORECASE)
    if (is_form or open_end) and not re.search(r"\d{3}", second) and len(second) <= 40:  # noqa: PLR2004
        return _name(f"{name} {second}") or name
    return name


def _unlabelled(sheet: Sheet, theirs: set[PageCell]) -> Iterator[_Candidate]:
    domains = _domains(sheet, theirs)
    window = _address_window(sheet, theirs)
    for row in sheet.rows:
        for cell in row.cells:
            if cell in theirs:
                continue
            sender = _sender(cell, row)
            if sender:
                yield _Candidate(sender, 5.0 + _extra(sender, domains), row)
            holder = _account_holder(sheet, cell)
            if holder:
                yield _Candidate(holder, 3.5 + _extra(holder, domains), row)
            name = _name(cell.text)
            if name and not sender and not REACHED_BY.search(cell.folded):
                name = _with_second_line(name, _below(sheet, cell))
                yield _Candidate(name, _place(sheet, cell, window) + _extra(name, domains), row)


def _below(sheet: Sheet, cell: PageCell) -> list[PageCell]:
    below = sheet.under(cell, rows=1)
    near = below is not None and abs(below.x0 - cell.x0) < cell.height and below.y0 - cell.y1 < cell.height
    return [below] if below is not None and near else []


def _extra(name: str, domains: set[str]) -> float:
    upper = name.upper()
    score = (
        2.0
        if LEGAL_FORM.search(upper)
        else 1.0
        if TRADE_FORM.search(upper) or TRADE_WORD.search(upper)
        else 0.0
    )
    key = same_key(name).lower()
    if any(_matches(key, domain) for domain in domains):
        score += 3.0
    return score - (2.5 if BANK.search(folded(name)) else 0.0) - (2.0 if is_person(name) else 0.0)


def _matches(key: str, domain: str) -> bool:
    """Whether a web address is this name's: one inside the other, or six letters in common at the start."""
    if min(len(key), len(domain)) < SHORTEST_DOMAIN:
        return False
    return (
        domain in key or key in domain or (len(key) >= SAME_START and key[:SAME_START] == domain[:SAME_START])
    )


def _place(sheet: Sheet, cell: PageCell, window: set[PageCell]) -> float:
    depth, has_form = sheet.depth(cell), bool(LEGAL_FORM.search(cell.text.upper()))
    if cell in window:
        return -3.0
    contact = any(REACHED_BY.search(one.folded) for one in _near(sheet, cell))
    if cell.page == 0 and depth < 0.25:  # noqa: PLR2004 - the letterhead
        large = 1.2 if cell.height > 1.25 * sheet.usual_height else 0.0
        return 2.2 + large + (1.2 if contact else 0.0) + max(0.0, 0.6 - 0.15 * cell.row)
    if depth > 0.8 and (has_form or _over_address(sheet, cell)):  # noqa: PLR2004 - the footer
        return 2.0 + (1.2 if contact else 0.0)
    return (0.8 if contact else -0.5) if has_form else -2.5


def _over_address(sheet: Sheet, cell: PageCell) -> bool:
    under = sheet.under(cell, rows=2)
    town = sheet.under(under, rows=2) if under else None
    return any(one and (is_address(one.text) or _POSTAL.search(one.folded)) for one in (under, town))


def _near(sheet: Sheet, cell: PageCell) -> list[PageCell]:
    """The cells just under a name, in its column."""
    rows = [row for row in sheet.rows[cell.row : cell.row + 7] if row.page == cell.page]
    return [
        one
        for row in rows
        for one in row.cells
        if one.shares_column(cell) and one.y0 - cell.y1 < 9 * cell.height
    ]


def _sender(cell: PageCell, row: PageRow) -> str:
    """`Acme GmbH | Europa-Allee 9 | 60486 Frankfurt`, in one line: who sends the letter."""
    text = row.text if len(row.cells) <= 4 and cell is row.cells[0] else cell.text  # noqa: PLR2004
    parts = [part for part in _BREAK.split(text) if part.strip()]
    if len(parts) < 2 or not _POSTAL.search(folded(text)) or len(text) > 160:  # noqa: PLR2004
        return ""
    rest = folded(" ".join(parts[1:]))
    return _name(parts[0]) if _POSTAL.search(rest) and not re.search(r":", parts[0]) else ""


def _account_holder(sheet: Sheet, cell: PageCell) -> str:
    match = _ACCOUNT_OF.search(cell.folded)
    if not match:
        return ""
    own = cell.text[match.end() :].strip(" :")
    beside = next((one.text for one in sheet.after(cell) if re.search(r"\w", one.text)), "")
    return _name(own or beside.strip(" :"))


def _address_window(sheet: Sheet, theirs: set[PageCell]) -> set[PageCell]:
    """Unlabelled addresses in the upper half without a way to reach anybody: the customer's."""
    found: set[PageCell] = set()
    for row in sheet.rows:
        for cell in row.cells:
            is_town = _POSTAL.search(cell.folded) and len(cell.text) <= TOWN_LENGTH
            if row.page or cell in theirs or not is_town or sheet.depth(cell) > 0.5:  # noqa: PLR2004
                continue
            block = _column_above(sheet, cell)
            around = [*block, *_near(sheet, cell)]
            is_letterhead = any(sheet.depth(one) < LETTERHEAD for one in block)
            if not is_letterhead and not any(REACHED_BY.search(one.folded) for one in around):
                found.update(block)
    return found


def _column_above(sheet: Sheet, town: PageCell) -> list[PageCell]:
    block, top = [town], town.y0
    for index in range(town.row - 1, max(-1, town.row - 8), -1):
        row = sheet.rows[index]
        if row.page != town.page:
            break
        above = next((one for one in row.cells if abs(one.x0 - town.x0) < town.height), None)
        if above is None:
            continue
        if top - above.y1 > 1.2 * town.height or above.height > 1.35 * town.height:
            break
        if len(_BREAK.split(above.text)) > 2 and _POSTAL.search(above.folded):  # noqa: PLR2004 - the sender's line
            break
        block.append(above)
        top = above.y0
    return block


def _domains(sheet: Sheet, theirs: set[PageCell]) -> set[str]:
    """The names inside web and mail addresses that are not the customer's."""
    found: set[str] = set()
    for row in sheet.rows:
        for cell in row.cells:
            if cell in theirs:
                continue
            hosts = [match[0].split("@")[1] for match in EMAIL.finditer(cell.text)]
            hosts += re.findall(r"(?:www\.|https?://(?:www\.)?)([\w.-]+)", cell.text.lower())
            for host in hosts:
                parts = host.lower().strip(".").split(".")
                if len(parts) > 1 and parts[-2] not in _FREE:
                    found.add(re.sub(r"\W", "", parts[-2] if parts[-2] not in {"co", "com"} else parts[0]))
    return found


_FREE = frozenset(
    {
        "gmail",
        "googlemail",
        "gmx",
        "web",
        "t-online",
        "yahoo",
        "hotmail",
        "outlook",
        "orange",
        "free",
        "wanadoo",
        "libero",
    }
)


def _name(text: str) -> str:
    """The text as a company's name; empty where it cannot be one."""
    name = re.sub(r"\s+", " ", text).strip(" :;,|*-\u2013\u00b7\u2022")
    inside = _NAME_INSIDE.search(folded(name))
    name = name[inside.end() :] if inside else name
    upper = folded(name)
    if len(name) < 3 or len(name) > 70 or not re.search(r"[A-Z]{2}", upper):  # noqa: PLR2004
        return ""
    if (
        _NOT_A_NAME.search(upper)
        or CREDIT_NOTE.search(upper)
        or any(pattern.search(upper) for _, pattern in NUMBER_LABELS)
    ):
        return ""
    if any(pattern.search(upper) for pattern in (SELLER, BUYER, DUE_ON, ISSUED)) or not can_be_name(name):
        return ""
    if is_till_or_paper(name) or who_served(name) is not None:
        return ""
    if not LEGAL_FORM.search(name.upper()) and (
        role_of(upper) or _POSTAL.search(upper) or re.search(r"\d{3}|[.:;]$|^\d|\s\d{1,4} ?[A-Za-z]?$", name)
    ):
        return ""
    return name
