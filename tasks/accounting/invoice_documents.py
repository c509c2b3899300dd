"""A posted invoice as its customer gets it: all that stands on it, read from Odoo, and its PDF.

Odoo's own PDF is taken where the server makes one (it needs wkhtmltopdf); else Typst sets one, with the invoice for
machines inside (Factur-X, EN 16931) where Odoo knows what that needs.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooRefusedError
from domain.accounting.invoice_document import LEVEL, DocumentLine, InvoiceDocument, InvoicePdf, Party
from domain.accounting.move import MoveState
from domain.errors import RejectedError
from domain.money import Money, rounded
from tasks.accounting.moves import read_move
from tasks.vault.vault import current_vault

TEMPLATES = Path(__file__).parent / "templates"
MOVE, LINE = "account.move", "account.move.line"
PARTNER_FIELDS = ["name", "street", "street2", "zip", "city", "country_id", "vat", "email", "phone"]
MADE_AT = re.compile(rb"(?P<pdf>D(?::|\\072))\d{14}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
"""The moments that the maker of the XML's PDF writes into it: the same invoice has to give the same bytes."""


class NotPostedError(RejectedError):
    """There is nothing yet that a customer could be sent."""

    def __init__(self, invoice_id: int) -> None:
        super().__init__(
            f"invoice {invoice_id} is not a posted customer invoice, so it has no document; post it first"
        )


async def keep_invoice_pdf(client: OdooClient, invoice_id: int, *, is_sandbox: bool) -> InvoicePdf:
    """The invoice's PDF, kept in the Vault; the same invoice is kept once.

    Raises:
        MoveMissingError: there is no such invoice.
        NotPostedError: it is a draft, cancelled, or a vendor's.
    """
    document, email = await fetch_document(client, invoice_id, is_sandbox=is_sandbox)
    content, made_by, xml = await _odoo_pdf(client, invoice_id), "Odoo", "as Odoo made it"
    if content is None:
        content, made_by = as_pdf(document), "Digital FTE"
        xml = document.why_no_xml or "Factur-X (EN 16931) is inside"
    name = f"Invoice-{re.sub(r'[^A-Za-z0-9-]+', '-', document.number)}.pdf"
    total = str(Money(amount=document.total, currency=document.currency))
    return InvoicePdf(
        invoice_id=invoice_id,
        number=document.number,
        document=current_vault().attach(content, name),
        made_by=made_by,
        xml=xml,
        total=total,
        due_on=document.due_on,
        customer=document.buyer.name,
        email=email,
        business=document.seller.name,
        said=f"Invoice {document.number} over {total} to {document.buyer.name}, due on {document.due_on}.",
    )


async def fetch_document(
    client: OdooClient, invoice_id: int, *, is_sandbox: bool = False
) -> tuple[InvoiceDocument, str | None]:
    """What stands on the invoice, and the customer's address for it.

    Raises:
        MoveMissingError: there is no such invoice.
        NotPostedError: it is a draft, cancelled, or a vendor's.
    """
    fields = ["name", "state", "move_type", "invoice_date", "invoice_date_due", "currency_id", "partner_id"]
    fields += ["company_id", "amount_untaxed", "amount_tax", "amount_total", "amount_residual", "ref"]
    fields += ["payment_reference", "partner_bank_id", "line_ids"]
    move = await read_move(client, invoice_id, fields, "invoice")
    if move["state"] != MoveState.POSTED or move["move_type"] != "out_invoice":
        raise NotPostedError(invoice_id)
    (company,) = await client.call("res.company", "read", [move["company_id"][0]], fields=["partner_id"])
    seller, buyer = await _parties(client, company["partner_id"][0], move["partner_id"][0])
    currency = move["currency_id"][1]
    lines, taxes = await _lines(client, move["line_ids"], currency)
    return (
        InvoiceDocument(
            number=move["name"],
            issued_on=move["invoice_date"],
            due_on=move["invoice_date_due"],
            currency=currency,
            seller=seller,
            buyer=buyer,
            lines=lines,
            taxes=taxes,
            net=rounded(move["amount_untaxed"], currency),
            tax=rounded(move["amount_tax"], currency),
            total=rounded(move["amount_total"], currency),
            left=rounded(move["amount_residual"], currency),
            reference=move["ref"] or "",
            payment_reference=move["payment_reference"] or move["name"],
            account=move["partner_bank_id"][1].partition(" - ")[0] if move["partner_bank_id"] else "",
            is_sandbox=is_sandbox,
        ),
        buyer.email or None,
    )


