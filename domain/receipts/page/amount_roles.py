"""What an amount is by the label beside it, in English, German, French, Spanish, Italian and Dutch; capitals only."""

import re
from enum import StrEnum

from domain.receipts.page import further_languages as further


class AmountRole(StrEnum):
    """What an amount is."""

    GROSS = "gross"
    DUE = "due"
    TOTAL = "total"
    NET = "net"
    PART = "part"
    TAX = "tax"
    PAID = "paid"
    BEFORE = "owed before"
    WITHHELD = "withheld"
    ROUNDING = "rounding"
    UNTAXED = "untaxed"
    OTHER = "other"


_TAX = (
    r"(?:U\.?ST\.?|MW\.?ST\.?|MEHRWERTSTEUER|UMSATZSTEUER|STEUERN?|VAT|TAX(?:ES)?|G\.?S\.?T\b\.?|[CSI]GST|HST|"
    r"PST|QST|TPS|TVQ|TVA|T\.V\.A\.?|TAXES?|"
    r"RECARGO (?:DE )?EQUIVALENCIA|I\.?V\.?A\.?|I\.?G\.?I\.?C\.?|IPSI|IMPUESTOS?|IMPOSTA|IMPOSTE|BTW|B\.T\.W\.?|"
    rf"TAKS(?:EN)?|CUOTA|SALES TAX|{further.TAX}|"
    r"(?:GOVERNMENT|STATE|INSURANCE) LEVY)"
)
_SUM = (
    r"(?:TOTAL(?:E|ES|S)?|TOTAAL\w*|SUMM[EA]|GESAMT\w*|BETRAG|AMOUNT|MONTANT|IMPORTE|IMPORTO|BEDRAG|"
    r"[A-Z]{0,20}SUMME|[A-Z]{0,20}BETRAG|EINDTOTAAL|VALUE|TTL)"
)
_WITH = (
    r"(?:INCL\w*|INKL\w*|INC\b|BRUTTO|GROSS|TTC|T\.T\.C|CON IVA|IVA INCL\w*|LORDO|COMPR(?:ES[AO]|ISES?)|"
    r"INCLUS\w*|MIT|WITH)"
)
_WITHOUT = (
    r"(?:EXCL\w*|EXKL\w*|EX\.? (?:VAT|BTW|GST|TAX)|W/?O|WITHOUT|OHNE|NETTO|NET(?! A PAYER| TO PAY|"
    r" PAYABLE| DUE)|H\.?T(?:\.?V\.?A)?\b\.?|HORS|"
    r"SIN IVA|SENZA|BEFORE|VOR|ZONDER|ESCLUS[AO]|TAXABLE)"
)
_NO_TAX = (
    r"\bNO (?:SALES )?(?:TAX(?:ES)?|VAT|GST)\b|NOT (?:REGISTERED FOR|SUBJECT TO|LIABLE (?:TO|FOR)) (?:VAT|GST|TAX)|"
    r"(?:VAT|GST|TAX)[ -]EXEMPT|EXEMPT FROM (?:VAT|GST|TAX)|(?:KEINE|OHNE|VON DER) (?:UMSATZ|MEHRWERT)STEUER\b|"
    r"STEUERFREI|TVA NON APPLICABLE|EXONERE\w* DE (?:LA )?TVA|SANS TVA|EXENT[AO]S? DE I\.?V\.?A|"
    r"SENZA (?:APPLICAZIONE (?:DELL'|DI ))?I\.?V\.?A|ESENTE (?:DA )?I\.?V\.?A|REGIME FORFETTARIO|"
    r"VRIJGESTELD VAN BTW|GEEN BTW|BTW VRIJ"
)
_BALANCE = (
    r"(?:^|\b(?:NEW|CURRENT|REMAINING|OPEN|CLOSING|ACCOUNT|OUTSTANDING|TOTAL|YOUR|UNPAID|INVOICE) )BALANCE\b|"
    r"\bBALANCE(?: DUE)?\W*$"
)
NO_TAX = re.compile(
    rf"{_NO_TAX}|REVERSE CHARGE|AUTOLIQUIDATION|STEUERSCHULDNERSCHAFT|INVERSION DEL SUJETO|INVERSIONE CONTABILE|"
    rf"BTW VERLEGD"
)
"""Why nothing is added to what a bill asks for."""
SPLIT_PAYMENT = re.compile(r"SPLIT PAYMENT|SCISSIONE DEI PAGAMENTI")
"""Why the tax of a bill to a public body is not paid to the vendor."""
ANY_TAX = re.compile(rf"(?<![A-Z]){_TAX}(?![A-Z])")
_ROLES: tuple[tuple[AmountRole, str], ...] = (
    (
        AmountRole.BEFORE,
        (
            r"(?:PREVIOUS|PRIOR|OPENING|LAST) (?:ACCOUNT )?BALANCE|BALANCE (?:FROM|ON) (?:YOUR |THE )?"
            r"(?:PREVIOUS|LAST)|SALDO (?:ANTERIOR|PRECEDENTE)|(?:ANCIEN|PRECEDENT) SOLDE|"
            r"SOLDE (?:ANTERIEUR|PRECEDENT)|SALDOVORTRAG|"
            r"(?:ALTER|VORHERIGER) SALDO|VORIGE? SALDO"
        ),
    ),
    (AmountRole.OTHER, further.PAGE_TOTAL),
    (AmountRole.NET, further.NET),
    (AmountRole.GROSS, further.GROSS),
    (
        AmountRole.OTHER,
        (
            r"UBERTRAG|CARRIED|(?:BROUGHT|BALANCE) FORWARD|\bA REPORTER|^REPORT\b|\bRIPORTO|SUMA Y SIGUE|"
            r"SUMA ANTERIOR|TRANSPORT(?:EREN)?$|"
            r"OVERDRACHT|PAGE TOTAL|SEITENSUMME|TOTAL (?:DE LA )?PAGE\b|\bEQUIVAL\w*|\bGEGENWERT|CONTRE-?VALEUR|"
            r"CONTROVALORE|TEGENWAARDE|COUNTERVALUE"
        ),
    ),
    (
        AmountRole.PAID,
        (
            r"RECEIVED ON ACCOUNT|LESS RECEIVED|^ON ACCOUNT|IN REKENING GEBRACHTE VOORSCHOTTEN|"
            r"PROVISION DE FONDOS|\bDEPOT RECU|\bCAPARRA|(?:GELEISTETE|GEZAHLTE|ERHALTENE|"
            r"ABZUGLICH)R? (?:ABSCHLAGE|TEILZAHLUNG)|^PAYMENTS?$|ACOMPTES? VERSE"
        ),
    ),
    (
        AmountRole.PART,
        r"(?:\bI\.?R\.?P\.?F\b\.?|RETENCION|RITENUTA)\W+BASE\b|BASE (?:DE LA |DELLA )?RI?TEN",
    ),
    (
        AmountRole.WITHHELD,
        (
            r"\bI\.?R\.?P\.?F\b|\bI\.?S\.?R\b|RETENCION|RITENUTA|RETENUE A LA SOURCE|WITHH[EO]LD|QUELLENSTEUER|"
            r"ABZUGSSTEUER"
        ),
    ),
    (
        AmountRole.ROUNDING,
        rf"{further.ROUNDING}|ROUNDING|ROUND(?:ED)? ?OFF|RUNDUNG|ARRONDI\b|ARROTONDAMENTO|REDONDEO|AFRONDING",
    ),
    (
        AmountRole.OTHER,
        (
            r"GESAMTBETRAG DER|\bSKONTO|RABATT|\bSCONTO|DISCOUNT|REMISE\b|DESCUENTO|KORTING|SAVINGS?\b|"
            r"SHIPPING|VERSAND|"
            r"ZUSCHLAG|ABSCHLAGE?\b|FRAIS DE PORT|\bPORTO\b|VERZENDKOSTEN|CAPITAL|"
            r"UNIT PRICE|EINZELPREIS|"
            r"PRIX UNITAIRE|PRECIO|PREZZO|STUKPRIJS|\bPRIJS|BRUTTOPREIS|NETTOPREIS|LISTENPREIS|PREVIOUS|"
            r"\bLIMIT\b|TEILZAHLUNG|"
            r"(?<!BTW )(?<!HOOG )(?<!LAAG )\b(?:OVER|EXCEED\w*|MINIMUM|UP TO)\b|COMMANDE|QUANTI|MENGE\b|EARLY PAYMENT"
        ),
    ),
    (
        AmountRole.OTHER,
        (
            rf"{_TAX}[\s.:/-]*(?:ID|IDENT|NR|NO\b|NUMMER|NUMBER|NUM|REG|N\b|INTRA|CODE)|\bNIF\b|\bCIF\b|"
            rf"P\.? ?IVA|PARTITA|\bN[\u00b0\u00ba]?\.? (?:DE |DI |D')?{_TAX}(?![A-Z])"
        ),
    ),
    (
        AmountRole.PAID,
        (
            r"ANZAHLUNG|ABSCHLAGSZAHLUNG|ABSCHLAGSRECHNUNG|VORAUSZAHLUNG|(?:BEREITS|SCHON) (?:GE|"
            r"BE)ZAHLT|GELEISTETE ZAHLUNG|"
            r"ZAHLUNGSEINGANG|ZAHLUNG ERHALTEN|ERHALTENE ZAHLUNG|ABZUGLICH|DEPOSIT|AMOUNT PAID|\bPAID\b|"
            r"PAYMENTS? (?:RECEIVED|MADE|APPLIED)|"
            r"LESS PAYMENTS?|PRE-?PAID|PRE-?PAYMENT|DOWN ?PAYMENT|ADVANCE|RETAINER|ACOMPTE|DEJA (?:PAYE|"
            r"REGLE|VERSE)|"
            r"MONTANT (?:PAYE|REGLE|VERSE)|^(?:PAYE|REGLE)E?\b|ARRHES|AVANCE\b|ANTICIPO|PAGADO|ENTREGA A CUENTA|"
            r"\bA CUENTA\b|ACCONTO|PAGATO|"
            r"GIA PAGATO|ADIANTAMENTO|AANBETALING|VOORSCHOT|REEDS (?:BETAALD|VOLDAAN)|\bBETAALD\b|VOORUITBETAL\w*"
        ),
    ),
    (
        AmountRole.DUE,
        (
            r"ZAHLBETRAG|(?:NOCH )?ZU ZAHLEN\w*|RESTBETRAG|RESTSUMME|OFFENER? (?:BETRAG|SUMME)|"
            r"ZAHLENDER BETRAG|FORDERUNGSBETRAG|"
            rf"UBERWEISUNGSBETRAG|NACHZAHLUNG|{_BALANCE}|(?:AMOUNT|TOTAL|SUM|BALANCE|NET)\b.{{0,12}}\b(?:DUE|"
            r"PAYABLE|OWED|OWING|TO PAY|TO BE PAID)\b|"
            r"(?:DUE|PAYABLE) AMOUNT|RESIDUAL|OUTSTANDING|NET A PAYER|SOLDE|RESTE (?:A PAYER|DU)|"
            r"A PAYER\b|A REGLER\b|MONTANT DU\b|"
            r"(?:TOTAL|IMPORTE|LIQUIDO|NETO) A (?:PAGAR|ABONAR|INGRESAR)|PENDIENTE|\bSALDO\b|"
            r"(?<!TIEMPO )(?<!TEMPO )RESTANTE|(?:NETTO|TOTALE|IMPORTO) (?:A|DA) PAGARE|"
            r"\bRESTA\b|(?:AUTHORI[SZ]ED|AUTOMATIC|BANK) WITHDRAWAL\W*$|^PAYABLE BY|^ZAHLBAR BIS|"
            r"^A PAYER AVANT|LIQUIDO A|"
            r"DA (?:PAGARE|VERSARE)|A PERCIBIR|\bLIQUIDO\b|(?:NOG )?TE (?:BETALEN|VOLDOEN)|OPENSTAAND|RESTANT\b|"
            r"VERSCHULDIGD|TO PAY\W*$|^DUE$|^PAY THIS AMOUNT"
        ),
    ),
    (
        AmountRole.NET,
        (
            rf"(?:ZONDER|HORS|SENZA|OHNE|BEFORE|WITHOUT|EXCL\w*\.?) {_TAX}(?![A-Z])|\bBELAST\b|"
            rf"{_SUM}.{{0,24}}{_WITHOUT}|{_WITHOUT}\W*(?:DER )?(?:\w+ )?{_SUM}|NETTO(?:BETRAG|SUMME|"
            rf"WARENWERT)|TAXABLE|^EXCL(?:UDING|USIVE)?\W*$"
        ),
    ),
    (
        AmountRole.PART,
        (rf"STEUERBASIS|BASISBETRAG|BEMESSUNGSGRUNDLAGE|BASE (?:DE )?{_TAX}|{_TAX}[ -]BASE|^BASE$"),
    ),
    (AmountRole.TAX, rf"\b(?:INCLUDES|ENTHALT)\b.*{_TAX}|{_WITH}\W*{_TAX}\W+(?:OF|VON|DE|DI|VAN)$"),
    (
        AmountRole.GROSS,
        (
            rf"{_SUM}.{{0,24}}{_WITH}(?! NETTO)|{_WITH}\W*{_SUM}|BRUTTO(?:SUMME|BETRAG)|"
            rf"GESAMT(?:RECHNUNGS)?(?:BETRAG|SUMME)|"
            r"RECHNUNGS(?:BETRAG|SUMME|TOTAL)|ENDBETRAG|ENDSUMME|GRAND TOTAL|INVOICE (?:TOTAL|AMOUNT|VALUE)|"
            r"TOTAL (?:INVOICE|BILL|TO PAY|PRICE|CHARGES?)|"
            r"TOTAL GENERAL|TOTAL (?:DE LA )?(?:FACTURE|NOTE|MINUTA)|TOTALE (?:PARCELLA|NOTA)|"
            r"TOTAAL (?:DECLARATIE|NOTA|REKENING)|"
            r"MONTANT TOTAL|TOTAL (?:DE LA )?FACTURA|"
            r"IMPORTE TOTAL|TOTALE (?:FATTURA|DOCUMENTO|"
            r"GENERALE|COMPLESSIVO)|IMPORTO TOTALE|FACTUUR(?:BEDRAG|TOTAAL)|EINDTOTAAL|TOTAALBEDRAG|"
            r"TOTAL (?:AMOUNT|AMT)\b|TOTAL (?:OF|FOR) (?:THIS|YOUR|THE) (?:BILL|INVOICE)|TOTALE BOLLETTA|"
            r"^INCL(?:UDING|USIVE)?\W*$|IMPORTE (?:DE LA )?FACTURA\b|TOTAL THIS (?:INVOICE|BILL)|"
            r"(?:NET )?BILL AMOUNT|AMOUNT (?:OF|FOR) (?:THIS|YOUR|THE) (?:BILL|INVOICE)|"
            r"(?:NEW|CURRENT) CHARGES|^THIS (?:ACCOUNT|BILL|INVOICE)\b"
        ),
    ),
    (AmountRole.TOTAL, rf"^{_SUM}\W{{0,3}}(?:{_NO_TAX})"),
    (
        AmountRole.UNTAXED,
        (
            rf"{_NO_TAX}|EXONER|\bEXEMPT|\bESENT[EI]\b|NON-?TAXABLE|ZERO[- ]RATED|NON (?:SOUMIS|IMPOSABLE)|NO SUJETO|"
            r"\bCANONE (?:RAI|TV|DI ABBONAMENTO)\b|"
            r"ONBELAST|\bART\. ?15\b|SUPLIDOS?|DEBOURS|AUSLAGEN|DURCHLAUFENDE|DISBURSEMENT|OUTLAYS?\b|VERSCHOTTEN|"
            r"SPESE ANTICIPATE|ANTICIPAZIONI|\bBOLL[OI]\b|GRIFFIERECHT|\bPFAND\b|STATIEGELD|"
            r"(?:IMPOSTA|TASSA) DI SOGGIORNO|TAXE DE SEJOUR|(?:CITY|TOURIST|OCCUPANCY) TAX|KURTAXE|BETTENSTEUER|"
            r"TOERISTENBELASTING|(?:TASA|IMPUESTO) TURISTIC[AO]"
        ),
    ),
    (AmountRole.OTHER, r"REVERSE"),
    (AmountRole.TAX, (rf"(?<![A-Z]){_TAX}(?![A-Z])|STEUERBETRAG|\bUST\b|\w+STEUER\b|\w+BELASTING\b")),
    (
        AmountRole.NET,
        (
            r"SUB ?-?TOTAL\w*|ZWISCHEN(?:SUMME|TOTAL)|TOTAL ILIQUIDO|SOUS[ -]?TOTAL|\bB(?:ASE|\.) ?IMP(?:ONIBLE|\.)|"
            r"IMPONIBILE|NETTO\b|^NET\b|"
            r"WARENWERT|POSITIONSSUMME|"
            r"SUMME (?:DER )?POSITIONEN|GOODS VALUE|SUBTOTAAL|NETTOTAAL"
        ),
    ),
    (
        AmountRole.TOTAL,
        (
            r"\bTOTAL(?:E|S)?\b|\bTOTAAL\b|\bSUMME\b|\bGESAMT\w*|\bTTL\b|^(?:BETRAG|AMOUNT|MONTANT|"
            r"IMPORTE|IMPORTO|BEDRAG)\b|\b(?:SUM|SOMME|SUMA|SOMMA|SOM|CANTIDAD|BETRAG) (?:OF|DE|DI|VAN|VON)\W*$"
        ),
    ),
    (AmountRole.TOTAL, further.TOTAL),
)
SAYS_WITH = re.compile(
    rf"\b(?:ENTHALT(?:EN)?|DARIN|DONT|WAARVAN|DI CUI|INCLU\w*|{_WITH})\W*(?:[A-Z]{{3}}\W*)?$"
)
"""Before an amount, it says that what is called behind it is in the total."""
_COMPILED = tuple((role, re.compile(pattern)) for role, pattern in _ROLES)
_CLOSED = re.compile(r"(?<!\d)\d{1,6}(?:[.,]\d{1,6})? ?%|[:*=]+")
_SPACED = re.compile(r"\b(?:[A-Z] ){3,}[A-Z]\b")


def role_of(folded: str) -> AmountRole | None:
    """What these words say an amount is."""
    words = " ".join(_CLOSED.sub(" ", _SPACED.sub(lambda run: run[0].replace(" ", ""), folded)).split())
    return next((role for role, pattern in _COMPILED if pattern.search(words)), None) if words else None
