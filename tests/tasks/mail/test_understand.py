import io
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path

import pytest
from facturx import generate_from_binary
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from domain.receipts.reading import Source
from tasks.mail.understand import DocumentKind, Understanding, read_document

RECEIPT = (
    "Corner Coffee LLC\n12 Main St, Austin, TX 78701\nReceipt #4471\nMar 5, 2026\nTotal $23.10\nVISA $23.10\n"
)
CII = """<?xml version='1.0' encoding='UTF-8'?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
 <rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
  <ram:ID>urn:factur-x.eu:1p0:minimum</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>
 </rsm:ExchangedDocumentContext>
 <rsm:ExchangedDocument><ram:ID>FA-77</ram:ID><ram:TypeCode>380</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="102">20260403</udt:DateTimeString></ram:IssueDateTime>
 </rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>
  <ram:ApplicableHeaderTradeAgreement>
   <ram:SellerTradeParty><ram:Name>Atelier Dupont SARL</ram:Name>
    <ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">123456782</ram:ID></ram:SpecifiedLegalOrganization>
    <ram:PostalTradeAddress><ram:CountryID>FR</ram:CountryID></ram:PostalTradeAddress>
    <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">FR11123456782</ram:ID></ram:SpecifiedTaxRegistration>
   </ram:SellerTradeParty>
   <ram:BuyerTradeParty><ram:Name>Northwind Studio</ram:Name></ram:BuyerTradeParty>
  </ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeDelivery/>
  <ram:ApplicableHeaderTradeSettlement>
   <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    <ram:TaxBasisTotalAmount>1000.00</ram:TaxBasisTotalAmount>
    <ram:TaxTotalAmount currencyID="EUR">200.00</ram:TaxTotalAmount>
    <ram:GrandTotalAmount>1200.00</ram:GrandTotalAmount>
    <ram:DuePayableAmount>1200.00</ram:DuePayableAmount>
   </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
  </ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"""


def pdf(text: str) -> bytes:
    buffer = io.BytesIO()
    paper = canvas.Canvas(buffer, pagesize=A4)
    for number, line in enumerate(text.splitlines()):
        paper.drawString(60, 780 - 18 * number, line)
    paper.save()
    return buffer.getvalue()


def factur_x(text: str) -> bytes:
    return bytes(
        generate_from_binary(pdf(text), CII.encode(), check_xsd=True, flavor="factur-x", level="minimum")
    )


def picture(text: str) -> bytes:
    image = Image.new("L", (1000, 120 + 60 * text.count("\n")), 255)
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(text.splitlines()):
        pen.text((40, 40 + 60 * number), line, font=ImageFont.load_default(size=34), fill=0)
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    return buffer.getvalue()


def mail(
    subject: str, text: str, *, sender: str = "Corner Coffee <billing@corner-coffee.example>"
) -> EmailMessage:
    message = EmailMessage()
    message["Authentication-Results"] = "mx.ours.example; spf=pass; dkim=pass; dmarc=pass"
    message["From"], message["To"], message["Subject"] = sender, "office@ours.example", subject
    message["Date"] = "Fri, 06 Mar 2026 08:00:00 +0000"
    message.set_content(text)
    return message


@pytest.fixture
def understood(tmp_path: Path) -> "Reader":
    return Reader(tmp_path)


