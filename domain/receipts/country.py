"""Where a document comes from, by legal forms, addresses and tax words: for its currency and date order."""

import re

_HINTS: tuple[tuple[str, str, float], ...] = (
    (
        "MY",
        r"\bSDN\.?\s*BHD\b|\bS/B\b|\bJALAN\b|\bJLN\b|\bTAMAN\b|\bSELANGOR\b|\bKUALA LUMPUR\b|\bJOHOR\b",
        2,
    ),
    ("MY", r"\bBHD\b|\bMALAYSIA\b|\.COM\.MY\b|\bRM ?\d|\(RM\)|\bSST\b|\+60\b|\bGST (?:ID|REG)\b", 1.5),
    ("MY", r"[<(]\d{5,7} ?- ?[A-Z][>)]|\bGST\b[^\d\n]{0,12}0\d{11}\b|\bRM\b(?! +[A-Z][A-Z])", 1.5),
    ("US", r"\b[A-Z]{2},? \d{5}(?:-\d{4})?\b(?! [A-Z]{2,})", 1.5),
    (
        "US",
        r"\bUSA\b|\bUNITED STATES\b|\bU\.S\.A|\bSALES TAX\b|\bEIN\b|\bZIP\b|\bUS\$|\bUSD\b|\bINC\b(?=\.|,|$)|\bLLC\b",
        1,
    ),
    ("US", r"\bCALIFORNIA\b|\bNEW YORK\b|\bTEXAS\b|\bFLORIDA\b|\+1[ (-]\d{3}|\(\d{3}\) ?\d{3}-\d{4}", 1),
    (
        "DE",
        r"\bGMBH\b|\bRECHNUNG\b|\bMWST\b|\bUST-?ID|\bDE\d{9}\b|\bDEUTSCHLAND\b|\bGERMANY\b|STRA(?:SS|ß)E\b|\+49\b",
        2,
    ),
    ("AT", r"\bATU\d{8}\b|\bÖSTERREICH\b|\bAUSTRIA\b|\bWIEN\b", 3),
    ("CH", r"\bCHE-\d{3}\.\d{3}", 4),
    ("CH", r"\bCHE-?\d{3}|\bSCHWEIZ\b|\bSUISSE\b|\bSWITZERLAND\b|\bCHF\b", 3),
    ("GB", r"\bUNITED KINGDOM\b|\bUK\b|\bENGLAND\b|\bGB ?\d{9}\b|\bLONDON\b|\+44\b|\u00a3|\bVAT REG", 2),
    ("FR", r"\bFACTURE\b|\bTVA\b|\bSARL\b|\bSIRET\b|\bFRANCE\b|\bFR\d{11}\b|\+33\b", 2),
    (
        "ES",
        r"\bFACTURA\b|\b[CN]\.?I\.?F\b|\bI\.?R\.?P\.?F\b|\bI\.?G\.?I\.?C\b|\bESPAÑA\b|\bSPAIN\b|\bS\.L\.",
        2,
    ),
    ("IT", r"\bFATTURA\b|\bP(?:\.|ARTITA)? ?IVA\b|\bITALIA\b|\bITALY\b|\bS\.?R\.?L\b|\bSPETT\b", 2),
    ("NL", r"\bFACTUUR\b|\bBTW\b|\bB\.V\.|\bNEDERLAND\b|\bNETHERLANDS\b|\bNL\d{9}B\d{2}\b", 2),
    ("SG", r"\bSINGAPORE\b|\bPTE\.? LTD\b|\bS\$|\bSGD\b|\+65\b", 2.5),
    ("IN", r"\bGSTIN\b|\bINDIA\b|\bPVT\.? LTD\b|\u20b9|\bINR\b|\bCGST\b|\bPAISE\b|\+91\b", 2.5),
    ("IN", r"\b\d\d[A-Z]{5}\d{4}[A-Z][A-Z\d]Z[A-Z\d]\b", 2.5),
    ("AU", r"\bABN\b|\bPTY\.? LTD\b|\bAUSTRALIA\b|\bAUD\b|\+61\b", 2.5),
    ("NZ", r"\bNEW ZEALAND\b|\bNZBN\b|\bNZ\$|\bNZD\b|\.CO\.NZ\b|\+64\b", 2.5),
    ("NZ", r"\bAUCKLAND\b|\bCHRISTCHURCH\b", 1.5),
    (
        "NZ",
        r"\bGST (?:NO|REG|NUMBER)\W{0,3}\d{2,3}[- ]{1,2}\d{3}[- ]{1,2}\d{3}\b|\b\d\d-\d{4}-\d{7}-\d{2,3}\b",
        2.5,
    ),
    ("MX", r"\bRFC\b|\bDE C\.? ?V\b|\bCFDI\b|\bM\.N\.", 3),
    ("MX", r"\bPESOS\b", 1),
    ("CL", r"\bRUT\b|\bCHILE\b|\.CL\b|\+56\b|\bCLP\b", 3),
    ("AR", r"\bC\.?U\.?I\.?T\b|\bARGENTINA\b|\.COM\.AR\b|\+54\b|\bARS\b", 3),
    ("AR", r"\bRESPONSABLE INSCRIPTO\b|\bMONOTRIBUT\w+|\bINGRESOS BRUTOS\b|\bC\.?A\.?E\b\W{0,3}(?:N|\d)", 3),
    ("CO", r"\bNIT\b|\bCOLOMBIA\b|\.COM\.CO\b|\+57\b|\bDIAN\b", 3),
    ("ZA", r"\bSOUTH AFRICA\b|\(PTY\)|\bZAR\b|\.CO\.ZA\b|\+27\b", 3),
    ("IE", r"\bIRELAND\b|\bDUBLIN\b|\bIE ?\d{7}[A-Z]{1,2}\b|\+353\b|\b[A-Z]\d\d [A-Z][A-Z\d]{3}\b", 2.5),
    ("CA", r"\bCANADA\b|\bHST\b|\bCAD\b|\b[A-Z]\d[A-Z] \d[A-Z]\d\b", 2.5),
    ("BD", r"\bBANGLADESH\b|\bDHAKA\b|\+880|\bTAKA ONLY\b|\.COM\.BD\b|\u09f3", 3),
    ("PK", r"\bPAKISTAN\b|\bKARACHI\b|\bLAHORE\b|\+92[ -]?\d{2}|\.COM\.PK\b", 3),
    ("LK", r"\bSRI LANKA\b|\bCOLOMBO \d|\+94[ -]?\d{2}", 3),
    ("AE", r"\bU\.?A\.?E\b|\bUNITED ARAB EMIRATES\b|\bDUBAI\b|\bABU DHABI\b|\+971", 3),
    ("KE", r"\bKENYA\b|\bNAIROBI\b|\+254|\bKRA PIN\b", 3),
    ("NG", r"\bNIGERIA\b|\bLAGOS STATE\b|\+234|\u20a6", 3),
    ("PH", r"\bPHILIPPINES\b|\bMETRO MANILA\b|\+63[ -]?\d{2}|\u20b1", 3),
    ("PE", r"\bSUNAT\b|\bS/\.? ?\d+[.,]\d\d\b|\+51[ -]?\d{3}", 3),
    ("BR", r"\bCNPJ\b|\+55[ -(]?\d{2}|\bNOTA FISCAL\b|R\$ ?\d", 3),
    ("PL", r"\bNIP\b\W{0,3}\d|\bPOLSKA\b|\+48[ -]?\d{2}|ZŁ", 3),
    ("MA", r"\bMAROC\b|\bMOROCCO\b|\bCASABLANCA\b|\bICE\b\W{0,3}\d{13}|\+212\b|\bDHS\b", 4),
    ("TN", r"\bTUNISIE\b|\bTUNISIA\b|\+216\b|\bTND\b", 4),
    ("JP", r"\bJAPAN\b|\u5186|\u6d88\u8cbb\u7a0e|\bJPY\b", 2.5),
)
_COMPILED = tuple((country, re.compile(pattern), weight) for country, pattern, weight in _HINTS)

