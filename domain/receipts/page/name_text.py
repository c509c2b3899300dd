"""A company's name in a line of text: alone, before its address, or in a sentence."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from domain.receipts.business_names import (
    LEGAL_FORM,
    can_be_labelled_name,
    can_be_name,
)
from domain.receipts.page.amount_roles import role_of
from domain.receipts.page.blocks import PROSE
from domain.receipts.page.cells import folded
from domain.receipts.page.vocabulary import (
    BUYER,
    CREDIT_NOTE,
    DUE_ON,
    ISSUED,
    NUMBER_LABELS,
    REACHED_BY,
    SELLER,
)
from domain.receipts.people import is_till_or_paper, who_served

REMEMBERED = 4096
"""Texts: a page asks of the same line again and again whether it is a name."""
LONGEST = 90
"""Characters of a name."""
CODE = 5
"""So many digits in a word in front of a name are a number of its own."""
LONG_WORD = 5
"""Words of a name so long begin with a capital."""
NAME_INSIDE = re.compile(
    r"^\W*(?:NAME|FIRMA|COMPANY|NOM|NOMBRE|RAZON SOCIAL|RAGIONE SOCIALE|DENOMINAZIONE|NAAM|"
    r"RAISON SOCIALE)\s*:\s*"
)
POSTAL = re.compile(
    r"\b(?:[A-Z]{1,2}[- ])?\d{4,5}\s+(?:[A-Z]{3,}|STE?\. ?[A-Z])|\b\d{4} ?[A-Z]{2}\b|"
    r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|"
    r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|"
    r"W[AIVY]|[A-Z]{5,}),? \d{5}(?:-\d{4})?$|\b(?:NSW|VIC|QLD|TAS|ACT|WA|SA|NT) \d{4}\b|"
    r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d\b|\b[A-Z]\d[\dW] [A-Z0-9]{4}\b|[A-Z]{3}[ -]+\d{6}$"
)
"""A town with its postal code: continental, Dutch, British, American, Australian, Canadian, Irish and Indian ones."""
BREAK = re.compile(r"\s+[-\u2013\u2014|\u00b7\u2022*/]+\s+|\s*[|\u00b7\u2022]\s*|,\s+|\s{2,}")
_NOT_A_NAME = re.compile(
    r"[\u20ac\u00a3]|\bSTYLESHEET\b|\(C\)|\u00a9|COPYRIGHT|\bSEITE \d|\bPAGE\b|PAGINA|BETREFF|SUBJECT|URN:|"
    r"^(?:PLEASE|BITTE|VEUILLEZ|GELIEVE|GRAAG|POR FAVOR|SI PREGA|FUR IHRE?N?)\b|\bMEMBRE D'UN|\bMEMBER OF\b|"
    r"^LES MONTANTS\b|"
    r"BEISPIEL-RECHNUNG|^\W*(?:HERRN?|FRAU|MR|MRS|MS|MME|M|SRES|SRA?|DHR|MEVR|FAM|FAMILIE|"
    r"EGR|GENT(?:\.MA|ILE)?|SPETT(?:\.LE)?|MONSIEUR|MADAME|Z\. ?HD|T\. ?[AN]\. ?V)\.?(?: |$)| (?:ES|IST|IS|"
    r"EST) (?:UN|EIN|AN?|UNE)\w* |"
    r"^NEI CONFRONTI|^(?:YOUR|IHRE?|VOTRE|TU|SU|UW|JE|VOSTRA|TUA) |"
    r"^(?:TAG|LEISTUNG(?:EN)?|EUR|USD|GBP|CHF|AUD|INR)$|\bPERIOD\b|"
    r"^(?:M/S|SERIE|VIREMENT|UDS?)\b|DIREZIONE E COORDINAMENTO|^FINANCIELE ADMINISTRATIE$|"
    r"^(?:FIRMA|DITTA|PRICE|RATE|AMOUNT|PARTICULARS|CHARGES|CONTRACT|MONEDA|ITEMS?)$|^(?:THE|"
    r"OUR|AN DIE|DIE) FIRMA?$|"
    r"\bDEL? RECIBO\b|"
    r"\w*(?:ANWALT|ARZT)(?:IN)?$|^ATTORNEYS? AT LAW|\bACCT$|^TERMS OF|AUTHORI[SZ]ED SIGN|\bTTC\b|"
    r"^(?:LUGAR DE EXPEDICION|REGIMEN FISCAL|ORDEN DE COMPRA|USO CFDI)\b|"
    r"^(?:MENGE|ARTIKEL|POS|BESCHREIBUNG|BEZEICHNUNG|ITEM|DESIGNATION|DESCRIPCION|CONCEPTO|CANTIDAD|"
    r"DESCRIZIONE|QUANTITA|OMSCHRIJVING|AANTAL)\b|"
    r"DEUTSCHLAND$|^(?:FRANCE|GERMANY|ESPANA|ITALIA|ITALY|(?:THE )?NE(?:D|TH)ERLANDS?|PAYS[- ]BAS|SPAIN|UNITED .*|"
    r"AUSTRALIA|BELGI(?:UM|E|QUE)|OSTERREICH|AUSTRIA|SCHWEIZ|SUISSE|SVIZZERA|SWITZERLAND|LUXEMBOURG|PORTUGAL|IRELAND|"
    r"ENGLAND|SCOTLAND|WALES|CANADA|INDIA|NEW ZEALAND|ARGENTINA|MEXICO|COLOMBIA|CHILE|POLAND|POLSKA|DENMARK|DANMARK|"
    r"SWEDEN|SVERIGE|U\.?S\.?A?|U\.?K)\.?$|VIELEN DANK|"
    r"\bTHANK|\bMERCI\b|\bGRACIAS\b|\bGRAZIE\b|BEDANKT|\bDEAR |"
    r"SEHR GEEHRTE|RECHNUNG|INVOICE|\bFACTU|FATTURA|\bSZAMLA|\bFAKTUR|\bFATURA|LIEFERSCHEIN|ZAHLUNG|"
    r"GESCHAFTSFUHR|HANDELSREG|"
    r"AMTSGERICHT|KUNDENNUMMER|^R\. ?M\.|^INSCRITA|REGISTRO MERCANTIL|"
    r"^(?:REF|DATE|DATUM|FECHA|DATA|NR|NO)\b|\w*(?:NUMMER|DATUM)\b|N\W? ?CLIENT|N[\u00b0\u00ba]|"
    r"HUURNOTA|WERKORDER|WERKBON|(?:LEVERINGS|AFLEVER)ADRES|^FOLIO$|^(?:AFDELING|ABTEILUNG)\b|"
    r"NUMBER|\bDATE\b|BEMERKUNG|HINWEIS|NOTES?$|CONTACT|ANSPRECHPARTNER|KONTAKT"
)
_ADDRESSES = re.compile(
    r"\b(?:YOUR|VOTRE|VOS|NOTRE|NOS|IHRE?[NRMS]?|UNSERE?[NRMS]?|UW|ONZE|VOSTR[OAIE]|NOSTR[OAIE])\b"
)
"""Who says so speaks to somebody: without a legal form it is no name."""
_TAXED = re.compile(r"\W*(?:INC|EX)\.? (?:VAT|GST|TAX)\W*")
"""A column of amounts: `Inc` is no legal form there."""
_JOINED = re.compile(r"\b(?:CO|UND|AND)\b")
STREET = re.compile(
    r"(?:C/|CL/|AVDA?\b|CTRA\b|POL\. |PASEO |PASSEIG |CARRER |CAMINO |RUE |QUAI |CHEMIN |ROUTE |IMPASSE |"
    r"Z\.?[AI]\.?C?\.? |LIEU[- ]DIT |LE BOURG|"
    r"VIALE |CORSO |"
    r"PIAZZA |VIA )"
)
"""What a street's name begins with, and a company's without a legal form does not."""
_ORNAMENT = re.compile(r"[\u2022\u2190-\u2bff]")
_ABOUT_CAPITAL = re.compile(r"\s+(?:AU CAPITAL|CAPITALE? SOCIAL|A CAPITAL)\b.*", re.IGNORECASE)
_GOES_ON = re.compile(r"(?P<dot>\.?)(?:\s+[a-z\u00df-\u00ff]{2,}){2}\b")
"""Behind a legal form: small words, as in `Acme Ltd has the following values`, are a sentence's."""
_SENTENCE = re.compile(r"(?<=[a-z\u00df-\u00ff]{4}|\d{4})\.\s+(?=[A-Z\u00c0-\u00de])")
_LAST_SENTENCE = re.compile(r"(?<=\w\w)\. ")
"""Behind a word: `J. H. Acme` is one name."""
_BRAND_OF = re.compile(
    r"(?:(?:\b(?:is|est|es|ist|è)|\s[-\u2013\u2014])\s+(?:an?\s+|une?\s+|una\s+|eine?\s+|"
    r"een\s+)?(?:registered\s+)?"
    r"(?:(?:trading|business|brand) (?:name|style)|brand|trade ?mark|marque|nom commercial|marca|nombre comercial"
    r"|marchio|Marke|handelsnaam|merk)\s+(?:(?:of|del?|della|di|der|von|van)\b|d['\u2019]|dell['\u2019])"
    r"|\b(?:operated|is run|is owned) by|\bbetrieben (?:von|durch)|\bexploitée? par|\bgeëxploiteerd door"
    r"|^\W*(?:trading as|t/a)|\b(?:operado|explotad[oa]) por|\bgestito da)\s*(?:the\s+)?",
    re.IGNORECASE,
)
_IS_OF = re.compile(
    r"\b(?:is|est|ist|es|è|wird|wordt)\s+(?:[\w-]+\s+){1,4}?"
    r"(?:by|of|par|du|des?|von|der|durch|por|del?|da|dalla|di|door|van)\s+(?=[A-Z\u00c0-\u00de])"
)
"""`... ist ein Angebot der`, `... est éditée par`: the company behind it follows, if it has a legal form."""
_UNNAMED = re.compile(r"(?:an?|une?|una|uno|eine?|een)\s+(?:[a-z\u00df-\u00ff]+\s+)+(?=[A-Z\u00c0-\u00de])")
"""What stands before a company's name that is none of it: `un prodotto Acme S.r.l.`."""
_LED_TO = re.compile(
    r"(?:[a-z\u00df-\u00ff]{3,}\s+){1,5}(?:à|ad?|al|to|by|of|di|da|del?|du|an|bei|chez|aan|van|von|der|from)\s+"
    r"(?=[A-Z\u00c0-\u00de])"
)
"""What leads to a name in a sentence that began in the line before: `scrivendo ad Acme S.p.A.`."""
_AROUND = ' :;,|*-\u2013\u00b7\u2022"\u201c\u201d\u201e\u00ab\u00bb'
_DOMAIN = re.compile(r"(?:WWW\.)?([\w-]{3,})\.[\w.-]+[A-Z]")
_ASIDE = re.compile(r" \([a-z ]+\)$")
"""`Acme Goods (seller profile)`."""
_SOLD_BY = re.compile(
    r"\b(?:sold(?: and shipped)? by|verkauft?(?: und versandt)? (?:von|durch)|vendu(?: et expédié)? par"
    r"|vendido(?: y enviado)? por|venduto(?: e spedito)? da|verkocht(?: en verzonden)? door)\s+",
    re.IGNORECASE,
)
"""In a sentence a company's name alone counts behind it: `sold by Jenny` is said at a till."""
_CONNECTS = re.compile(
    r"(?:&|\+|und|and|et|en|e|y|i|of|the|du|des|del|della|delle|dei|degli|de|di|d[ao]|les|la|le|los|las|von|"
    r"van|der|den|"
    r"zum|zur|am|im|in|aan|voor|für|pour|per|para|'t|d['\u2019]\w+|l['\u2019]\w+|\(.*|.*\))$"
)
_PARTS_END, _SENTENCE_ENDS = (
    re.compile(r"[:;|\u00b7\u2022\u2013-]$"),
    re.compile(r"(?:[a-z\u00df-\u00ff]|\d){4}\.$|\w{3},$"),
)
"""`Gebr.` is part of a name, `Leeds.` ends a sentence."""
_SENT_BY = re.compile(
    r"^(?:Supplier|Émetteur|Emetteur|Fournisseur|Prestataire|Proveedor|Emisor|Fornitore|"
    r"Venditore|Leverancier|Geschäftsbereich|(?:Zweign|N)iederlassung|"
    r"From|For,|By|Von|as agent for the|Firma|Fa\.|Ditta|(?:La|Il) sottoscritt[ao]|d[aei]|"
    r"Dña\.|D\u00aa\.?|Dhr\.|Mevr\.) (?=[A-Z0-9])"
)


