"""Words that make a line a business's name, an address, a person or a document's heading."""

import re

from domain.receipts.labels import one_letter_apart

LEGAL_FORM = re.compile(
    r"\bS\.? ?A\.?(?: ?B\.?)? DE C\.? ?V\b\.?|\bS\.?R\.?L\.?S\b\.?|\bS\.[AL]\.U\.|\bS\.À ?R\.?L\b\.?|"
    r"\bS\.?A\.?P\.?I\.? DE C\.?V\.?|"
    r"\bS\.? DE R\.? ?L\.?(?: DE C\.? ?V\.?)?|\bP\.C\.(?=$|,)|"
    r"\bSDN\.? ?BHD\b|\bSDN\.? ?\b8HD\b|\bS/B\b|\bBERHAD\b|\bBHD\b|\bPTE\.? ?LTD\b|\bPTY\.? ?LTD\b|\bPVT\.? ?LTD\b|"
    r"\bLTD\b|\bLIMITED\b|\bL\.?L\.?C\b|\bL\.?L\.?P\b|\bP\.?L\.?C\b|\bINC\b|\bCORP(?:ORATION)?\b|\bG{0,2}MBH\b|\bUG\b|"
    r"\bAG\b|(?<!\d )\bKG\b(?! ?\d)|\bOHG\b|\bE\. ?K\.|\bE\. ?V\.|\bS\.?A\.?R\.?L\b|\bS\.?A\.?S\b|\bS\.A\.|"
    r"\bS\.?L\.?U?\.(?=$|\W)|"
    r"\bS\.?R\.?L\b|\bS\.?P\.?A\.|\bB\.?V\.?(?=$|,)|\bB\.V\.(?= )|(?<!\.)\bN\.V\.|\bAPS\b|\bA/S\b|\bOY\b|\bAB$|\bPTY\b|"
    r"(?<!, )\bCO\.(?= |$)|"
    r"\bPLT\b|\bSB$|\bCO\.,? LTD\b|\bSP\. ?Z ?O\.? ?O\b|\bKFT\b|\bS\.?R\.?O\.|"
    r"\bS\.?[AL]\.?U?\.?$|\bS\.?N\.?C\b|\bEURL\b|\bSASU\b|\bSCI\b|\bSELA(?:RL|S)\b|\bS\.L\.P\.|\bSÀRL\b|"
    r"\bV\.?O\.?F\b|\bNV$|\bBVBA\b|\bLDA\b|"
    r"\bGBR\b|\bMBB\b|\bPARTG\b|\b[UB]\.A\.|\bE\.U\.|\bDAC\b|\bC\.B\.|"
    r"\bSOC(?:IET[AÀ])?\.? (?:AGR(?:ICOLA)?\.? )?COOP(?:ERATIVA)?\b\.?(?: AGR(?:ICOLA)?\b\.?)?|"
    r"\bP\.A\.(?=$|,)|\bE\.?I\.?R\.?L\b\.?|\bS\.A\.C\.|\bS\. ?COOP\b\.?|"
    r"\bS\.?N\.?C\.?$|\bCOMM\.? ?V\b\.?|\bS\.?COMM\b\.?|\bS\.E\.N\.C\.|"
    r"\bVZW\b|\bA R\. ?L\.|\bASBL\b|\bE\.?G\.?$|\bS\.C\.(?:P\.?|A\.?|"
    r"R\.?L\.?)?(?=$|\W)|"
    r"\bGES\.? ?M\. ?B\. ?H\.|\bGESBR\b|\bE\. ?G\.|\bGENMBH\b|\bFLEXCO\b|(?<=\w )& CO\.?$|"
    r"\bEARL\b|\bGAEC\b|\bSCEA\b|\bSELURL\b|\bSPFPL\b|\bSCIC\b|\bSPRL\b|\bS[CP]RL\b|(?<=\w )E\.?I\.?$|\bET CIE\b|"
    r"\bGCV$|\bCV(?:BA)?$|\bC\.V\.(?:B\.A\.)?(?=$|[\s,])|\bAISBL\b|\bIVZW\b|"
    r"\bS\.[AL]\.[LT]\.|\bS\.L\.[LN]\.E?\.?|\bA\.I\.E\.|\bU\.T\.E\.|\bS\.C\.C\.L\.?|\bSCCL\b|\bCOOP\. ?V\b\.?|"
    r"(?<=\w )COOP\.$|\bS\.A\.P\.A\.|\bS\.S\.(?=$|,)|\bS\.?C\.?A\.?R\.?L\b\.?|\bS\.?T\.?P\.?$|\bA\.?S\.?D\.?$|"
    r"\bONLUS\b|"
    r"\bUNLIMITED COMPANY\b|\bCLG$|\bTEO(?:RANTA)?$|\bCIO$|\bL\.?L\.?L\.?P\b|(?<=\w )L\.?P\.?$|\bINCORPORATED\b|"
    r"\bLT[EÉ]E\b|\bLIMIT[EÉ]E\b|\bULC\b|\bSENCR?L?\b|(?<=\w )(?:CC|NPC)$|"
    r"\bL(?:TDA|IMITADA)\b|\bY C[IÍ]A\b\.?(?: LTDA\b\.?)?|\bS\. EN C\.|\bE\.S\.P\.|"
    r"(?<!& )(?<!AND )(?<!DAY )(?<=\w )SPA$|"
    r"(?<=\w )A\. ?[SŞ]\.(?=$|[ ,])|\bZRT\b|\bNYRT\b|\bD\.O\.O\b\.?|(?<=\w )S/A$|\bEIRELI\b|(?<=\w )ASA$|"
    r"\bSP\. ?[JK]\.|(?<=\w )BT\.?$|\bSPOL\. ?S ?R\. ?O\.|"
    r"\bSC(?:RL|OP|P|A)?$|\bOG$|\bKGAA\b|\bC\.I\.C\b|\bCIC$|\bPLLC\b|(?:&|\bEN) Z(?:N|OO?N|ONEN)\b\.?|(?:&|"
    r"\bET) CIE\b\.?"
)
TRADE_FORM = re.compile(
    r"\bENTERPRISES?\b|\bTRADING\b|\bCOMPANY\b|\bSYARIKAT\b|\bHOLDINGS?\b|\bPERNIAGAAN\b|& CO\b"
)
TRADE_WORD = re.compile(
    r"\b(?:RESTAURANTS?|RESTORAN|RISTORANTE|CAFE|CAFÉ|KOPITIAM|KEDAI|BISTRO|BAKERY|BAKERIES|CONFECTIONERY|"
    r"PIZZERIA|"
    r"KITCHEN|EATERY|SEAFOOD|FOODS?|CATERING|BAR|PUB|GRILL|HOTEL|INN|RESORT|MARKET|MART|MINIMART|SUPERMARKET|"
    r"HYPERMARKET|PASARAYA|GROCER|GROCERY|STORES?|SHOP|BOUTIQUE|GALLERY|HARDWARE|MACHINERY|ELECTRICAL|ELECTRIC|"
    r"ELECTRONICS|STATIONERY|STATIONERS|BOOKSTORES?|BOOKS|PRINT|PRINTING|PHARMACY|FARMASI|CLINIC|KLINIK|DENTAL|"
    r"OPTICAL|HEALTHCARE|MEDICAL|MOTORS?|AUTO|TYRES?|PETROL|STATION|SERVICES?|SERVIS|STUDIO|SALON|SPA|LAUNDRY|"
    r"DECO|FURNITURE|FURNISHING|MARKETING|DISTRIBUTORS?|SUPPLY|SUPPLIES|SUPPLIER|INDUSTRIES|INDUSTRY|INTERNATIONAL|"
    r"TECHNOLOGY|TECHNOLOGIES|SOLUTIONS|SYSTEMS|SOFTWARE|TELECOMMUNICATIONS?|COMMUNICATIONS?|CONSULTING|LOGISTICS|"
    r"TRANSPORT|TRAVEL|TOURS|BROTHERS|BROS|SONS|GROUP|CENTRE|CENTER|PARTNERS|HOUSE|GIFTS?|FRESH|COFFEE|HOME|"
    r"COMMUNICATION|BUILDERS?|CONSTRUCTION|TIMBER|PAINTS?|BATTERY|FASHION|JEWELLERY|FLORIST|NURSERY|WORKSHOP|"
    r"LIGHTING|LAMPS|TOOLS|TOYS|OFFICES|OUTFITTERS|"
    r"BÄCKEREI|KONDITOREI|METZGEREI|FLEISCHEREI|APOTHEKE|GASTHAUS|GASTHOF|GASTSTÄTTE|TANKSTELLE|BUCHHANDLUNG|"
    r"DRUCKEREI|TISCHLEREI|SCHREINEREI|AUTOHAUS|WERKSTATT|SUPERMARKT|BAUMARKT|DROGERIE|SCHREIBWAREN|GÄRTNEREI|"
    r"BOULANGERIE|PÂTISSERIE|BOUCHERIE|PHARMACIE|LIBRAIRIE|BRASSERIE|GARAGE|IMPRIMERIE|ÉPICERIE|FLEURISTE|"
    r"PAPETERIE|QUINCAILLERIE|SUPERMARCHÉ|PANADER[IÍ]A|FARMACIA|LIBRER[IÍ]A|FERRETER[IÍ]A|TALLERES|"
    r"IMPRENTA|CARNICER[IÍ]A|PAPELER[IÍ]A|SUPERMERCADOS?|RESTAURANTE|CAFETER[IÍ]A|PANETTERIA|"
    r"PASTICCERIA|"
    r"TRATTORIA|OSTERIA|TABACCHI|CARTOLERIA|FERRAMENTA|OFFICINA|SUPERMERCATO|BAKKERIJ|SLAGERIJ|APOTHEEK|BOEKHANDEL|"
    r"DRUKKERIJ|SUPERMARKT|BOUWMARKT)\b"
)
BODY = re.compile(
    r"\bSTICHTING\b|\bMAATSCHAP\b|\w*(?:VERENIGING|GENOSSENSCHAFT|STIFTUNG|VERBAND|VEREIN|SCHAP|GESELLSCHAFT)\b|"
    r"\bCO[OÖ]P[EÉ]RATI[EV]\w*|\bFUNDACI[OÓ]N\b|\bFONDATION\b|\bFONDAZIONE\b|"
    r"\bA[S]?SOCIA(?:CI[OÓ]N|TION|ZIONE)\b|"
    r"\bSTUDIO (?:LEGALE )?ASSOCIATO\b|\bTRUST\b|\bMUTU(?:AL|ELLE|A)\b|\bSYNDICAT\b|"
    r"\bF[EÉ]D[EÉ]RATION\b|\bSOCIET[YÉE]\b|"
    r"\bOWNERS CORPORATION\b|\bCOMUNIDAD DE\b|\bGEMEINSCHAFT\w*|\b[EÉ]TABLISSEMENTS\b|\bETS\b|"
    r"\bHERMANOS\b|\bFRATELLI\b|\bF\.LLI\b|"
    r"\bGEBR(?:\.|UDER|ÜDER|OEDERS)|(?:&|\bUND|\bET|\bE|\bAND|\bI|\bY) (?:SOHN|SÖHNE|FILS|FIGLI|"
    r"SONS?|FILLS|HIJOS|KOLLEGEN|PARTNER)\b"
)
"""Kinds of bodies and partnerships that no legal form closes."""
FORM_WORDS = frozenset(
    ["SDN", "BHD", "S/B", "LTD", "INC", "LLC", "GMBH", "CO", "M", "KL", "THE", "AND", "PTE", "PTY", "LIMITED"]
)
"""Words that are part of a name only behind others."""
_ADDRESS = re.compile(
    r"\b(?:JALAN|JLN|JL|LOT|LORONG|LRG|TAMAN|TMN|KAMPUNG|KG|BANDAR|BDR|KAWASAN|SEKSYEN|SEKSEN|PUSAT|BATU|PERSIARAN|"
    r"LEBUH|LEBUHRAYA|LINGKARAN|MEDAN|WISMA|MENARA|BANGUNAN|DATARAN|PLAZA|MALL|FLOOR|FLR|LEVEL|BLOCK|BLK|UNIT|"
    r"SUITE|STREET|ROAD|RD|AVENUE|AVE|BOULEVARD|BLVD|LANE|DRIVE|PARKWAY|HIGHWAY|PLATZ|ALLEE|RUE|CALLE|VIA|PLACE|"
    r"SELANGOR|JOHOR|KUALA LUMPUR|PENANG|PERAK|MELAKA|PAHANG|KEDAH|SABAH|SARAWAK|DARUL|PETALING|MALAYSIA|SINGAPORE|"
    r"P\.?O\.? BOX)\b|\bNO\s?[.:]?\s?\d|\b\d{4,6}\b(?! ?-)|STRA(?:SS|ß)E\b|\bSTR\.|WEG \d|GASSE \d|"
    r"^(?:NO|LOT)\b|^\d+[-\d]*[A-Z]?\s?,|\bST\.? \d|^\d+ \w+ (?:ST|DR|LN|CT)\b"
)
_CONTACT = re.compile(
    r"\b(?:TEL|TELEPHONE|PHONE|FAX|H/P|HP|HOTLINE|MOBILE|WHATSAPP|E-?MAIL|WEB(?:SITE)?|CALL)\b\s?[.:#/\d(+-]|"
    r"WWW\.|HTTPS?:|@\w|\w\.COM\b|(?!\d{4}-\d{4} [A-Z])\+?\d[\d ()-]{7,}\d|FACEBOOK|INSTAGRAM"
)
_COMPANY_OF_DOMAIN = re.compile(rf"\.COM(?=,? (?:{LEGAL_FORM.pattern}))")
"""`Acme.com, Inc.` is a company, not its web address."""
_DOCUMENT_WORD = re.compile(
    r"^\W*(?:SIMPLIFIED |TAX |CASH |SALES? |OFFICIAL |PROFORMA |COMMERCIAL |GUEST |CREDIT |PAYMENT |CUSTOMER |ORDER |"
    r"DELIVERY |YOUR |NEW |E-)*(?:INVOICE|INVOIS|RECEIPT|RESIT|BILL|CHECK|STATEMENT|ORIGINAL|COPY|DUPLICATE|"
    r"REPRINT|WELCOME|RECHNUNG|QUITTUNG|KASSENBON|FACTURE|FACTURA|FATTURA|FACTUUR|POSTED|PAID|UNPAID|ORDER|THANK|"
    r"DATE|TIME|PAGE|TABLE|CASHIER|CUSTOMER|NOTE|SALE|SALES|CASH|BILL TO|SHIP TO|AMOUNT|TOTAL|QUANTITY|QTY|ITEMS?|"
    r"DESCRIPTION|SUMMARY|DUE|SUBJECT|FROM|TO|SENT|HELLO|HI|DEAR|HALLO|BONJOUR|SLIP|DINE|TAKE ?AWAY|TAKEOUT|COUNTER|"
    r"TERMINAL|STAFF|SERVER|SHIFT|REMARKS?|PROMOTION|PAYMENT|CONFIRMATION|VISIT|BRANCH|OUTLET|HQ|POS|REG CASHIER|"
    r"UNSUBSCRIBE|REPLY|KUNDE\w*|BETRAG|SEITE|DATUM|POSITION|MENGE|CODE|NAME|ADDRESS|ATTN|NO|REF)\b(?! *(?:&|OF\b))"
)
_REGISTRATION = re.compile(
    r"^\W*(?:CO(?:MPANY)?|BUSINESS|BR|ROC|ROB|SSM|REG|GST|SST|VAT|TAX|UST|TVA|ABN|EIN|UID)\b[ .]*"
    r"(?:REG(?:ISTRATION|N)?\b|ID|NO|NUMBER|#|\(|:)|^\W*\(?[A-Z]{0,3}\d{5,}[ -]*[A-Z]?\W*$|\bGST\b|\bSST (?:NO|ID|REG)|"
    r"^\W*CO[.-]? ?(?:REG|NO)|^\W*CO(?:MPANY)?\b\.?.{1,9}\d{5,}"
)
_BY_WORDS = re.compile(
    r"^\W*(?:FORMERLY|LICENSEE|FRANCHISEE|MANAGED BY|OPERATED BY|OWNED BY|A DIVISION|SUBSIDIARY|POWERED BY|KNOWN AS|"
    r"T/A|TRADING AS|PART OF|MEMBER OF|IN THE NAME|YOU WERE|OWN BY|C/O)\b"
)
_LETTER = re.compile(r"[^\W\d_]")


