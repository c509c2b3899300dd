"""The demo company: an invented design studio in Oregon, its vendors and its customers.

Everything here is fictitious; mail domains end in `.example`.
"""

from dataclasses import dataclass
from decimal import Decimal

COMPANY_NAME = "Northwind Lane Studio"
COMPANY_EMAIL = "hello@northwindlane.example"
MAILBOX = "studio@northwindlane.example"
"""The address whose mail the employee reads."""


@dataclass(frozen=True)
class Vendor:
    """A business the studio has bought from, and how it usually bills."""

    name: str
    email: str
    category: str
    currency: str
    usual_total: Decimal
    every_months: int
    number_prefix: str
    vat: str = ""


KNOWN_VENDORS: tuple[Vendor, ...] = (
    Vendor(
        "Cloudberry Hosting Inc.",
        "billing@cloudberryhosting.example",
        "hosting",
        "USD",
        Decimal("84.00"),
        1,
        "CBH-",
    ),
    Vendor(
        "Pixelforge Software LLC",
        "invoices@pixelforge.example",
        "software",
        "USD",
        Decimal("149.00"),
        1,
        "PF-",
    ),
    Vendor(
        "Harbor Street Offices",
        "rent@harborstreetoffices.example",
        "rent",
        "USD",
        Decimal("2400.00"),
        1,
        "HSO-",
    ),
    Vendor(
        "Cascade Power & Light",
        "accounts@cascadepower.example",
        "utilities",
        "USD",
        Decimal("212.40"),
        1,
        "CPL",
    ),
    Vendor(
        "Northline Telecom",
        "billing@northlinetelecom.example",
        "telephone",
        "USD",
        Decimal("96.50"),
        1,
        "NT-",
    ),
    Vendor(
        "Paper & Pine Supplies",
        "orders@paperandpine.example",
        "office supplies",
        "USD",
        Decimal("63.18"),
        2,
        "PP",
    ),
    Vendor(
        "Meridian Couriers", "invoice@meridiancouriers.example", "shipping", "USD", Decimal("48.75"), 2, "MC-"
    ),
    Vendor(
        "Bluebird Insurance Group",
        "premiums@bluebirdinsurance.example",
        "insurance",
        "USD",
        Decimal("930.00"),
        6,
        "BIG-",
    ),
    Vendor(
        "Alder & Finch CPA",
        "office@alderfinch.example",
        "professional fees",
        "USD",
        Decimal("650.00"),
        3,
        "AF-",
    ),
    Vendor(
        "Lumen Type Foundry GmbH",
        "rechnung@lumentype.example",
        "software",
        "EUR",
        Decimal("238.00"),
        4,
        "LTF-",
        "DE811234567",
    ),
    Vendor("Kopi Corner Sdn Bhd", "hello@kopicorner.example", "meals", "MYR", Decimal("86.40"), 3, "KC"),
    Vendor(
        "Skyway Travel Desk", "tickets@skywaytravel.example", "travel", "USD", Decimal("418.20"), 4, "STD-"
    ),
)
"""Payees with posted bills; a bill from anyone else is from a new payee."""

CATEGORY_ACCOUNTS = {
    "hosting": "654000",
    "software": "654000",
    "rent": "631000",
    "utilities": "642000",
    "telephone": "641000",
    "office supplies": "651500",
    "shipping": "652000",
    "insurance": "655300",
    "professional fees": "621000",
    "meals": "671000",
    "travel": "663000",
}
"""Where the studio books what its vendors bill (account codes)."""

CUSTOMERS = (
    ("Marigold Bakery Co.", "accounts@marigoldbakery.example", "1800.00", 20),
    ("Tidewater Kayak Tours", "office@tidewaterkayak.example", "2450.00", 35),
    ("Juniper Ridge Dental", "billing@juniperridgedental.example", "3200.00", 41),
    ("Copperline Brewing", "ap@copperlinebrewing.example", "1275.50", 75),
)
"""Name, address, usual monthly amount in US dollars, days until they pay."""

EMPLOYEES = ("Ann Miller", "Bob Stone")

WORKED = (
    ("Marigold Bakery Co.", "Shop window", "Design", (6.5, 3.25, 4.0, 2.0)),
    ("Tidewater Kayak Tours", "Season brochure", "Layout", (5.0, 7.5)),
)
"""Customer, project, task, and the hours that were worked for it last month."""