def same_key(name: str) -> str:
    """What two writings of one company share: its letters without legal form and what follows, or of a web address."""
    upper = name.upper()
    domain = _DOMAIN.fullmatch(upper)
    upper = domain[1] if domain else upper
    form = LEGAL_FORM.search(upper)
    kept = upper[: form.start()] if form and form.start() > 2 else upper  # noqa: PLR2004 - a name stands before it
    return re.sub(r"\W", "", folded(kept)) or re.sub(r"\W", "", folded(upper))


def name_in_sentence(text: str) -> str:
    """`Acme Limited. Registered office ...`: the name that begins what a firm has to print of itself."""
    form = LEGAL_FORM.search(text.upper())
    if form is None or len(text) < PROSE or not REACHED_BY.search(folded(text[form.end() :])):
        return ""
    label = SELLER.search(folded(text))
    if label and label.end() < form.end():
        return name_in(head_of(text[label.end() :]))
    head = text[: form.end()]
    head = _LAST_SENTENCE.split(head)[-1]
    if ":" in head or head[:1].isdigit():
        return ""
    if is_legal_form(head):
        return name_in(head_of(text))
    return (
        name_in(head)
        if all(word[0].isupper() or len(word) < LONG_WORD for word in re.findall(r"\w+", head))
        else ""
    )


