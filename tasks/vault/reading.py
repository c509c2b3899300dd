"""Reading a note as bytes and as a note."""

import stat
from pathlib import Path

from domain.vault.broken import BrokenNoteError
from domain.vault.note import Note
from tasks.vault.atomic import disk_errors

LARGEST_NOTE_BYTES = 10_000_000


def read_note(root: Path, path: Path) -> tuple[bytes, Note]:
    """The file's bytes and the note in them.

    Raises:
        FileNotFoundError: no such file.
        BrokenNoteError: it is no note; says which file, line and problem.
    """
    content = read_content(root, path)
    return content, note_in(content, path.relative_to(root).as_posix())


def read_content(root: Path, path: Path) -> bytes:
    """The file's bytes; raises as `read_note` does, where they cannot be a note's."""
    with disk_errors(path):
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for without end
            raise BrokenNoteError(1, "it is no plain file", path.relative_to(root).as_posix())
        size = path.stat().st_size
        if size <= LARGEST_NOTE_BYTES:
            return path.read_bytes()
    raise BrokenNoteError(
        1,
        f"it is larger than {LARGEST_NOTE_BYTES // 1_000_000} MB; attach a document",
        path.relative_to(root).as_posix(),
    )


def note_in(content: bytes, where: str) -> Note:
    """The note in a file's bytes; its errors name the file, `where` in the Vault."""
    try:
        return Note.parse(content.decode())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BrokenNoteError(
            line, "the file is not UTF-8 text; save it with the encoding UTF-8", where
        ) from error
    except BrokenNoteError as error:
        raise BrokenNoteError(error.line, error.problem, where) from error
