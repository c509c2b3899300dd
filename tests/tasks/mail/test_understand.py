import io
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path

import pytest
from facturx import generate_from_binary
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from domain.receipts.reading import ReadingSource
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


def total(understanding: Understanding) -> tuple[Decimal, ReadingSource] | None:
    reading = understanding.reading
    return (reading.total.value, reading.source) if reading and reading.total else None


@pytest.mark.parametrize("name", ["receipt.txt", "receipt.md", "receipt"])
def test_a_text_receipt_is_a_receipt(understood: Reader, name: str) -> None:
    found = understood(name, RECEIPT)
    assert found.kind is DocumentKind.RECEIPT
    assert total(found) == (Decimal("23.10"), ReadingSource.TEXT)


PICTURED = pytest.param("a.png", picture, marks=pytest.mark.long)
CREDIT_NOTE = "Harbor Print Ltd\nCREDIT NOTE\nNo. 9\nDate: 2026-11-19\nTotal: $120.00\n"


@pytest.mark.parametrize(("name", "made"), [("a.txt", str.encode), ("a.pdf", pdf), PICTURED])
def test_a_paper_that_is_no_bill_is_doubted_in_every_form(
    understood: Reader, name: str, made: Callable[[str], bytes]
) -> None:
    found = understood(name, made(CREDIT_NOTE.replace("CREDIT NOTE", "PAYMENT REMINDER")))
    assert found.kind is DocumentKind.RECEIPT
    assert found.reading is not None
    assert any("it calls itself a reminder" in doubt for doubt in found.reading.doubts), found.reading


@pytest.mark.parametrize(("name", "made"), [("a.txt", str.encode), ("a.pdf", pdf), PICTURED])
def test_a_bill_that_is_booked_otherwise_is_doubted_in_every_form(
    understood: Reader, name: str, made: Callable[[str], bytes]
) -> None:
    text = "City Power Ltd\nInvoice 12\nDate: 2026-11-19\nPrevious balance: $80.00\nTotal: $200.00\n"
    found = understood(name, made(text))
    assert found.reading is not None
    assert any("it carries over" in doubt for doubt in found.reading.doubts), found.reading


@pytest.mark.parametrize("name", ["a.txt", "a.pdf"])
@pytest.mark.parametrize(
    "text",
    [
        CREDIT_NOTE,
        CREDIT_NOTE.replace("$120.00", "-$120.00"),
        CREDIT_NOTE.replace("CREDIT NOTE", "Invoice").replace("$120.00", "-$120.00"),
        CREDIT_NOTE.replace("CREDIT NOTE", "Invoice").replace("$120.00", "$120.00 CR"),
    ],
)
def test_what_gives_money_back_is_a_credit_note_over_that_sum(
    understood: Reader, name: str, text: str
) -> None:
    text = text.replace("Total", "Relating to invoice no. HP-7\nTotal")
    found = understood(name, text if name.endswith("txt") else pdf(text))
    assert found.kind is DocumentKind.CREDIT_NOTE
    assert total(found) == (Decimal("120.00"), ReadingSource.TEXT)
    assert found.reading is not None
    assert found.reading.credited is None or found.reading.credited.value == "HP-7"


@pytest.mark.parametrize(
    ("rows", "number", "credited"),
    [
        ("Credit note CN-9\nRelating to invoice HP-7", "CN-9", "HP-7"),
        ("Rechnungskorrektur 2026-7 zur Rechnung 2026-5", "2026-7", "2026-5"),
        ("Invoice CN-9", "CN-9", None),
    ],
)
def test_a_credit_note_has_its_own_number_and_names_a_bills(
    understood: Reader, rows: str, number: str, credited: str | None
) -> None:
    reading = understood("a.txt", f"Harbor Print Ltd\n{rows}\nDate: 2026-11-19\nTotal: -$120.00\n").reading
    assert reading is not None
    assert reading.number is not None
    assert reading.number.value == number
    assert (reading.credited and reading.credited.value) == credited


