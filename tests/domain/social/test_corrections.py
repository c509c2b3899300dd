"""What a person may correct in a post, and what is theirs to decide and not to change."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.approvals.changes import ChangesError, allowed_changes
from domain.mail.outgoing import MailInputs
from domain.planning.catalogue import CATALOGUE
from domain.social.corrections import correctable, corrected, prefilled
from domain.social.post import Publication

NOON = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)


def part(platform: str, *parts: str, **changes: Any) -> Publication:
    facts = {"platform": platform, "account": "1", "parts": parts, "publish_at": NOON, "cost": "0"}
    return Publication.model_validate(facts | changes)


BOTH = [part("x", "Open.", cost="0.015"), part("linkedin", "We are open.")]


def test_one_text_is_everybodys_and_a_platforms_own_goes_before_it() -> None:
    x, linkedin = corrected(BOTH, {"text": "Closed."}, "UTC")
    assert (x.parts, linkedin.parts) == (("Closed.",), ("Closed.",))
    x, linkedin = corrected(BOTH, {"text": "Closed.", "X text": "Shut."}, "UTC")
    assert (x.parts, linkedin.parts) == (("Shut.",), ("Closed.",))


def test_a_text_is_divided_and_charged_anew_and_all_else_stays() -> None:
    x, linkedin = corrected(BOTH, {"X text": "See https://example.com/a. " + "More. " * 60}, "UTC")
    assert (len(x.parts), str(x.cost)) == (2, "0.215")
    assert x.model_copy(update={"parts": ("Open.",), "cost": BOTH[0].cost}) == BOTH[0]
    assert linkedin == BOTH[1]


def test_one_post_of_a_thread_is_corrected_by_itself_or_the_whole() -> None:
    thread = [part("x", "One.", "Two.")]
    assert corrected(thread, {"X post 2": "Second."}, "UTC")[0].parts == ("One.", "Second.")
    with pytest.raises(ChangesError, match="not both"):
        corrected(thread, {"X post 2": "Second.", "text": "All."}, "UTC")


def test_a_time_is_on_the_clocks_of_the_business_unless_it_names_others() -> None:
    for written, hour in (("2026-12-24 09:00", 8), ("2026-12-24T09:00 UTC", 9), ("", None)):
        [x, _] = corrected(BOTH, {"at": written}, "Europe/Vienna")
        assert (x.publish_at and x.publish_at.hour) == hour
    for written in ("soon", "2026-02-30 09:00", "2026-03-29 02:30", "2026-12-24 09:00 Nowhere"):
        with pytest.raises(ChangesError, match="at: "):
            corrected(BOTH, {"at": written}, "Europe/Vienna")


def test_what_nobody_sees_does_not_get_into_a_text() -> None:
    assert corrected(BOTH, {"text": " O\u202epen\u200b\r\nnow "}, "UTC")[0].parts == ("Open\nnow",)


def test_a_text_has_a_field_of_its_own_once_and_a_thread_has_none() -> None:
    assert prefilled(correctable([part("x", "One.")])) == {"text": "One."}
    assert prefilled(correctable([part("x", "One."), part("linkedin", "One.")])) == {"text": "One."}
    assert prefilled(correctable(BOTH)) == {"X text": "Open.", "LinkedIn text": "We are open."}
    assert prefilled(correctable([part("x", "One.", "Two.")])) == {}
    letter = {
        "sender": "a@shop.example",
        "to": ["b@shop.example"],
        "subject": "Due",
        "text": "Pay.",
        "html": "<p>Pay.</p>",
    }
    assert prefilled(MailInputs.model_validate(letter).changeable()) == {}


@pytest.mark.parametrize("key", ["account", "cost", "media", "publish_at", "zone", "publications", "link"])
def test_nothing_else_of_a_post_can_be_changed(key: str) -> None:
    for changeable in (correctable(BOTH), CATALOGUE["x.publish"].changeable(BOTH[0])):
        with pytest.raises(ChangesError, match=f"'{key}' cannot be changed here; you may change text"):
            allowed_changes(changeable, {key: "9"})