def company_behind(text: str) -> str:
    """`Acme is a trading name of Harbor Trading Ltd.`: the company; empty where no sentence says so."""
    sold = _SOLD_BY.search(text)
    seller = head_of(text[sold.end() :]) if sold else ""
    if LEGAL_FORM.search(seller.upper()):
        return name_in(seller)
    found = _BRAND_OF.search(text) or _IS_OF.search(text)
    if found is None or (found.re is _IS_OF and not LEGAL_FORM.search(text[found.end() :].upper())):
        return ""
    behind = text[found.end() :]
    form = LEGAL_FORM.search(behind.upper())
    return name_in(head_of(behind[: form.end()] if form else _SENTENCE.split(behind)[0]))


def company_in(text: str) -> str:
    """The company that a line of text names: the words with a capital that lead to a legal form."""
    form = LEGAL_FORM.search(text.upper())
    kept: list[str] = []
    for word in reversed(text[: form.start()].split() if form else []):
        is_part = word[:1].isupper() or word[:1].isdigit() or word.endswith(".com") or _CONNECTS.match(word)
        is_code = sum(sign.isdigit() for sign in word) >= CODE
        if not is_part or is_code or _PARTS_END.search(word) or (kept and _SENTENCE_ENDS.search(word)):
            break
        kept.insert(0, word)
    while kept and _CONNECTS.match(kept[0]):
        kept.pop(0)
    return name_in(" ".join([*kept, text[form.start() : form.end()]])) if form and kept else ""


