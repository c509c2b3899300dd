"""What a person sees of the document that a request is about."""

from email.message import EmailMessage

import pytest

from blocks.settings import settings
from tasks.approvals.document_page import render_document
from tasks.vault.vault import current_vault, init_vault
from tests.blocks.test_documents import pdf, picture


@pytest.fixture(autouse=True)
def vault() -> None:
    init_vault(settings().vault_path)


def shown(content: bytes, name: str) -> str:
    return render_document(current_vault().attach(content, name))


def test_a_pdf_is_shown_as_pictures_of_its_pages() -> None:
    text = shown(pdf("Harbor Print Co.", pages=2), "bill.pdf")
    assert text.count("](data:image/jpeg;base64,") == 2


def test_a_text_is_shown_in_a_fence_that_it_cannot_close() -> None:
    assert "```text\nTotal: $9.00\n```" in shown(b"Total: $9.00", "till.txt")


def test_a_saved_page_is_shown_as_a_person_reads_it() -> None:
    page = b"<html><body><h2>Pine Coffee</h2><p>Total <b>$38.00</b></p><script>x()</script></body></html>"
    for name in ("receipt.html", "receipt.txt"):
        text = shown(page, name)
        assert "Pine Coffee\n" in text
        assert "Total $38.00" in text
        assert "<" not in text


def test_a_mail_is_shown_with_its_words_its_files_and_the_mails_it_forwards() -> None:
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "Your bill", "billing@harbor.example"
    inner.set_content("The bill is attached.")
    inner.add_attachment(pdf("Total 9.00"), maintype="application", subtype="pdf", filename="bill.pdf")
    outer = EmailMessage()
    outer["Subject"], outer["From"] = "Fwd: Your bill", "ann@ours.example"
    outer.set_content("Please pay.")
    outer.add_attachment(picture("Total 9.00"), maintype="image", subtype="png", filename="photo.png")
    outer.add_attachment(inner)
    text = shown(outer.as_bytes(), "mail.eml")
    for part in ("Please pay.", "## photo.png", "## Forwarded mail", "The bill is attached.", "## bill.pdf"):
        assert part in text
    assert text.count("](data:image/jpeg;base64,") == 2


def test_what_cannot_be_shown_says_why_and_where_it_lies() -> None:
    text = shown(b"\x00\x01\x02", "odd.bin")
    assert "It cannot be shown here" in text
    assert "odd.bin" in text


def test_a_document_that_was_changed_is_not_shown_as_the_one_that_is_decided_on() -> None:
    kept = current_vault().attach(b"Total: $9.00", "till.txt")
    (settings().vault_path / kept).write_bytes(b"Total: $900.00")
    assert "changed or removed" in render_document(kept)