@pytest.mark.parametrize(("name", "made"), [("a.txt", str.encode), ("a.pdf", pdf)])
@pytest.mark.parametrize(
    ("printed", "read", "is_doubted"),
    [
        ("1.000 EUR", "1000", True),
        ("EUR 1.190", "1190", True),
        ("12.345.000 EUR", "12345000", False),
        ("1.000,00 EUR", "1000.00", False),
        ("BHD 12.500", "12.500", False),
    ],
)
def test_three_digits_behind_the_mark_are_a_thousand_where_the_currency_knows_cents(  # noqa: PLR0913 (cases)
    understood: Reader, name: str, made: Callable[[str], bytes], printed: str, read: str, *, is_doubted: bool
) -> None:
    reading = understood(
        name, made(f"Harbor Print GmbH\nInvoice HP-7\nDate: 2026-11-19\nTotal: {printed}\n")
    ).reading
    assert reading is not None
    assert reading.total is not None
    assert reading.total.value == Decimal(read)
    said = [doubt for doubt in reading.doubts if doubt.startswith("total is read as")]
    assert bool(said) is is_doubted
    assert not is_doubted or reading.total.confidence < 0.8


def test_an_e_invoice_that_gives_money_back_is_a_credit_note(understood: Reader) -> None:
    found = understood("a.xml", CII.replace("<ram:TypeCode>380<", "<ram:TypeCode>381<"))
    assert found.kind is DocumentKind.CREDIT_NOTE
    assert total(found) == (Decimal("1200.00"), ReadingSource.EINVOICE)


PAGE = """<!doctype html><html><head><title>Order</title><style>p { color: red }</style></head><body>
<h1>Nimbus Cloud Inc.</h1><p>Invoice INV-77</p><p>Date: 2026-11-22</p>
<table><tr><td>Hosting</td><td>$49.00</td></tr><tr><td>Total</td><td>$49.00</td></tr></table></body></html>"""


@pytest.mark.parametrize("name", ["receipt.html", "receipt.htm", "receipt"])
def test_a_page_saved_from_a_browser_is_read_as_it_is_seen(understood: Reader, name: str) -> None:
    found = understood(name, PAGE)
    assert found.kind is DocumentKind.RECEIPT
    assert found.reading is not None
    assert found.reading.vendor is not None
    assert (found.reading.vendor.value, total(found)) == (
        "Nimbus Cloud Inc.",
        (Decimal("49.00"), ReadingSource.TEXT),
    )


def test_a_saved_pages_own_data_counts_first(understood: Reader) -> None:
    sale = '{"@type": "Order", "seller": "Nimbus Cloud Inc.", "price": "49.00", "priceCurrency": "USD"}'
    script = f'<script type="application/ld+json">{sale}</script>'
    found = understood("receipt.html", PAGE.replace("<h1>", script + "<h1>"))
    assert total(found) == (Decimal("49.00"), ReadingSource.STRUCTURED)


@pytest.mark.parametrize(
    "text",
    [
        "Buy milk and call Jo about the menu boards.",
        "Please pay John $500 today.",
        "50% off! Free shipping on orders over $100. Shop now. Unsubscribe",
        "Meeting notes 12/03/2026\nBudget for the fair: 2,500.00\nTodo: ask for a quotation",
    ],
)
def test_other_text_is_not_a_receipt(understood: Reader, text: str) -> None:
    assert understood("note.txt", text).kind is DocumentKind.TEXT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        (" \n\n", "the file is empty"),
        ("Acme LLC\nInvoice No: 12\nInvoice Date: 2026-03-05\nTotal: $0.00\n", "total is read as 0.00"),
    ],
)
def test_a_file_with_nothing_to_book_says_why(understood: Reader, text: str, said: str) -> None:
    found = understood("bill.txt", text)
    assert found.kind is DocumentKind.UNREADABLE
    assert found.problem
    assert found.problem.startswith(f"needs a person: {said}")


def test_a_pdf_is_read_with_its_places(understood: Reader) -> None:
    found = understood("invoice.pdf", pdf(RECEIPT))
    assert found.kind is DocumentKind.RECEIPT
    assert total(found) == (Decimal("23.10"), ReadingSource.TEXT)


def test_the_embedded_invoice_comes_before_the_page(understood: Reader) -> None:
    found = understood("invoice.pdf", factur_x("Atelier Dupont SARL\nFacture FA-77\nTotal TTC 1 200,00 EUR"))
    assert total(found) == (Decimal("1200.00"), ReadingSource.EINVOICE)
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
    assert found.reading.doubts[0] == (
        "total is 1200.00 in the e-invoice's data, 4800.00 in the text (line 5: Total TTC 4800.00)"
    )


def test_a_bare_invoice_xml_is_read(understood: Reader) -> None:
    assert total(understood("invoice.xml", CII)) == (Decimal("1200.00"), ReadingSource.EINVOICE)


