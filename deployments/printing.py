"""The one way in which `fte` prints: sentences, tables and Markdown for people, JSON for scripts.

What is printed is text: nothing in it is taken for markup, and no address or path in a sentence is wrapped.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Annotated, Any, ClassVar

import typer
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]

NARROWEST = 14
"""Letters of a column that is still read as words."""

GAP = 2
"""Letters between two columns."""

_out = Console(markup=False, highlight=False)
_err = Console(markup=False, highlight=False, stderr=True)


def say(sentence: str, *, bold: str = "") -> None:
    """A sentence, or any text, as it is; what is `bold` in it stands out."""
    text = Text(sentence)
    if bold:
        text.highlight_words([bold], "bold")
    _out.print(text, soft_wrap=True)


def say_aside(sentence: str) -> None:
    """A sentence about the command itself, on standard error: what it waits for."""
    _err.print(sentence, soft_wrap=True)


def print_error(error: Exception) -> None:
    """What went wrong and what to do, in one line on standard error."""
    _err.print(Text.assemble(("fte: ", "red"), str(error)), soft_wrap=True)


def print_json(found: Any) -> None:
    """One document on standard output."""
    typer.echo(json.dumps(found))


def print_table(names: Sequence[str], rows: Iterable[Iterable[Any]], *, whole: int = 1) -> None:
    """A table, without a heading if no column has a name; row by row where the terminal is too narrow for one.

    Args:
        names: The columns'.
        rows: Their cells.
        whole: How many of the first columns are never wrapped; in the others no word is broken.
    """
    cells = [[cell if isinstance(cell, Text) else Text(str(cell)) for cell in row] for row in rows]
    columns = [_column(name, [row[number] for row in cells]) for number, name in enumerate(names)]
    least = [wanted if number < whole else low for number, (low, wanted) in enumerate(columns)]
    room = _out.width - sum(least) - GAP * len(least)
    if room < 0 and any(names):
        return _print_apart(names, cells)
    table = Table(box=None, show_header=any(names))
    for name, width in zip(names, _shared_out(room, least, [wanted for _, wanted in columns]), strict=True):
        table.add_column(name, width=width, overflow="fold")
    for row in cells:
        table.add_row(*row)
    return _out.print(table)


def _column(name: str, cells: Sequence[Text]) -> tuple[int, int]:
    """The width at which a column can be read, each word and address of it whole, and the one it would like."""
    wanted = max((cell_len(line) for cell in cells for line in cell.plain.splitlines()), default=0)
    words = max((cell_len(word) for cell in cells for word in cell.plain.split()), default=0)
    return max(len(name), words, min(wanted, NARROWEST)), max(len(name), wanted)


def _shared_out(room: int, widths: Sequence[int], wanted: Sequence[int]) -> list[int]:
    """The widths, with what room is left given to those that lack least."""
    shared = list(widths)
    lacking = sorted(range(len(shared)), key=lambda number: wanted[number] - shared[number])
    for place, number in enumerate(lacking):
        share = max(0, min(room // (len(lacking) - place), wanted[number] - shared[number]))
        shared[number] += share
        room -= share
    return shared


def _print_apart(names: Sequence[str], rows: Sequence[Sequence[Text]]) -> None:
    for first, *rest in rows:
        _out.print(first, style="bold", soft_wrap=True)
        for name, cell in zip(names[1:], rest, strict=True):
            if cell.plain.strip():
                _out.print(Text.assemble(f"  {name}: ", cell), soft_wrap=True)


def print_markdown(text: str) -> None:
    """Set for a person's terminal, as it is for anything else."""
    if not _out.is_terminal:
        typer.echo(text)
        return
    print_readable(text)


def print_readable(text: str) -> None:
    """Markdown, set for reading on a terminal and in a pipe alike."""
    # its parsers take as long as the rest of rich, and few commands need them
    from rich.markdown import Markdown, TableElement

    class Folded(TableElement):
        """A table of which nothing is cut off."""

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            for table in super().__rich_console__(console, options):
                for column in table.columns if isinstance(table, Table) else ():
                    column.overflow = "fold"
                yield table

    class MarkdownPage(Markdown):
        elements: ClassVar = {**Markdown.elements, "table_open": Folded}

    _out.print(MarkdownPage(text, hyperlinks=_out.is_terminal))


def busy(words: str) -> AbstractContextManager[Any]:
    """Show inside that the command is at something, to who has a terminal."""
    return _err.status(words)
