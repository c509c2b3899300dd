"""The one way in which `fte` prints: sentences, tables and Markdown for people, JSON for scripts.

What is printed is text: nothing in it is taken for markup, and no address or path in a sentence is wrapped.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import typer
from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Column, Table
from rich.text import Text

from deployments.silence import told_when_long

AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]

NARROWEST = 14
"""Letters of a column that is still read as words."""

GAP = 2
"""Letters between two columns."""

NOTHING = {"", "0", "0.00"}
"""What a cell without a number says."""

CALLOUT = re.compile(r"^> \[!\w+\] (.+)$", re.MULTILINE)
"""Obsidian's heading of a box, `> [!warning] Sandbox`."""

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
    if room < 0:
        return _print_apart(names, cells) if any(names) else _print_long(cells)
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


def _print_long(rows: Sequence[Sequence[Text]]) -> None:
    """Rows without headings that hold a word wider than the terminal, such as an address: it stays whole."""
    widths = [max(cell_len(row[number].plain) for row in rows) for number in range(len(rows[0]) - 1)]
    for row in rows:
        *firsts, last = [cell.plain for cell in row]
        lead = "".join(f"{cell:<{width + GAP}}" for cell, width in zip(firsts, widths, strict=True))
        for line in last.splitlines() or [""]:
            _out.print(f" {lead}{line}".rstrip(), soft_wrap=True)
            lead = " " * len(lead)


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

    class Fitted(TableElement):
        """A table that fits: no number is broken and nothing is cut off."""

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            for table in super().__rich_console__(console, options):
                yield from _fitted(table, options.max_width) if isinstance(table, Table) else [table]

    class MarkdownPage(Markdown):
        elements: ClassVar = {**Markdown.elements, "table_open": Fitted}

    page = MarkdownPage(CALLOUT.sub(r"> **\1**  ", text), hyperlinks=_out.is_terminal)
    for token in page.parsed:
        for child in token.children or ():
            if child.content == "<br>":
                child.type = "hardbreak"
    _out.print(page)


def _fitted(table: Table, width: int) -> Iterator[RenderableType]:
    """The table where it fits; else without columns of zeros, its words wrapped; else row by row."""
    columns = [_MarkdownColumn.of(column) for column in table.columns]
    room = width - GAP * len(columns) - sum(column.wanted for column in columns)
    empty = [] if room >= 0 else [column for column in columns if column.is_zero]
    columns = [column for column in columns if column not in empty]
    room = width - GAP * len(columns)
    least = [column.low for column in columns]
    if sum(least) > room:  # words are broken, numbers are not
        least = [column.low if column.is_number else min(column.low, NARROWEST) for column in columns]
    if sum(least) > room:
        yield from _apart(columns)
    else:
        yield _markdown_table(columns, _shared_out(room - sum(least), least, [one.wanted for one in columns]))
    if empty:
        yield Text(f" Not shown, all zero: {', '.join(column.header.plain for column in empty)}\n")


@dataclass(frozen=True)
class _MarkdownColumn:
    header: Text
    cells: Sequence[Text]
    is_number: bool
    low: int
    wanted: int

    @classmethod
    def of(cls, column: Column) -> "_MarkdownColumn":
        header, *cells = (cell for cell in (column.header, *column.cells) if isinstance(cell, Text))
        return cls(header, cells, header.justify == "right", *_column("", (header, *cells)))

    @property
    def is_zero(self) -> bool:
        return self.is_number and all(cell.plain in NOTHING for cell in self.cells)


def _markdown_table(columns: Sequence[_MarkdownColumn], widths: Sequence[int]) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False, collapse_padding=True, style="markdown.table.border")
    for column, width in zip(columns, widths, strict=True):
        table.add_column(column.header, width=width, overflow="fold")
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*row)
    return table


def _apart(columns: Sequence[_MarkdownColumn]) -> Iterator[Text]:
    for row in zip(*(column.cells for column in columns), strict=True):
        said = [
            (column.header, cell) for column, cell in zip(columns, row, strict=True) if cell.plain.strip()
        ]
        for place, (header, cell) in enumerate(said):
            shown = Text.assemble("  ", header, ": ", cell) if place else cell.copy()
            shown.justify = "left"
            yield shown


@contextmanager
def busy(words: str, *, when_long: str = "") -> Iterator[None]:
    """Show inside that the command is at something: moving to who has a terminal, else by a line once it is long.

    Args:
        words: What it is at.
        when_long: What the line says, on a terminal too; none: the words, to who sees them nowhere else.
    """
    line = when_long or ("" if _err.is_terminal else words)
    with told_when_long(line) if line else nullcontext(), _err.status(words):
        yield