def test_an_entity_bomb_is_unreadable(understood: Reader) -> None:
    found = understood(
        "invoice.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Invoice><ID>&b;</ID></Invoice>'
    )
    assert found.kind is DocumentKind.UNREADABLE
    assert found.problem


def test_a_picture_is_read_and_never_quite_sure(understood: Reader) -> None:
    found = understood("receipt.png", picture(RECEIPT))
    assert found.kind is DocumentKind.RECEIPT
    assert total(found) == (Decimal("23.10"), ReadingSource.OCR)
    assert found.reading
    assert found.reading.total
    assert found.reading.total.confidence <= 0.9


ODD = "Corner Store Ltd\n12 Harbour Road\nDate 12/25/2025\nSubtotal 100.00\nVAT 20.00\nTotal 125.00"


@pytest.mark.parametrize(
    ("name", "content"),
    [("odd.txt", ODD), ("odd.pdf", pdf(ODD)), pytest.param("odd.png", picture(ODD), marks=pytest.mark.long)],
    ids=["text", "pdf", "picture"],
)
def test_sums_that_disagree_are_said_whatever_they_are_printed_on(
    understood: Reader, name: str, content: str | bytes
) -> None:
    found = understood(name, content)
    assert found.reading
    assert found.reading.total
    assert found.reading.total.confidence <= 0.5
    assert found.reading.doubts == ("net 100.00 and tax 20.00 do not add up to the total 125.00",)


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
    assert total(found) == (Decimal("23.10"), ReadingSource.TEXT)
    assert found.reading
    assert found.reading.vendor
    assert found.reading.issued_on
    assert found.reading.vendor.value == "Corner Coffee"
    assert found.reading.issued_on.value == date(2026, 3, 6)


def test_the_attached_pdf_comes_before_the_mails_text(understood: Reader) -> None:
    message = mail("Invoice 4471", "Please find attached our invoice.\n")
    message.add_attachment(pdf(RECEIPT), maintype="application", subtype="pdf", filename="invoice_4471.pdf")
    found = understood("mail.eml", message)
    assert total(found) == (Decimal("23.10"), ReadingSource.TEXT)
    assert found.reading
    assert found.reading.vendor
    assert found.reading.vendor.value == "Corner Coffee LLC"


def test_an_attached_e_invoice_comes_first(understood: Reader) -> None:
    message = mail("Facture FA-77", "Veuillez trouver ci-joint notre facture.\n")
    content = factur_x("Atelier Dupont SARL\nFacture FA-77\nTotal TTC 1200.00")
    message.add_attachment(content, maintype="application", subtype="pdf", filename="facture.pdf")
    assert total(understood("mail.eml", message)) == (Decimal("1200.00"), ReadingSource.EINVOICE)


def test_the_shops_own_data_comes_before_the_text(understood: Reader) -> None:
    message = mail("Order confirmation PP-7781", "Thanks for your order. Order total 48.90\n")
    message.add_alternative(
        '<script type="application/ld+json">{"@type": "Order", "merchant": {"name": "Paper & Pen"}, "price": "48.90",'
        '"priceCurrency": "EUR"}</script><p>Thanks for your order. Order total 48.90</p>',
        subtype="html",
    )
    assert total(understood("mail.eml", message)) == (Decimal("48.90"), ReadingSource.STRUCTURED)


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


def forwarded(*inner: EmailMessage, text: str = "For the books.\n") -> EmailMessage:
    message = mail("Fwd", text, sender="Sam <sam@ours.example>")
    for one in inner:
        message.add_attachment(one)
    return message


def invoice_mail(text: str = RECEIPT) -> EmailMessage:
    message = mail("Invoice 4471", "Please find attached our invoice.\n")
    message.add_attachment(pdf(text), maintype="application", subtype="pdf", filename="invoice_4471.pdf")
    return message


def test_a_bill_forwarded_as_an_attachment_is_read_like_the_original(understood: Reader) -> None:
    found, original = (
        understood("mail.eml", one) for one in (forwarded(forwarded(invoice_mail())), invoice_mail())
    )
    assert found.kind is DocumentKind.RECEIPT
    assert found.reading
    assert original.reading
    assert found.reading.model_dump(exclude={"vendor_email"}) == original.reading.model_dump(
        exclude={"vendor_email"}
    )
    assert found.mail
    assert found.mail.sender_address == "sam@ours.example"


