"""The PDF as somebody gets it: its pages, its words, its pictures."""

import io
import re
from collections.abc import Iterator
from decimal import Decimal

import pypdf
import pytest

from domain.briefing.briefing import Briefing
from domain.briefing.layout import FIRST_PAGE, laid_out
from domain.briefing.part import missing
from tasks.briefing.print import as_pdf
from tests.weekly_briefings import CASH, HOSTILE, MADE, briefing, hostile, late, money, number


def pages(one: Briefing) -> list[str]:
    """The words of each page, without the places where a long one breaks."""
    read = pypdf.PdfReader(io.BytesIO(as_pdf(laid_out(one), MADE)))
    return [page.extract_text().replace("\u200b", "") for page in read.pages]


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def usual() -> list[str]:
    return pages(briefing(money()))


def test_the_first_page_stands_alone(usual: list[str]) -> None:
    first = flat(usual[0])
    for said in ("Cedar & Finch", "16 to 22 November 2026", "1,200.00 USD", "-350.25 USD"):
        assert flat(said) in first
    assert flat("Book a bill: 2480.00 USD, Harbor Offices") in first
    assert flat("Financial Performance") not in first


@pytest.mark.parametrize("length", [20, 90, 300])
@pytest.mark.parametrize("count", [1, 5, 40])
def test_the_executive_summary_is_one_page_whatever_happened(count: int, length: int) -> None:
    waiting = (briefing().decisions[0].model_copy(update={"said": "Pay " + "x y " * 20}),) * count
    said = tuple("word " * (length // 5) for _ in range(count))
    label = "Lowest cash expected, week until 2026-11-29"
    numbers = tuple(number(key, "123456.78", before=Decimal(1), label=label) for key in FIRST_PAGE)
    part = money(numbers=numbers, findings=said, charts=(CASH,))
    found = pages(briefing(part, decisions=waiting))
    assert next(place for place, page in enumerate(found) if "Financial Performance" in page) == 1


def test_every_page_says_what_it_is_and_where_the_audit_log_stood(usual: list[str]) -> None:
    for place, page in enumerate(map(flat, usual), start=1):
        assert flat("SANDBOX: a made-up company") in page
        assert f"record412,hash{'9f' * 32}" in page
        assert f"Page{place}of{len(usual)}" in page
    assert "SANDBOX" not in "".join(pages(briefing(money(), is_sandbox=False)))


def test_every_number_is_there_with_a_key_that_can_be_copied() -> None:
    one = briefing(money())
    text = flat("".join(pages(one)))
    for found in one.numbers:
        assert flat(found.text) in text
        assert found.key in text


def test_a_long_table_goes_on_with_its_head_on_the_next_page() -> None:
    names = [f"Customer {number}" for number in range(120)]
    found = pages(briefing(money(tables=(late(*names),), charts=())))
    text = "".join(found)
    assert [name for name in names if flat(name) not in flat(text)] == []
    assert len([page for page in found if "Overdue" in page and "Oldest" in page]) >= 3


def test_an_empty_week_is_two_pages_that_say_so() -> None:
    gone = missing("money", "Financial Performance", "Odoo", "The books cannot be read.")
    found = pages(
        briefing(gone, decisions=(), challenges=(), recommendations=(), company="", audit_sequence=0)
    )
    assert len(found) == 2
    assert flat("Financial Performance is missing. The books cannot be read.") in flat(found[0])
    assert flat("The audit log has no records yet") in flat(found[0])
    assert flat(found[1]).count(flat("No source tells of this yet.")) == 2


def test_foreign_text_is_set_as_it_is_and_stays_on_the_page() -> None:
    read = pypdf.PdfReader(io.BytesIO(as_pdf(laid_out(hostile()), MADE)))
    text = flat("".join(page.extract_text() for page in read.pages)).replace("\u200b", "")
    for name in HOSTILE[:5]:
        assert flat(name) in text
    rights: list[float] = []
    for page in read.pages:
        page.extract_text(
            visitor_text=lambda words, _cm, tm, *_: rights.append(tm[4]) if words.strip() else None
        )
    assert max(rights) < float(read.pages[0].mediabox.width)


def test_the_same_briefing_gives_the_same_bytes() -> None:
    one = laid_out(briefing(money(charts=())))
    assert as_pdf(one, MADE) == as_pdf(one, MADE)


def test_the_charts_are_in_it_as_lines_with_words_for_who_does_not_see_them() -> None:
    with_charts = pypdf.PdfReader(io.BytesIO(as_pdf(laid_out(briefing(money())), MADE)))
    assert with_charts.metadata is not None
    assert with_charts.metadata.title == "CEO Briefing: 16 to 22 November 2026"
    told = {str(one["/Alt"]) for one in every_object(with_charts) if "/Alt" in one}
    assert told == {"Chart of months.", "Chart of cash.", "Chart of ageing.", "Chart of budget."}


def every_object(read: pypdf.PdfReader) -> Iterator[pypdf.generic.DictionaryObject]:
    for place in range(1, int(str(read.trailer["/Size"]))):
        found = read.get_object(place)
        if isinstance(found, pypdf.generic.DictionaryObject):
            yield found