def as_pdf(document: InvoiceDocument) -> bytes:
    """The page, for people and, where that is possible, for machines; the same document gives the same bytes."""
    from typst import Compiler  # 0.2 s, and most commands set nothing

    compiler = Compiler(TEMPLATES / "invoice.typ", root=TEMPLATES, font_paths=[fonts()])
    moment = int(dt.datetime.combine(document.issued_on, dt.time(), dt.UTC).timestamp())
    page = cast(
        "bytes",
        compiler.compile(
            sys_inputs={"invoice": json.dumps(document.shown())},
            format="pdf",
            pdf_standards=["a-3b"],
            timestamp=moment,
        ),
    )
    return page if document.why_no_xml else _with_xml(page, document)


def as_xml(document: InvoiceDocument) -> bytes:
    """Factur-X' XML, checked against its schema."""
    from facturx import generate_cii_xml  # only those who send invoices need it

    made = generate_cii_xml(document.terms(), level=LEVEL, check_schematron=False)
    return cast("bytes", made)


def _with_xml(page: bytes, document: InvoiceDocument) -> bytes:
    from facturx import generate_from_binary

    title = f"Invoice {document.number}"
    made = generate_from_binary(
        page,
        as_xml(document),
        flavor="factur-x",
        level=LEVEL,
        check_xsd=False,
        pdf_metadata={
            "author": document.seller.name,
            "keywords": "Factur-X",
            "title": title,
            "subject": title,
        },
        lang="en",
        afrelationship="alternative",
        xmp_compression=False,
    )
    day = f"{document.issued_on:%Y%m%d}".encode()
    return MADE_AT.sub(lambda found: _at_midnight(found["pdf"], day), made)


def _at_midnight(prefix: bytes | None, day: bytes) -> bytes:
    """Midnight of that day, written as the moment was and exactly as long."""
    if prefix:
        return prefix + day + b"000000"
    return b"%s-%s-%sT00:00:00" % (day[:4], day[4:6], day[6:])


def fonts() -> Path:
    """Those of matplotlib: with Typst's own they cover the scripts of Europe and the Near East."""
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf"


async def _odoo_pdf(client: OdooClient, invoice_id: int) -> bytes | None:
    """Odoo's own; None where the server cannot make one."""
    try:
        path = await client.call(MOVE, "get_portal_url", [invoice_id], report_type="pdf", download=True)
        content = await client.download(str(path))
    except OdooRefusedError:
        return None
    return content if content.startswith(b"%PDF-") else None


async def _parties(client: OdooClient, seller: int, buyer: int) -> tuple[Party, Party]:
    rows = await client.call("res.partner", "read", sorted({seller, buyer}), fields=PARTNER_FIELDS)
    countries = sorted({row["country_id"][0] for row in rows if row["country_id"]})
    found = await client.call("res.country", "read", countries, fields=["code", "name"]) if countries else []
    codes = {row["id"]: row for row in found}
    by_id = {row["id"]: _party(row, codes) for row in rows}
    return by_id[seller], by_id[buyer]


def _party(row: Mapping[str, Any], countries: Mapping[int, Any]) -> Party:
    country = countries.get(row["country_id"][0]) if row["country_id"] else None
    plain = {name: row[name] or "" for name in ("name", "street", "street2", "city", "vat", "email", "phone")}
    return Party(
        **plain,
        zip_code=row["zip"] or "",
        country=country["name"] if country else "",
        country_code=country["code"] if country else "",
    )


async def _lines(
    client: OdooClient, ids: Sequence[int], currency: str
) -> tuple[list[DocumentLine], dict[str, Decimal]]:
    fields = ["name", "quantity", "price_unit", "discount", "price_subtotal", "tax_ids", "display_type"]
    fields += ["tax_line_id", "amount_currency", "sequence"]
    rows = await client.call(LINE, "read", list(ids), fields=fields)
    known = sorted(
        {tax for row in rows for tax in row["tax_ids"]}
        | {row["tax_line_id"][0] for row in rows if row["tax_line_id"]}
    )
    taxes = await client.call("account.tax", "read", known, fields=["amount"]) if known else []
    rates = {row["id"]: Decimal(str(row["amount"])) for row in taxes}
    items = [row for row in rows if row["display_type"] == "product"]
    items.sort(key=lambda row: (row["sequence"], row["id"]))
    sums: dict[str, Decimal] = {}
    for row in rows:
        if row["tax_line_id"]:
            rate = str(rates[row["tax_line_id"][0]])
            sums[rate] = sums.get(rate, Decimal(0)) - rounded(row["amount_currency"], currency)
    return [_line(row, rates, currency) for row in items], sums


def _line(row: Mapping[str, Any], rates: Mapping[int, Decimal], currency: str) -> DocumentLine:
    price = Decimal(str(row["price_unit"])) * (100 - Decimal(str(row["discount"] or 0))) / 100
    return DocumentLine(
        name=row["name"] or "",
        quantity=Decimal(str(row["quantity"])),
        price=price,
        net=rounded(row["price_subtotal"], currency),
        tax_percent=sum((rates[tax] for tax in row["tax_ids"]), Decimal(0)),
    )
