"""What the lines of a page say of who sends it: labels, payees, signatures, senders, what a firm prints of itself.

Each is a name and the kind of saying; what a kind is worth was learnt (`vendor_weights`).
"""

import re
from collections.abc import Iterator, Sequence

from domain.receipts.business_names import LEGAL_FORM, has_business_word, is_address
from domain.receipts.dates import dates_in
from domain.receipts.identifiers import EMAIL
from domain.receipts.page.blocks import block_under
from domain.receipts.page.cells import PageCell, PageRow, Sheet, folded
from domain.receipts.page.customer import is_column_heading
from domain.receipts.page.name_text import (
    BREAK,
    NAME_INSIDE,
    POSTAL,
    company_behind,
    company_in,
    head_of,
    name_in,
    name_in_sentence,
    placed_name,
)
from domain.receipts.page.names import OPEN_END, first_name, named_inside
from domain.receipts.page.vocabulary import REACHED_BY, SELLER
from domain.receipts.people import is_code, is_person, may_name_seller

Said = tuple[str, str]
"""A name, and the kind of saying that gives it."""
_ACCOUNT_OF = re.compile(
    r"^\W*(?:(?:WIRE|PAY|TRANSFER) TO: |BAN[CK]\w*: )?(?:KONTOINHABER\w*|KONTONAME|ACCOUNT (?:NAME|HOLDER)|"
    r"BENEFICIAR(?:Y|IO)|TITULAIRE(?: DU COMPTE)?|"
    r"TITULAR(?: DE LA CUENTA)?|INTESTATARIO(?: (?:DEL )?CONTO)?|INTESTATO A|T\.?N\.?V\.?|REKENINGHOUDER|"
    r"EMPFANGER|(?:\w+ )?(?:BEGUNSTIGDE|"
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
    r"INCASS|AFGESCHREV|AFSCHRIJV|\bUW (?:BANK)?REKENING|MACHTIGING|EINGEZOGEN|LASTSCHRIFT|DEBIT|DOMICILIA|"
    r"ADDEBITO|PRELEVEMENT"
)
"""Where money is fetched, the account's holder is the customer."""
_SIGNED_FOR, _SIGNATORY = re.compile(r"FOR,?(?: AND ON BEHALF OF)? (?=\w)"), re.compile(r"AUTHORI[SZ]ED SIGN")
_SIGNATURE_ROWS = 6
PRICE = re.compile(r"\d[.,]\d\d\b")
PERSONS_WORDS = (2, 3)
"""So many words, none of them a trade's, may be a person."""
OPENING = ' "\u201c\u201e\u00ab'
_MARGIN = 4
"""Letters that a line has beside the company in it, if it is more than that company's."""
_LISTED = re.compile(r"\s+[-\u2013\u2014|\u00b7\u2022/]+\s+")
_STREET = re.compile(r"\d")
_COPYRIGHT = re.compile(r"(?:\u00a9|\(C\)|\bCOPYRIGHT\b)[\s\d,\u2013-]*")
_LABEL = re.compile(r"[^:]{3,30}:\s+(\S.*)")
_OF_ITSELF = re.compile(
    r"(.{4,60}?),? (?:is|ist|est|è) (?:an? |eine? |une? |una? |een )?"
    r"(?:registered|company|charity|not-for-profit|eingetragen|association|incorporated|ingeschreven|inscrit|iscritt)"
)
"""`The Acme Trust is a registered charity`."""
_PART = re.compile(r"\.\s|\s[-\u2013]\s|[|\u00b7]")


def labelled(sheet: Sheet) -> Iterator[tuple[str, PageCell, str]]:
    """The names that labels give to the seller, the cell of each, and whether its label may mean a person."""
    for row in sheet.rows:
        for cell in row.cells:
            match = SELLER.search(cell.folded)
            if not match or is_column_heading(sheet, cell):
                continue
            behind = cell.text[match.end() :]
            own = placed_name(behind) or name_in(head_of(behind))
            block = [] if own or is_code(behind) else block_under(sheet, cell)
            found = (own, cell) if own else named_inside(sheet, block) or first_name(block)
            if found:
                yield *found, _labelled_as(found[0], cell)


def _labelled_as(name: str, label: PageCell) -> str:
    """`Sold by` before what may be a person is less than a letterhead."""
    perhaps_person = len(name.split()) in PERSONS_WORDS and not has_business_word(name)
    at_the_till = may_name_seller(label.text) and (perhaps_person or is_person(name))
    return "at-the-till" if at_the_till else "labelled"


