"""Who sends the bill: labels, sender lines, letterheads and what a firm prints of itself."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.receipts.business_names import (
    LEGAL_FORM,
    TRADE_FORM,
    TRADE_WORD,
    has_business_word,
    is_address,
)
from domain.receipts.dates import dates_in
from domain.receipts.found import Found
from domain.receipts.identifiers import EMAIL
from domain.receipts.page.blocks import block_under
from domain.receipts.page.cells import PageCell, PageRow, Sheet, folded
from domain.receipts.page.customer import (
    address_window,
    buyer_cells,
    cells_near,
    customers_of,
    is_column_heading,
)
from domain.receipts.page.names import (
    BREAK,
    LARGE,
    POSTAL,
    company_behind,
    first_name,
    head_of,
    is_large,
    lines_below,
    name_in,
    name_in_sentence,
    named_inside,
    placed_name,
    same_key,
    says_only,
    with_second_line,
)
from domain.receipts.page.vocabulary import (
    BANK,
    REACHED_BY,
    SELLER,
)
from domain.receipts.people import is_code, is_person, may_name_seller

NAMED, LABELLED, AT_THE_TILL = 9.0, 8.0, 1.0
"""What a label is worth, what a name is worth at least that has one, and one of a label that may mean a person."""
ALL_BUT_CERTAIN, UNSUPPORTED = 0.97, 0.75
"""Of unseen bills four in ten such names that the page says once, without a legal form or label, were wrong."""
LOWER_HALF, FOOTER, ADDRESS_LINES = 0.5, 0.75, 3
"""How far down a page its footer begins at the earliest, and mostly; lines under a name in which its town stands."""
SHORTEST_DOMAIN, SAME_START = 3, 6
_ACCOUNT_OF = re.compile(
    r"^\W*(?:(?:WIRE|PAY|TRANSFER) TO: )?(?:KONTOINHABER\w*|KONTONAME|ACCOUNT (?:NAME|HOLDER)|"
    r"BENEFICIAR(?:Y|IO)|TITULAIRE(?: DU COMPTE)?|"
    r"TITULAR|INTESTATARIO|INTESTATO A|T\.?N\.?V\.?|REKENINGHOUDER|EMPFANGER|(?:\w+ )?(?:BEGUNSTIGDE|"
    r"BEGUNSTIGTER?|BENEFICIAIRE))"
    r"\s*:?\s*"
)
_PAYABLE_TO = re.compile(
    r"\b(?:CHE(?:CKS?|QUES?)|PAYMENTS?)\b.{0,30}\b(?:PAYABLE|OUT) TO\b|"
    r"\bCHEQUES? A L'ORDRE D[EU]\b|^\W*DEPOSITAR A(?: NOMBRE DE)?\b:?|"
    r"\b(?:T\.?N\.?V\.?|TEN NAME VAN)(?= |$)|\bZUGUNSTEN (?:VON|DER)\b"
)
_TRANSFER_TO = re.compile(
    r"\b(?:TRANSFERS? TO|UBERWEISUNG AN|(?:VIREMENT|VERSEMENT) A(?: L'ORDRE DE)?|BONIFICO A(?: FAVORE DI)?|"
    r"(?:TRANSFERENCIA|DEPOSITO) A(?: FAVOR DE)?|OVERSCHRIJVING (?:AAN|NAAR|OP NAAM VAN))\b"
)
"""Says less than a cheque's payee: a bank may stand behind it."""
_COLLECTED = re.compile(
    r"INCASS|AFGESCHREV|AFSCHRIJV|\bUW (?:BANK)?REKENING|MACHTIGING|EINGEZOGEN|LASTSCHRIFT|DEBIT"
)
"""Where money is fetched, the account's holder is the customer."""
_SIGNED_FOR, _SIGNATORY = re.compile(r"FOR(?: AND ON BEHALF OF)? (?=\w)"), re.compile(r"AUTHORI[SZ]ED SIGN")
_SIGNATURE_ROWS = 6
_PRICE = re.compile(r"\d[.,]\d\d\b")
_STREET = re.compile(r"\d")
_MANAGING = re.compile(r"VERWALTUNG|\bVERW\b|BETEILIGUNG|KOMPLEMENTAR")
TOP, ONE_WORD = 1.0, 2.0
"""What the top of a letterhead is worth beside its end; what a single ordinary word loses, which is often a label."""
SENDER, LISTED, IMPRINT, SAID = 5.0, 3.5, 4.5, 6.0
"""A name before its address in one line, one before ways to reach it, one that begins what a firm has to print of
itself, and one that a sentence gives: a brand's owner, who is to be paid."""
CUSTOMER = 4.0
"""What a name loses that a label gives to the customer."""
PERSONS_WORDS = (2, 3)
"""So many words, none of them a trade's, may be a person."""
TRADER = 2.0
"""What a person's name is worth as a trader's; it makes good what a person's name loses."""
_TAX_ID = re.compile(
    r"\bU\.?ST|STEUERN|\bVAT\b|\bSIRE[TN]\b|\bTVA\b|\bNIF\b|P\.? ?IVA|PARTITA|\bBTW\b|\bKVK\b|\bABN\b|GSTIN|\bC\.F\."
)
_INITIALS = re.compile(r"(?:\w\. ?)+")
OPENING = ' "\u201c\u201e\u00ab'
LOGO = 4
"""Letters at most of a logo that are read as one with the name behind it."""
_MERGED = 5
"""Letters at least of a short name that begins a longer one: a brand and its company."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    score: float
    row: PageRow
    is_addressed: bool = False


def vendor_of(sheet: Sheet) -> Found[str] | None:
    """The issuer's name as printed."""
    theirs = buyer_cells(sheet)
    named = [
        _Candidate(name, _named_so(name, cell, label), sheet.rows[cell.row])
        for name, cell, label in _labelled(sheet)
    ]
    customers = customers_of(sheet) - {same_key(one.name) for one in named}
    candidates = [*named, *_unlabelled(sheet, theirs)]
    if not candidates:
        return None
    groups = _grouped(candidates)
    ranked = sorted(
        ((_together(group) - CUSTOMER * (key in customers), group) for key, group in groups.items()),
        key=lambda pair: -pair[0],
    )
    score, group = ranked[0]
    best = max(_written_out(group), key=_named_best)
    lead = score - (ranked[1][0] if len(ranked) > 1 else 0.0)
    sure = 0.25 + 0.45 * min(1.0, score / 7) + 0.27 * min(1.0, max(0.0, lead) / 3)
    most = ALL_BUT_CERTAIN if _is_supported(best, group) else UNSUPPORTED
    return Found(value=best.name, confidence=round(min(most, sure), 2), where=best.row.where)


