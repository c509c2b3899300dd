from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.receipts.einvoice import MAX_BYTES, NotAnEInvoiceError, read_einvoice
from domain.receipts.reading import Reading, ReadingSource
from tasks.mail.understand import read_document

CII = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
 <rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
  <ram:ID>urn:cen.eu:en16931:2017</ram:ID>
 </ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
 <rsm:ExchangedDocument><ram:ID>2026-0815</ram:ID><ram:TypeCode>{type_code}</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="102">20260403</udt:DateTimeString></ram:IssueDateTime>
 </rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>
  <ram:IncludedSupplyChainTradeLineItem><ram:SpecifiedTradeProduct><ram:Name>Toner</ram:Name>
  </ram:SpecifiedTradeProduct></ram:IncludedSupplyChainTradeLineItem>
  <ram:ApplicableHeaderTradeAgreement>
   <ram:SellerTradeParty><ram:Name>Müller Bürobedarf GmbH</ram:Name>
    <ram:URIUniversalCommunication><ram:URIID schemeID="EM">rechnung@mueller.example</ram:URIID>
    </ram:URIUniversalCommunication>
    <ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">12/345</ram:ID></ram:SpecifiedTaxRegistration>
    <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE123456789</ram:ID></ram:SpecifiedTaxRegistration>
   </ram:SellerTradeParty>
   <ram:BuyerTradeParty><ram:Name>Nordlicht Design</ram:Name></ram:BuyerTradeParty>
  </ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeSettlement>
   <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
   <ram:SpecifiedTradeSettlementPaymentMeans><ram:PayeePartyCreditorFinancialAccount>
    <ram:IBANID>DE89370400440532013000</ram:IBANID>
   </ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>
   <ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>
    <udt:DateTimeString format="102">20260417</udt:DateTimeString></ram:DueDateDateTime>
   </ram:SpecifiedTradePaymentTerms>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    <ram:LineTotalAmount>1220.00</ram:LineTotalAmount>
    <ram:TaxBasisTotalAmount>1220.00</ram:TaxBasisTotalAmount>
    <ram:TaxTotalAmount currencyID="USD">250.00</ram:TaxTotalAmount>
    <ram:TaxTotalAmount currencyID="EUR">231.80</ram:TaxTotalAmount>
    <ram:GrandTotalAmount>{total}</ram:GrandTotalAmount>
    <ram:DuePayableAmount>{total}</ram:DuePayableAmount>
   </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
  </ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"""

UBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
 <cbc:ID>S-77</cbc:ID><cbc:IssueDate>2026-02-01</cbc:IssueDate><cbc:DueDate>2026-03-01</cbc:DueDate>
 <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>NOK</cbc:DocumentCurrencyCode>
 <cac:AccountingSupplierParty><cac:Party>
  <cac:PartyName><cbc:Name>Fjord</cbc:Name></cac:PartyName>
  <cac:PartyTaxScheme><cbc:CompanyID>NO999888777MVA</cbc:CompanyID></cac:PartyTaxScheme>
  <cac:PartyLegalEntity><cbc:RegistrationName>Fjord Papir AS</cbc:RegistrationName></cac:PartyLegalEntity>
  <cac:Contact><cbc:ElectronicMail>post@fjord.example</cbc:ElectronicMail></cac:Contact>
 </cac:Party></cac:AccountingSupplierParty>
 <cac:TaxTotal><cbc:TaxAmount currencyID="NOK">250.00</cbc:TaxAmount></cac:TaxTotal>
 <cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="NOK">1000.00</cbc:TaxExclusiveAmount>
  <cbc:TaxInclusiveAmount currencyID="NOK">1250.00</cbc:TaxInclusiveAmount>
  <cbc:PayableAmount currencyID="NOK">1250.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
</Invoice>"""


def cii(type_code: str = "380", total: str = "1451.80") -> bytes:
    return CII.format(type_code=type_code, total=total).encode()


def values(reading: Reading) -> dict[str, object]:
    return {
        name: getattr(reading, name).value
        for name in Reading.model_fields
        if name not in {"source", "category"} and getattr(reading, name)
    }