def _begins_small(head: str) -> bool:
    """Whether small words stand before a company's name."""
    begun = _UNNAMED.match(head)
    form = LEGAL_FORM.search(head.upper())
    return bool(begun and form and form.start() > begun.end())


def is_legal_form(text: str) -> bool:
    """Whether it is nothing but a legal form (`Inc.`, `GmbH & Co. KG`)."""
    rest, forms = LEGAL_FORM.subn(" ", text.upper())
    return forms > 0 and not re.search(r"\w", _JOINED.sub(" ", rest))


def head_of(text: str) -> str:
    """What stands before the address in one line with it, its legal form kept (`Acme, Inc., 4 Mill Road`)."""
    parts = [part.strip() for part in BREAK.split(_before_sentence(text)) if part.strip()]
    if parts and LEGAL_FORM.search(parts[0].upper()):
        parts[0] = _SENTENCE.split(parts[0])[-1]
    head = ", ".join(parts[:2]) if len(parts) > 1 and is_legal_form(parts[1]) else "".join(parts[:1])
    return _ABOUT_CAPITAL.sub("", head)


def _before_sentence(text: str) -> str:
    form = LEGAL_FORM.search(text.upper())
    goes_on = _GOES_ON.match(text, form.end()) if form and form.start() else None
    return text[: goes_on.end("dot")] if goes_on else text


