"""Bills made for measuring: many layouts and number forms in six languages, the same ones for the same seed."""

import io
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Words:
    """One language's labels, number form and names."""

    title: tuple[str, ...]
    number: tuple[str, ...]
    issued: tuple[str, ...]
    due: tuple[str, ...]
    seller: tuple[str, ...]
    buyer: tuple[str, ...]
    net: tuple[str, ...]
    tax: tuple[str, ...]
    total: tuple[str, ...]
    deposit: tuple[str, ...]
    balance: tuple[str, ...]
    carried: str
    columns: tuple[str, str, str, str, str]
    customer: str
    delivered: str
    rates: tuple[str, ...]
    forms: tuple[str, ...]
    dates: tuple[str, ...]
    names: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[str, ...]
    vat: str
    bank: str
    goods: tuple[str, ...]
    currency: tuple[str, str]
    months: tuple[str, ...]


LANGUAGES = {
    language: Words(**words)
    for language, words in json.loads(Path(__file__).with_name("bill_words.json").read_text("utf-8")).items()
}
PEOPLE = ("Jo Martin", "Anna Becker", "Luca Ferri", "Eva de Wit")
BUYERS = (
    "Harbor & Pine",
    "Bergland AG",
    "Soleil SAS",
    "Costa Azul S.L.",
    "Lago Blu S.r.l.",
    "Molenaar B.V.",
    "Greenfield Ltd",
)
NUMBERS: tuple[Callable[[random.Random], str], ...] = (
    lambda r: f"{r.randint(2021, 2026)}-{r.randint(1, 9999):04d}",
    lambda r: f"RE-{r.randint(10000, 99999)}",
    lambda r: f"F{r.randint(2021, 2026)}/{r.randint(100, 999)}",
    lambda r: str(r.randint(100000, 99999999)),
    lambda r: f"INV{r.randint(1000, 9999)}",
    lambda r: f"{r.choice('ABK')}{r.randint(10, 99)}-{r.randint(100, 999)}-{r.randint(1, 99):02d}",
)
LAYOUTS = ("seller-left", "seller-right", "window", "labelled", "pairs", "footer-only", "above")


@dataclass(frozen=True)
class Bill:
    """A made bill: its PDF and what is true about it."""

    content: bytes
    language: str
    layout: str
    truth: dict[str, Any]


def make_bill(seed: int, language: str | None = None, layout: str | None = None) -> Bill:
    """The bill of this seed."""
    chance = random.Random(seed)  # noqa: S311 - the same bill each time is the point
    language = language or chance.choice(sorted(LANGUAGES))
    layout = layout or chance.choice(LAYOUTS)
    sheet = _Sheet(chance, language, layout)
    sheet.draw()
    return Bill(sheet.finished(), language, layout, sheet.truth)