def _is_supported(best: _Candidate, group: Sequence[_Candidate]) -> bool:
    """Whether the page says more than once who it is, or calls it a company or the seller."""
    is_labelled = any(one.score > LABELLED for one in group)
    return len({one.row.number for one in group}) > 1 or is_labelled or _is_company(best)


def _grouped(candidates: Sequence[_Candidate]) -> dict[str, list[_Candidate]]:
    """The sights of each name; a short one (`Acme`) belongs to `Acme Trading Ltd`."""
    groups: dict[str, list[_Candidate]] = {}
    for one in _without_logo(candidates):
        groups.setdefault(same_key(one.name), []).append(one)
    for short in sorted(groups, key=len):
        whole = next((key for key in groups if key != short and _is_short_for(short, key, groups)), None)
        if whole is not None:
            groups[whole] += groups.pop(short)
    return groups


def _without_logo(candidates: Sequence[_Candidate]) -> Iterator[_Candidate]:
    """`AB Acme Bolts Ltd` is Acme Bolts Ltd behind its logo's letters, where another line has it without them."""
    whole = {same_key(one.name): one.name for one in candidates if _is_company(one)}
    for one in candidates:
        key = same_key(one.name)
        bare = next((key[cut:] for cut in _logos(one) if key[cut:] in whole and _is_company(one)), None)
        yield replace(one, name=whole[bare]) if bare else one


def _logos(one: _Candidate) -> range:
    """How many letters may be a logo's: initials (`J. H. Acme`) are none."""
    return range(0) if _INITIALS.match(one.name) else range(1, LOGO + 1)


def _is_short_for(short: str, key: str, groups: dict[str, list[_Candidate]]) -> bool:
    """Whether a company has the short one in its name, or a name over its address where neither is called a company."""
    core = same_key(TRADE_WORD.sub("", groups[short][0].name.upper()))
    if not (len(short) >= _MERGED and short in key) and not (len(core) >= _MERGED and key.startswith(core)):
        return False
    is_named = any(map(_is_company, groups[short]))
    return any(one.score > 0 and (_is_company(one) or one.is_addressed > is_named) for one in groups[key])


