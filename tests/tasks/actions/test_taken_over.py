"""What a worker on another machine has taken over and done, the first one does not do again when it goes on."""

import pytest

from domain.errors import DigitalFteError
from tasks.reliability.effect_ledger import EffectState, effects_of
from tasks.social import publish
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import World
from tests.taken_over import as_first, frozen_at, take_over
from tests.tasks.actions.test_social import TASK, access, approved, done, ordered, world

__all__ = ["access", "world"]


async def test_a_post_whose_worker_was_frozen_before_it_handed_it_over_goes_out_once(
    sandbox: SandboxClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = await ordered(world, text="We moved.")
    approved(world, inputs)

    async def meanwhile() -> None:
        take_over(TASK)
        await done(world, inputs)

    frozen_at(monkeypatch, publish._Part, "_ready", meanwhile)
    with pytest.raises(DigitalFteError):
        await as_first(TASK, done(world, inputs))
    assert world.public(sandbox) == ["We moved."]
    assert len(sandbox.journal(service=world.name, method="POST", path=world.path)) == 1
    assert [one.state for one in effects_of(TASK)] == [EffectState.DONE]
