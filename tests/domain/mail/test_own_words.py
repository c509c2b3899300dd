"""What of a mail its sender wrote, and what it quotes or forwards."""

import pytest

from domain.mail.facts import MailFacts
from domain.mail.html_text import read_page
from domain.mail.own_words import OTHERS_BEGIN, seen_above_quotes, unquoted

OWN, THEIRS = "What do you think of this?", "Invoice Acme for October"
QUOTES = {
    "a quotation": f"<blockquote>{THEIRS}</blockquote>",
    "Apple Mail": f'<div><br><blockquote type="cite"><div>On 3 Nov 2026, Bob wrote:</div><p>{THEIRS}</p></blockquote>',
    "Gmail": f'<div class="gmail_quote gmail_quote_container"><div class="gmail_attr">Bob:</div>{THEIRS}</div>',
    "Gmail, forwarded": f'<div class="gmail_quote"><div>---------- Forwarded message ---------</div>{THEIRS}</div>',
    "Yahoo": f'<div id="yahoo_quoted_1" class="yahoo_quoted"><div>{THEIRS}</div></div>',
    "Yahoo, prefixed": f'<div id="x1" class="ydpab12yahoo_quoted"><p>{THEIRS}</p></div>',
    "Outlook": '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm"><p><b>Fr\u00e5n:</b> Bob'
    f"</p></div><p>{THEIRS}</p>",
    "Outlook on the web": f'<div id="x_divRplyFwdMsg"><b>Pe\u013a:</b> Bob</div><div>{THEIRS}</div>',
    "Thunderbird": f'<div class="moz-cite-prefix">Bob:</div><p>{THEIRS}</p>',
    "Thunderbird, forwarded": f'<div class="moz-forward-container">{THEIRS}</div>',
}


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES)
@pytest.mark.parametrize("plain", [None, f"{OWN}\n\n{THEIRS}\n"], ids=["page", "text without marks"])
def test_what_a_page_quotes_is_not_its_senders(quote: str, plain: str | None) -> None:
    html = f"<html><body><p>{OWN}</p>{quote}</body></html>"
    page = read_page(html)
    mail = MailFacts(text=plain or page.text, html=html)
    assert unquoted(mail).strip() == OWN
    assert seen_above_quotes(mail) == OWN
    assert THEIRS in page.text, "a bill that is forwarded in it is still read"


def test_a_mail_without_a_quotation_is_its_senders() -> None:
    html = f"<p>{OWN}</p><p>{THEIRS}</p>"
    assert unquoted(MailFacts(text=f"{OWN}\n{THEIRS}", html=html)) == f"{OWN}\n{THEIRS}"
    assert read_page(html).own == read_page(html).text
    assert unquoted(MailFacts(text=OWN)) == OWN


def test_what_was_said_in_both_is_kept() -> None:
    html = f"<p>Thanks</p><p>{OWN}</p><blockquote>Thanks<br>{THEIRS}</blockquote>"
    assert unquoted(MailFacts(text=f"Thanks\n{OWN}\n\nThanks\n{THEIRS}", html=html)).splitlines()[:2] == [
        "Thanks",
        OWN,
    ]


@pytest.mark.parametrize(
    "head",
    [
        "On Mon, 2 Nov 2026 at 10:00 Bob <bob@x.example> wrote:",
        "On Mon, 2 Nov 2026 at 10:00 Bob\n<bob@x.example> wrote:",
        "Am 02.11.2026 um 10:00 schrieb Bob <bob@x.example>:",
        "Le 2 nov. 2026 \u00e0 10:00, Bob a \u00e9crit :",
        "El 2 nov 2026, a las 10:00, Bob escribi\u00f3:",
        "Il giorno 2 nov 2026, alle ore 10:00, Bob ha scritto:",
        "Op 2 nov. 2026 om 10:00 schreef Bob <bob@x.example>:",
        "Op 2 nov. 2026 heeft Bob het volgende geschreven:",
        "Begin forwarded message:",
        "Anfang der weitergeleiteten Nachricht:",
        "D\u00e9but du message transf\u00e9r\u00e9 :",
        "Inicio del mensaje reenviado:",
        "Inizio messaggio inoltrato:",
        "Begin doorgestuurd bericht:",
        "Van: Bob",
        "*Von:* Bob",
    ],
)
def test_a_line_above_what_others_wrote_begins_it(head: str) -> None:
    assert OTHERS_BEGIN.split(f"{OWN}\n{head}\n{THEIRS}", maxsplit=1)[0].strip() == OWN
