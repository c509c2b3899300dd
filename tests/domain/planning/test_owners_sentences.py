"""Sentences as owners of small businesses write them, in six languages: what each asks for, and what of it is asked."""

import datetime as dt
from pathlib import Path

import pytest

from domain.planning.playbook import parse_playbook
from domain.planning.said_periods import Told
from domain.planning.wish import wish_in
from domain.vault.note import Note

TODAY = Told(dt.date(2026, 11, 20), "USD")
NOTES = Path(__file__).parent.parent.parent.parent / "Vault" / "Playbooks"
BOOKS = [parse_playbook(path.stem, Note.parse(path.read_text()).front) for path in sorted(NOTES.glob("*.md"))]


@pytest.mark.parametrize(
    ("words", "playbook", "values", "asked"),
    [
        (
            (
                "Please invoice Acme 450 for the workshop.\n\nBest regards"
                "\nAnna Berger\nTel. +43 660 1234567\nHauptstr. 12, 1010 Wien"
            ),
            "one_invoice",
            {"amount": "450.00", "customer": "Acme", "what": "workshop"},
            (),
        ),
        (
            "Please invoice Acme 450 for the workshop.\n\nBest regards\nAnna Berger\nPS: minus 10% please",
            "one_invoice",
            {"customer": "Acme", "what": "workshop"},
            ("PS: minus 10% please",),
        ),
        (
            "Invoice to Acme\n\nHi,\nplease invoice Acme 450 for the workshop.\nThanks",
            "one_invoice",
            {"amount": "450.00", "customer": "Acme", "what": "workshop"},
            ("Invoice to Acme ;",),
        ),
        (
            "Hi there, could you invoice Brightwater 275.50 for the hedge trimming last Tuesday? Thanks!",
            "one_invoice",
            {"amount": "275.50", "customer": "Brightwater", "what": "hedge trimming last Tuesday"},
            (),
        ),
        (
            "Bill Mrs Patel \u00a385 for two hours of tuition",
            "one_invoice",
            {"currency": "GBP", "amount": "85.00", "customer": "Mrs Patel", "what": "two hours of tuition"},
            (),
        ),
        (
            "Bill Mrs Patel for 2 hours of tuition at \u00a342.50",
            "one_invoice",
            {
                "quantity": "2",
                "currency": "GBP",
                "amount": "42.50",
                "customer": "Mrs Patel",
                "what": "2 hours of tuition",
            },
            (),
        ),
        (
            "Invoice Kestrel for 4 sessions at 60 plus 35 travel",
            "one_invoice",
            {"quantity": "4", "customer": "Kestrel", "what": "4 sessions"},
            ("'plus 35 travel' was not understood",),
        ),
        (
            "Send Oakfield School an invoice for 1,150 for the June workshops, due end of the month",
            "one_invoice",
            {
                "send": "yes",
                "due_on": "2026-11-30",
                "amount": "1150.00",
                "customer": "Oakfield School",
                "what": "June workshops",
            },
            (),
        ),
        (
            "Invoice Acme 1.200,50 for hosting",
            "one_invoice",
            {"amount": "1200.50", "customer": "Acme", "what": "hosting"},
            (),
        ),
        (
            "Invoice Acme 1 200 EUR for hosting",
            "one_invoice",
            {"currency": "EUR", "amount": "1200.00", "customer": "Acme", "what": "hosting"},
            (),
        ),
        (
            "Give Acme a credit note for invoice INV/2026/00031, the parts were broken",
            "credit_invoice",
            {"reason": "the parts were broken", "invoice": "INV/2026/00031"},
            (),
        ),
        (
            "Spent \u00a37.20 on parking at the hospital yesterday",
            "small_expense",
            {"currency": "GBP", "day": "2026-11-19", "amount": "7.20", "category": "parking at the hospital"},
            (),
        ),
        (
            "Chase Oakfield School for the March invoice",
            "payment_reminders",
            {"customer": "Oakfield School"},
            ("'for the March invoice' was not understood",),
        ),
        (
            "Don't chase Oakfield until the 5th of January",
            "pause_reminders",
            {"until": "2027-01-05", "who": "Oakfield"},
            (),
        ),
        (
            "Tell me who hasn't paid yet",
            "who_owes",
            {},
            (),
        ),
        (
            "What does Oakfield still owe?",
            "customer_owes",
            {"customer": "Oakfield"},
            (),
        ),
        (
            "How much did we spend on materials in March and April?",
            "spending",
            {"category": "materials"},
            ("period: 'March' or 'April' is not certain",),
        ),
        (
            "Post on Instagram tomorrow at 18:00: New chairs have arrived",
            "post",
            {"moment": "2026-11-21 18:00", "platform": "Instagram", "text": "New chairs have arrived"},
            (),
        ),
        (
            "Stell der Firma Lindner 480 Euro für die Wartung in Rechnung, Zahlungsziel 30 Tage",
            "one_invoice",
            {
                "currency": "EUR",
                "due_days": "30",
                "amount": "480.00",
                "customer": "Lindner",
                "what": "Wartung",
            },
            (),
        ),
        (
            "Schreib Lindner eine Rechnung: 3 Stunden à 75 Euro und 45 Euro Anfahrt",
            "one_invoice",
            {"quantity": "3", "currency": "EUR", "customer": "Lindner", "what": "3 Stunden"},
            ("amount: '75 Euro' or '45 Euro' is not certain",),
        ),
        (
            "Rechnung an Frau Wolf über 240 Euro für die Massage-Karte, bitte gleich schicken",
            "one_invoice",
            {
                "send": "yes",
                "currency": "EUR",
                "amount": "240.00",
                "customer": "Frau Wolf",
                "what": "Massage-Karte",
            },
            (),
        ),
        (
            "Storniere Rechnung INV/2026/00012, falscher Betrag, und schreib eine neue über 300 Euro",
            "credit_invoice",
            {"reason": "falscher Betrag", "invoice": "INV/2026/00012"},
            ("schreib eine neue über 300 Euro",),
        ),
        (
            "Tankrechnung 62,40 Euro von heute buchen",
            "small_expense",
            {"currency": "EUR", "day": "2026-11-20", "amount": "62.40", "category": "Tankrechnung"},
            (),
        ),
        (
            "Erinnere Lindner an die Rechnung vom Oktober",
            "payment_reminders",
            {"customer": "Lindner"},
            ("'an die Rechnung vom Oktober' was not understood",),
        ),
        (
            "Facture M. Petit 120 euros pour la réparation du vélo et envoie-la",
            "one_invoice",
            {
                "send": "yes",
                "currency": "EUR",
                "amount": "120.00",
                "customer": "M Petit",
                "what": "réparation du vélo",
            },
            (),
        ),
        (
            "Facturez à la mairie 2 500 \u20ac HT pour l'exposition, payable à 45 jours fin de mois",
            "one_invoice",
            {
                "currency": "EUR",
                "due_days": "45",
                "amount": "2500.00",
                "customer": "mairie",
                "what": "l'exposition",
            },
            ("'fin de mois' was not understood",),
        ),
        (
            "Fais un avoir de 50 \u20ac sur la facture 12",
            "credit_invoice",
            {"amount": "50.00", "invoice": "12"},
            (),
        ),
        (
            "J'ai dépensé 48,90 \u20ac en fournitures le 12 novembre",
            "small_expense",
            {"currency": "EUR", "day": "2026-11-12", "amount": "48.90", "category": "fournitures"},
            (),
        ),
        (
            "Combien nous doit M. Petit depuis janvier ?",
            "customer_owes",
            {"customer": "M Petit"},
            ("'depuis janvier' was not understood",),
        ),
        (
            "Hazle una factura a la señora Ortega de 90 euros por la clase",
            "one_invoice",
            {"currency": "EUR", "amount": "90.00", "customer": "señora Ortega", "what": "clase"},
            (),
        ),
        (
            "Factura a Ortega 90 euros por la clase menos el 15% de IRPF",
            "one_invoice",
            {"currency": "EUR", "customer": "Ortega", "what": "clase"},
            ("'menos el 15% de IRPF' was not understood",),
        ),
        (
            "\u00bfCuánto gastamos en material este trimestre?",
            "spending",
            {"period": "2026-Q4", "category": "material"},
            (),
        ),
        (
            "No mandes más recordatorios a Ortega hasta después del verano",
            "pause_reminders",
            {"until": "después del verano", "who": "Ortega"},
            ("until: 'después del verano' is not a date; give it as YYYY-MM-DD",),
        ),
        (
            "Prepara una fattura per Bianchi di 350 euro per le foto, con ritenuta del 20%",
            "one_invoice",
            {"currency": "EUR", "customer": "Bianchi", "what": "foto"},
            ("'con ritenuta del 20%' was not understood",),
        ),
        (
            "Ho speso 22 euro di benzina ieri",
            "small_expense",
            {"currency": "EUR", "day": "2026-11-19", "amount": "22.00", "category": "benzina"},
            (),
        ),
        (
            "Quanto ci deve Bianchi?",
            "customer_owes",
            {"customer": "Bianchi"},
            (),
        ),
        (
            "Stuur de familie Jansen een factuur van 180 euro voor de bijles, binnen 14 dagen te betalen",
            "one_invoice",
            {
                "send": "yes",
                "currency": "EUR",
                "due_days": "14",
                "amount": "180.00",
                "customer": "familie Jansen",
                "what": "bijles",
            },
            (),
        ),
        (
            "Crediteer factuur 12, dubbel gefactureerd",
            "credit_invoice",
            {"reason": "dubbel gefactureerd", "invoice": "12"},
            (),
        ),
        (
            "Ik heb gisteren 34,50 uitgegeven aan verf",
            "small_expense",
            {"day": "2026-11-19", "amount": "34.50", "category": "verf"},
            (),
        ),
    ],
)
def test_what_owners_write_is_understood_or_asked_about(
    words: str, playbook: str, values: dict[str, str], asked: tuple[str, ...]
) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, dict(wish.values)) == (playbook, values)
    assert (*wish.unread, *wish.rest) == asked
