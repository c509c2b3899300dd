"""Mails in the words of a template that the owner writes."""

from pathlib import Path
from typing import Any

import pytest

from blocks.settings import settings
from tasks.mail.templates import mail_template, render_mail, template_names
from tasks.vault.vault import init_vault
from tasks.vault.wording import TemplateError, UnknownTemplateError

VALUES = {"name": "Ann <b>", "amount": "20.00 EUR", "link": None}


@pytest.fixture(autouse=True)
def templates() -> Path:
    init_vault(settings().vault_path)
    return settings().vault_path / "Templates" / "Mail"


def write(templates: Path, body: str, subject: str = "For {{ name }}", html: str = "") -> None:
    (templates / "mine.md").write_text(f"---\nsubject: '{subject}'\n---\n{body}", encoding="utf-8")
    if html:
        (templates / "mine.html").write_text(html, encoding="utf-8")


def test_every_template_that_comes_with_the_vault_can_be_sent() -> None:
    assert template_names() == [
        "appointment",
        "invoice",
        "invoice_statement",
        "meeting_follow_up",
        "missing_document",
        "payment_reminder",
        "payment_reminder_last",
        "payment_reminder_second",
        "received",
        "vendor_details",
    ]
    for name in template_names():
        words = render_mail(name, dict.fromkeys(mail_template(name).values, "here"))
        assert "here" in words["text"]


def test_a_template_tells_what_it_needs_and_a_line_that_misses_something_is_left_out(templates: Path) -> None:
    write(
        templates,
        "Hello {{ name }}\n\nPay: {{ link }}\n\n{{ amount }}\n",
        html="<p>{{ name }}</p>\n<p>{{ link }}</p>",
    )
    assert mail_template("mine").values == ["amount", "link", "name"]
    assert render_mail("mine", VALUES) == {
        "subject": "For Ann <b>",
        "text": "Hello Ann <b>\n\n20.00 EUR",
        "html": "<p>Ann &lt;b&gt;</p>",
    }


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (
            {"body": "Hello\n{{ nmae }}"},
            r"mine\.md, line 5: the value 'nmae' is not among those given \(amount, link, name\); give it, or",
        ),
        ({"body": "{% if name %}\n"}, r"mine\.md, line 4: .*endif"),
        ({"body": "Hello", "subject": "{{ who }}"}, r"mine\.md.*'who' is not among those given"),
        ({"body": "Hello", "subject": " "}, "the property subject is missing"),
        ({"body": "Hello", "subject": "{{ link }}"}, "its subject is empty"),
        ({"body": "{{ link }}"}, "it makes an empty text"),
        ({"body": "{{ name.upper() }}"}, "mine"),
        ({"body": "{{ ''.__class__.__mro__ }}"}, "mine"),
        (
            {"body": "Hello", "html": "<p>\n{{ other }}"},
            r"mine\.html, line 2: the value 'other' is not among",
        ),
    ],
)
def test_what_cannot_be_rendered_is_one_sentence(
    templates: Path, template: dict[str, Any], said: str
) -> None:
    write(templates, **template)
    with pytest.raises(TemplateError, match=said):
        render_mail("mine", VALUES)


def test_a_template_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(
        UnknownTemplateError,
        match="there are appointment, invoice, invoice_statement, meeting_follow_up, missing_document, ",
    ):
        render_mail("remider", VALUES)
