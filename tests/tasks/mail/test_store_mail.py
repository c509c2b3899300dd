"""Several bills attached to one mail are several tasks; one bill in several files is one."""

import io
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from domain.planning.event import Event
from tasks.mail.store_mail import store_mail
from tasks.mail.understand import DocumentKind, read_document
from tasks.vault.vault import Folder, current_vault, init_vault
from tests.tasks.mail.test_understand import CII, factur_x, picture

NOW = datetime(2026, 4, 5, 9, 0, tzinfo=UTC)
BILL = "Harbor Supplies LLC\nInvoice Number: HS-{0}\nInvoice Date: 2026-04-0{0}\nPaper and pens\nTotal: ${0}0.00 USD\n"
TERMS = "Terms and conditions\nPayment is due within 30 days.\nA reminder costs 5.00 USD in total.\n"
DELIVERY = (
    "Delivery note 77\nHarbor Supplies LLC\nDate: 2026-04-01\nPaper and pens, total value: $10.00 USD\n"
)


@pytest.fixture(autouse=True)
def _vault() -> None:
    init_vault(current_vault().root)


def page(text: str) -> bytes:
    buffer = io.BytesIO()
    paper = Canvas(buffer, invariant=True)
    for number, line in enumerate(text.splitlines()):
        paper.drawString(60, 780 - 18 * number, line)
    paper.save()
    return buffer.getvalue()


def mailed(**files: bytes) -> Event:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Harbor Supplies <billing@harbor.example>", "office@ours.example"
    mail["Subject"], mail["Date"] = "Your invoices", "Sun, 05 Apr 2026 08:00:00 +0000"
    mail.set_content("Please find attached our invoice.\n")
    for name, content in files.items():
        stem, _, kind = name.rpartition("_")
        main = {"pdf": "application", "xml": "application", "png": "image"}[kind]
        mail.add_attachment(content, maintype=main, subtype=kind, filename=f"{stem}.{kind}")
    return Event(
        id="mail-1", source="gmail", received_at=NOW, subject="Your invoices", document_name="mail.eml",
        document=mail.as_bytes(),
    )  # fmt: skip


def read(task_id: str) -> tuple[str, str]:
    front = current_vault().read(Folder.NEEDS_ACTION, task_id).front
    understood = read_document(current_vault().path(front["document"]))
    assert understood.kind is DocumentKind.RECEIPT, understood.problem
    assert understood.reading is not None
    assert understood.reading.total is not None
    return str(front["subject"]), str(understood.reading.total.value)


def test_each_attached_bill_is_a_task() -> None:
    mail = mailed(april_pdf=page(BILL.format(1)), may_pdf=page(BILL.format(2)), terms_pdf=page(TERMS))
    assert store_mail(mail, NOW) == ["mail-1-2", "mail-1"]
    assert read("mail-1") == ("Your invoices (april.pdf)", "10.00")
    assert read("mail-1-2") == ("Your invoices (may.pdf)", "20.00")
    whole = current_vault().read(Folder.NEEDS_ACTION, "mail-1-2").front["of_mail"]
    assert current_vault().path(whole).read_bytes() == mail.document
    assert store_mail(mail, NOW) == []


@pytest.mark.parametrize(
    "files",
    [
        {"bill_pdf": page(BILL.format(1)), "terms_pdf": page(TERMS)},
        {"bill_pdf": page(BILL.format(1)), "delivery_pdf": page(DELIVERY)},
        {"bill_pdf": page(BILL.format(1)), "copy_pdf": page(BILL.format(1) + "Copy\n")},
        {"bill_pdf": page(BILL.format(1)), "picture_png": picture(BILL.format(1))},
        {"bill_pdf": page(BILL.format(1)), "broken_pdf": b"%PDF-1.7 broken"},
    ],
    ids="and ".join,
)
def test_one_bill_with_what_belongs_to_it_is_one_task(files: dict[str, bytes]) -> None:
    assert store_mail(mailed(**files), NOW) == ["mail-1"]


def test_a_bill_as_pdf_and_as_xml_is_one_task() -> None:
    shown = factur_x("FA-77\nAtelier Dupont SARL\nTotal 1200.00 EUR\n")
    assert store_mail(mailed(bill_pdf=shown, bill_xml=CII.encode()), NOW) == ["mail-1"]


def test_a_file_that_may_be_the_bill_and_was_not_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(mailed(bill_pdf=page(BILL.format(1)), other_pdf=b"%PDF-1.7 broken").document)
    reading = read_document(path).reading
    assert reading is not None
    assert [doubt.partition(" (")[0] for doubt in reading.doubts] == [
        "not read: other.pdf: needs a person: this PDF cannot be opened"
    ]
