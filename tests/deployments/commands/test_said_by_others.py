"""`fte mentions list` and `fte whatsapp list`: who said it and when, as a person reads it."""

import pytest
from typer.testing import CliRunner

from deployments.commands import mentions, whatsapp
from domain.vault.note import Note
from tasks.planning.messages import OpenMessage
from tasks.vault.vault import Folder, current_vault, init_vault


def test_an_author_whose_name_linkedin_does_not_tell_is_somebody() -> None:
    init_vault(current_vault().root)
    front = {"status": "escalated", "source": "mentions", "kind": "mention", "platform": "linkedin"}
    note = Note.new(
        front | {"from": "urn:li:person:demo-7", "address": "https://l.example/1"}, "\n> Lovely!\n"
    )
    current_vault().save(Folder.NEEDS_ACTION, "mentions-linkedin-1", note)
    said = CliRunner().invoke(mentions.app, ["list"]).output
    assert "mentions-linkedin-1: somebody on LinkedIn, https://l.example/1" in said


@pytest.mark.parametrize(
    ("noted", "shown"),
    [("2026-11-30T21:10:30+00:00", "2026-11-30 21:10 UTC"), ("this morning", "this morning"), ("", "")],
)
def test_a_message_is_of_a_time_that_a_person_reads(
    monkeypatch: pytest.MonkeyPatch, noted: str, shown: str
) -> None:
    row = OpenMessage.model_construct(
        name="whatsapp-1",
        sender="+15550123456",
        sender_calls_itself="Rosa",
        received=noted,
        said="Hello",
    )
    monkeypatch.setattr(whatsapp, "open_messages", lambda: [row])
    said = CliRunner().invoke(whatsapp.app, ["list"]).output
    assert f"whatsapp-1: +15550123456 (Rosa), {shown}" in " ".join(said.split())
