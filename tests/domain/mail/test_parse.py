from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.mail.excerpt import summary_of
from domain.mail.parse import MAX_ATTACHMENTS, BrokenMailError, parse_mail, safe_name


def message(**headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = headers.pop("sender", "Harbor Print <billing@harborprint.example>")
    mail["To"] = "Office <office@ours.example>"
    mail["Date"] = "Thu, 01 Oct 2026 09:30:00 +0200"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Grüße\nTotal 5.00\n")
    return mail


def test_a_messages_facts_are_read() -> None:
    mail = message(
        Subject="Rechnung für Öl",
        Reply_To="Buchhaltung <b@harborprint.example>",
        List_Unsubscribe="<https://x>",
    )
    mail.add_alternative("<p>Grüße<br>Total 5.00</p>", subtype="html")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="rechnung.pdf")
    parsed = parse_mail(mail.as_bytes())
    facts = parsed.facts
    assert (facts.sender_name, facts.sender_address) == ("Harbor Print", "billing@harborprint.example")
    assert (facts.to, facts.reply_to) == ("office@ours.example", "b@harborprint.example")
    assert facts.subject == "Rechnung für Öl"
    assert facts.date == "2026-10-01T09:30:00+02:00"
    assert facts.text.strip() == "Grüße\nTotal 5.00"
    assert "<p>" in facts.html
    assert facts.list_unsubscribe
    assert facts.attachments == ("rechnung.pdf",)
    assert parsed.attachments[0].content == b"%PDF-1.7"


def test_only_the_receiving_servers_findings_count() -> None:
    raw = b"Authentication-Results: mx.ours; dmarc=fail\n"
    raw += b"Authentication-Results: forged; dmarc=pass\nFrom: a@b.example\n\nHi"
    assert parse_mail(raw).facts.auth_results == "mx.ours; dmarc=fail"


def test_of_two_addresses_the_one_in_brackets_is_the_sender() -> None:
    facts = parse_mail(b"From: billing@good.example <kx@bad.example>\n\nHi").facts
    assert (facts.sender_name, facts.sender_address) == ("billing@good.example", "kx@bad.example")


def test_an_encoded_name_is_decoded() -> None:
    facts = parse_mail(b"From: =?utf-8?q?M=C3=BCller_GmbH?= <r@mueller.example>\n\nHi").facts
    assert (facts.sender_name, facts.sender_address) == ("Müller GmbH", "r@mueller.example")


def test_html_alone_gives_the_text_a_reader_sees() -> None:
    raw = b"From: a@b.example\nContent-Type: text/html\n\n<p>Total <b>5.00</b></p><p style='display:none'>secret</p>"
    assert parse_mail(raw).facts.text == "Total 5.00"


def test_an_unknown_character_set_does_not_lose_the_text() -> None:
    raw = b"From: a@b.example\nContent-Type: text/plain; charset=klingon\n\nTotal 5.00 \xe9"
    assert "Total 5.00" in parse_mail(raw).facts.text


def test_names_of_attachments_are_only_names() -> None:
    assert safe_name("../../etc/passwd") == "passwd"
    assert safe_name("C:\\Users\\x\\bill.pdf") == "bill.pdf"
    assert safe_name("a\x1b[31m:b?.pdf") == "a__31m_b_.pdf"
    assert safe_name("...") == "attachment"


def test_a_mail_with_very_many_parts_ends() -> None:
    mail = message(Subject="many")
    for number in range(MAX_ATTACHMENTS + 10):
        mail.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=f"{number}.bin")
    assert len(parse_mail(mail.as_bytes()).attachments) == MAX_ATTACHMENTS


def test_a_message_in_a_message_is_not_opened() -> None:
    mail = message(Subject="outer")
    mail.add_attachment(message(Subject="inner"))
    assert parse_mail(mail.as_bytes()).facts.text.count("Total 5.00") == 1


@given(st.binary(max_size=400))
def test_no_bytes_break_the_parser(content: bytes) -> None:
    parse_mail(content)


@example("", "\n")
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_header_breaks_the_parser(name: str, value: str) -> None:
    parse_mail(f"From: {name} <{value}>\nSubject: {value}\nDate: {value}\n\n{name}".encode())


def nested(depth: int) -> bytes:
    """Parts within parts, as no mail program makes them."""
    head = b"From: Cloudberry <b@cloudberry.example>\nSubject: bill\nMIME-Version: 1.0\n"
    opened = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth))
    return head + b"".join(opened) + b"Content-Type: text/plain\n\nTotal 5.00\n"


def enclosed(depth: int) -> bytes:
    """Messages within messages."""
    head = b"From: Cloudberry <b@cloudberry.example>\nSubject: bill\n"
    return head + b"Content-Type: message/rfc822\n\n" * depth + b"Total 5.00\n"


@pytest.mark.parametrize("raw", [nested(101), nested(3000), enclosed(5000), nested(90) + b"--b\n" * 60_000])
def test_parts_nested_without_end_are_a_broken_mail_with_a_summary(raw: bytes) -> None:
    assert summary_of(raw).subject == "bill"
    with pytest.raises(BrokenMailError, match="nested too deep"):
        parse_mail(raw)
