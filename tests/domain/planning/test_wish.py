"""What a person's words ask for: which playbook, and what they said of its inputs."""

import datetime as dt
from pathlib import Path

import pytest

from domain.planning.playbook import Playbook, parse_playbook
from domain.planning.wish import wish_in
from domain.vault.note import Note

TODAY = dt.date(2026, 11, 20)
NOTES = Path(__file__).parent.parent.parent.parent / "Vault" / "Playbooks"
BOOKS = [parse_playbook(path.stem, Note.parse(path.read_text()).front) for path in sorted(NOTES.glob("*.md"))]
ONE, ALL = "monthly_invoice", "monthly_invoices"


@pytest.mark.parametrize(
    ("words", "playbook", "values"),
    [
        ("Create and send monthly invoice to Client X", ONE, {"customer": "Client X"}),
        (
            "Hi, please create and send the monthly invoice for October to Marigold Bakery Co. Thanks!",
            ONE,
            {"customer": "Marigold Bakery Co.", "month": "2026-10"},
        ),
        ("monthly invoice for Acme (last month), please", ONE, {"customer": "Acme", "month": "2026-10"}),
        ("The monthly invoice for Acme, 2026-09?", ONE, {"customer": "Acme", "month": "2026-09"}),
        (
            "send the monthly invoice to Acme for December, to billing@acme.example",
            ONE,
            {"customer": "Acme", "month": "2025-12", "email": "billing@acme.example"},
        ),
        (
            "Bitte die Monatsrechnung f\u00fcr Oktober an M\u00fcller & S\u00f6hne schicken",
            ONE,
            {"customer": "M\u00fcller & S\u00f6hne schicken", "month": "2026-10"},
        ),
        ("Send the monthly invoice to every customer for September", ALL, {"month": "2026-09"}),
        ("monthly invoices for September 2025 please", ALL, {"month": "2025-09"}),
        (
            (
                "Please take up the new vendor Cedar Paper GmbH, office@cedar.example, VAT DE 136 695 976, "
                "IBAN DE89 3704 0044 0532 0130 00, payment within 30 days"
            ),
            "vendor_onboarding",
            {
                "vendor": "Cedar Paper GmbH",
                "email": "office@cedar.example",
                "tax_number": "DE 136 695 976",
                "iban": "DE89370400440532013000",
                "payment_days": "30",
            },
        ),
        (
            "Expense report for Ann Lee, October",
            "expense_report",
            {"employee": "Ann Lee", "month": "2026-10"},
        ),
        (
            "Spesenabrechnung von Ann Lee, letzten Monat",
            "expense_report",
            {"employee": "Ann Lee", "month": "2026-10"},
        ),
        ("Please follow up the meeting Garden plan", "meeting_follow_up", {"meeting": "Garden plan"}),
        (
            "Compte rendu de la r\u00e9union: Jardin\n\n- Luc: envoyer le plan avant mardi",
            "meeting_follow_up",
            {"meeting": "Jardin"},
        ),
        ("Could you draft a post about the week?", "weekly_post", {}),
        (
            "Neuer Lieferant: Cedar Paper GmbH\nUSt-IdNr.: DE136695976\nIBAN: DE00 3704 0044 0532 0130 00",
            "vendor_onboarding",  # a number that does not hold is not dropped: it is refused with its reason
            {
                "vendor": "Cedar Paper GmbH",
                "tax_number": "DE136695976",
                "iban": "DE00 3704 0044 0532 0130 00",
            },
        ),
    ],
)
def test_what_is_asked_for_is_understood(words: str, playbook: str, values: dict[str, str]) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, dict(wish.values)) == (playbook, values)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "See you on Tuesday.",
        "The invoice came monthly, and I am unhappy with it.",
        "Our monthly meeting is in October; an invoice comes later for the room, said Ann",
        "x " * 50_000,
        "monthly " * 300,
    ],
    ids=["empty", "other", "order-of-words", "far-apart", "long", "repeated"],
)
def test_other_words_ask_for_nothing(words: str) -> None:
    assert wish_in(words, BOOKS, TODAY) is None


def test_of_two_months_none_is_taken() -> None:
    wish = wish_in("monthly invoice for Acme, September or October", BOOKS, TODAY)
    assert wish
    assert "month" not in wish.values


def test_what_two_playbooks_are_asked_by_is_nobody_s() -> None:
    twice = [
        Playbook.model_validate(
            {"name": name, "asked": ["water the plants"], "steps": [{"id": "a", "action": "vault.file_away"}]}
        )
        for name in ("one", "other")
    ]
    assert wish_in("please water the plants", twice, TODAY) is None
    assert wish_in("please water the plants", twice[:1], TODAY)


@pytest.mark.parametrize("phrase", ["invoice", "{customer}", "pay {somebody} now"])
def test_a_phrase_that_could_be_said_by_chance_or_names_no_input_is_refused(phrase: str) -> None:
    front = {
        "asked": [phrase],
        "inputs": {"customer": "text"},
        "steps": [{"id": "a", "action": "vault.file_away"}],
    }
    with pytest.raises(Exception, match=r"by chance|no input"):
        parse_playbook("p", front)


@pytest.mark.parametrize(
    "words",
    [
        "don't send the monthly invoice to Larch for October",
        "Please do not send the monthly invoice to Larch. It was wrong.",
        "No monthly invoice for Larch this time",
        "Die Monatsrechnung f\u00fcr Larch bitte nicht verschicken",
        "cancel the monthly invoice for Larch",
        "Did you send the monthly invoice to Larch for October?",
        "Invoice\nWhy was the monthly invoice to Larch so high?",
        "Hast du die Monatsrechnung f\u00fcr Larch gemacht?",
    ],
)
def test_what_is_forbidden_or_asked_about_is_no_request(words: str) -> None:
    assert wish_in(words, BOOKS, TODAY) is None


@pytest.mark.parametrize(
    "words",
    [
        "Don't forget to send the monthly invoice to Larch",
        "Can you send the monthly invoice to Larch?",
        "No rush: monthly invoice for Larch",
        "I have not slept. Monthly invoice for Larch, please.",
        "Monatsrechnung f\u00fcr Larch im Oktober nicht vergessen",
    ],
)
def test_a_no_that_forbids_nothing_leaves_a_request(words: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert wish.values["customer"] == "Larch"


def test_what_else_is_asked_for_is_told_apart_from_greetings_and_values() -> None:
    words = (
        "Hello my dear friend. Monthly invoice for Larch. Their mail is hq@larch.example. Also remind all who are late!"
        " Many thanks for everything."
    )
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert wish.rest == ("Also remind all who are late!",)
    assert wish.values == {"customer": "Larch", "email": "hq@larch.example"}
