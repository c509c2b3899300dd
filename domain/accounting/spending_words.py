"""Words for spending in German, Spanish, Italian and French, as accounts and categories are called: in English.

A stem that ends in `*` means each word that begins with it: German charts put words together (Reisekosten).
"""

import re
from functools import cache

_GERMAN = {
    "advertising": "werbe* werbung* reklame*",
    "accommodation": "übernachtung* unterkunft*",
    "accounting": "buchführung* buchhaltung* steuerberat*",
    "audit": "abschlussprüfung* prüfungskosten*",
    "bank": "geldverkehr* kontoführung*",
    "book": "bücher buch fachbuch* fachliteratur* zeitschrift* zeitung*",
    "cleaning": "reinigung* putz*",
    "computer": "edv* rechner",
    "consulting": "beratung* berater*",
    "contribution": "beitrag* beiträge*",
    "cost": "kosten aufwand aufwendung* ausgabe* unkosten",
    "deductible": "abzugsfähig* abziehbar*",
    "depreciation": "abschreibung*",
    "discount": "rabatt* skont* nachlass* nachlässe* bonus boni",
    "electricity": "strom*",
    "employee": "arbeitnehmer* mitarbeiter*",
    "energy": "energie*",
    "entertainment": "bewirtung*",
    "equipment": "ausstattung* geräte*",
    "family": "familien*",
    "fax": "telefax*",
    "fee": "gebühr* entgelt*",
    "freight": "fracht*",
    "outgoing freight": "ausgangsfracht*",
    "fuel": "benzin* diesel* kraftstoff* treibstoff* tanken tankstelle* sprit",
    "furniture": "möbel* büromöbel* einrichtung*",
    "gift": "geschenk* spende* zuwendung* streuartikel*",
    "heating": "heizung* heizkosten*",
    "hotel": "hotel*",
    "insurance": "versicherung*",
    "interest": "zins*",
    "internet": "internet*",
    "inventory": "bestand* bestände* inventur*",
    "legal": "rechtsberatung* rechts rechtsanwalt* anwalt* anwälte* notar*",
    "licence": "lizenz*",
    "loss": "verlust* abgang* abgänge*",
    "maintenance": "wartung* instandhaltung*",
    "material": "rohstoff* hilfsstoff* energiestoff*",
    "meal": "verpflegung* mahlzeit* mittagessen* restaurant*",
    "merchandise": "waren* wareneingang*",
    "office supply": "bürobedarf* büromaterial*",
    "office": "büro*",
    "other": "sonstig* übrig* allgemein* laufend*",
    "owner": "unternehmer* inhaber*",
    "packaging": "verpackung*",
    "parking": "parken parkplatz* parkgebühr* parkhaus*",
    "postage": "porto* brief* post postgebühr*",
    "private": "privat*",
    "lease": "pacht* leasing*",
    "rent": "miet*",
    "repair": "reparatur*",
    "return": "rückvergütung* rücksendung*",
    "reimbursement": "erstattung* kilometergeld*",
    "provision": "rückstellung*",
    "shipping": "versand* paket*",
    "salary": "lohn* löhne* gehalt* gehälter* vergütung*",
    "social": "sozial*",
    "stationery": "papier* schreibwaren*",
    "subcontracting": "fremdleistung* fremdarbeit* subunternehm*",
    "subsistence": "verpflegungsmehr*",
    "tax": "steuer* vorsteuer* umsatzsteuer*",
    "telephone": "telefon* handy* mobilfunk*",
    "toll": "maut*",
    "tool": "werkzeug* kleingerät*",
    "train": "bahn* zug zugfahrt*",
    "training": "fortbildung* weiterbildung* schulung* seminar*",
    "transport": "transport*",
    "travel": "reise* fahrt fahrten fahrtkosten*",
    "third party vehicle": "fremdfahrzeug*",
    "vehicle": "kfz* fahrzeug* pkw*",
    "water": "wasser*",
    "and": "und oder",
    "of": "der die das des für von zu zur im in auf mit",
}
_SPANISH = {
    "advertising": "publicidad* propaganda*",
    "accounting": "contabilidad* gestoría* contable*",
    "bank": "banco* bancari*",
    "cleaning": "limpieza*",
    "computer": "informátic* ordenador*",
    "consulting": "asesor* consultor*",
    "cost": "gasto* coste* costos",
    "deductible": "deducible*",
    "depreciation": "amortización* amortizaciones",
    "discount": "descuento* rappel*",
    "electricity": "electricidad* luz",
    "equipment": "maquinaria* equipo*",
    "flight": "vuelo*",
    "food": "comida* alimentación",
    "fuel": "combustible* gasolina* gasóleo*",
    "furniture": "mobiliario* muebles",
    "gift": "regalo* donativo*",
    "hotel": "alojamiento* hotel*",
    "insurance": "seguro seguros",
    "interest": "intereses interés",
    "lawyer": "abogad*",
    "loss": "pérdida*",
    "maintenance": "conservación mantenimiento*",
    "material": "materias",
    "meal": "dietas almuerzo*",
    "membership": "cuotas membresía",
    "merchandise": "mercadería* mercancía*",
    "office": "oficina*",
    "other": "otro otros otra otras general generales",
    "parking": "aparcamiento* estacionamiento*",
    "professional": "profesional*",
    "public": "público pública",
    "rent": "alquiler* arrendamiento*",
    "repair": "reparación reparaciones",
    "restaurant": "restaurante*",
    "return": "devolucion* devolución*",
    "salary": "sueldo* salario*",
    "service": "servicio*",
    "shipping": "mensajería* envío* paquetería*",
    "social": "seguridad",
    "stationery": "papelería*",
    "postage": "correos sellos",
    "subcontracting": "subcontrat*",
    "supply": "aprovisionamiento*",
    "tax": "impuesto* tributo*",
    "telephone": "teléfono* telefonía* móvil",
    "toll": "peaje*",
    "train": "tren trenes",
    "training": "formación",
    "transport": "transporte*",
    "travel": "viaje* desplazamiento*",
    "utility": "suministro*",
    "vehicle": "vehículo* coche*",
    "water": "agua",
    "and": "y",
    "of": "de del por para en con las los el",
}
_ITALIAN = {
    "advertising": "pubblicit*",
    "accounting": "contabil* commercialista*",
    "bank": "banca bancari*",
    "cleaning": "pulizi*",
    "consulting": "consulen*",
    "cost": "costo costi spesa spese",
    "depreciation": "ammortament*",
    "discount": "scont* abbuon*",
    "electricity": "elettric* luce",
    "energy": "energia energetic*",
    "entertainment": "rappresentanza",
    "equipment": "attrezzatur* macchinari*",
    "fuel": "carburant* gasolio benzina",
    "furniture": "mobili arred*",
    "gift": "omagg* regal*",
    "goods": "merce merci",
    "heating": "riscaldamento",
    "hotel": "alberg*",
    "insurance": "assicura*",
    "interest": "interessi interesse",
    "internet": "internet*",
    "lawyer": "avvocat* legali",
    "licence": "licenz*",
    "loss": "perdit*",
    "maintenance": "manutenzion*",
    "material": "materie materiali",
    "meal": "pasti pasto pranz* ristorant* vitto",
    "membership": "associativ*",
    "notary": "notai*",
    "office": "ufficio uffici",
    "other": "altro altri altre vari varie generali",
    "parking": "parcheggi*",
    "postage": "postal* francoboll* affrancatur*",
    "rent": "affitt* locazion* fitti",
    "repair": "riparazion*",
    "salary": "stipend* salari*",
    "service": "servizi*",
    "shipping": "spedizion* corrier*",
    "social": "previdenzial*",
    "stationery": "cancelleria",
    "tax": "impost* tassa tasse tributi",
    "telephone": "telefon* cellular*",
    "toll": "pedagg*",
    "train": "treno treni ferroviari*",
    "training": "formazione",
    "transport": "trasport*",
    "travel": "viagg* trasfert*",
    "utility": "utenze utenza",
    "vehicle": "veicol* automezz* autovettur*",
    "water": "acqua",
    "and": "e ed",
    "of": "di da dei delle degli della dello per su sugli",
}
_FRENCH = {
    "advertising": "publicité*",
    "accounting": "comptab*",
    "bank": "bancaire* banque*",
    "cleaning": "nettoyage",
    "cost": "frais charge* coûts",
    "depreciation": "amortissement* dotation*",
    "discount": "remise* rabais ristourne* escompte*",
    "electricity": "électricité",
    "energy": "énergie",
    "fuel": "carburant* essence gazole",
    "gift": "cadeau*",
    "hotel": "hôtel*",
    "insurance": "assurance*",
    "interest": "intérêt*",
    "lawyer": "avocat*",
    "loss": "perte*",
    "maintenance": "entretien",
    "meal": "repas déjeuner*",
    "office": "bureau*",
    "other": "autre autres divers",
    "postage": "affranchissement* postaux timbre*",
    "professional": "honoraire*",
    "rent": "loyer*",
    "repair": "réparation*",
    "return": "retour*",
    "salary": "salaire* rémunération*",
    "shipping": "expédition* colis livraison*",
    "supply": "fourniture*",
    "tax": "impôt* taxe taxes",
    "telephone": "téléphone* téléphonie",
    "toll": "péage*",
    "travel": "voyage* déplacement*",
    "vehicle": "véhicule* voiture*",
    "water": "eau",
    "and": "et",
    "of": "de du des les le la sur aux",
}
_PHRASES = {
    r"\bmaterial(?:es)? de oficina\b": "office supply",
    r"\bmateriale (?:di|d') ?ufficio\b": "office supply",
    r"\bservizi professionali\b": "professional",
    r"\bhonorarios\b": "professional",
    r"\bparcelle\b": "professional",
    r"\bde personal\b|\bdel personale\b|\bdu personnel\b": "salary",
}
_LANGUAGES = (_GERMAN, _SPANISH, _ITALIAN, _FRENCH)
_SHORTEST_STEM = 3


