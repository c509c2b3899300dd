"""The weekly post, asked for in the owner's words: a draft of the week's own numbers, once, and nothing public."""

import pytest

from domain.social.post import Platform
from domain.vault.folder import Folder
from tasks.approvals.record import pending
from tasks.vault.vault import current_vault
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient
from tests.tasks.briefing.test_post import NAME, NOW, a_week
from tests.tasks.planning.test_monthly_invoice import work
from tests.tasks.planning.test_vendor_onboarding import dropped

__all__ = ["work"]


async def test_the_week_s_post_is_drafted_once_whoever_asks_for_it(
    work: Work, sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def connected() -> list[Platform]:
        return [Platform.FACEBOOK, Platform.LINKEDIN]

    monkeypatch.setattr("tasks.briefing.post.connected_platforms", connected)
    work.now = NOW
    monkeypatch.setattr("tasks.briefing.action.present", lambda: NOW)
    a_week()
    task = dropped(work, "Bitte den Beitrag der Woche vorbereiten")
    await work.work(task)
    (request,) = pending()
    assert (request.action, "Beitrag der Woche" in request.shown) == ("plan.fill_in", True)
    work.decide()
    assert (await work.work(task)).name == "Completed", work.note(task).render()
    note = current_vault().read(Folder.POSTS, NAME)
    assert (note.front["status"], note.front["platforms"]) == ("draft", ["facebook"])
    assert "Our week, 16 to 22 November 2026" in note.body
    assert "Tasks done: 4" in note.body
    current_vault().update(Folder.POSTS, NAME, lambda found: found.with_front(status="ready"))
    again = work.ask("weekly_post")
    assert (await work.work(again)).name == "Completed", work.note(again).render()
    assert current_vault().names(Folder.POSTS) == [NAME]
    assert current_vault().read(Folder.POSTS, NAME).front["status"] == "ready"
    assert sandbox.journal(service="facebook") == []