class _Sheet:
    """One bill while it is drawn."""

    def __init__(self, chance: random.Random, language: str, layout: str) -> None:
        self.chance, self.words, self.language, self.layout = chance, LANGUAGES[language], language, layout
        self.buffer = io.BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=A4)
        self.font = chance.choice(("Helvetica", "Helvetica", "Times-Roman", "Courier"))
        self.size = chance.choice((8, 9) if self.font == "Courier" else (8, 9, 10, 11))
        self.form = chance.choice(self.words.forms)
        self.name = chance.choice(self.words.names)
        self.buyer = chance.choice(BUYERS)
        self.number = chance.choice(NUMBERS)(chance)
        self.issued = date(2022, 1, 1) + timedelta(days=chance.randint(0, 1700))
        self.due = self.issued + timedelta(days=chance.choice((14, 30, 45)))
        self.date_form = chance.choice(self.words.dates)
        self.has_due = chance.random() < 0.75
        self.symbol = chance.choice(("after", "before", "none", "code"))
        self._work_out()

    def _work_out(self) -> None:
        count = self.chance.choice((1, 2, 3, 5, 8, 42))
        self.items = []
        for _ in range(count):
            quantity = self.chance.randint(1, 20)
            price = Decimal(self.chance.randint(150, 39999)) / 100
            self.items.append((self.chance.choice(self.words.goods), quantity, price, quantity * price))
        self.net = sum((item[3] for item in self.items), Decimal(0))
        self.tax = (self.net * Decimal(self.words.rates[0]) / 100).quantize(CENT)
        self.total = self.net + self.tax
        has_deposit = self.chance.random() < 0.2
        self.paid = (self.total * Decimal("0.3")).quantize(CENT) if has_deposit else None
        self.truth: dict[str, Any] = {
            "vendor": self.name,
            "number": self.number,
            "issued_on": self.issued,
            "total": self.total,
            "net": self.net,
            "due_on": self.due if self.has_due else None,
            "currency": None if self.symbol == "none" else self.words.currency[1],
            "already_paid": self.paid,
        }

    def finished(self) -> bytes:
        self.canvas.save()
        return self.buffer.getvalue()

    def draw(self) -> None:
        top = self._head()
        bottom = self._table(top)
        self._sums(bottom)
        self._footer()

    # writing

    def put(self, x: float, down: float, text: str, size: float | None = None, **how: bool) -> None:
        bolds = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold", "Courier": "Courier-Bold"}
        self.canvas.setFont(bolds[self.font] if how.get("bold") else self.font, size or self.size)
        (self.canvas.drawRightString if how.get("right") else self.canvas.drawString)(x, HEIGHT - down, text)

    def stack(self, x: float, down: float, lines: Sequence[str], *, bold_first: bool = False) -> float:
        for index, line in enumerate(lines):
            self.put(x, down, line, bold=bold_first and not index)
            down += self.size * 1.35
        return down

    def day(self, value: date) -> str:
        month = self.words.months[value.month - 1]
        form = self.date_form.replace("%B", month)
        return value.strftime(form)

    def money(self, value: Decimal, *, plain: bool = False) -> str:
        text = f"{value:,.2f}"
        group, mark = {
            "1,234.56": (",", "."),
            "1.234,56": (".", ","),
            "1 234,56": (" ", ","),
            "1'234.56": ("'", "."),
        }[self.form]
        text = text.replace(",", "\0").replace(".", mark).replace("\0", group)
        sign, code = self.words.currency
        if plain or self.symbol == "none":
            return text
        if self.symbol == "code":
            return f"{text} {code}"
        return f"{sign}{text}" if self.symbol == "before" and self.form == "1,234.56" else f"{text} {sign}"

    # parts

    def _head(self) -> float:
        street, town = self.chance.choice(self.words.streets), self.chance.choice(self.words.towns)
        self.address = (street, town)
        theirs = [
            self.buyer,
            self.chance.choice(PEOPLE),
            self.chance.choice(self.words.streets),
            self.chance.choice(self.words.towns),
        ]
        ways: dict[str, Callable[[list[str]], float]] = {
            "seller-left": self._letterhead,
            "seller-right": self._letterhead,
            "pairs": self._pairs,
            "labelled": self._labelled,
            "above": self._labelled,
        }
        draw = ways.get(self.layout, self._window)
        return draw(theirs)

    def _contact(self) -> list[str]:
        domain = "".join(one for one in self.name.lower().split()[0] if one.isascii() and one.isalnum())
        return [
            *self.address,
            f"Tel. +49 89 12345{self.chance.randint(10, 99)}",
            f"info@{domain}.example",
            self.words.vat,
        ]

    def _letterhead(self, theirs: list[str]) -> float:
        seller, buyer = (50, 330) if self.layout == "seller-left" else (340, 50)
        self.put(seller, 60, self.name, self.size + self.chance.choice((0, 4, 8)), bold=True)
        self.stack(seller, 78, self._contact())
        down = 160.0 if self.chance.random() < 0.5 else 78.0
        if self.chance.random() < 0.6:
            self.put(buyer, down - 16, self.chance.choice(self.words.buyer) + self.chance.choice(("", ":")))
        self.stack(buyer, down, theirs)
        return self._facts(320 if seller == 50 else 50, 240, title=True)

    def _window(self, theirs: list[str]) -> float:
        if self.layout == "window":
            mark = self.chance.choice((" | ", " - ", " \u00b7 ", ", "))
            self.put(57, 130, mark.join((self.name, *self.address)), 6.5)
        self.stack(57, 150, theirs)
        if self.layout == "window" and self.chance.random() < 0.4:
            self.put(330, 60, self.name, 16, bold=True)
        if self.layout == "footer-only":
            self.canvas.setFillGray(0.5)
            self.canvas.rect(380, HEIGHT - 90, 140, 50, fill=1)
            self.canvas.setFillGray(0)
        return self._facts(320, 150, title=True, title_at=(57, 270))

    def _labelled(self, theirs: list[str]) -> float:
        mark = self.chance.choice(("", ":"))
        self.put(50, 60, self.chance.choice(self.words.title), 18, bold=True)
        left, right = (50, 310) if self.chance.random() < 0.7 else (310, 50)
        self.put(left, 95, self.chance.choice(self.words.seller) + mark, bold=True)
        self.stack(left, 110, [self.name, *self.address, self.words.vat])
        self.put(right, 95, self.chance.choice(self.words.buyer) + mark, bold=True)
        self.stack(right, 110, theirs)
        return self._facts(50, 200, title=False)

    def _pairs(self, theirs: list[str]) -> float:
        self.put(50, 50, self.chance.choice(self.words.title), 16, bold=True)
        down = 80.0
        for label, lines in (
            (self.words.seller, [self.name, *self.address, self.words.vat]),
            (self.words.buyer, theirs),
        ):
            self.put(50, down, self.chance.choice(label), bold=True)
            down = self.stack(180, down, lines) + 6
        return self._facts(50, down, title=False)

    def _facts(
        self, x: float, down: float, *, title: bool, title_at: tuple[float, float] | None = None
    ) -> float:
        words, mark = self.words, self.chance.choice(("", ":"))
        rows = [
            (self.chance.choice(words.number), self.number),
            (self.chance.choice(words.issued), self.day(self.issued)),
            (words.customer, str(self.chance.randint(10000, 99999))),
            (words.delivered, self.day(self.issued - timedelta(days=self.chance.randint(3, 9)))),
        ]
        if self.has_due:
            rows.append((self.chance.choice(words.due), self.day(self.due)))
        in_title = title and self.chance.random() < 0.3
        if title:
            across, lower = title_at or (50, 225)
            shown = f"{self.chance.choice(words.title)} {self.number if in_title else ''}"
            self.put(across, lower, shown, 16, bold=True)
        rows = rows[1:] if in_title else rows
        if self.layout == "above" or (self.layout != "pairs" and self.chance.random() < 0.2):
            return self._heads(rows, max(down, 285 if title_at else down))
        for label, value in rows:
            self.put(x, down, label + mark)
            to_the_right = self.chance.random() < 0.5
            self.put(x + (250 if to_the_right else 130), down, value, right=to_the_right)
            down += self.size * 1.5
        return max(down, 300)

    def _heads(self, rows: Sequence[tuple[str, str]], down: float) -> float:
        step = 500 / len(rows)
        for index, (label, value) in enumerate(rows):
            self.put(50 + index * step, down, label, min(self.size, 8))
            self.put(50 + index * step, down + 13, value, min(self.size, 9))
        return max(down + 40, 310)

    def _table(self, down: float) -> float:
        down = self._columns(down + 10)
        running = Decimal(0)
        for index, (name, quantity, price, amount) in enumerate(self.items, 1):
            if down > 720:
                self.put(400, down, self.words.carried, right=True)
                self.put(545, down, self.money(running), right=True)
                self._footer()
                self.canvas.showPage()
                down = self._columns(60)
                self.put(400, down, self.words.carried, right=True)
                self.put(545, down, self.money(running), right=True)
                down += self.size * 1.6
            self.put(50, down, str(index))
            self.put(90, down, name)
            self.put(330, down, str(quantity), right=True)
            self.put(440, down, self.money(price, plain=True), right=True)
            self.put(545, down, self.money(amount, plain=True), right=True)
            running += amount
            down += self.size * 1.6
        if down > 640:
            self._footer()
            self.canvas.showPage()
            down = 80
        return down

    def _columns(self, down: float) -> float:
        for (x, right), text in zip(
            ((50, False), (90, False), (330, True), (440, True), (545, True)), self.words.columns, strict=True
        ):
            self.put(x, down, text, bold=True, right=right)
        return down + self.size * 1.8

    def _sums(self, down: float) -> None:
        rows = [
            (self.chance.choice(self.words.net), self.net),
            (self.chance.choice(self.words.tax), self.tax),
            (self.chance.choice(self.words.total), self.total),
        ]
        if self.paid is not None:
            sign = self.chance.choice((1, -1))
            rows += [
                (self.chance.choice(self.words.deposit), sign * self.paid),
                (self.chance.choice(self.words.balance), self.total - self.paid),
            ]
        x, right = self.chance.choice(((330, False), (430, True), (60, False)))
        down += 10
        for label, value in rows:
            self.put(x, down, label, right=right)
            self.put(545, down, self.money(value), right=True)
            down += self.size * 1.6

    def _footer(self) -> None:
        size = 7
        columns = (
            (self.name, *self.address),
            ("Tel. +49 30 998877", "Fax +49 30 998878", self.words.vat),
            (self.words.bank, "IBAN DE89 3704 0044 0532 0130 00", "BIC COBADEFFXXX"),
        )
        for x, lines in zip((50, 230, 390), columns, strict=True):
            for index, line in enumerate(lines):
                self.put(x, 790 + index * 9, line, size)