_TRADE_WORDS = """
    ENTERPRISE RESTAURANT RESTAURANTS RESTORAN TRADING HARDWARE STATIONERY MARKETING INTERNATIONAL
    INDUSTRIES PHARMACY SUPERMARKET ELECTRICAL SERVICES COMPANY HOLDINGS PERNIAGAAN SYARIKAT PASARAYA
    CONFECTIONERY
"""
_KNOWN = tuple(_TRADE_WORDS.split())
_MISREAD_FORM = re.compile(r"\bS[DO0]N(\.?)( ?)[B8]H[DO0]\b", re.IGNORECASE)


def spelled(name: str) -> str:
    """The name with a misread legal form or trade word put right (`SON 8HD`, `ENTERORISE`)."""
    name = _MISREAD_FORM.sub(lambda form: f"SDN{form[1]}{form[2]}BHD" if form[0].isupper() else form[0], name)
    return " ".join(_spelled_word(word) for word in name.split(" "))


def _spelled_word(word: str) -> str:
    if len(word) < 7 or not word.isupper() or has_business_word(word):  # noqa: PLR2004 - too alike
        return word
    return next((known for known in _KNOWN if one_letter_apart(word, known)), word)


def is_registration(text: str) -> bool:
    """A company's, tax or licence number, which stands under the name it belongs to."""
    return bool(_REGISTRATION.search(text.upper()))


