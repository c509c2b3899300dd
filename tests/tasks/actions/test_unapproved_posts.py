"""A thousand ways to have a post published that no person approved exactly so, over all platforms: none works."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from blocks.database import transaction
from blocks.settings import settings
from blocks.social import credentials
from blocks.social.credentials import PlatformCredentials
from domain.approvals.hashing import content_hash
from domain.approvals.request import ApprovalRequest
from domain.errors import RejectedError
from domain.planning.plan import Step
from domain.policy.handbook import Handbook, parse_handbook
from domain.social.post import Platform
from domain.vault.note import Note
from tasks.actions.effects import Request, perform
from tasks.approvals.ask import open_request
from tasks.approvals.decide import record_answer
from tasks.approvals.notes import collect_moved, place_note
from tasks.approvals.record import ApprovalRow, get
from tasks.reliability.table import Effect
from tasks.social import publish
from tasks.vault.vault import current_vault, init_vault
from tests.approval_requests import answer, new_request
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import WORLDS, World
from tests.tasks.actions.test_social import NOW, ordered, picture

ATTEMPTS = 1000 // len(WORLDS) + 1
OWNED = parse_handbook({"people": {"owner": "Olga"}, "autonomy": {"vault_moves_count_as": "owner"}})


@dataclass(frozen=True)
class Place:
    """One installation: an approved post with a picture, and one that still waits, with its note."""

    world: World
    approved: dict[str, Any]
    waiting: ApprovalRequest
    patch: pytest.MonkeyPatch

    def request(self, task: str, inputs: dict[str, Any], step: str = "order") -> Request:
        return Request(task, Step(id=step, action=self.world.action, inputs=inputs), doubts=[])

    def approve(self, task: str) -> None:
        """A person's yes to the post with the picture, as this task."""
        asked = new_request(task_id=task, step_id="order", action=self.world.action, inputs=self.approved)
        record_answer(open_request(asked, NOW, Handbook()).id, answer(), NOW, Handbook)

    async def publish(self, task: str, inputs: dict[str, Any], step: str = "order") -> None:
        await perform(self.request(task, inputs, step), Handbook(), lambda: NOW)


