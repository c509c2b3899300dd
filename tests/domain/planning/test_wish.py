"""What a person's words ask for: which playbook, and what they said of its inputs."""

import datetime as dt
from pathlib import Path

import pytest

from domain.planning.playbook import Playbook, parse_playbook
from domain.planning.said_periods import Told
from domain.planning.slots import Slot, SlotError, SlotType, value_of
from domain.planning.wish import wish_in
from domain.vault.note import Note

TODAY = Told(dt.date(2026, 11, 20), "USD")
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
            "Bitte die Monatsrechnung für Oktober an Müller & Söhne schicken",
            ONE,
            {"customer": "Müller & Söhne", "month": "2026-10"},
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
        ("Make Ann's expense report, October", "expense_report", {"employee": "Ann", "month": "2026-10"}),
        (
            "Spesenabrechnung von Ann Lee, letzten Monat",
            "expense_report",
            {"employee": "Ann Lee", "month": "2026-10"},
        ),
        ("Please follow up the meeting Garden plan", "meeting_follow_up", {"meeting": "Garden plan"}),
        (
            "Compte rendu de la réunion: Jardin\n\n- Luc: envoyer le plan avant mardi",
            "meeting_follow_up",
            {"meeting": "Jardin"},
        ),
        ("Could you draft a post about the week?", "weekly_post", {}),
        ("Pay the bill from Acme", "pay_bill", {"bill": "Acme"}),
        (
            "Please pay invoice 1234 from Acme 250.00",
            "pay_bill",
            {"bill": "1234 from Acme", "amount": "250.00"},
        ),
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


REQUESTS = {
    ONE: (
        ("Please invoice Harbor Supplies for their October hours", "Harbor Supplies"),
        ("Can you bill Harbor Supplies for last month?", "Harbor Supplies"),
        ("Create the October invoice for Harbor Supplies and send it", "Harbor Supplies"),
        ("Send Acme their invoice for October", "Acme"),
        ("Invoice Bank of Ireland for October.", "Bank of Ireland"),
        ("Invoice Larch and Sons for October", "Larch and Sons"),
        ("Schick bitte Müller & Söhne die Rechnung für Oktober", "Müller & Söhne"),
        ("Bitte stelle Hofer GmbH die Stunden vom Oktober in Rechnung", "Hofer GmbH"),
        ("Monatsrechnung Oktober an Haus am See senden bitte", "Haus am See"),
        ("Envoie la facture mensuelle d'octobre à Dupont SARL", "Dupont SARL"),
        ("Factura las horas de octubre a Talleres Ruiz", "Talleres Ruiz"),
        ("Manda la fattura mensile di ottobre a Rossi Srl", "Rossi Srl"),
        ("Factureer de uren van oktober aan Bakker BV", "Bakker BV"),
        ("Could you see to it that Miller gets their invoice for October?", "Miller"),
        ("Please make sure that Miller gets the monthly invoice", "Miller"),
        ("Please make sure that Miller is invoiced for October", "Miller"),
        ("Anna asked whether we could send Acme the invoice for October", "Acme"),
        (
            "Kannst du dafür sorgen, dass Hofer GmbH ihre Rechnung für Oktober bekommt?",
            "Hofer GmbH",
        ),
        (
            "Anna hat gefragt, ob wir Hofer GmbH die Rechnung für Oktober schicken können",
            "Hofer GmbH",
        ),
        ("Peux-tu veiller à ce que Dupont SARL reçoive sa facture d'octobre ?", "Dupont SARL"),
        ("Anna demande si on peut envoyer la facture mensuelle à Dupont SARL", "Dupont SARL"),
        ("Puedes encargarte de que Talleres Ruiz reciba su factura de octubre", "Talleres Ruiz"),
        ("Puoi fare in modo che Rossi Srl riceva la fattura di ottobre?", "Rossi Srl"),
        ("Wil je ervoor zorgen dat Bakker BV de factuur van oktober krijgt?", "Bakker BV"),
        ("Anna vraagt of we Bakker BV de maandfactuur kunnen sturen", "Bakker BV"),
    ),
    ALL: (
        ("Invoice everybody for October", ""),
        ("Send all invoices for October", ""),
        ("Rechne alle offenen Stunden vom Oktober ab", ""),
        ("Fattura tutte le ore di ottobre", ""),
    ),
    "payment_reminders": (
        ("Remind everyone who hasn't paid", ""),
        ("Send payment reminders to customers with overdue invoices", ""),
        ("Chase overdue invoices, please", ""),
        ("Bitte Mahnungen verschicken", ""),
        ("Envoie les relances aux clients en retard", ""),
        ("Remind Acme to pay", "Acme"),
        ("Erinnere Hofer GmbH an die offene Rechnung", "Hofer GmbH"),
    ),
    "month_end": (
        ("Can we close October?", ""),
        ("Month-end close for October", ""),
        ("Monatsabschluss Oktober", ""),
        ("Clôture du mois d'octobre", ""),
        ("Cierre de octubre", ""),
        ("Chiusura di ottobre", ""),
        ("Maandafsluiting oktober", ""),
    ),
    "new_customer": (
        ("Create a customer Kestrel Joinery", "Kestrel Joinery"),
        ("Lege den Kunden Café de Paris an", "Café de Paris"),
        ("Ajoute le client Dupont SARL", "Dupont SARL"),
    ),
    "who_owes": (
        ("Who hasn't paid?", ""),
        ("Which invoices are overdue?", ""),
        ("Wer hat noch nicht bezahlt?", ""),
        ("Qui n'a pas encore payé ?", ""),
        ("Wie heeft niet betaald?", ""),
    ),
    "customer_owes": (
        ("How much does Acme owe us?", "Acme"),
        ("Wie viel schuldet uns Hofer GmbH?", "Hofer GmbH"),
        ("Was schuldet uns Hofer GmbH?", "Hofer GmbH"),
        ("Quanto ci deve Rossi Srl?", "Rossi Srl"),
    ),
    "pay_bill": tuple(
        (words, "")
        for words in (
            "Pay the bill",
            "Can you pay Acme's bill?",
            "Bitte bezahle die Rechnung von Hofer GmbH",
            "Paie la facture de Dupont SARL",
            "Paga la factura de Talleres Ruiz",
            "Paga la fattura di Rossi Srl",
            "Betaal de factuur van Bakker BV",
        )
    ),
    "weekly_post": (("Write a post about this week", ""), ("Post zur Woche bitte", "")),
}


