"""A note that is a thing and its sum alone, from Inbox/ to the books; the same from others, and in a bill, is none."""

import pytest

from tasks.approvals.record import pending
from tests.planned import Work
from tests.tasks.planning.test_small_requests import spent
from tests.tasks.planning.test_words import mail, store, work

__all__ = ["work"]

PAGE = b"""Kestrel Cabs Ltd
12 Quay Street, Harbor
Trip sheet of November 19
Taxi 18.50
Waiting 4.00
"""


@pytest.mark.parametrize("source", ["files", "gmail"])
async def test_a_thing_and_its_sum_are_asked_about_once_and_booked(work: Work, source: str) -> None:
    content = b"Taxi 18.50" if source == "files" else mail("", subject="Taxi 18.50")
    task = store(work, content, source, "note.txt" if source == "files" else "mail.eml")
    await work.work(task)
    [asked] = pending()
    assert "Taxi 18.50" in asked.shown
    work.decide(paid_with="cash")
    assert (await work.work(task)).name == "Completed", work.note(task).render()
    assert spent(work, 18.5) == [("Sundry purchases", "paid")]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PAGE, "page.txt"),
        (mail("Taxi 18.50", sender="mallory@kestrel.example", subject=""), "mail.eml"),
        (mail("Taxi 18.50", subject="", dmarc="fail"), "mail.eml"),
        (mail("> Taxi 18.50", subject="Re: your trip"), "mail.eml"),
    ],
    ids=["page", "another's mail", "forged mail", "quoted"],
)
async def test_a_line_of_a_page_and_the_words_of_others_are_no_purchase(
    work: Work, content: bytes, name: str
) -> None:
    task = store(work, content, "gmail" if name.endswith("eml") else "files", name)
    await work.work(task)
    assert [one for one in pending() if one.action == "plan.fill_in"] == []
    assert spent(work, 18.5) == []
