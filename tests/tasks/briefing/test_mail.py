"""The mail as a program reads it: words, a page, and its pictures."""

import io
import re
import shutil
from pathlib import Path

import pytest
from lxml import html
from PIL import Image
from playwright.sync_api import sync_playwright

from domain.briefing.part import missing
from domain.mail.outgoing import MailOrder
from tasks.briefing.mail import as_mail
from tests.weekly_briefings import HOSTILE, briefing, hostile, money

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def test_the_subject_says_the_week_and_what_waits() -> None:
    assert as_mail(briefing()).subject == "[Sandbox] CEO Briefing: 16 to 22 November 2026, 1 decision needed"
    assert as_mail(briefing(decisions=(), is_sandbox=False)).subject == "CEO Briefing: 16 to 22 November 2026"


def test_every_picture_of_the_page_is_in_the_mail_and_no_other() -> None:
    mail = as_mail(briefing(money()))
    page = html.fromstring(mail.html)
    named = [one.get("src").removeprefix("cid:") for one in page.iter("img")]
    assert sorted(named) == sorted(mail.pictures)
    assert len(named) == 4
    assert all(one.get("alt") for one in page.iter("img"))
    for content in mail.pictures.values():
        assert Image.open(io.BytesIO(content)).size[0] > 800


def test_every_number_is_in_both_bodies() -> None:
    one = briefing(money())
    mail = as_mail(one)
    shown = html.fromstring(mail.html).text_content()
    for number in one.numbers:
        for text in (shown, mail.text):
            assert number.text in text
            assert number.key in text


def test_nothing_foreign_is_an_element_and_all_of_it_is_read() -> None:
    page = html.fromstring(as_mail(hostile()).html)
    assert not list(page.iter("script"))
    assert {one.get("src", "")[:4] for one in page.iter("img")} == {"cid:"}
    assert not [name for one in page.iter() for name in one.attrib if name.startswith("on")]
    text = page.text_content()
    assert [name for name in HOSTILE if name not in text] == []


def test_no_name_keeps_the_mail_back() -> None:
    mail = as_mail(hostile())
    assert (
        MailOrder(to=("olga@home.example",), subject=mail.subject, text=mail.text, html=mail.html).html
        == mail.html
    )
    alts = [one.get("alt") for one in html.fromstring(mail.html).iter("img")]
    assert " ".join(HOSTILE[:3]) in alts


def test_the_text_reads_without_a_viewer_of_markdown() -> None:
    text = as_mail(briefing(money(), company="Cedar & Finch_Ltd.")).text
    assert "Cedar & Finch_Ltd., week 2026-W47" in text
    assert "Revenue of the week: 1,200.00 USD, +200.00 USD to the week before, usually 900.00 USD" in text
    assert not re.search(r"\*\*|\[!|<br>|\\\\|^#|^\||&amp;|\]\(", text, re.MULTILINE)
    assert "\n\n\n" not in text


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert not re.search(r"https?:|url\(|<link|<style|<script", as_mail(briefing(money())).html)


def test_an_empty_week_says_so() -> None:
    gone = missing("money", "Financial Performance", "Odoo", "The books cannot be read.")
    mail = as_mail(briefing(gone, decisions=(), challenges=(), recommendations=()))
    text = html.fromstring(mail.html).text_content()
    assert "Financial Performance is missing. The books cannot be read." in text
    assert text.count("No source tells of this yet.") == 2
    assert mail.pictures == {}


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
@pytest.mark.parametrize("width", [390, 900])
def test_nothing_is_wider_than_the_screen(tmp_path: Path, width: int) -> None:
    (tmp_path / "mail.html").write_text(as_mail(hostile()).html)
    with sync_playwright() as server:
        browser = server.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto((tmp_path / "mail.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == width
        browser.close()
