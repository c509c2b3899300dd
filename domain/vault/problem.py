"""The note beside something that was set aside: what is wrong, where, and how it gets back to work."""

from domain.vault.broken import BrokenNoteError
from domain.vault.note import Note

PROBLEM_ENDING = ".problem.md"
_LINES_AROUND = 2
_LONGEST_LINE = 160


def problem_note(
    came_from: str, file_name: str, reason: str | BrokenNoteError, text: str, remedy: str = ""
) -> Note:
    """The explanation for a person.

    Args:
        came_from: Where it was, e.g. `Needs_Action/x.md`.
        file_name: Its name in Dead_Letters/.
        reason: What is wrong.
        text: Its content, to quote the line from.
        remedy: What to do, where mending it and moving it back is not it.
    """
    problem = reason.problem if isinstance(reason, BrokenNoteError) else reason
    front: dict[str, str | int] = {
        "kind": "problem",
        "about": file_name,
        "came_from": came_from,
        "problem": problem,
    }
    if isinstance(reason, BrokenNoteError):
        front["line"] = reason.line
    quoted = _quote(text, reason.line) if isinstance(reason, BrokenNoteError) else ""
    folder = came_from.rpartition("/")[0] or "its folder"
    remedy = remedy or f"Mend it, move it back to `{folder}`, and delete this note."
    body = (
        f"\n# {file_name} was set aside\n\n{_first_upper(problem)}.\n{quoted}\n"
        f"The file is beside this note, unchanged: [{file_name}](<{file_name}>). {remedy}\n"
    )
    return Note.new(front, body)


def _first_upper(text: str) -> str:
    return (text[:1].upper() + text[1:]).rstrip(".")


def _quote(text: str, line: int) -> str:
    """The line with its neighbours, as it stands in the file."""
    lines = text.splitlines()
    first = max(1, line - _LINES_AROUND)
    shown = [
        f"{'>' if number == line else ' '} {number:3}  {lines[number - 1][:_LONGEST_LINE]}"
        for number in range(first, min(len(lines), line + _LINES_AROUND) + 1)
    ]
    fence = "~~~~"
    return f"\n{fence}\n" + "\n".join(row.replace(fence, "~ ~") for row in shown) + f"\n{fence}\n"