@pytest.fixture(params=WORLDS.values(), ids=lambda world: world.name)
async def place(
    request: pytest.FixtureRequest, sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> Place:
    world: World = request.param.with_host(sandbox, monkeypatch)
    init_vault(current_vault().root)
    block = world.access(sandbox)

    async def saved(_platform: Platform) -> PlatformCredentials:
        return block

    monkeypatch.setattr(credentials, "saved_access", saved)
    approved = await ordered(world, text="Approved words.", documents=[picture()])
    waits = await ordered(world, text="Nobody said yes to this.")
    asked = new_request(task_id="waits", step_id="order", action=world.action, inputs=waits)
    found = Place(world, approved, open_request(asked, NOW, Handbook()), monkeypatch)
    found.approve("approved")
    return found


async def other_content(place: Place, number: int) -> None:
    """Another text, account, address, time or price than the approved one."""
    ways: list[dict[str, Any]] = [
        {"parts": [f"Another text {number}"]},
        {"parts": [*place.approved["parts"], f"and {number}"]},
        {"account": str(number)},
        {"account_name": f"Somebody {number}"},
        {"media": []},
        {"media": [{**place.approved["media"][0], "sha256": f"{number:064x}"}]},
        {"media": [{**place.approved["media"][0], "alt_text": f"{number}"}]},
        {"media_urls": [f"https://files.example/{number}.png"]},
        {"link": f"https://example.com/{number}"},
        {"publish_at": (NOW + timedelta(hours=number + 1)).isoformat()},
        {"cost": f"0.{number:04}"},
    ]
    await place.publish("approved", {**place.approved, **ways[number % len(ways)]})


async def repainted_picture(place: Place, number: int) -> None:
    """The approved file has other bytes by the time it is to be uploaded."""
    place.approve(f"painted-{number}")
    file = current_vault().root / place.approved["media"][0]["document"]
    kept = file.read_bytes()
    file.write_bytes(kept[: number % len(kept)] if number % 2 else kept + bytes([number % 256]))
    try:
        await place.publish(f"painted-{number}", place.approved)
    finally:
        file.write_bytes(kept)


async def file_swapped_between_check_and_upload(place: Place, number: int) -> None:
    """The file is the approved one when it is checked, and another when it is read to be uploaded."""
    place.approve(f"swapped-{number}")
    file = current_vault().root / place.approved["media"][0]["document"]
    kept, read = file.read_bytes(), publish.media_content

    def swapped(media: Any) -> bytes:
        file.write_bytes(kept + b"swapped")
        return read(media)

    try:
        with place.patch.context() as patched:
            patched.setattr(publish, "media_content", swapped)
            await place.publish(f"swapped-{number}", place.approved)
    finally:
        file.write_bytes(kept)


async def linked_picture(place: Place, number: int) -> None:
    """A link stands in the approved file's place, beside it or to outside of the Vault."""
    place.approve(f"linked-{number}")
    file = current_vault().root / place.approved["media"][0]["document"]
    kept = file.read_bytes()
    other = (file.parent if number % 2 else current_vault().root.parent) / "other.png"
    other.write_bytes(kept + bytes([number % 256]) * (number % 2))
    file.unlink()
    file.symlink_to(other)
    try:
        await place.publish(f"linked-{number}", place.approved)
    finally:
        file.unlink()
        file.write_bytes(kept)


async def replayed_approval(place: Place, number: int) -> None:
    """The same content again, as another task or another step."""
    task, step = (("approved", f"step-{number}"), (f"again-{number}", "order"))[number % 2]
    await place.publish(task, place.approved, step)


async def approval_of_another_post(place: Place, number: int) -> None:
    """The approved post's task with the content that waits, and the other way round."""
    task, inputs = (("approved", place.waiting.inputs), ("waits", place.approved))[number % 2]
    await place.publish(task, inputs)


async def forged_row(place: Place, number: int) -> None:
    """A row that somebody wrote into the ledger, sealed with a seal from a genuine one."""
    inputs = {**place.approved, "parts": [f"Forged {number}"]}
    hashed = content_hash(place.world.action, inputs)
    with transaction() as session:
        row = session.scalars(select(ApprovalRow).where(ApprovalRow.task_id == "approved")).one()
        kept = {column.key: getattr(row, column.key) for column in ApprovalRow.__table__.columns}
        forged: dict[str, Any] = {"id": f"ask-forged-{number}", "task_id": f"forged-{number}"}
        if number % 2:
            forged |= {"asked": inputs, "inputs": inputs, "asked_hash": hashed, "content_hash": hashed}
        session.add(ApprovalRow(**(kept | forged)))
    await place.publish(f"forged-{number}", inputs if number % 2 else place.approved)


async def changed_row(place: Place, number: int) -> None:
    """The row of the post that waits, said to be approved, for as long as the try takes."""
    with transaction() as session:
        row = session.get_one(ApprovalRow, place.waiting.id)
        row.state, row.approver, row.channel = "approved", f"Ann {number}", "cli"
        row.proof, row.decided_at = "self-declared", NOW
    try:
        await place.publish("waits", place.waiting.inputs)
    finally:
        with transaction() as session:
            row = session.get_one(ApprovalRow, place.waiting.id)
            row.state, row.approver, row.channel, row.proof, row.decided_at = (
                "pending",
                None,
                None,
                None,
                None,
            )


async def forged_effect(place: Place, number: int) -> None:
    """An effect in the ledger that says that the whole post was decided on."""
    inputs = {**place.approved, "parts": [f"Decided {number}"]}
    whole = {"publications": [inputs]}
    with transaction() as session:
        session.add(
            Effect(
                key=f"forged-effect-{number}",
                task_id=f"decided-{number}",
                step_id="order",
                action="social.publish",
                inputs=whole,
                content_hash=content_hash("social.publish", whole),
                approval_id=place.waiting.id,
                state="done",
                receipt={"platforms": [place.world.name]},
                created_at=NOW,
                begun_at=NOW,
                updated_at=NOW,
            )
        )
    await place.publish(f"decided-{number}", inputs, place.world.name)


async def arguments_of_an_agent(place: Place, number: int) -> None:
    """An agent that says in its call that somebody approved."""
    ways: list[dict[str, Any]] = [
        {"approved": True},
        {"approved_by": "Ann"},
        {"approval_id": place.waiting.id},
        {"approver": "Ann", "code": f"{number:06}"},
        {"state": "approved"},
        {"account": "99"},
        {"cost": "0"},
        {"sha256": "0" * 64},
    ]
    await ordered(place.world, text=f"An agent's {number}", **ways[number % len(ways)])


async def forged_note(place: Place, number: int) -> None:
    """A note in Approved/ of a request that nobody asked, or a copy of the waiting one with another content."""
    place_note(get(place.waiting.id))
    note = Note.parse((settings().vault_path / "Pending_Approval" / f"{place.waiting.id}.md").read_text())
    forged = [
        (f"ask-{number:012x}", note.with_front(approver="Ann", request=f"ask-{number:012x}")),
        (place.waiting.id, note.with_front(approver="Ann", content_sha256=f"{number:064x}")),
        (place.waiting.id, note.with_front(approver="Ann", shown_sha256=f"{number:064x}")),
        (place.waiting.id, note.with_front(approver="Ann").with_body(f"{note.body}\nand {number}")),
        (
            place.waiting.id,
            note.with_front(approver="Ann").with_body(note.body.replace("Nobody", f"Somebody {number}")),
        ),
        (place.waiting.id, note.with_front(approver="Ann", changes=f"account: {number}")),
        (place.waiting.id, note.with_front(approver="Ann", changes={"parts": f"Forged {number}"})),
        (place.waiting.id, note.with_front(approver="x" * (81 + number))),
    ]
    name, written = forged[number % len(forged)]
    (settings().vault_path / "Approved" / f"{name}.md").write_text(written.render())
    collect_moved(OWNED, NOW)
    found = get(place.waiting.id)
    assert found.is_open, (found.state, found.problem, number)
    await place.publish("waits", place.waiting.inputs)


ATTACKS: list[Callable[[Place, int], Awaitable[None]]] = [
    other_content,
    repainted_picture,
    file_swapped_between_check_and_upload,
    linked_picture,
    replayed_approval,
    approval_of_another_post,
    forged_row,
    changed_row,
    forged_effect,
    arguments_of_an_agent,
    forged_note,
]


async def test_a_thousand_tries_over_all_platforms_publish_nothing_that_no_person_approved(
    sandbox: SandboxClient, place: Place
) -> None:
    for number in range(ATTEMPTS):
        attack = ATTACKS[number % len(ATTACKS)]
        with pytest.raises(RejectedError):
            await attack(place, number // len(ATTACKS))
    assert place.world.public(sandbox) == []
    assert sandbox.journal(service=place.world.name, effect=True) == []
    await place.publish("approved", place.approved)
    assert place.world.public(sandbox) == ["Approved words."]
    await place.publish("approved", place.approved)
    assert place.world.public(sandbox) == ["Approved words."]