def test_a_cii_invoice_is_read_whole_and_is_certain() -> None:
    reading = read_einvoice(cii())
    assert reading.source is ReadingSource.EINVOICE
    assert values(reading) == {
        "vendor": "Müller Bürobedarf GmbH",
        "number": "2026-0815",
        "issued_on": date(2026, 4, 3),
        "due_on": date(2026, 4, 17),
        "currency": "EUR",
        "net": Decimal("1220.00"),
        "tax": Decimal("231.80"),
        "total": Decimal("1451.80"),
        "vendor_vat": "DE123456789",
        "vendor_email": "rechnung@mueller.example",
        "vendor_iban": "DE89370400440532013000",
    }
    assert reading.total
    assert reading.total.confidence == 1.0


def test_a_ubl_invoice_is_read_whole() -> None:
    assert values(read_einvoice(UBL.encode())) == {
        "vendor": "Fjord Papir AS",
        "number": "S-77",
        "issued_on": date(2026, 2, 1),
        "due_on": date(2026, 3, 1),
        "currency": "NOK",
        "net": Decimal("1000.00"),
        "tax": Decimal("250.00"),
        "total": Decimal("1250.00"),
        "vendor_vat": "NO999888777MVA",
        "vendor_email": "post@fjord.example",
    }


def test_a_credit_note_gives_money_back() -> None:
    total = read_einvoice(cii(type_code="381")).total
    assert total
    assert total.value == Decimal("-1451.80")


def test_an_invoice_whose_own_sums_disagree_is_doubted() -> None:
    total = read_einvoice(cii(total="2451.80")).total
    assert total
    assert total.confidence < 0.8


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"no xml",
        b"<a><b></a>",
        b"<Order><ID>1</ID></Order>",
        b"<Invoice><ID>1</ID></Invoice>",
        cii(total="many"),
        cii(total="NaN"),
        cii().replace(b"20260403", b"20269999"),
        b" " * (MAX_BYTES + 1),
    ],
)
def test_what_is_no_invoice_is_refused(xml: bytes) -> None:
    with pytest.raises(NotAnEInvoiceError, match="a person has to look at it"):
        read_einvoice(xml)


def test_an_entity_bomb_is_refused() -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f"<!DOCTYPE Invoice [{entities}]><Invoice><ID>&a11;</ID></Invoice>".encode()
    with pytest.raises(NotAnEInvoiceError):
        read_einvoice(bomb)


def test_a_file_is_not_read_through_an_entity() -> None:
    text = '<!DOCTYPE Invoice [<!ENTITY f SYSTEM "file:///etc/passwd">]><Invoice><ID>&f;</ID></Invoice>'
    with pytest.raises(NotAnEInvoiceError, match="document type"):
        read_einvoice(text.encode())


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with pytest.raises(NotAnEInvoiceError):
        read_einvoice(content)


@pytest.mark.parametrize("content", [CII.format(type_code="380", total="1451.80"), UBL])
def test_where_a_value_was_read_is_said_in_words(content: str) -> None:
    found = read_einvoice(content.encode())
    assert found.total is not None
    assert found.vendor is not None
    assert (found.total.where, found.vendor.where) == (
        "in the invoice's XML: total with tax",
        "in the invoice's XML: seller's name",
    )


@pytest.mark.parametrize("code", ["81", "83", "261", "381", "396", "420", "458", "502", "503", "532"])
def test_every_kind_that_gives_money_back_is_below_zero(code: str) -> None:
    total = read_einvoice(CII.format(type_code=code, total="1451.80").encode()).total
    assert total is not None
    assert total.value == Decimal("-1451.80")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("325", "pro forma"),
        ("384", "corrects an earlier bill"),
        ("386", "asks for an advance"),
        ("389", "self-billed invoice, which is money for you"),
    ],
)
def test_a_kind_that_is_booked_otherwise_is_doubted(code: str, said: str) -> None:
    [doubt] = read_einvoice(CII.format(type_code=code, total="1451.80").encode()).doubts
    assert said in doubt


