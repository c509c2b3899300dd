"""Mails that can be sent, and only those: no value of one reaches a header that it does not belong to."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.mail.money_words import money_in
from domain.mail.outgoing import MailInputs, MailOrder, kind_of
from tasks.mail.send_mail import OutgoingMail, write_mail

OWN = "studio@northwindlane.example"


def mail(**changes: Any) -> MailInputs:
    facts = {"sender": OWN, "to": "ann@sender.example", "subject": "Hello", "text": "Text"}
    return MailInputs.model_validate(facts | changes)


@given(
    st.text(max_size=60),
    st.lists(st.text(max_size=40), max_size=3),
    st.text(max_size=200),
    st.text(max_size=60),
)
def test_whatever_is_said_only_what_was_approved_is_in_the_headers(
    subject: str, to: list[str], text: str, reply: str
) -> None:
    try:
        made = mail(
            subject=f"a{subject}", to=["ann@sender.example", *to], text=f"b{text}", in_reply_to=f"<{reply}>"
        )
    except ValidationError:
        try:
            made = mail(subject=f"a{subject}", text=f"b{text}")
        except ValidationError:
            return
    sent = OutgoingMail("<1@x>", made.to, made.subject, made.text, in_reply_to=made.in_reply_to)
    written = message_from_bytes(write_mail(sent, datetime(2026, 1, 1, tzinfo=UTC)), policy=default)
    expected = {"To", "Subject", "Date", "Message-ID", "X-Digital-Fte-Id", "MIME-Version"}
    expected |= {"Content-Type", "Content-Transfer-Encoding"}
    expected |= {"In-Reply-To", "References"} if made.in_reply_to else set()
    assert set(written.keys()) == expected
    assert [address.addr_spec for address in written["To"].addresses] == list(made.to)
    assert " ".join(str(written["Subject"]).split()) == " ".join(made.subject.split())


def test_nobody_is_written_to_twice() -> None:
    made = mail(
        to=["Ann <ann@sender.example>", "ANN@sender.example"],
        cc=["ann@Sender.example", "bo@sender.example"],
        bcc=["bo@sender.example", "cy@sender.example"],
    )
    assert (made.to, made.cc, made.bcc) == (
        ("ann@sender.example",),
        ("bo@sender.example",),
        ("cy@sender.example",),
    )


def test_a_host_that_only_looks_like_another_is_shown_as_what_it_is() -> None:
    assert mail(to="ann@p\u0430ypal.example").to == ("ann@xn--pypal-4ve.example",)


def test_what_a_web_page_hides_or_leads_to_is_shown() -> None:
    made = mail(
        html='<p>See <a href="https://evil.example/x">our bank</a></p><p style="display:none">secret</p>'
    )
    shown = dict(made.preview().texts)["The same as web page"]
    assert "our bank leads to https://evil.example/x" in shown
    assert "secret" not in shown


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<IFRAME src=x>",
        "<a href='javascript:x'>a</a>",
        "<p onclick=x>",
        '<p title=">" onclick=x>',
        '<p title="<b>" onclick=x>',
        "<p title='<b>x' onclick=x>a</p>",
        """<p title='"' lang=">' onclick=x>" onclick=x>""",
    ],
)
def test_a_web_page_that_does_something_is_refused(html: str) -> None:
    with pytest.raises(ValidationError, match="no reader should run"):
        mail(html=html)


@pytest.mark.parametrize("name", ["JavaScript: The Shop", "Acme onclick=1", "a <form> & 'b'"])
def test_a_name_in_a_web_page_may_be_any_words(name: str) -> None:
    html = f"<p>{escape(name)}</p>"
    assert mail(html=html).html == html


@pytest.mark.parametrize(
    "text",
    [
        "It costs 20 EUR",
        "€20",
        "20,50",
        "1.200.000",
        "DE89 3704 0044 0532 0130 00",
        "Our account number has changed",
        "4111 1111 1111 1111",
        "five hundred dollars",
        "P\u200baym\u200bent",
        "\uff04 20",
        "Die Rechnung kommt",
        "gift cards",
    ],
)
def test_money_is_heard(text: str) -> None:
    assert money_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "See you on Monday at 9:30.",
        "Room 12, second floor",
        "Call +43 1 234567",
        "On 2026-12-24 we are closed",
        "",
    ],
)
def test_what_is_no_money_is_not_taken_for_it(text: str) -> None:
    assert not money_in(text)


def test_a_file_is_of_the_kind_that_its_name_says() -> None:
    assert [kind_of(name) for name in ("a.pdf", "a.eml", "a.tar.gz", "a", "a.PNG")] == [
        "application/pdf",
        "application/octet-stream",
        "application/octet-stream",
        "application/octet-stream",
        "image/png",
    ]


def test_an_order_without_anybody_or_about_nothing_is_refused() -> None:
    for said, why in [({"to": []}, "to is missing"), ({"subject": ""}, "subject is missing")]:
        with pytest.raises(ValidationError, match=why):
            MailOrder.model_validate({"to": "a@b.example", "subject": "s", "text": "t"} | said)
    assert MailOrder(text="t", reply_to_task="gmail-1").to == ()