@cache
def english_words(word: str) -> frozenset[str]:
    """What a word of these languages means, where it is one of spending; else the word itself."""
    exact, stems = _known()
    if word in exact:
        return exact[word]
    end = next((end for end in range(len(word), _SHORTEST_STEM - 1, -1) if word[:end] in stems), 0)
    if not end:
        return frozenset({word})
    rest = word[end:].removeprefix("s")
    behind = english_words(rest) if rest else frozenset({rest})
    return stems[word[:end]] | (behind - {rest})


def with_english_phrases(text: str) -> str:
    """The text, in lower case, with words in English that mean something else together than alone."""
    said = text.casefold()
    for pattern, english in _PHRASES.items():
        said = re.sub(pattern, english, said)
    return said


def spending_words(text: str) -> frozenset[str]:
    """Its words in English, one of many and many alike: *die Miete* is `rent`."""
    said = (
        english
        for word in re.findall(r"[^\W_]+", with_english_phrases(text))
        for english in english_words(word)
    )
    return frozenset(word.removesuffix("s") for word in said)


@cache
def _known() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    exact: dict[str, frozenset[str]] = {}
    stems: dict[str, frozenset[str]] = {}
    for language in _LANGUAGES:
        for english, words in language.items():
            for word in words.split():
                kept, stem = (stems, word[:-1]) if word.endswith("*") else (exact, word)
                kept.setdefault(stem, frozenset(english.split()))
    return exact, stems