PAYEE = "<ram:PayeeTradeParty><ram:Name>{name}</ram:Name></ram:PayeeTradeParty>"
TAX = "<ram:ApplicableTradeTax><ram:CategoryCode>{kind}</ram:CategoryCode></ram:ApplicableTradeTax>"
PAID = "<ram:TotalPrepaidAmount>{paid}</ram:TotalPrepaidAmount>"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (PAYEE.format(name="FactorBank AG"), "FactorBank AG is to be paid, not Müller Bürobedarf GmbH"),
        (PAYEE.format(name="Müller Bürobedarf"), ""),
        (TAX.format(kind="AE"), "reverse charge"),
        (TAX.format(kind="K"), "reverse charge"),
        (TAX.format(kind="S"), ""),
    ],
)
def test_another_payee_and_tax_of_the_buyers_are_doubted(more: str, said: str) -> None:
    place = "<ram:InvoiceCurrencyCode>"
    reading = read_einvoice(
        CII.format(type_code="380", total="1451.80").replace(place, more + place).encode()
    )
    assert [said in doubt for doubt in reading.doubts] == ([True] if said else [])
    assert (reading.reverse_charge is not None) == (said == "reverse charge")


@pytest.mark.parametrize(("paid", "read"), [("500.00", Decimal("500.00")), ("0.00", None)])
def test_what_an_invoice_says_was_paid_before_is_read(paid: str, read: Decimal | None) -> None:
    place = "<ram:DuePayableAmount>"
    xml = CII.format(type_code="380", total="1451.80").replace(place, PAID.format(paid=paid) + place)
    found = read_einvoice(xml.encode()).already_paid
    assert (found and found.value) == read


CII_RATES = """<ram:ApplicableTradeTax><ram:CalculatedAmount>190.00</ram:CalculatedAmount>
 <ram:TypeCode>VAT</ram:TypeCode><ram:BasisAmount>1000.00</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>
 <ram:RateApplicablePercent>19.00</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:ApplicableTradeTax><ram:CalculatedAmount>{tax}</ram:CalculatedAmount>
 <ram:BasisAmount>220.00</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>
 <ram:RateApplicablePercent>19.00</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:ApplicableTradeTax><ram:BasisAmount>30.00</ram:BasisAmount><ram:CategoryCode>E</ram:CategoryCode>
 </ram:ApplicableTradeTax>
<ram:InvoiceCurrencyCode>"""
UBL_RATES = """<cac:TaxSubtotal><cbc:TaxableAmount>900.00</cbc:TaxableAmount><cbc:TaxAmount>225.00</cbc:TaxAmount>
 <cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal>
<cac:TaxSubtotal><cbc:TaxableAmount>100.00</cbc:TaxableAmount><cbc:TaxAmount>25.00</cbc:TaxAmount>
 <cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>15</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>"""


def rates_of(reading: Reading) -> list[str]:
    return [str(row) for row in reading.tax_breakdown.value] if reading.tax_breakdown else []


def with_rates(tax: str, type_code: str = "380") -> bytes:
    text = cii(type_code, total="1481.80").decode()
    text = text.replace(">1220.00</ram:TaxBasis", ">1250.00</ram:TaxBasis")
    return text.replace("<ram:InvoiceCurrencyCode>", CII_RATES.format(tax=tax)).encode()


def test_the_vat_breakdown_is_read_by_rate() -> None:
    reading = read_einvoice(with_rates("41.80"))
    assert rates_of(reading) == ["19 %: net 1220.00, tax 231.80", "0 %: net 30.00, tax 0"]
    assert reading.doubts == ()
    ubl = UBL.replace("</cac:TaxTotal>", UBL_RATES).encode()
    assert rates_of(read_einvoice(ubl)) == ["25 %: net 900.00, tax 225.00", "15 %: net 100.00, tax 25.00"]
    assert rates_of(read_einvoice(cii())) == []


def test_a_breakdown_that_does_not_make_the_total_is_a_doubt() -> None:
    (doubt,) = read_einvoice(with_rates("41.79")).doubts
    assert doubt.startswith("its sums at 19 %, 0 % make 1481.79, not the total 1481.80 (")


def test_a_credit_note_s_breakdown_is_taken_without_its_sign(tmp_path: Path) -> None:
    (tmp_path / "note.xml").write_bytes(with_rates("41.80", type_code="381"))
    reading = read_document(tmp_path / "note.xml").reading
    assert reading is not None
    assert rates_of(reading) == ["19 %: net 1220.00, tax 231.80", "0 %: net 30.00, tax 0"]
