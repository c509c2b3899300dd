"""Which answer is proposed for what somebody said."""

from pathlib import Path

import pytest

from domain.social.answers import BadAnswersError, answers_of, proposed
from domain.vault.note import Note

TEMPLATE = answers_of(Note.parse(Path("Vault/Templates/Answers.md").read_text()).front)
SORRY, ASKED, THANKS = (one.answer for one in TEMPLATE)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Thank you for last Saturday!", THANKS),
        ("LOVELY", THANKS),
        ("Danke euch", THANKS),
        ("\u8b1d\u8b1d\u4f60\u5011", THANKS),
        ("Do you open on Monday?", ASKED),
        ("\u4f60\u5011\u958b\u9580\u55ce\uff1f", ASKED),
        ("Love it! Is it for sale?", ASKED),
        ("Still waiting, thanks for nothing. Why?", SORRY),
        ("Mine is BROKEN", SORRY),
        ("Das ist entt\u00e4uschend", SORRY),
        ("I saw your gloves", ""),
        ("Chocolate and translated plates", ""),
        ("", ""),
    ],
)
def test_complaints_come_before_questions_and_questions_before_thanks(said: str, answer: str) -> None:
    assert proposed(said, TEMPLATE) == answer


@pytest.mark.parametrize(
    "front", [{"thanks": "Thank you"}, {"thanks": {"words": [], "answer": "x"}}, {"thanks": {"words": ["a"]}}]
)
def test_a_template_that_cannot_be_meant_is_said(front: dict[str, object]) -> None:
    with pytest.raises(BadAnswersError, match="no answer is proposed"):
        answers_of(front)


def test_an_owner_adds_kinds_of_their_own() -> None:
    answers = answers_of({"hours": {"words": ["open"], "answer": "From nine to five."}})
    assert proposed("When are you open?", answers) == "From nine to five."
