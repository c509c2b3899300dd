"""What a person's few words decide, and what they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.approvals.answer import Decision
from domain.approvals.reply import HOW_TO, SaidInReply, UnclearReplyError, is_same, read_reply

ID = "ask-0123456789ab"
YES = SaidInReply(Decision.APPROVE, "123456")
NO = SaidInReply(Decision.REJECT)
EDIT = SaidInReply(Decision.EDIT, "123456", changes={"total": "950.00"})
QUOTED = (
    f"\n\nOn Fri, 20 Nov 2026 at 09:00, Studio <studio@x.example> wrote:\n> To decide, {HOW_TO}\n> yes 999999"
)

UNDERSTOOD = [
    ("yes 123456", YES),
    ("  YES 123 456. ", YES),
    ("Yes, 123456", YES),
    ("Yes\u00a0123\u00a0456", YES),
    ("yes123456", YES),
    ("ok 123-456", YES),
    ("yes 123456<tel:123456>", YES),
    ("Ja 123456", YES),
    ("Oui : 123456", YES),
    ("Sí, 123456", YES),
    ("Sì 123456!", YES),
    ("\n\nHello Studio,\n\nyes 123456\n\nAnn Lee\nTel. +49 171 123456", YES),
    ("yes 123456\nSent from my iPhone", YES),
    ("yes 123456\n-- \nAnn", YES),
    ("no", NO),
    ("Nein.", NO),
    ("non", NO),
    ("No 123456", SaidInReply(Decision.REJECT, "123456")),
    (f"yes {ID} 123456", SaidInReply(Decision.APPROVE, "123456", ID)),
    (f"Yes 123456 A{ID[1:]}", SaidInReply(Decision.APPROVE, "123456", ID)),
    ("yes 123456 total: 950.00", EDIT),
    ("Yes 123456, total:950.00", EDIT),
    (
        "yes 123456 total: 950.00; due on: 2026-12-01",
        SaidInReply(Decision.EDIT, "123456", None, EDIT.changes | {"due on": "2026-12-01"}),
    ),
    ("yes", SaidInReply(Decision.APPROVE)),
]

UNCLEAR = [
    "",
    "thanks, I will look at it tomorrow",
    "No idea what this is about",
    "Yes please",
    "yes 12345",
    "yes 1234567",
    "yes \uff11\uff12\uff13\uff14\uff15\uff16",
    "yes 123456 654321",
    "yes 123456\n\n654321",
    "yes 123456\n\nno",
    "yes 123456\n\nyes 654321",
    "yes 123456 but only half of it",
    "yes 123456\nbut only half of it",
    "yes 123456 total: 950.00\nand the rest in January",
    "yes 123456 text: a long line that the program of the telephone\nhas broken",
    "no 123456 total: 950.00",
    "I would never say\nyes 123456",
    "Hello,\nHello,\nyes 123456",
    "123456",
    "ye\u200bs 123456",
    "yes 12\u202e3456",
    "> yes 123456",
    "> yes 123456\n\nsee above",
    "On Fri, 20 Nov 2026, Ann wrote:\nyes 123456",
    "Am Fr., 20. Nov. 2026 um 09:00 Uhr schrieb Studio\n<studio@x.example>:\nyes 123456",
    "-----Original Message-----\nyes 123456",
    "---------- Forwarded message ---------\nyes 123456",
    "________________________________\nFrom: Ann\nyes 123456",
    "Von: Ann\nyes 123456",
    "sure\n\nOn Fri, 20 Nov 2026, Ann wrote:\n\nyes 123456",
]


@pytest.mark.parametrize(("text", "said"), UNDERSTOOD)
def test_a_few_words_decide_whatever_is_quoted_below(text: str, said: SaidInReply) -> None:
    assert read_reply(text) == said
    assert read_reply(text + QUOTED) == said
    assert read_reply(text.replace("\n", "\r\n")) == said


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_can_be_meant_otherwise_decides_nothing(text: str) -> None:
    for one in (text, text + QUOTED):
        with pytest.raises(UnclearReplyError) as refused:
            read_reply(one)
        assert "123456" not in str(refused.value)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_or_approves_without_saying_so(text: str) -> None:
    try:
        said = read_reply(text)
    except UnclearReplyError:
        return
    assert said.code is None or len(said.code) == 6
    assert text.strip()


def test_the_page_has_to_begin_with_the_same_answer() -> None:
    assert is_same(YES, "Yes 123456\nAnn\nOn Friday Studio wrote:\nno")
    assert is_same(YES, "Hello,\nyes 123 456")
    assert not is_same(YES, "no")
    assert not is_same(YES, "What is this?\nI never asked\nyes 123456")