def _is_company(one: _Candidate) -> bool:
    upper = folded(one.name)
    return bool(LEGAL_FORM.search(upper)) and not _MANAGING.search(upper)


def _written_out(group: Sequence[_Candidate]) -> Sequence[_Candidate]:
    """The sights of the longest name that stands over its address, where none is called a company."""
    addressed = (
        [] if any(map(_is_company, group)) else [one for one in group if one.is_addressed and one.score > 1]
    )
    longest = max((same_key(one.name) for one in addressed), key=len, default="")
    return [one for one in group if not longest or same_key(one.name) == longest]


def _named_best(one: _Candidate) -> tuple[bool, int, bool, float]:
    """The full name before a short one, then the better place."""
    company = _is_company(one)
    full = company and one.score > 1
    return full, len(one.name) if full else round(one.score), company, one.score


def _named_so(name: str, cell: PageCell, label: PageCell) -> float:
    """What a label is worth; `Sold by` before what may be a person is less than a letterhead."""
    perhaps_person = len(name.split()) in PERSONS_WORDS and not has_business_word(name)
    at_the_till = may_name_seller(label.text) and (perhaps_person or is_person(name))
    return (AT_THE_TILL if at_the_till else NAMED) - 0.01 * cell.row


def _together(group: Sequence[_Candidate]) -> float:
    """The best sight of a name, and a little for each other one."""
    best = max(one.score for one in group)
    return best + 0.8 * min(len({one.row.number for one in group}) - 1, 2)


def _labelled(sheet: Sheet) -> Iterator[tuple[str, PageCell, PageCell]]:
    """The names that labels give to the seller, the cell of each and of its label."""
    for row in sheet.rows:
        for cell in row.cells:
            match = SELLER.search(cell.folded)
            if not match or is_column_heading(sheet, cell):
                continue
            behind = cell.text[match.end() :]
            own = placed_name(behind) or name_in(head_of(behind))
            if own:
                yield own, cell, cell
            if own or is_code(behind):
                continue
            block = block_under(sheet, cell)
            found = named_inside(sheet, block) or first_name(block)
            if found:
                yield *found, cell


def _unlabelled(sheet: Sheet, theirs: set[PageCell]) -> Iterator[_Candidate]:
    domains = _domains(sheet, theirs)
    window = address_window(sheet, theirs)
    addressed = {same_key(cell.text) for cell in window}
    second_lines: set[PageCell] = set()
    for row in sheet.rows:
        for cell in row.cells:
            if cell in theirs or cell in second_lines:
                continue
            told = _told(sheet, cell, domains)
            if told is not None:
                yield from told
                continue
            sender, worth = _sender(cell, row)
            if sender:
                yield _Candidate(sender, worth + _extra(sender, domains), row)
            holder = _account_holder(sheet, cell)
            is_customer = (
                cell.folded.lstrip().startswith(("TITULA", "INTESTA")) and same_key(holder) in addressed
            )
            if holder and not is_customer:
                yield _Candidate(holder, 3.5 + _extra(holder, domains), row)
            name = name_in(cell.text) if row is not sheet.rows[0] else placed_name(cell.text)
            if name and sender in {"", name} and says_only(name, cell):
                below = lines_below(sheet, cell)
                whole = with_second_line(name, below, heading=is_large(sheet, cell, below))
                joined = [one for one in below if whole != name and one.text.strip() in whole]
                second_lines.update(joined)
                place = max(_place(sheet, one, window) for one in (cell, *joined))
                own = TRADER if is_person(whole) and _is_trader(sheet, cell) else 0.0
                yield _Candidate(
                    whole, place + _extra(whole, domains) + own, row, is_addressed=_over_address(sheet, cell)
                )


