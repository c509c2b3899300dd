"""Electronic invoices as bytes: CII (Factur-X, ZUGFeRD, XRechnung) and UBL, read without trusting the file.

Sources: EN 16931-1 and its syntax bindings CEN/TS 16931-3-2 (UBL) and -3-3 (CII). No document type, entity or
network reference is ever followed; a file that brings a document type is refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from domain.accounting.party import party_key
from domain.accounting.taxed_sum import TaxedSum, by_rate, totals_of
from domain.errors import RejectedError
from domain.receipts.category import find_category
from domain.receipts.found import Found, Line
from domain.receipts.layout import rows_of
from domain.receipts.reading import Reading, ReadingSource, with_discount
from domain.receipts.remarks import BUYER_OWES

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_BYTES = 10_000_000
MAX_ITEMS = 200
MAX_AMOUNT = Decimal(10) ** 12
CREDIT_NOTE_TYPES = frozenset(
    {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"}
)
"""UNTDID 1001 codes of documents that give money back, as EN 16931 lists them."""
_OTHER_TYPES = {
    "325": "it calls itself a pro forma invoice, which nobody has to pay yet",
    "384": "it corrects an earlier bill, which may be booked already",
    "386": "it asks for an advance, which the final bill will contain again",
    "389": "it calls itself a self-billed invoice, which is money for you",
    "527": "it calls itself a self-billed invoice, which is money for you",
}
"""Codes of bills that are booked otherwise than bills."""
_OWED_BY_BUYER = frozenset({"AE", "K"})
"""Reverse charge, and goods from another country of the EU (UNTDID 5305)."""
_WHOLE = Decimal(100)
_AGREES, _DISAGREES = 1.0, 0.6
_TOLERANCE = Decimal("0.02")
_WHERE = "in the invoice's XML: "
"""Begins the place of each value, for a person: what follows is the field in words, not its path."""


class NotAnEInvoiceError(RejectedError):
    """The XML is well-formed but no invoice that can be read, or not safe to read."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"this XML is not an e-invoice that can be read: {problem}; a person has to look at it"
        )


@dataclass(frozen=True, slots=True)
class _Paths:
    """Where a syntax keeps each field: alternatives, the first that is present counts."""

    vendor: tuple[str, ...]
    vat: tuple[str, ...]
    email: tuple[str, ...]
    iban: tuple[str, ...]
    number: tuple[str, ...]
    issued: tuple[str, ...]
    due: tuple[str, ...]
    terms: tuple[str, ...]
    currency: tuple[str, ...]
    net: tuple[str, ...]
    tax: tuple[str, ...]
    total: tuple[str, ...]
    paid: tuple[str, ...]
    payee: tuple[str, ...]
    credited: tuple[str, ...]
    tax_kinds: str
    rates: tuple[str, ...]
    type_code: tuple[str, ...]
    items: tuple[str, ...]


