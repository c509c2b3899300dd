"""The actions that stay in the Vault."""

from pydantic import BaseModel

from domain.errors import RejectedError
from domain.planning.catalogue import FileAwayInputs
from domain.planning.event import Event
from domain.planning.todo import MARK, SOURCE, Todo, TodoInputs
from domain.social.asked_draft import AskedDraft, DraftInputs
from domain.social.draft import DraftStatus
from domain.vault.note import Note
from domain.web.watched import WatchedPage
from tasks.actions.performer import Performer, Receipt, by_name, kept, no_client
from tasks.clock import present
from tasks.intake import store_event
from tasks.social.post_notes import cancel_post
from tasks.vault.vault import Folder, current_vault
from tasks.web.watch import PageNameTakenError, add_page, remove_page, watched_page, watched_pages


class Filed(BaseModel):
    """Why nothing was done; the note that moves to Done is the evidence."""

    filed: str


async def _file_away(_client: None, inputs: FileAwayInputs, _key: str) -> Filed:
    return Filed(filed=inputs.reason)


async def _leave_it(_client: None, _key: str, _receipt: Receipt) -> bool:
    """Nothing happened that would have to be undone."""
    return True


async def _refuse_taken_name(_client: None, page: WatchedPage, _key: str) -> None:
    there = next((one for one in watched_pages() if one.name == page.name and one.url != page.url), None)
    if there is not None:
        raise PageNameTakenError(page, there)


async def _watch(_client: None, page: WatchedPage, _key: str) -> WatchedPage:
    add_page(page)
    return page


async def _watched(_client: None, _receipt: Receipt, page: WatchedPage) -> WatchedPage:
    return watched_page(page.name)


async def _unwatch(_client: None, _key: str, receipt: Receipt) -> bool:
    remove_page(str(receipt["name"]))
    return True


async def _add_task(_client: None, todo: TodoInputs, _key: str) -> Todo:
    """Again changes nothing: its task is named by what it is."""
    now, head = present(), f"{MARK}{todo.agreed_in}"
    said = [
        head,
        todo.what,
        *([f"Who: {todo.who}"] if todo.who else []),
        *([f"Due: {todo.due}"] if todo.due else []),
    ]
    event = Event(
        id=todo.task_id,
        source=SOURCE,
        received_at=now,
        subject=f"{todo.who}: {todo.what}" if todo.who else todo.what,
        excerpt="\n".join(said[1:]),
        document_name="todo.txt",
        document=("\n".join(said) + "\n").encode(),
        extra={
            "due": str(todo.due) if todo.due else None,
            "who": todo.who or None,
            "agreed_in": todo.agreed_in,
        },
    )
    is_new = store_event(event, now) is not None
    return Todo(task=todo.task_id, what=todo.what, due=str(todo.due) if todo.due else None, is_new=is_new)


async def _read_task(_client: None, receipt: Receipt, _todo: TodoInputs) -> Todo:
    folder = current_vault().find(str(receipt["task"]))
    if folder is None:
        raise RejectedError(f"the note of {receipt['task']} is gone")
    return Todo.model_validate(receipt)


async def _take_back(_client: None, _key: str, receipt: Receipt) -> bool:
    """A task that this made goes to Done/ as cancelled; one that is done stays so."""
    task, vault = str(receipt["task"]), current_vault()
    if receipt["is_new"] and vault.find(task) is Folder.NEEDS_ACTION:
        cancelled = {"status": "cancelled"}
        vault.move(task, Folder.NEEDS_ACTION, Folder.DONE, lambda note: note.with_front(**cancelled))
    return True


def _draft_name(key: str) -> str:
    return f"asked-{key[:12]}"


async def _draft_post(_client: None, inputs: DraftInputs, key: str) -> AskedDraft:
    """Again finds the note, which its effect names."""
    front = {"status": DraftStatus.READY.value, "platforms": inputs.platform.casefold()}
    front |= {"at": inputs.at} if inputs.at else {}
    current_vault().store(Folder.POSTS, _draft_name(key), Note.new(front, f"\n{inputs.text}\n"))
    return AskedDraft(post=_draft_name(key), text=inputs.text)


async def _read_draft(_client: None, receipt: Receipt, _inputs: DraftInputs) -> AskedDraft:
    note = current_vault().read(Folder.POSTS, str(receipt["post"]))
    return AskedDraft(post=str(receipt["post"]), text=note.body.strip())


async def _take_draft_back(_client: None, _key: str, receipt: Receipt) -> bool:
    return cancel_post(str(receipt["post"]), while_=frozenset({DraftStatus.DRAFT, DraftStatus.READY}))


PERFORMERS = by_name(
    Performer[None, DraftInputs, AskedDraft](
        name="vault.draft_post",
        connect=no_client,
        do=_draft_post,
        read=_read_draft,
        problems=lambda wanted, found: (
            [] if found.text == wanted.text else [f"Posts/{found.post}.md says other words"]
        ),
        undo=_take_draft_back,
    ),
    Performer[None, TodoInputs, Todo](
        name="vault.add_task",
        connect=no_client,
        do=_add_task,
        read=_read_task,
        problems=lambda todo, found: [] if found.task == todo.task_id else [f"{found.task} is another task"],
        undo=_take_back,
    ),
    Performer(
        name="vault.watch_page",
        connect=no_client,
        check=_refuse_taken_name,
        do=_watch,
        read=_watched,
        problems=lambda page, there: [] if page == there else [f"{page.name} is watched in another way"],
        undo=_unwatch,
    ),
    Performer(
        name="vault.file_away",
        connect=no_client,
        do=_file_away,
        read=kept(Filed),
        problems=lambda _inputs, _filed: [],
        undo=_leave_it,
    ),
)