class Reader:
    """Puts content into a file and has it understood."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str, content: str | bytes | EmailMessage) -> Understanding:
        path = self.folder / name
        if isinstance(content, EmailMessage):
            content = content.as_bytes()
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_document(path)


def total(understanding: Understanding) -> tuple[Decimal, Source] | None:
    reading = understanding.reading
    return (reading.total.value, reading.source) if reading and reading.total else None


@pytest.mark.parametrize("name", ["receipt.txt", "receipt.md", "receipt"])
def test_a_text_receipt_is_a_receipt(understood: Reader, name: str) -> None:
    found = understood(name, RECEIPT)
    assert found.kind is DocumentKind.RECEIPT
    assert total(found) == (Decimal("23.10"), Source.TEXT)


def test_a_text_receipt_takes_milliseconds(understood: Reader) -> None:
    understood("warm.txt", RECEIPT)
    started = time.perf_counter()
    understood("receipt.txt", RECEIPT)
    assert time.perf_counter() - started < 0.25


@pytest.mark.parametrize(
    "text",
    [
        "Buy milk and call Jo about the menu boards.",
        "Please pay John $500 today.",
        "50% off! Free shipping on orders over $100. Shop now. Unsubscribe",
        "Meeting notes 12/03/2026\nBudget for the fair: 2,500.00\nTodo: ask for a quotation",
        "",
    ],
)
def test_other_text_is_not_a_receipt(understood: Reader, text: str) -> None:
    assert understood("note.txt", text).kind is DocumentKind.TEXT


def test_a_pdf_is_read_with_its_places(understood: Reader) -> None:
    found = understood("invoice.pdf", pdf(RECEIPT))
    assert found.kind is DocumentKind.RECEIPT
    assert total(found) == (Decimal("23.10"), Source.TEXT)


def test_the_embedded_invoice_comes_before_the_page(understood: Reader) -> None:
    found = understood("invoice.pdf", factur_x("Atelier Dupont SARL\nFacture FA-77\nTotal TTC 1 200,00 EUR"))
    assert total(found) == (Decimal("1200.00"), Source.EINVOICE)
    assert found.reading
    assert found.reading.total
    assert found.reading.issued_on
    assert found.reading.total.confidence == 1.0
    assert found.reading.issued_on.value == date(2026, 4, 3)


def test_an_embedded_invoice_that_contradicts_its_page_is_doubted(understood: Reader) -> None:
    found = understood(
        "invoice.pdf",
        factur_x("Atelier Dupont SARL\nFacture FA-77\nSubtotal 4000.00\nTVA 800.00\nTotal TTC 4800.00"),
    )
    assert found.reading
    assert found.reading.total
    assert found.reading.total.confidence <= 0.5
    assert "but" in found.reading.total.where


def test_a_bare_invoice_xml_is_read(understood: Reader) -> None:
    assert total(understood("invoice.xml", CII)) == (Decimal("1200.00"), Source.EINVOICE)


def test_an_entity_bomb_is_unreadable(understood: Reader) -> None:
    found = understood(
        "invoice.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Invoice><ID>&b;</ID></Invoice>'
    )
    assert found.kind is DocumentKind.UNREADABLE
    assert found.problem


def test_a_picture_is_read_and_never_quite_sure(understood: Reader) -> None:
    found = understood("receipt.png", picture(RECEIPT))
    assert found.kind is DocumentKind.RECEIPT
    assert total(found) == (Decimal("23.10"), Source.OCR)
    assert found.reading
    assert found.reading.total
    assert found.reading.total.confidence <= 0.9


def test_a_picture_without_text_waits_for_a_person_with_the_reason(understood: Reader) -> None:
    found = understood("receipt.jpg", picture(""))
    assert found.kind is DocumentKind.UNREADABLE
    assert found.problem
    assert "no text was found" in found.problem


@pytest.mark.parametrize("name", ["broken.pdf", "broken.png"])
def test_a_file_that_is_not_what_its_name_says_is_unreadable(understood: Reader, name: str) -> None:
    found = understood(name, b"\x00\x01\x02 nothing")
    assert found.kind is DocumentKind.UNREADABLE
    assert found.problem
    assert "needs a person" in found.problem


def test_a_receipt_mail_is_read_from_its_text(understood: Reader) -> None:
    found = understood(
        "mail.eml", mail("Your receipt from Corner Coffee", "Amount paid: $23.10\nReceipt number 4471\n")
    )
    assert found.kind is DocumentKind.RECEIPT
    assert total(found) == (Decimal("23.10"), Source.TEXT)
    assert found.reading
    assert found.reading.vendor
    assert found.reading.issued_on
    assert found.reading.vendor.value == "Corner Coffee"
    assert found.reading.issued_on.value == date(2026, 3, 6)


def test_the_attached_pdf_comes_before_the_mails_text(understood: Reader) -> None:
    message = mail("Invoice 4471", "Please find attached our invoice.\n")
    message.add_attachment(pdf(RECEIPT), maintype="application", subtype="pdf", filename="invoice_4471.pdf")
    found = understood("mail.eml", message)
    assert total(found) == (Decimal("23.10"), Source.TEXT)
    assert found.reading
    assert found.reading.vendor
    assert found.reading.vendor.value == "Corner Coffee LLC"


def test_an_attached_e_invoice_comes_first(understood: Reader) -> None:
    message = mail("Facture FA-77", "Veuillez trouver ci-joint notre facture.\n")
    content = factur_x("Atelier Dupont SARL\nFacture FA-77\nTotal TTC 1200.00")
    message.add_attachment(content, maintype="application", subtype="pdf", filename="facture.pdf")
    assert total(understood("mail.eml", message)) == (Decimal("1200.00"), Source.EINVOICE)


def test_the_shops_own_data_comes_before_the_text(understood: Reader) -> None:
    message = mail("Order confirmation PP-7781", "Thanks for your order. Order total 48.90\n")
    message.add_alternative(
        '<script type="application/ld+json">{"@type": "Order", "merchant": {"name": "Paper & Pen"}, "price": "48.90",'
        '"priceCurrency": "EUR"}</script><p>Thanks for your order. Order total 48.90</p>',
        subtype="html",
    )
    assert total(understood("mail.eml", message)) == (Decimal("48.90"), Source.STRUCTURED)


def test_a_mail_that_is_no_receipt_is_not_read_for_money(understood: Reader) -> None:
    found = understood("mail.eml", mail("50% off everything", "Shop now, orders over $100 ship free.\n"))
    assert found.kind is DocumentKind.MAIL_ADVERTISING
    assert found.reading is None
    assert found.mail
    assert found.verdict


def test_a_phishing_mail_with_a_real_invoice_attached_stays_phishing(understood: Reader) -> None:
    message = mail("Invoice 4471", "Our bank details have changed, see the invoice.\n")
    message.add_attachment(pdf(RECEIPT), maintype="application", subtype="pdf", filename="invoice_4471.pdf")
    found = understood("mail.eml", message)
    assert found.kind is DocumentKind.MAIL_PHISHING
    assert found.reading is None


def test_a_colleagues_forward_is_not_the_vendor(understood: Reader) -> None:
    message = mail("Fwd: receipt", "For the books.\n", sender="Sam <sam@ours.example>")
    message.add_attachment(
        pdf("Total $23.10\nMar 5, 2026"), maintype="application", subtype="pdf", filename="receipt.pdf"
    )
    found = understood("mail.eml", message)
    assert found.reading
    assert found.reading.vendor is None or "Sam" not in found.reading.vendor.value
    assert found.reading.vendor_email is None


def test_a_bill_without_an_amount_needs_a_person(understood: Reader) -> None:
    message = mail("Invoice 4471", "Please find attached our invoice.\n")
    message.add_attachment(
        b"%PDF-1.7 broken", maintype="application", subtype="pdf", filename="invoice_4471.pdf"
    )
    found = understood("mail.eml", message)
    assert found.kind is DocumentKind.UNREADABLE
    assert found.mail
    assert found.problem
    assert "invoice_4471.pdf" in found.problem


def test_a_mail_is_known_by_its_headers_too(understood: Reader) -> None:
    assert understood("saved mail.txt", mail("Hello", "How are you?\n")).mail is not None


def test_importing_stays_light() -> None:
    heavy = {"pdfplumber", "lxml", "rapidocr", "onnxruntime", "cv2", "PIL", "prefect", "pypdf"}
    code = "import sys, tasks.mail.understand; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert heavy.isdisjoint(done.stdout.split())