CURRENCY_OF = {
    "MY": "MYR",
    "US": "USD",
    "DE": "EUR",
    "AT": "EUR",
    "FR": "EUR",
    "ES": "EUR",
    "IT": "EUR",
    "NL": "EUR",
    "CH": "CHF",
    "GB": "GBP",
    "SG": "SGD",
    "IN": "INR",
    "AU": "AUD",
    "NZ": "NZD",
    "ZA": "ZAR",
    "IE": "EUR",
    "CA": "CAD",
    "JP": "JPY",
    "MX": "MXN",
    "CL": "CLP",
    "AR": "ARS",
    "CO": "COP",
    "BD": "BDT",
    "PK": "PKR",
    "LK": "LKR",
    "AE": "AED",
    "KE": "KES",
    "NG": "NGN",
    "PH": "PHP",
    "PE": "PEN",
    "BR": "BRL",
    "PL": "PLN",
    "MA": "MAD",
    "TN": "TND",
}


def country_of(text: str) -> tuple[str | None, float]:
    """The likeliest country (ISO 3166) of an upper-case text and how far its evidence outweighs the next's."""
    weights: dict[str, float] = {}
    for country, pattern, weight in _COMPILED:
        different = {found.group() for found in pattern.finditer(text)}
        weights[country] = weights.get(country, 0) + weight * min(len(different), 3)
    ranked = sorted(weights.items(), key=lambda item: -item[1])
    best, second = ranked[0], ranked[1]
    return (best[0], best[1] - second[1]) if best[1] > second[1] else (None, 0.0)
