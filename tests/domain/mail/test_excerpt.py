"""What a note shows of a mail can be read and does nothing."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mail.excerpt import EXCERPT_LENGTH, excerpt_of, people, sanitized, summary_of

ACTING = (
    "[",
    "]",
    "<",
    ">",
    "`",
    "{",
    "}",
    "://",
    "%%",
    "::",
    "~~",
    "$$",
    "\u202e",
    "\u200b",
    "\r",
    "\u2028",
)


@given(st.text())
def test_nothing_that_acts_is_left(text: str) -> None:
    shown = sanitized(text)
    assert not [part for part in ACTING if part in shown]
    assert not [line for line in shown.split("\n") if line.startswith(("#", " ", "\t"))]


@given(st.text(alphabet="#abc1-/ _.\u00e9\n"))
def test_no_tag_is_left(text: str) -> None:
    shown = sanitized(text)
    for place, letter in enumerate(shown):
        if letter == "#":
            word = shown[place + 1 :].split(" ")[0].split("\n")[0]
            assert not word[:1].isalpha()


@given(st.text())
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    once = sanitized(text)
    assert sanitized(once) == once


@given(st.binary())
def test_no_bytes_are_too_broken_to_be_summarised(raw: bytes) -> None:
    summary = summary_of(raw)
    assert len(summary.excerpt) <= EXCERPT_LENGTH + 2


@given(
    st.sampled_from(["From", "To", "Subject", "Message-ID", "Content-Type", "Content-Transfer-Encoding"]),
    st.binary(max_size=200),
    st.binary(max_size=200),
)
def test_no_header_is_too_broken_to_be_summarised(name: str, value: bytes, body: bytes) -> None:
    summary_of(name.encode() + b": " + value + b"\nMIME-Version: 1.0\n\n" + body)


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: =?utf-8?b?////?=\n\nx",
        b"Subject: =?nonsense?q?x?=\n\nx",
        b"Subject: =?utf-8?b?a?=\n\nx",
        b"Content-Type: text/plain; charset=nonsense\n\n\xff",
        b"Content-Type: text/plain; charset=\x00\n\n\xff",
        b"Content-Type: multipart/mixed\n\nx",
        b'Content-Type: multipart/mixed; boundary="a"\n\n--a\n--a\n--a--',
        b"Content-Transfer-Encoding: base64\n\n!!!!",
        b"Content-Disposition: ;;;\nContent-Type: ;;;\n\nx",
    ],
)
def test_known_brokenness_is_summarised(raw: bytes) -> None:
    assert summary_of(raw)


def test_amounts_and_numbers_read_as_they_were_written() -> None:
    text = "Invoice #4711 of 2026-11-20\nTotal: $2,480.00 (incl. 10 % tax) -- due in 14 days!"
    assert sanitized(text) == text


def test_a_link_is_shown_and_leads_nowhere() -> None:
    assert sanitized("pay at https://evil.example/x or www.evil.example") == (
        "pay at https: //evil.example/x or www .evil.example"
    )


def test_a_summary_shows_people_subject_and_text() -> None:
    mail = EmailMessage()
    mail["From"] = "J\u00fcrgen M\u00fcller <j.mueller@sender.example>"
    mail["To"] = "studio@northwindlane.example"
    mail["Subject"] = "Rechnung \u00fcber 12,00 \u20ac"
    mail["Message-ID"] = "<1@sender.example>"
    mail.set_content("Guten Tag\n\nanbei die Rechnung.\n")
    mail.add_alternative("<p>other</p>", subtype="html")
    summary = summary_of(mail.as_bytes())
    assert summary.sender == "J\u00fcrgen M\u00fcller <j.mueller@sender.example>"
    assert summary.to == "studio@northwindlane.example"
    assert summary.subject == "Rechnung \u00fcber 12,00 \u20ac"
    assert summary.message_id == "1@sender.example"
    assert summary.excerpt == "Guten Tag\nanbei die Rechnung."


def test_a_mail_of_html_alone_is_shown_as_text() -> None:
    raw = b"Content-Type: text/html\n\n<style>x</style><p>Hello <b>you</b></p><script>evil()</script>"
    assert summary_of(raw).excerpt == "Hello you"


def test_attached_text_is_not_taken_for_the_mail() -> None:
    mail = EmailMessage()
    mail.set_content("the mail")
    mail.add_attachment("the file", filename="notes.txt")
    assert summary_of(mail.as_bytes()).excerpt == "the mail"


def test_an_attached_message_is_not_taken_for_the_mail() -> None:
    inner = EmailMessage()
    inner.set_content("the message inside")
    mail = EmailMessage()
    mail.set_content("<p>the mail</p>", subtype="html")
    mail.add_attachment(inner)
    assert summary_of(mail.as_bytes()).excerpt == "the mail"


def test_a_long_mail_is_cut_where_a_word_ends() -> None:
    shown = excerpt_of("word " * 1_000)
    assert len(shown) <= EXCERPT_LENGTH + 2
    assert shown.endswith("word \u2026")
    assert excerpt_of("line\n" * 100).count("\n") == 11


def test_only_an_address_is_shown_as_one() -> None:
    assert people('"[[x]]" <evil@sender.example>') == "((x)) <evil@sender.example>"
    assert "<" not in people("Boss <not an address>")