def _told(sheet: Sheet, cell: PageCell, domains: set[str]) -> list[_Candidate] | None:
    """The name that a sentence gives, none where it is about a transfer to an account; None for any other line."""
    row = sheet.rows[cell.row]
    if said := company_behind(cell.text) or _payee(sheet, cell, _PAYABLE_TO) or _signed_for(sheet, cell):
        return [_Candidate(said, SAID + _extra(said, domains), row)]
    if not _TRANSFER_TO.search(cell.folded):
        return None
    paid = _payee(sheet, cell, _TRANSFER_TO)
    return [_Candidate(paid, LISTED + _extra(paid, domains), row)] if paid else []


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
    words = [word.lower() for word in re.findall(r"[A-Z]{6,}", folded(name)) if not TRADE_WORD.search(word)]
    if any(_matches(key, domain) or any(word in domain for word in words) for domain in domains):
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
    contact = any(REACHED_BY.search(one.folded) for one in cells_near(sheet, cell))
    if cell.page == 0 and depth < 0.25:  # noqa: PLR2004 - the letterhead
        large = 1.2 * min(2, int(cell.height / (LARGE * sheet.usual_height)))
        plain = ONE_WORD if not large and cell.row > 1 and len(cell.text.split()) == 1 else 0.0
        return 2.2 + large + (1.2 if contact else 0.0) + TOP * (1 - depth / 0.25) - plain
    is_addressed = _over_address(sheet, cell)
    is_lower = depth > (LOWER_HALF if has_form and is_addressed else FOOTER)
    if is_lower and (has_form or is_addressed):
        return 2.0 + (1.2 if contact else 0.0)
    return (0.8 if contact else -0.5) if has_form else -2.5


def _is_trader(sheet: Sheet, cell: PageCell) -> bool:
    """Whether a person's name stands over an address and a tax number: someone in business alone."""
    near = cells_near(sheet, cell, far=True)
    return any(POSTAL.search(one.folded) for one in near) and any(_TAX_ID.search(one.folded) for one in near)


def _over_address(sheet: Sheet, cell: PageCell) -> bool:
    below: PageCell | None = cell
    for _ in range(ADDRESS_LINES):
        below = sheet.under(below, rows=2) if below else None
        if below and (is_address(below.text) or POSTAL.search(below.folded)):
            return True
    return False


def _sender(cell: PageCell, row: PageRow) -> tuple[str, float]:
    """`Acme GmbH | Europa-Allee 9 | 60486 Frankfurt`, in one line: who sends the letter."""
    text = row.text if len(row.cells) <= 4 and cell is row.cells[0] else cell.text  # noqa: PLR2004
    parts = [part for part in BREAK.split(text) if part.strip()]
    if len(parts) < 2 or ":" in parts[0] or _PRICE.search(text) or dates_in(text):  # noqa: PLR2004
        return name_in_sentence(text), IMPRINT
    name, worth = _before_address(text, parts)
    return (name, worth) if name else (name_in_sentence(text), IMPRINT)


def _before_address(text: str, parts: Sequence[str]) -> tuple[str, float]:
    """The first part of a line of which the rest is an address, or at least a way to reach somebody."""
    rest = folded(" ".join(parts[1:]))
    town = POSTAL.search(rest)
    if town is None:
        return (name_in(head_of(text)) if REACHED_BY.search(rest) and len(parts) > 2 else ""), LISTED  # noqa: PLR2004
    street = rest[: town.start()] + rest[town.end() :]
    return (name_in(head_of(text)) if _STREET.search(street) or is_address(street) else ""), SENDER


def _payee(sheet: Sheet, cell: PageCell, said: re.Pattern[str]) -> str:
    """`Make checks payable to ...`: the name in that sentence, which may begin the next line."""
    match = said.search(cell.folded)
    if match is None or _COLLECTED.search(cell.folded):
        return ""
    below = sheet.under(cell, rows=1)
    behind = cell.text[match.end() :].strip() or (below.text if below else "")
    behind = behind.lstrip(OPENING)
    if behind[:1].islower():  # `to our account with ...`
        return ""
    form = LEGAL_FORM.search(behind.upper())
    return name_in(behind[: form.end()] if form else re.split(r"[,.;]\s|\s(?:or|and|by|within)\s", behind)[0])


def _signed_for(sheet: Sheet, cell: PageCell) -> str:
    """`for Acme Private Limited`, over `Authorised Signatory`."""
    match = _SIGNED_FOR.match(cell.folded)
    below = [one.folded for row in sheet.rows[cell.row : cell.row + _SIGNATURE_ROWS] for one in row.cells]
    return name_in(cell.text[match.end() :]) if match and any(map(_SIGNATORY.search, below)) else ""


def _account_holder(sheet: Sheet, cell: PageCell) -> str:
    match = _ACCOUNT_OF.search(cell.folded)
    if not match:
        return ""
    own = re.split(r"\b(?:BSB|SORT CODE|IBAN|ACC(?:OUNT)?|BIC)\b", cell.text[match.end() :])[0].strip(" :")
    beside = next((one.text for one in sheet.after(cell) if re.search(r"\w", one.text)), "")
    return name_in(head_of(own or beside.strip(" :")))


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
