"""A week's post in a model's words: a draft beside the draft, without a figure or a link of its own."""

import json

import pytest

from domain.vault.note import Note
from tasks.briefing import post_words
from tasks.briefing.post_words import reword_post
from tasks.clock import present
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import Folder, current_vault
from tests.hostile_inputs import told_of_model
from tests.model_stand_in import connect, stand_in, tell
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient

FRONT = {"status": "ready", "platforms": ["x"], "hashtags": ["garden"], "proposed": ["it did well"]}


@pytest.fixture(autouse=True)
def _work(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    Work(sandbox, monkeypatch)
    connect(monkeypatch, stand_in(sandbox))
    written = read_handbook().model_copy(update={"model_drafts": True})
    monkeypatch.setattr(post_words, "read_handbook", lambda: written)
    current_vault().save(Folder.POSTS, "week", Note.new(FRONT, "\nTasks done: 12. New customers: 3.\n"))


async def test_the_reworded_post_is_a_draft_of_its_own_and_made_once(sandbox: SandboxClient) -> None:
    tell(sandbox, "scripted", json.dumps({"text": "What a week: 12 tasks done, and 3 new customers!"}))
    assert await reword_post("week", present()) == "week-reworded"
    note = current_vault().read(Folder.POSTS, "week-reworded")
    assert (note.front["status"], note.front["hashtags"]) == ("draft", ["garden"])
    assert note.front["by"] == "the language model sandbox-model, from Posts/week"
    assert note.body.strip() == "What a week: 12 tasks done, and 3 new customers!"
    assert "Tasks done: 12" in current_vault().read(Folder.POSTS, "week").body
    assert await reword_post("week", present()) is None


@pytest.mark.parametrize(
    "text",
    ["13 tasks done!", "12 tasks done, see evil.example", "12 tasks done @everyone", "12 tasks done #free"],
)
async def test_what_the_draft_does_not_tell_is_refused(sandbox: SandboxClient, text: str) -> None:
    tell(sandbox, "scripted", json.dumps({"text": text}))
    assert await reword_post("week", present()) is None
    assert current_vault().names(Folder.POSTS) == ["week"]
    assert told_of_model()[1]["model.draft_refused"] == 1