@pytest.mark.parametrize(
    ("playbook", "words", "customer"),
    [(playbook, *row) for playbook, rows in REQUESTS.items() for row in rows],
)
def test_what_people_write_is_understood_in_each_language(playbook: str, words: str, customer: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert wish.playbook.name == playbook
    assert wish.values.get("customer", "") == customer
    assert wish.values.get("month", "2026-10") == "2026-10"


NUMBER = "INV/2026/00012"


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (f"Cancel invoice {NUMBER}", {"invoice": NUMBER}),
        ("Could you cancel Acme's invoice?", {"invoice": "Acme"}),
        ("Cancel the October invoice for Acme", {"invoice": "Acme", "month": "2026-10"}),
        ("cancel the monthly invoice for Larch", {"invoice": "Larch"}),
        ("Cancel the invoice of Acme, Inc.", {"invoice": "Acme"}),
        ("Credit the invoice of March to Acme, wrong hours",
         {"invoice": "Acme", "month": "2026-03", "reason": "wrong hours"}),
        (f"Cancel invoice {NUMBER} because it was never delivered. Thanks!",
         {"invoice": NUMBER, "reason": "it was never delivered"}),
        (f"Please make a credit note for {NUMBER}: wrong price", {"invoice": NUMBER, "reason": "wrong price"}),
        (f"Stornieren Sie bitte die Rechnung {NUMBER}", {"invoice": NUMBER}),
        ("Bitte storniere die Rechnung vom März an Acme, weil die Stunden falsch sind",
         {"invoice": "Acme", "month": "2026-03", "reason": "die Stunden falsch sind"}),
        (f"Bitte die Rechnung {NUMBER} stornieren, wegen doppelter Buchung",
         {"invoice": NUMBER, "reason": "doppelter Buchung"}),
        (f"Annulez la facture {NUMBER}, mauvaises heures", {"invoice": NUMBER, "reason": "mauvaises heures"}),
        ("Annule la facture de mars à Dupont SARL", {"invoice": "Dupont SARL", "month": "2026-03"}),
        (f"Anula la factura {NUMBER} porque está duplicada", {"invoice": NUMBER, "reason": "está duplicada"}),
        ("Cancela la factura de marzo a Talleres Ruiz", {"invoice": "Talleres Ruiz", "month": "2026-03"}),
        (f"Annulla la fattura {NUMBER}, ore sbagliate", {"invoice": NUMBER, "reason": "ore sbagliate"}),
        ("Storna la fattura di marzo a Rossi Srl", {"invoice": "Rossi Srl", "month": "2026-03"}),
        (f"Annuleer factuur {NUMBER}, verkeerde uren", {"invoice": NUMBER, "reason": "verkeerde uren"}),
        ("Crediteer de factuur van maart aan Bakker BV", {"invoice": "Bakker BV", "month": "2026-03"}),
    ],
)  # fmt: skip
def test_an_invoice_that_is_cancelled_is_understood_with_its_reason(
    words: str, values: dict[str, str]
) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, dict(wish.values)) == ("credit_invoice", values)


@pytest.mark.parametrize(
    "words",
    [
        f"Don't cancel invoice {NUMBER}",
        f"Did you cancel invoice {NUMBER}?",
        f"Cancel the payment of invoice {NUMBER}",
        f"Cancel payment of invoice {NUMBER}",
        "Reverse the payment of invoice 12",
        "Cancel the meeting about invoice 12",
        "Cancel invoice 12, but not yet",
        "They want to cancel invoice 12",
        "Acme says: please do not cancel invoice 12",
        "Die Rechnung wurde storniert",
        "Hast du die Rechnung 12 storniert?",
        "please cancel our invoice",
        "Cancel my subscription",
    ],
)
def test_words_that_only_speak_of_cancelling_credit_nothing(words: str) -> None:
    assert wish_in(words, BOOKS, TODAY) is None


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("I spent 12.80 on a taxi today", {"amount": "12.80", "category": "taxi", "day": "2026-11-20"}),
        ("Paid \u20ac34,50 for parking yesterday",
         {"amount": "34.50", "currency": "EUR", "category": "parking", "day": "2026-11-19"}),
        ("Spent $1,250.00 at Apple on hardware",
         {"amount": "1250.00", "currency": "USD", "category": "hardware", "vendor": "Apple"}),
        ("Book lunch at Luigi's 34.50 on 3 November 2026",
         {"amount": "34.50", "category": "lunch", "vendor": "Luigi's", "day": "2026-11-03"}),
        ("Habe gestern 12,80 \u20ac für ein Taxi bezahlt",
         {"amount": "12.80", "currency": "EUR", "category": "Taxi", "day": "2026-11-19"}),
        ("J'ai dépensé 15,90 euros pour un taxi hier",
         {"amount": "15.90", "currency": "EUR", "category": "taxi", "day": "2026-11-19"}),
        ("Habe hier 15,90 \u20ac für ein Taxi bezahlt",
         {"amount": "15.90", "currency": "EUR", "category": "Taxi"}),
        ("Ho speso 18 euro per il parcheggio", {"amount": "18.00", "currency": "EUR", "category": "parcheggio"}),
        ("Gisteren 22,50 betaald voor parkeren", {"amount": "22.50", "category": "parkeren", "day": "2026-11-19"}),
        ("We spent 12.80 and 13.00 on taxis", {"category": "taxis"}),
        ("I spent 12.80 on a taxi on 03/04/2026", {"amount": "12.80", "category": "taxi", "day": "03/04/2026"}),
    ],
)  # fmt: skip
def test_an_expense_in_words_is_understood_with_sum_day_and_payee(words: str, values: dict[str, str]) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, dict(wish.values)) == ("small_expense", values)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("How much did we spend on office supplies last quarter?",
         {"category": "office supplies", "period": "2026-Q3"}),
        ("What did we spend on software in Q4?", {"category": "software", "period": "2026-Q4"}),
        ("What have we spent on rent in Q4 2025?", {"category": "rent", "period": "2025-Q4"}),
        ("What did we spend last week?", {"period": "2026-11-09..2026-11-15"}),
        ("What did we spend?", {}),
        ("Was haben wir letztes Quartal für Reisen ausgegeben?", {"category": "Reisen", "period": "2026-Q3"}),
        ("Combien avons-nous dépensé en voyages le mois dernier ?",
         {"category": "voyages", "period": "2026-10"}),
        ("Cuánto gastamos en viajes el año pasado?", {"category": "viajes", "period": "2025"}),
        ("Quanto abbiamo speso per viaggi l'anno scorso?", {"category": "viaggi", "period": "2025"}),
        ("Hoeveel hebben we dit jaar uitgegeven aan reizen?", {"category": "reizen", "period": "2026"}),
    ],
)  # fmt: skip
def test_what_was_spent_in_a_period_is_a_question_to_the_books(words: str, values: dict[str, str]) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, dict(wish.values)) == ("spending", values)


