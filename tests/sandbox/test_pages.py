"""What a person sees who follows a post's address in the sandbox."""

from datetime import UTC, datetime

import pytest

from tasks.social.publish import publish
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import WORLDS, World, picture


@pytest.mark.parametrize("world", WORLDS.values(), ids=lambda world: world.name)
async def test_a_post_s_page_shows_its_speaker_text_and_picture(
    sandbox: SandboxClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world.with_host(sandbox, monkeypatch)
    what = world.publication("We moved.", media=[picture()])
    async with world.access(sandbox).client() as client:
        receipt = await publish(client, what, key="e1", now=lambda: datetime.now(UTC))
        url = (await client.read(receipt.posts[0])).url
    page = sandbox.http.get(url).text
    assert "We moved." in page
    assert f"<b>{world.speaker.name}</b>" in page
    assert '<img src="' in page
    assert 'src="data:image/jpeg;base64,' in page or f'src="{world.host and world.host.public_url}' in page