_SELLER = ".//SellerTradeParty"
_SUMS = (
    ".//SpecifiedTradeSettlementHeaderMonetarySummation",
    ".//SpecifiedTradeSettlementMonetarySummation",
)
_CII = _Paths(
    vendor=(f"{_SELLER}/Name", f"{_SELLER}/SpecifiedLegalOrganization/TradingBusinessName"),
    vat=(f"{_SELLER}/SpecifiedTaxRegistration/ID[@schemeID='VA']", f"{_SELLER}/SpecifiedTaxRegistration/ID"),
    email=(
        f"{_SELLER}/DefinedTradeContact/EmailURIUniversalCommunication/URIID",
        f"{_SELLER}/URIUniversalCommunication/URIID[@schemeID='EM']",
    ),
    iban=(".//PayeePartyCreditorFinancialAccount/IBANID",),
    number=("./ExchangedDocument/ID", "./HeaderExchangedDocument/ID"),
    issued=(
        "./ExchangedDocument/IssueDateTime/DateTimeString",
        "./HeaderExchangedDocument/IssueDateTime/DateTimeString",
    ),
    due=(".//SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString",),
    terms=(".//SpecifiedTradePaymentTerms/Description",),
    currency=(".//InvoiceCurrencyCode",),
    net=tuple(f"{sums}/TaxBasisTotalAmount" for sums in _SUMS),
    tax=tuple(f"{sums}/TaxTotalAmount" for sums in _SUMS),
    total=tuple(f"{sums}/GrandTotalAmount" for sums in _SUMS),
    paid=tuple(f"{sums}/TotalPrepaidAmount" for sums in _SUMS),
    payee=(".//PayeeTradeParty/Name",),
    credited=(".//InvoiceReferencedDocument/IssuerAssignedID",),
    tax_kinds=".//ApplicableTradeTax/CategoryCode",
    rates=(
        ".//ApplicableHeaderTradeSettlement/ApplicableTradeTax",
        ".//ApplicableSupplyChainTradeSettlement/ApplicableTradeTax",
    ),
    type_code=("./ExchangedDocument/TypeCode", "./HeaderExchangedDocument/TypeCode"),
    items=(".//IncludedSupplyChainTradeLineItem/SpecifiedTradeProduct/Name",),
)
_PARTY = "./AccountingSupplierParty/Party"
_UBL = _Paths(
    vendor=(f"{_PARTY}/PartyLegalEntity/RegistrationName", f"{_PARTY}/PartyName/Name"),
    vat=(f"{_PARTY}/PartyTaxScheme/CompanyID",),
    email=(f"{_PARTY}/Contact/ElectronicMail",),
    iban=("./PaymentMeans/PayeeFinancialAccount/ID",),
    number=("./ID",),
    issued=("./IssueDate",),
    due=("./DueDate", "./PaymentMeans/PaymentDueDate"),
    terms=("./PaymentTerms/Note",),
    currency=("./DocumentCurrencyCode",),
    net=("./LegalMonetaryTotal/TaxExclusiveAmount",),
    tax=("./TaxTotal/TaxAmount",),
    total=("./LegalMonetaryTotal/TaxInclusiveAmount", "./LegalMonetaryTotal/PayableAmount"),
    paid=("./LegalMonetaryTotal/PrepaidAmount",),
    payee=("./PayeeParty/PartyName/Name",),
    credited=("./BillingReference/InvoiceDocumentReference/ID",),
    tax_kinds=".//TaxCategory/ID",
    rates=("./TaxTotal/TaxSubtotal",),
    type_code=("./InvoiceTypeCode", "./CreditNoteTypeCode"),
    items=(".//InvoiceLine/Item/Name", ".//CreditNoteLine/Item/Name"),
)
_RATE = ("RateApplicablePercent", "ApplicablePercent", "TaxCategory/Percent")
_AT_RATE = ("BasisAmount", "TaxableAmount"), ("CalculatedAmount", "TaxAmount")
"""Of a row of the VAT breakdown (BG-23), in either syntax: its rate, the amount before tax and the tax."""
_SYNTAX_OF = {
    "CrossIndustryInvoice": _CII,
    "CrossIndustryDocument": _CII,
    "Invoice": _UBL,
    "CreditNote": _UBL,
}


def read_einvoice(content: bytes) -> Reading:
    """The invoice's facts; every field is certain unless the invoice's own sums disagree.

    Raises:
        NotAnEInvoiceError: no CII or UBL invoice, broken, too large, or with a document type.
    """
    root = _parsed(content)
    paths = _SYNTAX_OF.get(root.tag)
    if paths is None:
        raise NotAnEInvoiceError(f"its root is <{root.tag[:40]}>")
    gives_back = root.tag == "CreditNote" or _text(root, paths.type_code) in CREDIT_NOTE_TYPES
    sign = -1 if gives_back else 1
    currency = _text(root, paths.currency)
    net, total = _amount(root, paths.net), _amount(root, paths.total)
    tax = _amount(root, paths.tax, currency)
    if total is None:
        raise NotAnEInvoiceError("it names no total")
    agrees = net is None or tax is None or abs(net + tax - total) <= _TOLERANCE
    sure = _AGREES if agrees else _DISAGREES

    def money(value: Decimal | None, words: str) -> Found[Decimal] | None:
        return None if value is None else Found(value=sign * value, confidence=sure, where=_WHERE + words)

    vendor = _found(root, paths.vendor, "seller's name")
    rates = by_rate(list(_at_rates(root, paths, sign)))
    read = Reading(
        vendor=vendor,
        number=_found(root, paths.number, "invoice number"),
        issued_on=_found_date(root, paths.issued, "invoice date"),
        due_on=_found_date(root, paths.due, "due date"),
        currency=_found(root, paths.currency, "currency"),
        net=money(net, "total without tax"),
        tax=money(tax, "tax"),
        tax_breakdown=Found(value=rates, confidence=sure, where=f"{_WHERE}tax at each rate")
        if len(rates) > 1
        else None,
        total=money(total, "total with tax"),
        category=_category(vendor, root.findall(paths.items[0])[:MAX_ITEMS]),
        vendor_vat=_found(root, paths.vat, "seller's tax number"),
        vendor_email=_found(root, paths.email, "seller's e-mail address"),
        vendor_iban=_found(root, paths.iban, "account to pay to"),
        reverse_charge=Found(value=True, confidence=1.0, where=f"{_WHERE}kind of tax")
        if _is_owed_by_buyer(root, paths)
        else None,
        already_paid=money(_amount(root, paths.paid) or None, "paid before"),
        credited=_found(root, paths.credited, "number of the bill that it credits") if gives_back else None,
        gives_back=gives_back,
        source=ReadingSource.EINVOICE,
        doubts=(
            *(() if agrees else (f"net {net} and tax {tax} do not add up to the total {total}",)),
            *_unlike(rates, sign * total),
            *_remarks(root, paths, vendor),
        ),
    )
    terms = _text(root, paths.terms)
    return with_discount(read, [Line(text=terms)] if terms and not gives_back else [])


