"""What kind of expense this is, from the trade's words; the accountant's chart decides what it is booked on."""

import re
from collections.abc import Sequence
from enum import StrEnum

from domain.receipts.found import Found
from domain.receipts.layout import LayoutRow

HEADER_ROWS = 8
HEADER_WEIGHT = 3


class Category(StrEnum):
    """Kinds of expense, coarse enough to be told apart by words."""

    MEALS = "meals"
    TRAVEL = "travel"
    FUEL = "fuel"
    LODGING = "lodging"
    OFFICE_SUPPLIES = "office supplies"
    SOFTWARE = "software"
    TELECOMMUNICATIONS = "telecommunications"
    UTILITIES = "utilities"
    MATERIALS = "materials"
    EQUIPMENT = "equipment"
    GROCERIES = "groceries"
    HEALTH = "health"
    RENT = "rent"
    SHIPPING = "shipping"
    ADVERTISING = "advertising"
    PROFESSIONAL_SERVICES = "professional services"
    INSURANCE = "insurance"
    VEHICLE = "vehicle"
    OTHER = "other"


_WORDS: dict[Category, str] = {
    Category.MEALS: r"""
        restaurants?, restoran, ristorante, gaststätte, caf[eé], kopitiam, bistro, bakery, bakeries,
        confectionery, pizz\w+, burger, coffee, latte, cappucc?ino, espresso, tea, nasi, mee, rice, noodles?,
        sushi, chicken, lunch, dinner, breakfast, beer, wine, catering, eatery, dine, meals?, vegetarian,
        sandwich, pax, table, kaya, take ?away, takeout, kitchenette,
        gasthaus, gasthof, wirtshaus, speisen, mittagessen, abendessen, getränke, bewirtung\w*, restaurante,
        comidas?, menú, bebidas, trattoria, osteria, pizzeria, pranzo, cena, coperti?, brasserie, déjeuner, repas
    """,
    Category.TRAVEL: r"""
        flight, airlines?, airways, boarding, train, railway, bahn, taxi, uber, grab, lyft, trip, travel, toll,
        parking, parkplatz, car rental, mietwagen, bus, ferry,
        bahnfahrt\w*, bahnticket, zugfahrt\w*, fahrkarten?, fahrschein\w*, db fernverkehr, flug\w*, tren, billetes?,
        vuelos?, treno, trenitalia, biglietto, volo, billet, sncf, peaje, pedaggio, péage, maut\w*
    """,
    Category.FUEL: r"""
        petrol, diesel, fuel, gasoline, unleaded, tankstelle, shell, petronas, caltex, litres, pump no, ron
        ?9[57],
        benzin, super e10, kraftstoff\w*, gasolina, gasóleo, carburante, benzina, gasolio, gazole, sans plomb
    """,
    Category.LODGING: r"""
        hotel, room (?:rate|charge), nights?, resort, guest ?house, hostel, check-?out, lodging, übernachtung,
        übernachtungen, alojamiento, habitación, albergo, pernottamento, hébergement, nuitées?
    """,
    Category.OFFICE_SUPPLIES: r"""
        stationery, stationers?, office supplies, papers?, pens?, pencils?, envelopes?, toner, ink, cartridge,
        cart, files?, binder, notebook, bookstores?, books?, print(?:ing)?, stapler, bürobedarf, label,
        stickers?, clips?, glue,
        büromaterial, briefumschläge, druckerpapier, papelería, material de oficina, cancelleria,
        fournitures de bureau, papeterie
    """,
    Category.SOFTWARE: r"""
        software, subscription, licen[cs]es?, saas, cloud, hosting, domain, api, seats?, workspace, pro plan,
        monthly plan, abonnement, app
    """,
    Category.TELECOMMUNICATIONS: r"""
        telecom\w*, telekom, mobile plan, broadband, internet, postpaid, prepaid, sim, data plan, mobilfunk,
        telefon, telefonanschluss, festnetz, teléfono, telefonía, telefono, téléphonie, telefonia
    """,
    Category.UTILITIES: r"""
        electricity, water bill, kwh, strom, energy, tenaga, sewerage, utilit(?:y|ies), heating, heizung,
        stromlieferung, abwasser, fernwärme, electricidad, energia elettrica, électricité
    """,
    Category.MATERIALS: r"""
        hardware, timber, paints?, cement, drills?, screws?, nails?, plumbing, pipes?, tools?, building,
        ceiling, sand, bolt, wire, lumber, d\.? ?i\.? ?y, baumarkt, tape, hook, valve, thinner, coating, tiles?,
        bohlen, bretter, holz, schnittholz, schrauben, baustoffe, madera, tableros?, tornillos, legno, tavole, viti
    """,
    Category.EQUIPMENT: r"""
        electrical, electronics?, computers?, laptop, monitor, keyboard, cable, printer, furniture, furnishing,
        desk, chairs?, lamp, led, light(?:ing|room)?, machinery, adaptor, tube
    """,
    Category.GROCERIES: r"""
        mini ?market, supermarket, hypermarket, pasaraya, grocer\w*, fresh market, value-?mart, minimart, milk,
        eggs?, bread, vegetables?, fruits?, lebensmittel, wholemeal
    """,
    Category.HEALTH: r"""
        pharmacy, farmasi, clinic, klinik, dental, medical, healthcare, apotheke, tablets?, capsules?,
        consultation, hospital, vitamin
    """,
    Category.RENT: r"""
        rent, rental, lease, tenancy, miete, loyer, co-?working, office space,
        mietzins, kaltmiete, alquiler, affitto, locazione
    """,
    Category.SHIPPING: r"""
        courier, freight, postage, post office, dhl, fedex, ups, parcel, shipment, waybill, paket, delivery
        service,
        porto, briefmarken?, briefporto, mensajería, spedizione, corriere, francobolli,
        affranchissement, colissimo
    """,
    Category.ADVERTISING: r"""
        advertising, advertisement, ads, campaign, impressions, clicks, marketing services, sponsored, flyers?,
        werbeanzeigen?, werbung, publicidad, pubblicità, publicité
    """,
    Category.PROFESSIONAL_SERVICES: r"""
        consulting, legal, accounting, audit, advisory, hours, beratung, stunden, design services?, retainer,
        professional fees?, development, translation, freelance,
        steuerberat\w+, rechtsanw\w+, honorar, honorarios, consulenza, parcella, honoraires
    """,
    Category.INSURANCE: r"""
        insurance, takaful, premium due, policy no, versicherung, coverage,
        versicherungsschein, versicherungsbeitrag, seguros?, póliza, assicurazion[ei], polizza, assurances?
    """,
    Category.VEHICLE: r"""
        motors?, tyres?, tires?, workshop, car wash, spare parts, lubricant, engine oil, battery, brake, auto,
        werkstatt, reifen\w*, ölwechsel, neumáticos, pneumatici, pneus, vidange
    """,
}


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.split(r",\s*", words.strip())) + r")\b", re.IGNORECASE)


_COMPILED = tuple((category, _pattern(words)) for category, words in _WORDS.items())


def find_category(rows: Sequence[LayoutRow]) -> Found[str] | None:
    """The category most of the words speak for; the trade's name counts more than the items."""
    if not rows:
        return None
    scores: dict[Category, float] = {}
    where: dict[Category, str] = {}
    for index, row in enumerate(rows):
        for category, pattern in _COMPILED:
            hits = len(set(pattern.findall(row.text)))
            if hits:
                scores[category] = scores.get(category, 0) + hits * (
                    HEADER_WEIGHT if index < HEADER_ROWS else 1
                )
                where.setdefault(category, row.where)
    if not scores:
        return Found(value=Category.OTHER.value, confidence=0.3, where="no word of a known trade")
    (best, score), *rest = sorted(scores.items(), key=lambda item: -item[1])
    share = score / (score + (rest[0][1] if rest else 0))
    return Found(
        value=best.value, confidence=round(min(0.92, 0.35 + 0.5 * share + 0.02 * score), 2), where=where[best]
    )