def test_a_forwarded_mails_sender_is_its_vendor_but_a_claim(understood: Reader) -> None:
    found = understood("mail.eml", forwarded(invoice_mail("Total $23.10\nMar 5, 2026")))
    original = understood("mail.eml", invoice_mail("Total $23.10\nMar 5, 2026"))
    assert found.reading
    assert found.reading.vendor
    assert original.reading
    assert original.reading.vendor
    assert found.reading.vendor.value == "Corner Coffee"
    assert found.reading.vendor.confidence < original.reading.vendor.confidence
    assert found.reading.vendor_email is None


def test_a_fraud_inside_a_forwarded_mail_stays_one(understood: Reader) -> None:
    inner = mail("Invoice 4471", "Our bank details have changed, see the invoice.\n")
    inner.add_attachment(pdf(RECEIPT), maintype="application", subtype="pdf", filename="invoice_4471.pdf")
    assert understood("mail.eml", forwarded(inner)).kind is DocumentKind.MAIL_PHISHING


def test_a_fraud_cannot_prove_itself_by_what_it_forwards(understood: Reader) -> None:
    outer = forwarded(invoice_mail())
    outer.replace_header("Authentication-Results", "mx.ours.example; dmarc=fail")
    assert understood("mail.eml", outer).kind is DocumentKind.MAIL_PHISHING


def test_a_request_is_not_lost_over_what_it_forwards(understood: Reader) -> None:
    news = mail("The Kerning Letter", "In this issue: captions. Unsubscribe any time.\n")
    news["List-Unsubscribe"] = "<https://news.example>"
    asked = forwarded(news, text="Could you please call them back and ask for a price?\n")
    assert understood("mail.eml", asked).kind is DocumentKind.MAIL_REQUEST
    assert understood("mail.eml", forwarded(news)).kind is DocumentKind.MAIL_NEWSLETTER


def test_mails_that_were_not_taken_apart_wait_for_a_person(understood: Reader) -> None:
    several = understood("mail.eml", forwarded(invoice_mail(), invoice_mail("Total $5.00\nMar 5, 2026")))
    deep = invoice_mail()
    for _ in range(6):
        deep = forwarded(deep)
    for found in (several, understood("mail.eml", deep)):
        assert found.kind is DocumentKind.UNREADABLE
        assert found.problem
        assert "drop it into Inbox/" in found.problem


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("winmail.dat", "ms-tnef"),
        ("invoice.zip", "zip"),
        ("bill.msg", "octet-stream"),
        ("bill.docx", "octet-stream"),
    ],
)
@pytest.mark.parametrize("text", ["Invoice attached. Total: $23.10\n", "Hello, see below.\n"])
def test_a_file_that_is_not_opened_is_named_to_a_person(
    understood: Reader, name: str, kind: str, text: str
) -> None:
    message = mail("Invoice 4471" if "Total" in text else "Hello", text)
    message.add_attachment(b"PK\x03\x04 x", maintype="application", subtype=kind, filename=name)
    for one in (message, forwarded(message)):
        found = understood("mail.eml", one)
        assert found.kind is not DocumentKind.RECEIPT
        assert found.problem
        assert f"needs a person: {name} is attached" in found.problem


def test_outlooks_wrapper_beside_a_pdf_does_not_matter(understood: Reader) -> None:
    message = invoice_mail()
    message.add_attachment(b"x", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    assert understood("mail.eml", message).kind is DocumentKind.RECEIPT


@pytest.mark.parametrize("name", ["bills.zip", "bill.msg", "bill.docx", "winmail.dat"])
def test_a_dropped_archive_says_what_to_do(understood: Reader, name: str) -> None:
    start = {"bill.msg": b"\xd0\xcf\x11\xe0", "winmail.dat": b"\x78\x9f\x3e\x22"}.get(name, b"PK\x03\x04")
    found = understood(name, start + b"\x00\x01")
    assert found.kind is DocumentKind.UNREADABLE
    assert found.problem
    assert "Take out the bill" in found.problem


def test_a_mail_is_known_by_its_headers_too(understood: Reader) -> None:
    assert understood("saved mail.txt", mail("Hello", "How are you?\n")).mail is not None


def test_importing_stays_light() -> None:
    heavy = {"pdfplumber", "lxml", "rapidocr", "onnxruntime", "cv2", "PIL", "prefect", "pypdf"}
    code = "import sys, tasks.mail.understand; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert heavy.isdisjoint(done.stdout.split())