def _at_rates(root: "_Element", paths: _Paths, sign: int) -> Iterator[TaxedSum]:
    """The VAT breakdown; a row without a rate or tax has none."""
    for row in (found for path in paths.rates for found in root.findall(path)):
        net, tax = (_amount(row, names) for names in _AT_RATE)
        rate = _amount(row, _RATE) or Decimal(0)
        if net is not None and 0 <= rate < _WHOLE:
            yield TaxedSum(rate=rate, net=sign * net, tax=sign * (tax or Decimal(0)))


def _unlike(rates: Sequence[TaxedSum], total: Decimal) -> Iterator[str]:
    """Several rates that do not make the total."""
    if len(rates) > 1 and (made := sum(totals_of(rates))) != total:
        shown = ", ".join(row.percent for row in rates)
        yield f"its sums at {shown} make {made}, not the total {total} ({_WHERE}tax at each rate)"


def _remarks(root: "_Element", paths: _Paths, vendor: Found[str] | None) -> Iterator[str]:
    """What makes another booking of it than its total."""
    said = _OTHER_TYPES.get(_text(root, paths.type_code) or "")
    if said:
        yield f"{said} ({_WHERE}kind of document)"
    payee = _text(root, paths.payee)
    if payee and vendor and party_key(payee) != party_key(vendor.value):
        yield f"{payee} is to be paid, not {vendor.value} ({_WHERE}payee)"
    if _is_owed_by_buyer(root, paths):
        yield f"{BUYER_OWES} ({_WHERE}kind of tax)"


def _is_owed_by_buyer(root: "_Element", paths: _Paths) -> bool:
    return any(one.text and one.text.strip() in _OWED_BY_BUYER for one in root.iterfind(paths.tax_kinds))


def _parsed(content: bytes) -> "_Element":
    """The document with its namespaces removed, parsed without entities, document types and network."""
    from lxml import etree

    if len(content) > MAX_BYTES:
        raise NotAnEInvoiceError(f"it has {len(content):,} bytes, more than {MAX_BYTES:,}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAnEInvoiceError(f"it is broken ({error})") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotAnEInvoiceError("it brings its own document type, which e-invoices never do")
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = etree.QName(element).localname
    return root


def _text(root: "_Element", names: tuple[str, ...]) -> str | None:
    for name in names:
        element = root.find(name)
        if element is not None and element.text and element.text.strip():
            return " ".join(element.text.split())
    return None


def _amount(root: "_Element", names: tuple[str, ...], currency: str | None = None) -> Decimal | None:
    """The amount; of several (tax in the bookkeeping's currency too) the one in the invoice's currency."""
    for name in names:
        elements = root.findall(name)
        ours = [one for one in elements if (one.get("currencyID") or currency) == currency] or elements
        if ours and ours[0].text:
            return _decimal(ours[0].text.strip(), name)
    return None


def _decimal(text: str, name: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise NotAnEInvoiceError(f"'{text[:20]}' in {name} is no amount") from error
    if not value.is_finite() or abs(value) >= MAX_AMOUNT:
        raise NotAnEInvoiceError(f"'{text[:20]}' in {name} is no amount")
    return value


def _found(root: "_Element", names: tuple[str, ...], words: str) -> Found[str] | None:
    text = _text(root, names)
    return Found(value=text, confidence=1.0, where=_WHERE + words) if text else None


def _found_date(root: "_Element", names: tuple[str, ...], words: str) -> Found[date] | None:
    """`20261201` (CII, format 102) or `2026-12-01` (UBL)."""
    text = _text(root, names)
    if not text:
        return None
    form = "%Y%m%d" if text.isdigit() else "%Y-%m-%d"
    try:
        value = datetime.strptime(text[:10], form).date()  # noqa: DTZ007 - a date has no zone
    except ValueError as error:
        raise NotAnEInvoiceError(f"'{text[:20]}' is no date") from error
    return Found(value=value, confidence=1.0, where=_WHERE + words)


def _category(vendor: Found[str] | None, items: list["_Element"]) -> Found[str] | None:
    lines = [Line(vendor.value)] if vendor else []
    return find_category(rows_of([*lines, *(Line(item.text) for item in items if item.text)]))