def is_old_name_marker(text: str) -> bool:
    """`Formerly known as`, `Licensee of`: what follows is another name, not this business's."""
    return bool(_BY_WORDS.search(text.upper()))


def is_address(text: str) -> bool:
    """Part of a postal address."""
    return bool(_ADDRESS.search(text.upper()))


def is_document_word(text: str) -> bool:
    """What kind of paper it is, such as `TAX INVOICE`."""
    return bool(_DOCUMENT_WORD.search(text.upper()))


def has_business_word(text: str) -> bool:
    """A legal form or a trade's word."""
    upper = text.upper()
    return any(pattern.search(upper) for pattern in (LEGAL_FORM, TRADE_FORM, TRADE_WORD))


def is_only_trade(text: str) -> bool:
    """Whether a line says what is sold but not who sells it (`Bistro & Cafe`)."""
    rest = TRADE_WORD.sub("", text.upper())
    return not re.search(r"[A-Z]", rest)


def can_be_name(text: str) -> bool:
    """Whether a line may be a business's name at all."""
    upper = text.upper().strip()
    letters = len(_LETTER.findall(upper))
    digits = sum(char.isdigit() for char in upper)
    if letters < 2 or (digits > letters and not LEGAL_FORM.search(upper)) or len(upper) > 90:  # noqa: PLR2004 - names have letters and an end
        return False
    if upper.startswith("(") or FORM_WORDS.issuperset(re.findall(r"[\w/]+", upper)):
        return False
    if _BY_WORDS.search(upper) or _CONTACT.search(_COMPANY_OF_DOMAIN.sub("", upper)):
        return False
    if LEGAL_FORM.search(upper):
        return not (_DOCUMENT_WORD.search(upper) and ":" in upper)
    return not (_DOCUMENT_WORD.search(upper) or _ADDRESS.search(upper) or _REGISTRATION.search(upper))


def can_be_labelled_name(text: str) -> bool:
    """Whether a line that a label calls the vendor may be one: it may sound like an address if it has no number."""
    if can_be_name(text):
        return True
    sounds_so = bool(_ADDRESS.search(text.upper())) and not re.search(r"\d", text)
    return sounds_so and can_be_name(_ADDRESS.sub("Harbor", text.upper()))
