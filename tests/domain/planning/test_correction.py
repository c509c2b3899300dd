"""What corrections teach, and how sure that is."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.planning.correction import (
    FIELDS,
    SURE,
    Correction,
    CorrectionKind,
    Features,
    Trait,
    all_lessons,
    differing,
    features_of,
    lessons,
)
from domain.planning.kinds import BY_ITS_DOCUMENT, GIVEN, KINDS
from domain.planning.routing import said_by_person, taught
from domain.planning.triage import Priority, TaskDomain, Triage

CLUB = features_of(
    "Club <news@club.example>", "Re: Minutes no. 17 of the board", list_id="<board.club.example>"
)


def correction(number: int, new: str, seen: Features = CLUB, field: str = "kind") -> Correction:
    return Correction(
        f"t{number}", field, "other", new, CorrectionKind.VALUE, seen, datetime(2026, 11, 20, tzinfo=UTC)
    )


def test_a_task_is_recognised_by_sender_list_and_the_words_of_its_subject_without_numbers() -> None:
    assert CLUB.sender == "news@club.example"
    assert CLUB.sender_domain == "club.example"
    assert CLUB.list_id == "board.club.example"
    assert CLUB.subject == "minutes the board"
    assert features_of("A <a@gmail.com>", "Hello").sender_domain == "", "anybody can be there"
    assert features_of("A <a@gmail.com>", "Hello").subject == "", "one word is no pattern"


def test_the_third_correction_of_a_kind_teaches_and_says_why() -> None:
    two = [correction(n, "family") for n in range(2)]
    assert lessons(CLUB, two) == {}
    found = lessons(CLUB, [*two, correction(2, "family")])["kind"]
    assert (found.value, found.trait, found.probability) == ("family", Trait.SENDER, SURE)
    assert found.because == "family: because you corrected 3 like it (from news@club.example)"


@pytest.mark.parametrize(
    "other",
    [
        Features(sender="news@club.example"),
        Features(sender="else@club.example"),
        Features(sender="a@b.example", list_id="board.club.example"),
        Features(sender="a@b.example", words=("minutes", "the", "board")),
    ],
)
def test_the_same_sender_list_subject_or_domain_gets_what_was_taught(other: Features) -> None:
    three = [correction(n, "high", field="priority") for n in range(3)]
    assert lessons(other, three)["priority"].value == "high"
    assert lessons(Features(sender="a@b.example", words=("the", "board")), three) == {}


def test_what_contradicts_weakens_and_four_more_outweigh_it() -> None:
    said = [correction(n, "family") for n in range(6)]
    against = correction(90, "school")
    assert lessons(CLUB, [*said, against]) == {}
    seven = [*said, correction(6, "family"), against]
    assert lessons(CLUB, seven)["kind"].because.endswith(", 1 otherwise)")


KINDS_OF_ALL = sorted(KINDS)


@given(
    kind=st.sampled_from(KINDS_OF_ALL),
    said=st.lists(st.tuples(st.sampled_from(KINDS_OF_ALL), st.sampled_from(FIELDS)), max_size=12),
    is_bulk=st.booleans(),
)
def test_nothing_that_is_taught_makes_a_bill_or_an_order_or_clears_a_fraud(
    *, kind: str, said: list[tuple[str, str]], is_bulk: bool
) -> None:
    values = {"kind": None, "domain": "personal", "priority": "low"}
    made = [correction(n, values[field] or new, field=field) for n, (new, field) in enumerate(said * 3)]
    ruled = Triage(kind=kind, domain=TaskDomain.BOTH, priority=Priority.NORMAL, reasons=["why"])
    after = taught(ruled, lessons(CLUB, made), is_bulk=is_bulk)
    if after.kind != kind:
        assert after.kind in GIVEN
        assert after.kind not in BY_ITS_DOCUMENT
        assert kind not in {"phishing", "order", "mention"}
    assert after == ruled or len(after.reasons) > 1
    assert all_lessons(made) or after == ruled


def test_only_a_mail_to_many_is_filed_away_by_what_was_taught() -> None:
    ruled = Triage(kind="other", domain=TaskDomain.BOTH, priority=Priority.NORMAL, reasons=[])
    found = lessons(CLUB, [correction(n, "newsletter") for n in range(3)])
    assert taught(ruled, found, is_bulk=False) == ruled
    assert taught(ruled, found, is_bulk=True).kind == "newsletter"
    bill = ruled.model_copy(update={"kind": "receipt"})
    assert taught(bill, found, is_bulk=True) == bill


def test_a_doubted_kind_that_corrections_say_too_is_as_sure_as_they_are() -> None:
    made = {"kind": "newsletter", "domain": TaskDomain.BOTH, "priority": Priority.NORMAL, "reasons": []}
    doubted, sure = Triage(confidence=0.6, **made), Triage(confidence=0.99, **made)
    found = lessons(CLUB, [correction(n, "newsletter") for n in range(3)])
    after = taught(doubted, found, is_bulk=True)
    assert (after.kind, after.confidence, after.reasons) == ("newsletter", 0.8, [found["kind"].because])
    assert taught(doubted, found, is_bulk=False) == doubted
    assert taught(sure, found, is_bulk=True) == sure


def test_a_persons_word_on_a_task_counts_but_makes_no_bill() -> None:
    ruled = Triage(kind="phishing", domain=TaskDomain.BOTH, priority=Priority.HIGH, reasons=[])
    said = said_by_person(ruled, {"kind": "family", "domain": "personal", "priority": "low"})
    assert (said.kind, said.domain, said.priority) == ("family", TaskDomain.PERSONAL, Priority.LOW)
    assert len(said.reasons) == 3
    assert said_by_person(ruled, {"kind": "receipt"}) == ruled


def test_a_note_of_an_earlier_version_has_no_corrections() -> None:
    assert differing({"kind": "other", "domain": "both"}) == {}
    assert differing({"routed": {"kind": "other"}, "kind": " School "}) == {"kind": ("other", "School")}
    assert differing({"routed": "x", "kind": "y"}) == {}