@pytest.mark.parametrize(
    ("said", "is_one"), [("2026-Q3", True), ("2026-10", True), ("2026-Q5", False), ("soon", False)]
)
def test_a_period_is_one_that_reports_know(said: str, is_one: bool) -> None:  # noqa: FBT001 (a case)
    slot = Slot(name="a", type=SlotType.PERIOD)
    if is_one:
        assert value_of(slot, said) == said
    else:
        with pytest.raises(SlotError, match="use a month"):
            value_of(slot, said)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1 234.50", "1234.50"), ("1.234,50", "1234.50"), ("1,234 EUR", "1234.00"), ("EUR 1.234.567", "1234567.00"),
        ("12,5 EUR", "12.50"), ("\u20ac7", "7.00"), ("0.99", "0.99"),
        ("1,234,56 EUR", None), ("1.234,5678", None), ("9" * 30 + ".50", None), ("1,234,567,890,123.00 EUR", None),
        ("12", None), ("50 %", None), ("1.5", None),
    ],
)  # fmt: skip
def test_a_sum_is_read_as_people_write_it_or_not_at_all(written: str, amount: str | None) -> None:
    wish = wish_in(f"I spent {written} on taxi", BOOKS, TODAY)
    assert (wish.values.get("amount") if wish else None) == amount
    plain = written.removesuffix(" EUR").removeprefix("EUR ")
    if amount is not None:
        assert value_of(Slot(name="a", type=SlotType.AMOUNT), plain) == amount


def test_a_bare_dollar_is_the_books_own_dollar() -> None:
    said = {
        currency: wish_in("Spent $12.00 on taxi", BOOKS, Told(TODAY.today, currency))
        for currency in ("AUD", "EUR")
    }
    assert {currency: wish and wish.values["currency"] for currency, wish in said.items()} == {
        "AUD": "AUD",
        "EUR": "USD",
    }


@pytest.mark.parametrize(
    "words",
    [
        "Invoice from Cedar for October is missing",
        "Bill 123 of October is unpaid",
        "The invoice for October to Larch was paid.",
        "Remind me to pay the rent",
        "We close in December",
        "Jane Doe is a new customer",
        "I spent a lot on taxis",
        "Who has paid?",
        "Book a table at Luigi's for 4 people",
        "Please make sure that Acme gets no invoice for October",
        "Could you see to it that Acme never gets the monthly invoice",
        "Anna asked why Acme gets their invoice for October",
        "I see that Acme gets their invoice for October late",
        "Sorge dafür, dass Hofer GmbH keine Rechnung für Oktober bekommt",
        "Acme will pay invoice 12 tomorrow",
        "Don't pay the bill from Acme",
        "Did you pay the bill from Acme?",
    ],
)
def test_words_that_only_sound_alike_ask_for_nothing(words: str) -> None:
    assert wish_in(words, BOOKS, TODAY) is None


def test_what_the_same_sentence_asks_for_besides_is_told() -> None:
    wish = wish_in("Send the October invoice to Larch and remind Acme to pay", BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, wish.values["customer"], wish.rest) == (ONE, "Larch", ("remind Acme to pay",))


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


