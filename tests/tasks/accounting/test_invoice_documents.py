"""The document of an invoice: as its reader sees it, as a machine reads it, and where Odoo makes its own."""

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path

import facturx.facturx
import httpx
import pypdfium2
import pytest
from facturx import get_xml_from_pdf, xml_check_xsd

from blocks.odoo.client import OdooClient
from domain.accounting.invoice_document import DocumentLine, InvoiceDocument, Party
from domain.receipts.einvoice import read_einvoice
from tasks.accounting.invoice_documents import (
    NotPostedError,
    as_pdf,
    as_xml,
    fetch_document,
    keep_invoice_pdf,
)
from tasks.vault.template import init_vault
from tasks.vault.vault import current_vault
from tests.odoo_world import OdooWorld, sandbox_world
from tests.sandbox_fixture import SandboxClient


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Where its PDF is kept."""
    init_vault(tmp_path / "Vault")
    return tmp_path / "Vault"


HOSTILE = '#panic("x") *bold* <script> & "quotes" $1$ \\ äöü'
SELLER = Party(
    name="Nordlicht Design GmbH",
    street="Hauptstr. 1",
    zip_code="10115",
    city="Berlin",
    country="Germany",
    country_code="DE",
    vat="DE136695976",
    email="rechnung@nordlicht.example",
)
BUYER = Party(
    name=f"Larch {HOSTILE}", street="5 Elm St", city="Austin", country="United States", country_code="US"
)


def document(**changed: object) -> InvoiceDocument:
    """Two rates, a foreign customer, text that must be read as text."""
    lines = [
        DocumentLine(name=f"Fence: {HOSTILE}", quantity="7.5", price="90", net="675.00", tax_percent="19"),
        DocumentLine(name="Maps", quantity="2", price="10.005", net="20.01", tax_percent="0"),
    ]
    values = {
        "number": "INV/2026/00001",
        "issued_on": date(2026, 11, 1),
        "due_on": date(2026, 12, 1),
        "currency": "EUR",
        "seller": SELLER,
        "buyer": BUYER,
        "lines": lines,
        "taxes": {"19": Decimal("128.25")},
        "net": Decimal("695.01"),
        "tax": Decimal("128.25"),
        "total": Decimal("823.26"),
        "left": Decimal("823.26"),
        "payment_reference": "INV/2026/00001",
        "account": "DE89370400440532013000",
    }
    return InvoiceDocument.model_validate(values | changed)


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as opened:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in opened)


def test_a_machine_reads_what_a_person_reads() -> None:
    made = as_pdf(document())
    name, xml = get_xml_from_pdf(made)
    assert name == "factur-x.xml"
    assert xml_check_xsd(xml, flavor="factur-x", level="en16931")
    read = read_einvoice(xml)
    assert read.vendor is not None
    assert read.total is not None
    assert (read.vendor.value, read.total.value) == (SELLER.name, Decimal("823.26"))
    assert (read.vendor_vat.value, read.vendor_iban.value) == (SELLER.vat, "DE89370400440532013000")
    shown = words(made)
    for said in ("INV/2026/00001", "2026-12-01", "823.26 EUR", "Tax 19 % of 675.00 EUR", "128.25 EUR"):
        assert said in shown
    assert '#panic("x") *bold* <script> & "quotes"' in shown


class NextYear(datetime):
    """A clock that is a year ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + timedelta(days=365)


def test_the_same_invoice_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = as_pdf(document())
    monkeypatch.setattr(facturx.facturx, "datetime", NextYear)
    assert as_pdf(document()) == first
    assert as_pdf(document()) != as_pdf(document(left=Decimal(1)))


def test_what_odoo_does_not_know_leaves_the_xml_out_and_is_said() -> None:
    plain = document(seller=SELLER.model_copy(update={"vat": "", "email": ""}))
    assert plain.why_no_xml == "Odoo does not know our tax number"
    assert get_xml_from_pdf(as_pdf(plain)) == (False, False)
    assert "823.26 EUR" in words(as_pdf(plain))


def test_a_paid_part_is_taken_off() -> None:
    part = document(left=Decimal("23.26"))
    assert b"<ram:TotalPrepaidAmount>800.00" in as_xml(part)
    assert b"<ram:DuePayableAmount>23.26" in as_xml(part)
    assert "Left to pay 23.26 EUR" in words(as_pdf(part))


async def test_a_posted_invoice_is_read_whole(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        invoice_id = await odoo.debt(client, 100.0)
        found, email = await fetch_document(client, invoice_id)
    assert (found.total, found.tax, email) == (Decimal("100.00"), 0, None)
    assert [(line.name, line.net) for line in found.lines] == [("Boards", Decimal("100.00"))]
    assert found.buyer.name == f"Larch {odoo.token}"
    assert found.seller.country_code == "US"


async def test_its_pdf_is_kept_once_and_is_ours_where_odoo_makes_none(
    sandbox: SandboxClient, vault: Path
) -> None:
    odoo = sandbox_world(sandbox.url)
    async with odoo.client() as client:
        invoice_id = await odoo.debt(client)
        made = await keep_invoice_pdf(client, invoice_id, is_sandbox=True)
        again = await keep_invoice_pdf(client, invoice_id, is_sandbox=True)
        draft = await odoo.debt(client)
        await client.call("account.move", "button_draft", [draft])
        with pytest.raises(NotPostedError):
            await keep_invoice_pdf(client, draft, is_sandbox=True)
    assert made == again
    assert (made.made_by, made.total) == ("Digital FTE", "500.00 USD")
    assert (vault / made.document).is_file()
    shown = words(current_vault().document(made.document))
    assert "SANDBOX: a made-up invoice" in shown
    assert [entry["status"] for entry in sandbox.journal(path="/my/invoices")] == [422, 422]


async def test_odoo_s_own_pdf_is_taken_where_it_makes_one(sandbox: SandboxClient, vault: Path) -> None:
    class WithPdf(httpx.AsyncHTTPTransport):
        """As a server with wkhtmltopdf."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.startswith("/my/invoices/"):
                return httpx.Response(200, content=b"%PDF-1.7 of Odoo")
            return await super().handle_async_request(request)

    odoo = sandbox_world(sandbox.url)
    async with OdooClient(odoo.account, transport=WithPdf()) as client:
        made = await keep_invoice_pdf(client, await odoo.debt(client), is_sandbox=True)
    assert made.made_by == "Odoo"
    assert (vault / made.document).read_bytes() == b"%PDF-1.7 of Odoo"
