"""The day a bill is due by its terms of payment: so many days after it was issued, at once, at the month's end."""

import re
from calendar import monthrange
from datetime import date, timedelta

from domain.receipts.found import Found
from domain.receipts.page.cells import PageRow, Sheet

FROM_TERMS, TO_MONTH_END = 0.85, 0.75
"""How sure a day is that is counted from the day of issue; the month's end may be meant otherwise."""
DISCOUNT = re.compile(r"SKONTO|DISCOUNT|ESCOMPTE|SCONTO|DESCUENTO|KORTING|\d ?%")
_DAYS = (
    r"(?:(?:KALENDER|WERK)?TAGEN?|(?:CALENDAR |WORKING )?DAYS|JOURS|DIAS(?: NATURALES)?|GIORNI|GG\b\.?|DAGEN)"
    r"(?![A-Z])"
)
_TERMS = re.compile(
    r"(?:ZAHLBAR|ZAHLUNG|FALLIG|\bNETTO\b|BEZAHL|UBERWEIS\w*|BEGLEICH\w*|ZAHLEN|\bPAYABLE|PAYMENT|PLEASE PAY|\bDUE\b|"
    r"\bNET\b|TERMS|SETTLE|\bCREDITO?\b|CREDIET|PAIEMENT|PAYER|REGLEMENT|REGLER|VERSER|VIREMENT|PAGO\b|PAGA[RD]|"
    r"ABON[AE][RN]|TRANSFERENCIA|PAGAMENT|VERSAMENT|SALDARE|BONIFICO|RI\.?BA|BETAA?L|TERMIJN|STORTEN|VOLDOEN|VOLDAAN|"
    r"OVERMAK|VENCIMIENTO|SCADENZA)"
    rf".{{0,45}}?\b(?P<days>\d{{1,3}}) ?{_DAYS}"
)
_TERMS_BEFORE = re.compile(
    rf"\b(?P<days>\d{{1,3}}) {_DAYS}.{{0,12}}\b(?:NETTO|NET|NETS)\b|"
    r"\bNET (?P<net>\d{1,3})\b(?! ?%)|"
    rf"\b(?P<from>\d{{1,3}}) ?{_DAYS}.{{0,16}}\b(?:OVER TE MAKEN|FROM|"
    r"AB RECHNUNG|NACH (?:RECHNUNG|ERHALT)|NA (?:DE )?(?:FACTUUR|REKENING|NOTA)|DATE (?:DE |D')?FACTUR|"
    r"(?:SIGUIENTES|DESDE|PARTIR DE) .{0,8}FECHA|FECHA (?:DE )?FACTURA|F\.? ?F\.|DATA FATTURA|D\.? ?F\.)|"
    r"\b(?:REGLEMENT|PAIEMENT) SOUS (?P<sous>\d{1,3}) JOURS\b|"
    r"\b(?:BINNEN|INNERHALB|WITHIN|SOUS|DANS|ENTRO|PLAZO DE)\b\D{0,12}"
    rf"(?P<within>\d{{1,3}}) {_DAYS}.{{0,40}}\b(?:TE (?:BETALEN|VOLDOEN)|"
    r"OVER(?: TE )?MAKEN|ZU (?:ZAHLEN|BEGLEICHEN|UBERWEISEN)|PAYMENT|TO PAY|DE REGLER|EL PAGO|IL PAGAMENTO)\b"
)
_MONTH_END = re.compile(
    r"[ ,.]*\b(?:(?:DATA FATTURA|DATE DE FACTURE|NETTO|NET|D\. ?F\.?)[ ,.]*)?(?:FIN (?:DE )?MOIS|FINE MESE|"
    r"F\. ?M\.|FM\b|END OF (?:THE )?MONTH|E\.?O\.?M\b|MONATSENDE|FIN DE MES|EINDE MAAND)"
)
"""Behind the days, it moves the day to the end of its month."""
_DAYS_IN_WORDS = {
    **dict.fromkeys(("SEVEN", "SIEBEN", "SETTE", "SIETE", "ZEVEN"), "7"),
    **dict.fromkeys(("EIGHT", "ACHT", "HUIT", "OCHO", "OTTO"), "8"),
    **dict.fromkeys(("TEN", "ZEHN", "DIX", "DIEZ", "DIECI", "TIEN"), "10"),
    **dict.fromkeys(("FOURTEEN", "VIERZEHN", "VEERTIEN"), "14"),
    **dict.fromkeys(("QUINZE", "QUINCE", "QUINDICI"), "15"),
    **dict.fromkeys(("TWENTY", "ZWANZIG", "VINGT", "VEINTE", "VENTI", "TWINTIG"), "20"),
    **dict.fromkeys(("THIRTY", "DREISSIG", "TRENTE", "TREINTA", "TRENTA", "DERTIG"), "30"),
    **dict.fromkeys(("SIXTY", "SECHZIG", "SOIXANTE", "SESENTA", "SESSANTA", "ZESTIG"), "60"),
}
_IN_BRACKETS = re.compile(r"\b[A-Z]+ \((\d{1,3})\)(?= (?:CALENDAR )?DAYS)")
_WEEKS = {
    **dict.fromkeys(("ONE", "EINER", "UNE", "UNA", "EEN", "1"), "7"),
    **dict.fromkeys(("TWO", "ZWEI", "DEUX", "DOS", "DUE", "TWEE", "2"), "14"),
    **dict.fromkeys(("THREE", "DREI", "TROIS", "TRES", "TRE", "DRIE", "3"), "21"),
    **dict.fromkeys(("FOUR", "VIER", "QUATRE", "CUATRO", "QUATTRO", "4"), "28"),
}
_TOGETHER = {"HUITAINE": "8", "QUINZAINE": "15"}
_DAYS_TOGETHER = re.compile(rf"(?<=SOUS )({'|'.join(_TOGETHER)})\b")
_IN_WEEKS = re.compile(rf"\b({'|'.join(_WEEKS)}) (?:WEEKS?|WOCHEN?|SEMAINES?|SEMANAS?|SETTIMAN[AE]|WEKEN)\b")
_IN_WORDS = re.compile(rf"\b(?:{'|'.join(_DAYS_IN_WORDS)})(?= {_DAYS})")
_TERMS_ALONE = re.compile(rf"^\W*(?P<days>\d{{1,3}}) {_DAYS}(?=\W|$)")
_TERMS_HEADING = re.compile(
    r"TERMS OF PAYMENT|PAYMENT TERMS|^TERMS\W*$|^CREDIT\W*$|ZAHLUNGSZIEL|ZAHLUNGSBEDINGUNG|ZAHLUNGSFRIST|"
    r"ZAHLUNGSKONDITION|CONDITIONS?(?: DE (?:PAIEMENT|REGLEMENT))?\W*$|(?:MODE|DELAI|ECHEANCE)S? DE (?:PAIEMENT|"
    r"REGLEMENT)|"
    r"(?:FORMA|CONDICIONES|PLAZO) DE PAGO|^(?:CONDIZIONI|MODALITA|TERMINI)(?: DI)? PAGAMENTO|^PAGAMENTO\W*$|"
    r"(?:BETALINGS?|BETAAL)(?:TERMIJN|CONDITIE|VOORWAARDE)"
)
_AT_ONCE = re.compile(
    r"SOFORT (?:FALLIG|ZAHLBAR)|DUE (?:UP)?ON RECEIPT|DUE IMMEDIATELY|PAIEMENT IMMEDIAT|A RECEPTION|"
    r"PAGO INMEDIATO|AL CONTADO|(?:UP)?ON (?:RECEIPT OF INVOICE|PRESENTATION)|SOFORT NACH ERHALT|"
    r"\bPROMPT (?:NACH|ZAHLBAR)|"
    r"PAYABLE ON RECEIPT|ZAHLBAR SOFORT|FALLIG (?:SOFORT|BEI (?:ERHALT|RECHNUNG))|VISTA FATTURA|PER OMGAANDE"
)