def told(sheet: Sheet, cell: PageCell) -> Said | None:
    """The name that a line is about as a whole; an empty one where it is of no account; None for any other line."""
    if said := company_behind(cell.text):
        return said, "brand-of"
    if said := _payee(sheet, cell, _PAYABLE_TO):
        return said, "payee"
    if said := _signed_for(sheet, cell):
        return said, "signed"
    if _TRANSFER_TO.search(cell.folded):
        return _payee(sheet, cell, _TRANSFER_TO), "transfer"
    copied = _COPYRIGHT.search(cell.folded)
    return (name_in(_PART.split(cell.text[copied.end() :])[0]), "copyright") if copied else None


def mentioned(sheet: Sheet, cell: PageCell, row: PageRow) -> Iterator[Said]:
    """The names that stand in a line among other things."""
    sender, kind = sender_of(cell, row)
    if sender:
        yield sender, kind
    whole = _LISTED.split(row.text)[0].strip()
    if sender and kind == "sender" and "," in whole and (longer := name_in(whole)) not in {"", sender}:
        yield longer, "sender-whole"
    holder = account_holder(sheet, cell)
    if holder:
        yield holder, "holder"
    company = company_in(cell.text)
    if company and company != sender and len(company) + _MARGIN < len(cell.text):
        yield company, "in-text"
    itself = _OF_ITSELF.match(cell.text)
    if itself and (name := name_in(itself[1])):
        yield name, "imprint"
    behind = _LABEL.match(cell.text)
    if behind and not REACHED_BY.search(cell.folded) and not PRICE.search(row.text):
        value = behind[1] if LEGAL_FORM.search(behind[1].upper()) else re.split(r",\s", behind[1])[0]
        if name := name_in(value):
            yield name, "named" if NAME_INSIDE.search(cell.folded) else "behind-a-label"


def sender_of(cell: PageCell, row: PageRow) -> Said:
    """`Acme GmbH | Europa-Allee 9 | 60486 Frankfurt`, in one line: who sends the letter."""
    text = row.text if len(row.cells) <= 4 and cell is row.cells[0] else cell.text  # noqa: PLR2004
    parts = [part for part in BREAK.split(text) if part.strip()]
    if len(parts) < 2 or ":" in parts[0] or PRICE.search(text) or dates_in(text):  # noqa: PLR2004
        return name_in_sentence(text), "imprint"
    name, worth = _before_address(text, parts)
    return (name, worth) if name else (name_in_sentence(text), "imprint")


def _before_address(text: str, parts: Sequence[str]) -> Said:
    """The first part of a line of which the rest is an address, or at least a way to reach somebody."""
    rest = folded(" ".join(parts[1:]))
    town = POSTAL.search(rest)
    if town is None:
        return (name_in(head_of(text)) if REACHED_BY.search(rest) and len(parts) > 2 else ""), "listed"  # noqa: PLR2004
    street = rest[: town.start()] + rest[town.end() :]
    return (name_in(head_of(text)) if _STREET.search(street) or is_address(street) else ""), "sender"


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
    if below and match.end() < len(cell.text) and OPEN_END.search(behind):
        behind = f"{behind} {below.text}".rstrip(".")
    form = LEGAL_FORM.search(behind.upper())
    return name_in(
        behind[: form.end()]
        if form
        else re.split(r"[,.;]\s|\s(?:or|and|by|within|o\.v\.v\.|onder)(?: |$)", behind)[0]
    )


def _signed_for(sheet: Sheet, cell: PageCell) -> str:
    """`for Acme Private Limited`, over `Authorised Signatory`."""
    match = _SIGNED_FOR.match(cell.folded)
    below = [one.folded for row in sheet.rows[cell.row : cell.row + _SIGNATURE_ROWS] for one in row.cells]
    return name_in(cell.text[match.end() :]) if match and any(map(_SIGNATORY.search, below)) else ""


def account_holder(sheet: Sheet, cell: PageCell) -> str:
    """Whose account a line names, or the cell beside it."""
    match = _ACCOUNT_OF.search(cell.folded)
    if not match or _COLLECTED.search(cell.folded):
        return ""
    own = re.split(r"\b(?:BSB|SORT CODE|IBAN|ACC(?:OUNT)?|BIC)\b", cell.text[match.end() :])[0].strip(" :")
    beside = next((one.text for one in sheet.after(cell) if re.search(r"\w", one.text)), "")
    return name_in(head_of(own or beside.strip(" :")))


def domains_of(sheet: Sheet, theirs: set[PageCell]) -> set[str]:
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
