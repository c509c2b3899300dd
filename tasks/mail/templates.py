"""Mails from the Vault's templates: `Templates/Mail/NAME.md` (property `subject`, text), and `NAME.html` beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from domain.vault.note import Note
from tasks.vault import wording
from tasks.vault.template import MAIL_TEMPLATES
from tasks.vault.vault import current_vault
from tasks.vault.wording import TemplateError, Values, lines_above, named_in, read_template, render, rendered

template_names = partial(wording.template_names, MAIL_TEMPLATES)


@dataclass(frozen=True)
class MailTemplate:
    """A template: its subject as it is written, and the values that it names."""

    name: str
    subject: str
    values: list[str]


def mail_template(name: str) -> MailTemplate:
    """What a template needs.

    Raises:
        UnknownTemplateError: there is none of this name.
        TemplateError: it is broken.
    """
    file, note = read_template(MAIL_TEMPLATES, name)
    subject = _subject(file, note)
    named = named_in(subject, file=file) | named_in(note.body, file=file, above=lines_above(note))
    if html := _html(name):
        named |= named_in(html, file=_page(file))
    return MailTemplate(name, subject, sorted(named))


def render_mail(name: str, values: Values) -> Mapping[str, str]:
    """Subject, text and perhaps HTML that a template makes of these values, by those names.

    Raises:
        UnknownTemplateError: there is none of this name.
        TemplateError: it is broken, or names a value that is not there; with its line.
    """
    made = render(MAIL_TEMPLATES, name, values)
    file, note = read_template(MAIL_TEMPLATES, name)
    words = {"subject": rendered(_subject(file, note), values, file=file), "text": made.text}
    if not words["subject"]:
        raise TemplateError(file, None, "its subject is empty")
    if html := _html(name):
        words["html"] = rendered(html, values, file=_page(file), is_html=True)
    return words


def _subject(file: str, note: Note) -> str:
    subject = note.front.get("subject")
    if not isinstance(subject, str) or not subject.strip():
        raise TemplateError(file, None, "the property subject is missing")
    return str(subject)


def _page(file: str) -> str:
    return file.removesuffix(".md") + ".html"


def _html(name: str) -> str | None:
    path = current_vault().path(f"{MAIL_TEMPLATES}/{name}.html")
    return path.read_text(encoding="utf-8") if path.is_file() else None
