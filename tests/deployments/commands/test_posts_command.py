"""`fte posts draft --template` and `fte posts card`, from the words that are typed to the notes and pictures."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from blocks.settings import settings
from deployments.commands.posts import app
from domain.social.card import NoCardError
from domain.vault.folder import Folder
from tasks.social.media import media_of
from tasks.vault.vault import NoteExistsError, current_vault, init_vault
from tasks.vault.wording import UnknownTemplateError


@pytest.fixture(autouse=True)
def vault() -> Path:
    init_vault(settings().vault_path)
    return settings().vault_path


def fte_posts(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_a_template_puts_the_text_into_its_words(vault: Path) -> None:
    (vault / "Templates" / "Posts" / "saturday.md").write_text(
        "---\nhashtags: [garden]\n---\n{{ text }} See you!"
    )
    done = fte_posts("draft", "open", "--on", "x", "--text", "We open.", "--template", "saturday")
    assert done.exit_code == 0, done.output
    note = current_vault().read(Folder.POSTS, "open")
    assert (note.body.strip(), note.front["hashtags"], note.front["status"]) == (
        "We open. See you!",
        ["garden"],
        "draft",
    )
    refused = fte_posts("draft", "other", "--on", "x", "--text", "We open.", "--template", "sunday")
    assert isinstance(refused.exception, UnknownTemplateError)
    assert current_vault().names(Folder.POSTS) == ["open"]


def test_a_card_is_kept_with_a_draft_that_uses_it() -> None:
    words = (
        "card",
        "--quote",
        "Brot ist Leben.",
        "--by",
        "Anna",
        "--draft",
        "bread",
        "--on",
        "x",
        "--on",
        "linkedin",
    )
    said = json.loads(fte_posts(*words, "--json").output)
    note = current_vault().read(Folder.POSTS, "bread")
    assert (note.front["status"], note.front["platforms"]) == ("draft", ["x", "linkedin"])
    assert note.front["media"] == [said["picture"]]
    assert note.front["alt_texts"] == [said["alt_text"]] == ["“Brot ist Leben.” Anna"]
    assert media_of(said["picture"]).kind == "image/jpeg"
    assert isinstance(fte_posts(*words).exception, NoteExistsError)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "exactly one"),
        (("--quote", "a", "--tip", "b"), "exactly one"),
        (("--quote", "a", "--draft", "bread"), "for no platform"),
        (("--tip", "Hurra 🎉", "--draft", "bread", "--on", "x"), "emoji"),
    ],
)
def test_a_card_that_cannot_be_leaves_nothing(words: tuple[str, ...], said: str) -> None:
    assert said in str(fte_posts("card", *words).exception)
    assert current_vault().names(Folder.POSTS) == []
    assert list((settings().vault_path / "Attachments").glob("*.jpg")) == []


def test_each_kind_of_card_says_what_it_shows() -> None:
    assert "42 % come back" in fte_posts("card", "--statistic", "42 %", "--label", "come back").output
    assert "Tip: Use linen." in fte_posts("card", "--tip", "Use linen.").output
    assert isinstance(fte_posts("card", "--quote", "").exception, NoCardError)