def due_by_terms(sheet: Sheet, issued: Found[date] | None) -> Found[date] | None:
    """The day that the terms say; None where nothing is known of them or of the day of issue."""
    if issued is None:
        return None
    for row in sheet.rows:
        if _AT_ONCE.search(row.folded):
            return Found(
                value=issued.value, confidence=round(issued.confidence * FROM_TERMS, 2), where=row.where
            )
        texts = [row.folded, *(cell.folded for cell in row.cells)]
        terms = _under_heading(sheet, row) or next(filter(None, map(_in_words, texts)), None)
        if terms:
            days = next(int(one) for one in terms.groups() if one)
            day, sure = issued.value + timedelta(days=days), FROM_TERMS
            if _MONTH_END.match(terms.string, terms.end()):
                day, sure = day.replace(day=monthrange(day.year, day.month)[1]), TO_MONTH_END
            return Found(value=day, confidence=round(issued.confidence * sure, 2), where=row.where)
    return None


def _under_heading(sheet: Sheet, row: PageRow) -> re.Match[str] | None:
    """`30 Days` in the box that is called `Terms of Payment`."""
    for cell in row.cells:
        terms = _TERMS_ALONE.match(cell.folded)
        above = sheet.heading_of(cell) if terms else None
        if above is not None and any(map(_TERMS_HEADING.search, re.split(r" ?/ ?", above.folded))):
            return terms
    return None


def _in_words(text: str) -> re.Match[str] | None:
    """`Zahlbar innerhalb von 14 Tagen`, `sous trente jours`: the first part of a text that says so."""
    said = _IN_BRACKETS.sub(r"\1", _IN_WORDS.sub(lambda word: _DAYS_IN_WORDS[word[0]], text))
    said = _DAYS_TOGETHER.sub(lambda word: f"{_TOGETHER[word[1]]} JOURS", said)
    said = _IN_WEEKS.sub(lambda weeks: f"{_WEEKS[weeks[1]]} DAYS", said)
    parts = re.split(r"[,;]|\b(?:ODER|OR|OU|OPPURE|OF|SONST)\b", said)
    return next(filter(None, map(_terms_in, parts)), None)


def _terms_in(part: str) -> re.Match[str] | None:
    """The days to pay in full; those for a discount are none."""
    terms = _TERMS.search(part) or _TERMS_BEFORE.search(part)
    return terms if terms and not DISCOUNT.search(part) else None
