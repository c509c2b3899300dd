"""Heads of receipts put together at random: what is sure about the vendor has to be right."""

import random
from collections import Counter

import pytest

from benchmarks.receipts import normal
from domain.receipts.found import Line
from domain.receipts.reading import read_receipt

SURE, LEAST_RIGHT, LEAST_SURE = 0.8, 0.98, 0.5
NAMES = """
    AMBER BIRCH CEDAR DELTA EMBER FALCON GRANITE HARBOR IVORY JASPER KESTREL LOTUS MAPLE NOVA ORCHID PEARL QUARTZ
    RAVEN SILVER TIGER UMBRA VELVET WILLOW YARROW ZENITH
"""
WORDS = NAMES.split()
TRADES = (
    "HARDWARE",
    "TRADING",
    "RESTAURANT",
    "CAFE",
    "BAKERY",
    "DELIGHTS",
    "COLLECTION",
    "APOTHEKE",
    "LIBRAIRIE",
    "",
)
FORMS = ("SDN BHD", "LTD", "PTE LTD", "S/B", "GMBH", "SARL", "S.R.L.", "INC", "", "", "")
ADDRESSES = (
    "NO 5, JALAN SATU", "12 MAIN STREET", "81100 JOHOR BAHRU", "7 RUE DES QUAIS", "HAUPTSTR. 12", "50667 KÖLN",
    "PORTLAND, OR 97201", "VIA ROMA 3", "LOT 12, GROUND FLOOR",
)  # fmt: skip
NUMBERS = (
    "(123456-X)",
    "CO REG: 860671-D",
    "GST NO: 000306020352",
    "USt-IdNr. DE123456789",
    "SIRET 362 521 879 00034",
)
ABOVE = (
    "3180404",
    "TAN MEI LING",
    "JOHN HARPER",
    "TAX INVOICE",
    "*** COPY ***",
    "KASSENBON",
    "TICKET DE CAISSE",
)
CLERKS = ("CASHIER: JENNY", "SOLD BY: AB12", "Es bediente Sie: Katja", "SERVI PAR JULIE", "CAJA 2")


def made_head(seed: int) -> tuple[str, list[str]]:
    """A vendor's name and its rows: with a brand, on two lines, under a person's name, over a customer's."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    core, trade, form = (
        " ".join(chance.sample(WORDS, chance.choice((1, 2, 3)))), chance.choice(TRADES), chance.choice(FORMS)
    )  # fmt: skip
    place = f"({' '.join(chance.sample(WORDS, 2))})" if form and chance.random() < 0.15 else ""
    words = " ".join(filter(None, (core, trade, place, form))).split()
    cut = chance.randint(2, len(words) - 1) if len(words) > 3 and chance.random() < 0.3 else len(words)
    rows = [chance.choice(ABOVE)] if chance.random() < 0.3 else []
    rows += [" ".join(chance.sample(WORDS, 2))] if chance.random() < 0.2 else []
    rows += [line for line in (" ".join(words[:cut]), " ".join(words[cut:])) if line]
    rows += [chance.choice(NUMBERS)] if chance.random() < 0.5 else []
    rows += chance.sample(ADDRESSES, chance.choice((1, 2)))
    rows += [chance.choice(CLERKS)] if chance.random() < 0.3 else []
    rows += ["SOLD TO", f"{' '.join(chance.sample(WORDS, 2))} LTD"] if chance.random() < 0.2 else []
    return " ".join(words), [
        *rows,
        "DATE: 12/03/2018",
        "PAPER  2 X 3.00  6.00",
        "TOTAL 6.00",
        "CASH 10.00",
        "CHANGE 4.00",
    ]


@pytest.mark.parametrize("first", [0, 50_000])
def test_of_the_sure_vendors_in_made_heads_nearly_all_are_right(first: int) -> None:
    counts: Counter[tuple[bool, bool]] = Counter()
    for seed in range(first, first + 400):
        name, rows = made_head(seed)
        boxes = [
            Line(text, 40, 30.0 * i, 40 + 10.0 * len(text), 30.0 * i + 20) for i, text in enumerate(rows)
        ]
        vendor = read_receipt(boxes).vendor
        is_sure = vendor is not None and vendor.confidence >= SURE
        counts[is_sure, vendor is not None and normal(vendor.value) == normal(name)] += 1
    sure = counts[True, True] + counts[True, False]
    assert counts[True, True] / sure >= LEAST_RIGHT
    assert sure / counts.total() >= LEAST_SURE
