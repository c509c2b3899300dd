"""A customer invoice as its reader gets it: everything that stands on the paper, and the same for machines.

The machine's part is an EN 16931 invoice under the numbers of its business terms (BT-1 is the invoice's number), from
which Factur-X' XML is made.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field
from stdnum import iban

from domain.money import Money, rounded

COMMERCIAL_INVOICE = "380"
CREDIT_TRANSFER = "30"
EACH = "C62"
LEVEL = "en16931"


class Party(BaseModel, frozen=True):
    """Who sells or buys."""

    name: str
    street: str = ""
    street2: str = ""
    zip_code: str = ""
    city: str = ""
    country: str = ""
    country_code: str = ""
    vat: str = ""
    email: str = ""
    phone: str = ""

    @property
    def lines(self) -> list[str]:
        """The address as it stands on a letter."""
        town = " ".join(filter(None, (self.zip_code, self.city)))
        return [line for line in (self.name, self.street, self.street2, town, self.country) if line]

    def terms(self) -> dict[str, Any]:
        """As the XML's maker takes it."""
        values = {
            "name": self.name,
            "country_code": self.country_code,
            "city": self.city,
            "postcode": self.zip_code,
            "addr_l1": self.street,
            "addr_l2": self.street2,
            "vat_identifier": self.vat,
            "einvoicing_addr": self.email,
            "einvoicing_addr_schemeid": "EM" if self.email else "",
        }
        return {name: value for name, value in values.items() if value}


class DocumentLine(BaseModel, frozen=True):
    """One line."""

    name: str
    quantity: Decimal
    price: Decimal
    net: Decimal
    tax_percent: Decimal


class InvoiceDocument(BaseModel, frozen=True):
    """One posted invoice with all that it says."""

    number: str
    issued_on: dt.date
    due_on: dt.date
    currency: str
    seller: Party
    buyer: Party
    lines: list[DocumentLine]
    taxes: dict[str, Decimal]
    """The tax of each rate, by the rate."""
    net: Decimal
    tax: Decimal
    total: Decimal
    left: Decimal
    reference: str = ""
    payment_reference: str = ""
    account: str = ""
    is_sandbox: bool = False

    @property
    def why_no_xml(self) -> str:
        """What a machine-readable invoice needs and is not known; empty: nothing."""
        needed = {
            "our tax number": self.seller.vat,
            "our country": self.seller.country_code,
            "the customer's country": self.buyer.country_code,
        }
        missing = [what for what, value in needed.items() if not value]
        return f"Odoo does not know {' and '.join(missing)}" if missing else ""

    def shown(self) -> dict[str, Any]:
        """For the page: every value as it is printed."""
        bases = _bases(self.lines)
        return {
            "number": self.number,
            "dates": [["Invoice", self.number], ["Date", f"{self.issued_on}"], ["Due", f"{self.due_on}"]]
            + ([["Your reference", self.reference]] if self.reference else []),
            "seller": [*self.seller.lines],
            "seller_name": self.seller.name,
            "contact": [
                *filter(None, (self.seller.email, self.seller.phone)),
                *([f"Tax number {self.seller.vat}"] if self.seller.vat else []),
            ],
            "buyer": [*self.buyer.lines, *([f"Tax number {self.buyer.vat}"] if self.buyer.vat else [])],
            "lines": [
                [
                    line.name,
                    f"{line.quantity.normalize():f}",
                    f"{rounded(line.price, self.currency):,}",
                    f"{line.tax_percent.normalize():f} %",
                    f"{rounded(line.net, self.currency):,}",
                ]
                for line in self.lines
            ],
            "sums": [
                ["Net", self._money(self.net)],
                *(
                    [
                        f"Tax {Decimal(rate).normalize():f} % of {self._money(bases[Decimal(rate)])}",
                        self._money(tax),
                    ]
                    for rate, tax in self.taxes.items()
                ),
            ],
            "total": self._money(self.total),
            "left": self._money(self.left) if self.left != self.total else "",
            "pay": self._how_to_pay(),
            "is_sandbox": self.is_sandbox,
        }

    def terms(self) -> dict[str, Any]:
        """The same under EN 16931's numbers."""
        bases = _bases(self.lines)
        terms: dict[str, Any] = {
            "BT-1": self.number,
            "BT-2": self.issued_on,
            "BT-3": COMMERCIAL_INVOICE,
            "BT-5": self.currency,
            "BT-9": self.due_on,
            "BT-10": self.reference,
            "BT-72": self.issued_on,
            "BT-83": self.payment_reference,
            "BT-106": str(self.net),
            "BT-109": str(self.net),
            "BT-110": str(self.tax),
            "BT-112": str(self.total),
            "BT-113": str(self.total - self.left),
            "BT-115": str(self.left),
            "BG-4": self.seller.terms(),
            "BG-7": self.buyer.terms(),
            "BG-23": [
                {
                    "BT-116": str(rounded(base, self.currency)),
                    "BT-117": str(self.taxes.get(str(rate), Decimal(0))),
                    "BT-118": _category(rate),
                    "BT-119": str(rate),
                }
                for rate, base in bases.items()
            ],
            "BG-25": [_line_terms(number, line) for number, line in enumerate(self.lines, start=1)],
        }
        if iban.is_valid(self.account):
            terms |= {"BT-81": CREDIT_TRANSFER, "BT-84": self.account.replace(" ", "")}
        return {name: value for name, value in terms.items() if value not in ("", None)}

    def _money(self, amount: Decimal) -> str:
        return str(Money(amount=amount, currency=self.currency))

    def _how_to_pay(self) -> str:
        account = f" to account {self.account}" if self.account else ""
        purpose = f" with reference {self.payment_reference}" if self.payment_reference else ""
        return f"Please pay by {self.due_on}{account}{purpose}."


class WantedInvoice(BaseModel, frozen=True, extra="forbid"):
    """Which one."""

    invoice_id: int = Field(ge=1)


class InvoicePdf(BaseModel, frozen=True):
    """A kept PDF of an invoice, and what a letter about it says."""

    invoice_id: int
    number: str
    document: str = Field(description="where it lies in the Vault; its name holds its content's digest")
    made_by: str = Field(description="Odoo or Digital FTE")
    xml: str = Field(description="whether a machine can read it, or why not")
    total: str
    due_on: dt.date
    customer: str
    email: str | None
    business: str = Field(description="who sends it")
    said: str = Field(description="one sentence about it")


def _bases(lines: Sequence[DocumentLine]) -> dict[Decimal, Decimal]:
    bases: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        bases[line.tax_percent] += line.net
    return dict(sorted(bases.items(), reverse=True))


def _category(rate: Decimal) -> str:
    """UNTDID 5305: standard rate, or zero rated."""
    return "S" if rate else "Z"


def _line_terms(number: int, line: DocumentLine) -> dict[str, Any]:
    return {
        "BT-126": str(number),
        "BT-129": str(line.quantity),
        "BT-130": EACH,
        "BT-131": str(line.net),
        "BT-146": str(line.price),
        "BT-151": _category(line.tax_percent),
        "BT-152": str(line.tax_percent),
        "BT-153": line.name,
    }