def test_a_phrase_whose_words_are_not_there_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pattern takes long on a long text: with values left open it begins anywhere."""
    monkeypatch.setattr("domain.planning.wish.pattern_of", lambda phrase, _by_form: pytest.fail(phrase))
    assert wish_in("monthly " * 300, BOOKS, TODAY) is None


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


@pytest.mark.parametrize(
    "phrase",
    ["invoice", "{customer}", "invoice {customer}", "pay {somebody} now", "invoice {customer} {sum}"],
)
def test_a_phrase_that_could_be_said_by_chance_or_names_no_input_is_refused(phrase: str) -> None:
    front = {
        "asked": [phrase],
        "inputs": {"customer": "text", "sum": "number"},
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
        "Die Monatsrechnung für Larch bitte nicht verschicken",
        "Did you send the monthly invoice to Larch for October?",
        "Invoice\nWhy was the monthly invoice to Larch so high?",
        "Hast du die Monatsrechnung für Larch gemacht?",
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
        "Monatsrechnung für Larch im Oktober nicht vergessen",
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


@pytest.mark.parametrize(
    ("words", "playbook", "values"),
    [
        ("Post on LinkedIn tomorrow at 9: We are hiring!\nTwo joiners, 3.50 an hour more",
         "post", {"platform": "LinkedIn", "moment": "2026-11-21 09:00",
                  "text": "We are hiring!\nTwo joiners, 3.50 an hour more"}),
        ("Publish on Facebook 2026-12-24 17:30:\nClosed: all week. Invoice Acme for October.",
         "post", {"platform": "Facebook", "moment": "2026-12-24 17:30",
                  "text": "Closed: all week. Invoice Acme for October."}),
        ("Answer Mrs Meier: we are closed on Friday",
         "answer", {"who": "Mrs Meier", "text": "we are closed on Friday"}),
        ("Antworte Frau Meier: wir haben zu", "answer", {"who": "Frau Meier", "text": "wir haben zu"}),
        ("Social\n\nHi,\nPost on LinkedIn: We are hiring!\n\nTwo joiners.",
         "post", {"platform": "LinkedIn", "text": "We are hiring!\n\nTwo joiners."}),
        ("Social\nHi, please post on LinkedIn: We are hiring!",
         "post", {"platform": "LinkedIn", "text": "We are hiring!"}),
        ("Tweet tomorrow at 9: We are hiring!", "tweet", {"moment": "2026-11-21 09:00", "text": "We are hiring!"}),
        ("Please tweet: We are hiring!", "tweet", {"text": "We are hiring!"}),
        ("Poste auf X: Neue Öffnungszeiten", "post", {"platform": "X", "text": "Neue Öffnungszeiten"}),
        ("Post on LinkedIn\nWe are hiring.", "post", {"platform": "LinkedIn", "text": "We are hiring."}),
        ("Send an email to anna@kestrel.example: we are closed on Friday",
         "letter", {"to": "anna@kestrel.example", "text": "we are closed on Friday"}),
    ],
)  # fmt: skip
def test_what_follows_the_first_sentence_is_taken_as_it_stands(
    words: str, playbook: str, values: dict[str, str]
) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, dict(wish.values)) == (playbook, values)


@pytest.mark.parametrize(
    "words",
    [
        "Don't post on LinkedIn: it is secret",
        "Did you post on LinkedIn: yes or no",
        "Don't tweet: it is secret",
        "I saw their tweet: it is funny",
        "The answer to Bob: it is funny",
        "Post on LinkedIn:",
        "Social\nDon't post on LinkedIn: it is secret",
        "Minutes\nAnna said: post on LinkedIn: it is new",
        "Post on LinkedIn: " + "x" * 2_000,
        "Invoice Acme 450 for the workshop, please don't send it",
        "Fais une facture de 450 EUR à Dupont SARL pour l'atelier, ne l'envoie pas",
    ],
)
def test_what_is_forbidden_empty_or_cut_off_is_not_taken(words: str) -> None:
    assert wish_in(words, BOOKS, TODAY) is None


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("Invoice Acme 450 for the workshop on Tuesday",
         {"customer": "Acme", "amount": "450.00", "what": "workshop on Tuesday"}),
        ("Please invoice Acme 450 EUR for the workshop on Tuesday and send it",
         {"customer": "Acme", "amount": "450.00", "currency": "EUR", "what": "workshop on Tuesday", "send": "yes"}),
        ("Invoice Acme 450 for consulting and training, due in 14 days, please",
         {"customer": "Acme", "amount": "450.00", "what": "consulting and training", "due_days": "14"}),
        ("Invoice Acme 450 for the workshop. Do not send it yet.", {"send": ""}),
        ("Send Acme an invoice of 450.00 for the workshop",
         {"customer": "Acme", "amount": "450.00", "what": "workshop", "send": "yes"}),
        ("Make an invoice over 1,200 USD to Acme for design work",
         {"customer": "Acme", "amount": "1200.00", "currency": "USD", "what": "design work"}),
        ("Invoice Acme for the workshop on Tuesday", {"customer": "Acme", "what": "workshop on Tuesday"}),
        ("Invoice Acme 450 for 2 workshops", {"customer": "Acme", "amount": "450.00", "what": "2 workshops"}),
        ("Invoice Acme 450 for room 12", {"customer": "Acme"}),
        ("Bill Acme $450 incl. VAT for the workshop", {"customer": "Acme", "currency": "USD", "what": "workshop"}),
        ("Schreib Acme eine Rechnung über 450 EUR netto für den Workshop am Dienstag",
         {"customer": "Acme", "amount": "450.00", "currency": "EUR", "what": "Workshop am Dienstag"}),
        ("Schreiben Sie bitte Hofer GmbH eine Rechnung über 450 EUR netto für Beratung und schicken Sie sie",
         {"customer": "Hofer GmbH", "amount": "450.00", "currency": "EUR", "what": "Beratung", "send": "yes"}),
        ("Schreib Acme eine Rechnung über 450 EUR brutto für den Workshop",
         {"customer": "Acme", "currency": "EUR", "what": "Workshop"}),
        ("Facture 450 EUR à Dupont SARL pour l'atelier de mardi",
         {"customer": "Dupont SARL", "amount": "450.00", "currency": "EUR", "what": "l'atelier de mardi"}),
        ("Fais une facture de 450 EUR à Dupont SARL pour l'atelier et envoie-la",
         {"customer": "Dupont SARL", "amount": "450.00", "currency": "EUR", "what": "l'atelier", "send": "yes"}),
        ("Factura 450 EUR a Talleres Ruiz por el taller",
         {"customer": "Talleres Ruiz", "amount": "450.00", "currency": "EUR", "what": "taller"}),
        ("Fattura 450 EUR a Rossi Srl per la consulenza",
         {"customer": "Rossi Srl", "amount": "450.00", "currency": "EUR", "what": "consulenza"}),
        ("Maak een factuur van 450 EUR voor Bakker BV voor de workshop en stuur hem op",
         {"customer": "Bakker BV", "amount": "450.00", "currency": "EUR", "what": "workshop", "send": "yes"}),
    ],
)  # fmt: skip
def test_an_invoice_in_a_sentence_is_understood_with_what_it_is_for(
    words: str, values: dict[str, str]
) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert wish.playbook.name == "one_invoice"
    assert {name: wish.values.get(name, "") for name in values} == values
    if "amount" not in values and "send" not in values:
        assert "amount" not in wish.values, "a sum with its tax, or one of two numbers, is asked for"


@pytest.mark.parametrize(
    "words",
    [
        "Invoice Acme 450 is wrong",
        "The invoice to Acme over 450 for the workshop is wrong",
        "Don't invoice Acme 450 for the workshop",
        "Did you invoice Acme 450 for the workshop?",
        "Invoice 12 for Acme is missing",
        "They will invoice Acme 450 for the workshop",
        "Invoice me 450 for the workshop",
        "Anna: invoice from Acme 450 for the workshop",
    ],
)
def test_words_that_only_speak_of_an_invoice_make_none(words: str) -> None:
    assert wish_in(words, BOOKS, TODAY) is None


def test_hours_of_a_month_stay_the_monthly_invoice() -> None:
    for words in ("Invoice Acme for October", "Invoice Acme for the hours of October"):
        wish = wish_in(words, BOOKS, TODAY)
        assert wish
        assert wish.playbook.name == ONE


DECEMBER = "2026-12-31"


@pytest.mark.parametrize(
    ("words", "playbook", "values"),
    [
        ("Stop reminding Acme", "pause_reminders", {"who": "Acme"}),
        (f"No more reminders for invoice {NUMBER} until 31 December 2026, please",
         "pause_reminders", {"who": f"invoice {NUMBER}", "until": DECEMBER}),
        ("Please pause the reminders for Acme until 2026-12-31", "pause_reminders", {"who": "Acme", "until": DECEMBER}),
        ("Don't remind Acme any more", "pause_reminders", {"who": "Acme"}),
        ("Do not remind Acme to pay", "pause_reminders", {"who": "Acme"}),
        ("Cancel the reminders for invoice 12", "pause_reminders", {"who": "12"}),
        ("Bitte keine Mahnungen mehr an Hofer GmbH", "pause_reminders", {"who": "Hofer GmbH"}),
        ("Pausiere die Mahnungen an Hofer GmbH bis 31.12.2026",
         "pause_reminders", {"who": "Hofer GmbH", "until": DECEMBER}),
        ("Arrête de relancer Dupont SARL", "pause_reminders", {"who": "Dupont SARL"}),
        ("Ne relance plus Dupont SARL", "pause_reminders", {"who": "Dupont SARL"}),
        ("No más recordatorios a Talleres Ruiz", "pause_reminders", {"who": "Talleres Ruiz"}),
        ("Sospendi i solleciti a Rossi Srl", "pause_reminders", {"who": "Rossi Srl"}),
        ("Geen herinneringen meer aan Bakker BV", "pause_reminders", {"who": "Bakker BV"}),
        ("Remind Acme again", "resume_reminders", {"who": "Acme"}),
        ("remind them again", "resume_reminders", {}),
        ("Resume reminders for Acme", "resume_reminders", {"who": "Acme"}),
        ("Mahne Hofer GmbH wieder", "resume_reminders", {"who": "Hofer GmbH"}),
        ("Reprends les relances pour Dupont SARL", "resume_reminders", {"who": "Dupont SARL"}),
        ("Reanuda los recordatorios a Talleres Ruiz", "resume_reminders", {"who": "Talleres Ruiz"}),
        ("Riprendi i solleciti a Rossi Srl", "resume_reminders", {"who": "Rossi Srl"}),
        ("Herinner Bakker BV weer", "resume_reminders", {"who": "Bakker BV"}),
        ("Remind Acme to pay again", "payment_reminders", {"customer": "Acme"}),
    ],
)  # fmt: skip
def test_reminders_are_paused_and_go_on_in_words(words: str, playbook: str, values: dict[str, str]) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, dict(wish.values)) == (playbook, values)


@pytest.mark.parametrize(
    "words",
    [
        "Remind me again tomorrow",
        "Stop reminding me",
        "They said: we want no more reminders",
        "Did you stop reminding Acme?",
        "Don't stop reminding Acme",
        "Never stop the reminders for Acme",
        "Don't remind Anna of the call",
        "Erinnere mich nicht mehr",
    ],
)
def test_words_that_only_speak_of_reminding_pause_nothing(words: str) -> None:
    assert wish_in(words, BOOKS, TODAY) is None


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("Invoice Acme 450 per day for 3 days", ("3", "450.00", "3 days")),
        ("Invoice Acme 450 a day for three days for the workshop", ("3", "450.00", "workshop, three days")),
        ("Invoice Acme 3 hours at 90", ("3", "90.00", "3 hours")),
        ("Invoice Acme for 3 hours of consulting at 90", ("3", "90.00", "3 hours of consulting")),
        ("Bill Acme 85 an hour for 6 hours of garden work", ("6", "85.00", "6 hours of garden work")),
        ("Invoice Acme 2 x 150 for the workshop", ("2", "150.00", "workshop")),
        ("Invoice Acme 2x150 EUR for chairs", ("2", "150.00", "chairs")),
        ("Invoice Acme 150 EUR x 2 for chairs", ("2", "150.00", "chairs")),
        ("Invoice Acme for 2 workshops at 450 each", ("2", "450.00", "2 workshops")),
        ("Invoice Acme half a day at 450 for the workshop", ("0.5", "450.00", "workshop, half a day")),
        ("Send Acme an invoice for 1.5 hours at 90 for the repair", ("1.5", "90.00", "repair, 1.5 hours")),
        ("Schreib Acme eine Rechnung über 10 Stunden à 80 Euro", ("10", "80.00", "10 Stunden")),
        ("Schreib Acme eine Rechnung über 450 EUR pro Tag für 3 Tage", ("3", "450.00", "3 Tage")),
        ("Stelle Acme 2,5 Stunden zu je 80 Euro für Beratung in Rechnung",
         ("2.5", "80.00", "Beratung, 2,5 Stunden")),
        ("Facture 3 jours à 400 \u20ac à Acme", ("3", "400.00", "3 jours")),
        ("Facture 400 \u20ac par jour pour 3 jours à Acme", ("3", "400.00", "3 jours")),
        ("Factura 3 horas a 90 EUR a Acme por la reparación", ("3", "90.00", "reparación, 3 horas")),
        ("Fattura 3 giornate a 400 euro a Acme", ("3", "400.00", "3 giornate")),
        ("Factureer Acme 8 uur tegen 75 euro", ("8", "75.00", "8 uur")),
        ("Maak een factuur van 3 uur à 90 euro voor Acme voor advies", ("3", "90.00", "advies, 3 uur")),
    ],
)  # fmt: skip
def test_so_many_at_a_price_each_is_a_quantity_and_its_price(
    words: str, values: tuple[str, str, str]
) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert wish.playbook.name == "one_invoice"
    assert tuple(wish.values.get(name) for name in ("quantity", "amount", "what")) == values
    assert (wish.values["customer"], wish.rest, wish.unread) == ("Acme", (), ())


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("Invoice Acme 450 for 2 workshops", "450.00"),
        ("Invoice Acme 450 for the rent of the room 12 at the back", "450.00"),
        ("Invoice Acme 450 EUR for the workshop on 3 November 2026", "450.00"),
        ("Invoice Acme 450 for the tax return 2025", "450.00"),
        ("Invoice Acme 450 for VAT consulting", "450.00"),
        ("Invoice Acme 450 plus VAT for the workshop", "450.00"),
        ("Schreib Acme eine Rechnung über 450 EUR zzgl. MwSt für den Workshop", "450.00"),
        ("Emetti una fattura di 450 euro a Acme per il progetto, più IVA", "450.00"),
    ],
)
def test_a_number_that_is_no_count_leaves_one_sum(words: str, amount: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.values["amount"], wish.values.get("quantity"), wish.unread) == (amount, None, ())


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("Invoice Acme 450 for the workshop plus 10% discount", "plus 10% discount"),
        ("Invoice Acme 450 less 5 % for the workshop", "less 5 %"),
        ("Invoice Acme 450 for the workshop, less 5 %", "less 5 %"),
        ("Invoice Acme 450 for the workshop in two instalments", "in two instalments"),
        ("Invoice Acme 450 for the workshop with a 50% deposit", "with a 50% deposit"),
        ("Invoice Acme 450 plus 10% VAT for the workshop", "plus 10% VAT"),
        ("Invoice Acme 450 without VAT for the workshop", "without VAT"),
        ("Invoice Acme 450 for the workshop. Thanks, and take 10 % off", "and take 10 % off"),
        ("Schreib Acme eine Rechnung über 450 EUR für den Workshop mit 10 % Rabatt", "mit 10 % Rabatt"),
        ("Schreib Acme eine Rechnung über 450 EUR für den Workshop in 3 Raten", "in 3 Raten"),
        ("Stell Acme 3 Stunden à 65 \u20ac in Rechnung, abzüglich 10 %", "abzüglich 10 %"),
        ("Facture 450 EUR à Acme pour l'atelier avec 10 % de remise", "avec 10 % de remise"),
        ("Facture 450 EUR à Acme pour l'atelier en trois fois", "en trois fois"),
        ("Factura 450 EUR a Acme por el taller con 10 % de descuento", "con 10 % de descuento"),
        ("Factura 450 EUR a Acme por el taller en dos plazos", "en dos plazos"),
        ("Fattura 450 EUR a Acme per la consulenza con uno sconto del 10%", "con uno sconto del 10%"),
        ("Fattura 450 EUR a Acme per la consulenza in due rate", "in due rate"),
        ("Maak een factuur van 450 EUR voor Acme voor de workshop met 10% korting", "met 10% korting"),
        ("Maak een factuur van 450 EUR voor Acme voor de workshop in twee termijnen", "in twee termijnen"),
        ("I spent 12.80 on lunch plus 10% tip", "plus 10% tip"),
        ("Spent 25 euros on printer paper and 12 on coffee", "and 12 on coffee"),
    ],
)  # fmt: skip
def test_what_changes_a_sum_is_named_and_the_sum_asked_for(words: str, unread: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert f"'{unread}' was not understood" in wish.unread
    assert "amount" not in wish.values
    assert not any(unread in value for value in wish.values.values())


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("Pay the bill from Larch by Friday", "'by Friday' was not understood"),
        ("Who owes us more than 1000?", "'Who owes us more than 1000' was not understood"),
        ("How much does Acme owe us since March?", "'owe us since March' was not understood"),
        ("Invoice the 12 hours for Acme", "'Invoice the 12 hours' was not understood"),
        ("Mahne Hofer erst ab Januar wieder", "'erst ab Januar' was not understood"),
        ("Invoice Acme 450 per day for the workshop",
         "quantity: 'per day' does not say how many; give a number such as 3 or 1.5"),
        ("I spent 12.80 on a taxi on 3 November 2026 or on 4 November 2026",
         "day: '3 November 2026' or '4 November 2026' is not certain"),
        ("We spent 12.80 and 13.00 on taxis", "amount: '12.80' or '13.00' is not certain"),
        ("Invoice Acme 450 EUR gross for the workshop", "amount: '450 EUR' is not certain"),
        ("Post on Facebook next Monday at 9: We are open",
         "moment: 'next Monday at 9' is no local time; give it as 2026-12-24 09:00"),
    ],
)  # fmt: skip
def test_what_no_input_took_or_not_for_certain_is_named(words: str, unread: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert unread in wish.unread


def test_two_values_of_an_input_with_a_default_are_refused_and_not_replaced_by_it() -> None:
    wish = wish_in("I spent 12.80 on a taxi on 3 November 2026 or on 4 November 2026", BOOKS, TODAY)
    assert wish
    [day] = [slot for slot in wish.playbook.inputs if slot.name == "day"]
    with pytest.raises(SlotError):
        value_of(day, wish.values["day"])


@pytest.mark.parametrize(
    ("words", "playbook", "name", "month"),
    [
        ("Invoice March Ltd for October", ONE, "March Ltd", "2026-10"),
        ("Monthly invoice for March Ltd", ONE, "March Ltd", None),
        ("Invoice June Smith for October", ONE, "June Smith", "2026-10"),
        ("Invoice May & Sons for May", ONE, "May & Sons", "2026-05"),
        ("Monatsrechnung Oktober an Mai GmbH", ONE, "Mai GmbH", "2026-10"),
        ("Envoie la facture mensuelle d'octobre à Mars SARL", ONE, "Mars SARL", "2026-10"),
        ("Factura las horas de octubre a Abril SL", ONE, "Abril SL", "2026-10"),
        ("Manda la fattura mensile di ottobre a Maggio Srl", ONE, "Maggio Srl", "2026-10"),
        ("Factureer de uren van oktober aan Mei BV", ONE, "Mei BV", "2026-10"),
        ("Credit the invoice of March to May GmbH", "credit_invoice", "May GmbH", "2026-03"),
        ("Cancel the invoice of March Ltd", "credit_invoice", "March Ltd", None),
        ("Create the October invoice for Acme", ONE, "Acme", "2026-10"),
    ],
)  # fmt: skip
def test_a_month_in_a_companys_name_is_no_month(
    words: str, playbook: str, name: str, month: str | None
) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert wish.playbook.name == playbook
    assert wish.values.get("customer", wish.values.get("invoice")) == name
    assert wish.values.get("month") == month


@pytest.mark.parametrize(
    ("words", "playbook", "second"),
    [
        (f"Cancel invoice {NUMBER} and remind Acme to pay", "credit_invoice", "remind Acme to pay"),
        (f"Cancel invoice {NUMBER} and remind Acme", "credit_invoice", "remind Acme"),
        (f"Cancel invoice {NUMBER}, then invoice Acme for October", "credit_invoice", "invoice Acme for October"),
        (f"Cancel invoice {NUMBER}, remind Acme to pay", "credit_invoice", "remind Acme to pay"),
        (f"Cancel invoice {NUMBER} and don't remind Acme any more", "credit_invoice", "don't remind Acme any more"),
        ("Invoice Acme 450 for the workshop and send it, and remind Bolt Ltd to pay", "one_invoice",
         "remind Bolt Ltd to pay"),
        ("Storniere die Rechnung 12 und mahne Hofer GmbH wieder", "credit_invoice", "mahne Hofer GmbH wieder"),
        ("Annule la facture 12 et relance Dupont SARL", "credit_invoice", "relance Dupont SARL"),
        ("Anula la factura 12 y recuerda a Ruiz el pago", "credit_invoice", "recuerda a Ruiz el pago"),
        ("Annulla la fattura 12 e sollecita Rossi Srl", "credit_invoice", "sollecita Rossi Srl"),
        ("Annuleer factuur 12 en herinner Bakker BV aan de factuur", "credit_invoice",
         "herinner Bakker BV aan de factuur"),
    ],
)  # fmt: skip
def test_of_two_requests_in_one_sentence_the_second_is_named(words: str, playbook: str, second: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, wish.rest) == (playbook, (second,))


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("Stop reminding Acme until January", "2027-01-01"),
        ("Stop reminding Acme until next month", "2026-12-01"),
        ("Stop reminding Acme until 15 December", "2026-12-15"),
        ("Stop reminding Acme until Friday", "2026-11-27"),
        ("Stop reminding Acme until the end of the year", "2026-12-31"),
        ("Stop reminding Acme until further notice", None),
        ("Stop reminding Acme for two weeks", "2026-12-04"),
        ("Stop reminding Acme for a month", "2026-12-20"),
        ("Stop reminding Acme until after Christmas", "after Christmas"),
        ("Stop reminding Acme until November", "November"),
        ("Stop reminding Acme until next Friday", "next Friday"),
        ("Pausiere die Mahnungen an Acme bis Januar", "2027-01-01"),
        ("Pausiere die Mahnungen an Acme bis nächsten Monat", "2026-12-01"),
        ("Pausiere die Mahnungen an Acme bis 15. Dezember", "2026-12-15"),
        ("Keine Mahnungen mehr an Acme bis Ende Februar", "2027-02-28"),
        ("Pausiere Mahnungen an Acme für 2 Wochen", "2026-12-04"),
        ("Arrête de relancer Acme pendant deux semaines", "2026-12-04"),
        ("Deja de recordar a Acme durante dos semanas", "2026-12-04"),
        ("Smetti di sollecitare Acme per due settimane", "2026-12-04"),
        ("Stop met aanmanen van Acme voor twee weken", "2026-12-04"),
        ("Don't chase Acme until the 5th of January", "2027-01-05"),
        ("Mahne Acme bis Januar nicht", "2027-01-01"),
        ("Pausiere die Mahnungen an Acme bis nach Weihnachten", "nach Weihnachten"),
        ("Arrête de relancer Acme jusqu'en janvier", "2027-01-01"),
        ("Arrête de relancer Acme jusqu'au mois prochain", "2026-12-01"),
        ("Arrête de relancer Acme jusqu'après Noël", "après Noël"),
        ("Deja de recordar a Acme hasta enero", "2027-01-01"),
        ("Deja de recordar a Acme hasta el próximo mes", "2026-12-01"),
        ("Deja de recordar a Acme hasta después de Navidad", "después de Navidad"),
        ("Smetti di sollecitare Acme fino a gennaio", "2027-01-01"),
        ("Smetti di sollecitare Acme fino al mese prossimo", "2026-12-01"),
        ("Smetti di sollecitare Acme fino a dopo Natale", "dopo Natale"),
        ("Stop met aanmanen van Acme tot januari", "2027-01-01"),
        ("Stop met aanmanen van Acme tot volgende maand", "2026-12-01"),
        ("Stop met aanmanen van Acme tot na kerst", "na kerst"),
    ],
)
def test_a_pause_ends_on_a_day_that_is_shown_or_asked_for(words: str, until: str | None) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, wish.values["who"]) == ("pause_reminders", "Acme")
    assert wish.values.get("until") == until
    is_day = until is None or until.startswith("20")
    assert wish.unread == (() if is_day else (f"until: '{until}' is not a date; give it as YYYY-MM-DD",))


@pytest.mark.parametrize(
    "words",
    [
        "Invoice Acme 450 for the workshop by 15 December",
        "Invoice Acme 450 for the workshop, payable by 15 December 2026",
        "Invoice Acme 450 for the workshop, due on December 15",
        "Schreib Acme eine Rechnung über 450 EUR für den Workshop, zahlbar bis 15. Dezember",
        "Schreib Acme eine Rechnung über 450 EUR für den Workshop, fällig am 15.12.2026",
        "Facture 450 EUR à Acme pour l'atelier, à payer avant le 15 décembre",
        "Factura 450 EUR a Acme por el taller, a pagar antes del 15 de diciembre",
        "Fattura 450 EUR a Acme per il progetto, da pagare entro il 15 dicembre",
        "Maak een factuur van 450 EUR voor Acme voor advies, te betalen voor 15 december",
    ],
)
def test_a_day_by_which_an_invoice_is_due_is_understood(words: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.values["due_on"], wish.values["amount"], wish.unread) == ("2026-12-15", "450.00", ())
    assert "15" not in wish.values["what"]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("on 3 November", "2026-11-03"),
        ("on 3 Nov", "2026-11-03"),
        ("on 24 December", "2025-12-24"),
        ("on Monday", "2026-11-16"),
        ("last Friday", "2026-11-13"),
        ("on Friday", "on Friday"),
        ("the day before yesterday", "2026-11-18"),
        ("3 days ago", "2026-11-17"),
    ],
)
def test_a_day_without_a_year_is_the_last_of_that_name(said: str, day: str) -> None:
    wish = wish_in(f"I spent 12.80 on a taxi {said}", BOOKS, TODAY)
    assert wish
    assert (wish.values["day"], wish.values["category"]) == (day, "taxi")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Habe am 3. November 12,80 \u20ac für ein Taxi bezahlt", "2026-11-03"),
        ("Ich habe am Montag 54,90 \u20ac für Farbe bezahlt", "2026-11-16"),
        ("Habe vorgestern 12,80 \u20ac für Porto ausgegeben", "2026-11-18"),
        ("J'ai payé 32,00 \u20ac pour le parking lundi", "2026-11-16"),
        ("J'ai payé 32,00 \u20ac pour le parking avant-hier", "2026-11-18"),
        ("He gastado 15,60 euros en taxi el lunes", "2026-11-16"),
        ("He gastado 15,60 euros en taxi anteayer", "2026-11-18"),
        ("Ho pagato 27,50 euro per il parcheggio lunedì", "2026-11-16"),
        ("Ho pagato 27,50 euro per il parcheggio l'altro ieri", "2026-11-18"),
        ("Maandag 12,50 euro betaald voor parkeren", "2026-11-16"),
        ("Eergisteren 12,50 euro betaald voor parkeren", "2026-11-18"),
    ],
)
def test_a_day_of_the_week_is_understood_in_each_language(words: str, day: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, wish.values["day"]) == ("small_expense", day)


@pytest.mark.parametrize(
    "words",
    [
        "Remind Acme", "Send Acme a reminder", "Schick Acme eine Mahnung", "Mahne Acme", "Relance Acme",
        "Envoie un rappel à Acme", "Recuerda a Acme que pague", "Envía un recordatorio a Acme",
        "Sollecita Acme",
        "Invia un sollecito a Acme", "Herinner Acme aan de factuur", "Stuur Acme een herinnering",
    ],
)  # fmt: skip
def test_a_customer_alone_is_reminded(words: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, dict(wish.values)) == ("payment_reminders", {"customer": "Acme"})


@pytest.mark.parametrize(
    "words",
    [
        "Remind Anna of the call",
        "Remind me",
        "Remind Acme tomorrow at nine",
        "Relance-les",
        "Mahne nicht",
        "Remind us",
    ],
)
def test_a_reminder_of_something_else_is_none_to_pay(words: str) -> None:
    assert wish_in(words, BOOKS, TODAY) is None


@pytest.mark.parametrize(
    "words",
    [
        "Invoice Acme 450", "Make an invoice over 450 EUR to Acme, please",
        "Schreib Acme eine Rechnung über 450 EUR",
        "Facture 450 EUR à Acme", "Factura 450 EUR a Acme", "Fattura 450 EUR a Acme", "Factureer Acme 450 EUR",
    ],
)  # fmt: skip
def test_an_invoice_of_which_only_the_sum_is_said_asks_what_for(words: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert {name: wish.values.get(name) for name in ("customer", "amount", "what")} == {
        "customer": "Acme",
        "amount": "450.00",
        "what": None,
    }


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("Send an invoice to Acme for 450", None),
        ("Please send an invoice to Acme for 450 for the workshop", "workshop"),
        ("Make an invoice for Acme over 450 for the workshop", "workshop"),
        ("Create an invoice for Acme for 450 for cleaning", "cleaning"),
        ("Send an invoice to Acme over 450 EUR", None),
    ],
)
def test_an_invoices_customer_is_whom_it_goes_to_and_not_what_it_is_for(words: str, what: str | None) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, wish.values["amount"]) == ("one_invoice", "450.00")
    assert (wish.values["customer"], wish.values.get("what")) == ("Acme", what)


@pytest.mark.parametrize(
    ("words", "platform", "text"),
    [
        ("Post on LinkedIn that we are closed on Monday", "LinkedIn", "we are closed on Monday"),
        ("Please post to Facebook: closed on Monday", "Facebook", "closed on Monday"),
    ],
)
def test_a_post_is_asked_for_without_a_colon_too(words: str, platform: str, text: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, wish.values) == ("post", {"platform": platform, "text": text})
    assert wish_in(f"Don't {words[0].lower()}{words[1:]}", BOOKS, TODAY) is None


@pytest.mark.parametrize(
    "words",
    [
        "Invoice Acme 5 hours at 90 and parking 12.50",
        "Invoice Acme 50 hours at 90 and 3 parking tickets at 12.50, due in 30 days",
        "Stell Acme 5 Stunden à 90 und Parken 12,50 in Rechnung",
    ],
)
def test_a_second_sum_is_never_the_price_of_what_was_counted(words: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert "amount" not in wish.values
    assert wish.values.get("customer") == "Acme"
    assert any("'90.00' or '12" in one for one in wish.unread), wish.unread


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (
            "Post on LinkedIn: We are hiring and invoice Acme for October",
            "We are hiring and invoice Acme for October",
        ),
        (
            "Answer Mrs Meier: we cancel invoice 12 and remind Acme to pay",
            "we cancel invoice 12 and remind Acme to pay",
        ),
    ],
)
def test_a_dictated_text_is_not_cut_at_what_looks_like_a_request(words: str, text: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.values["text"], wish.rest) == (text, ())


def test_a_text_that_is_dictated_second_is_named() -> None:
    wish = wish_in("Invoice Acme for October and post on LinkedIn: We are hiring and growing", BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, wish.rest) == (ONE, ("post on LinkedIn: We are hiring and growing",))


@pytest.mark.parametrize(
    "below", ["And take 10 % off", "PS: minus 10%", "Also cancel invoice 12", "Remind Bolt to pay"]
)
def test_what_is_asked_below_a_closing_line_is_not_lost(below: str) -> None:
    wish = wish_in(f"Please invoice Acme 450 for the workshop.\nCheers\nAnna\n{below}", BOOKS, TODAY)
    assert wish
    assert wish.rest or wish.unread
    assert "10" not in below or "amount" not in wish.values


def test_a_signature_asks_for_nothing() -> None:
    words = (
        "Please invoice Acme 450 for the workshop.\n\nBest regards\nAnna Berger\nTel. +43 660 1234567\nHauptstr. 12,"
        " 1010 Wien"
    )
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.values["amount"], wish.rest, wish.unread) == ("450.00", (), ())


def test_an_optional_sum_beside_a_discount_is_refused_and_not_left_out() -> None:
    wish = wish_in("Pay 99.50 of Acme's bill less 2% Skonto", BOOKS, TODAY)
    assert wish
    [amount] = [slot for slot in wish.playbook.inputs if slot.name == "amount"]
    with pytest.raises(SlotError):
        value_of(amount, wish.values["amount"])