@lru_cache(maxsize=REMEMBERED)
def name_in(text: str) -> str:
    """The text as a company's name; empty where it cannot be one."""
    return _name_in(text, can_be_name)


@lru_cache(maxsize=REMEMBERED)
def placed_name(text: str) -> str:
    """As `name_in`, of a text that stands where a name does: it may sound like an address (`Harbor Street Offices`)."""
    return _name_in(text, can_be_labelled_name)


def _unrepeated(name: str) -> str:
    """`acme ACME Ltd`, `HTW Harbor Tool Works`: what a logo beside the name says of it is no part of it."""
    words = name.split()
    half = next((cut for cut in range(1, len(words)) if _is_repeated(words[:cut], words[cut : 2 * cut])), 0)
    half = half or int(len(words) > 2 and words[0] == "".join(word[0] for word in words[1:]).upper())  # noqa: PLR2004
    return " ".join(words[half:])


def _is_repeated(logo: Sequence[str], name: Sequence[str]) -> bool:
    return logo != name and folded(" ".join(logo)) == folded(" ".join(name))


def _name_in(text: str, can_be: Callable[[str], bool]) -> str:
    name = re.sub(r"\s+", " ", _ORNAMENT.sub(" ", text)).strip(_AROUND)
    name = _unrepeated(name)
    before, _, opened = name.rpartition("(")
    name = opened if before and ")" not in opened and LEGAL_FORM.search(opened.upper()) else name
    sent = _SENT_BY.sub("", name)
    name = _ASIDE.sub("", name if is_legal_form(sent) else sent)
    inside = NAME_INSIDE.search(folded(name))
    name = name[inside.end() :] if inside else name
    head = head_of(name)
    name = (
        _UNNAMED.sub("", head, count=1)
        if _begins_small(head)
        else head
        if LEGAL_FORM.search(head.upper())
        else name
    )
    led = _LED_TO.match(name)
    name = name[led.end() :] if led else name
    upper = folded(name)
    is_long_enough = 3 <= len(name) <= LONGEST and re.search(r"[A-Z]{2}", upper)  # noqa: PLR2004
    is_word = name.islower() and len(name) < LONG_WORD  # `per`, `from`
    if (
        not is_long_enough
        or is_word
        or _TAXED.fullmatch(upper)
        or is_legal_form(name)
        or re.search(r": |%", name)
    ):
        return ""
    if (
        _NOT_A_NAME.search(upper)
        or CREDIT_NOTE.search(upper)
        or any(pattern.search(upper) for _, pattern in NUMBER_LABELS)
    ):
        return ""
    if any(pattern.search(upper) for pattern in (SELLER, BUYER, DUE_ON, ISSUED)) or not can_be(name):
        return ""
    if is_till_or_paper(name) or who_served(name) is not None:
        return ""
    if not LEGAL_FORM.search(name.upper()) and (
        role_of(upper)
        or _ADDRESSES.search(upper)
        or STREET.match(upper)
        or POSTAL.search(upper)
        or re.search(r"\d{3}|(?<! [A-Z])\.$|[:;?!]$|: |^\d|\s\d{1,4} ?[A-Za-z]?$", name)
    ):
        return ""
    return name
