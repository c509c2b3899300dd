"""The notes of open mentions; nothing here takes long to import: a command lists them."""

from domain.social.mention import SOURCE
from domain.vault.note import Note
from tasks.vault.vault import Folder, current_vault


def open_mentions() -> dict[str, Note]:
    """The mentions that nobody has answered or put away, by name."""
    where = current_vault()
    names = [name for name in where.names(Folder.NEEDS_ACTION) if name.startswith(f"{SOURCE}-")]
    return {name: where.read(Folder.NEEDS_ACTION, name) for name in sorted(names)}
