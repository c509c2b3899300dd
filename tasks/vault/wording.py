"""Words from a template in the Vault: Jinja that can name what it is given and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from domain.errors import ContractError, RejectedError
from domain.vault.names import check_name
from domain.vault.note import Note
from tasks.vault.vault import NoteMissingError, current_vault

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

LONGEST_TEXT = 100_000
MISSING = "\0"
"""Stands where a template names something that there is not: the line is left out."""
FILTERS = frozenset(
    {"capitalize", "default", "first", "join", "last", "length", "lower", "replace", "title", "trim", "upper"}
)


class UnknownTemplateError(RejectedError):
    """There is no such template."""

    def __init__(self, folder: str, name: str, known: list[str]) -> None:
        there = f"there are {', '.join(known)}; " if known else ""
        super().__init__(
            f"there is no template {folder}/{name}.md; {there}fte vault init makes those that every Vault begins with"
        )


class TemplateError(ContractError):
    """A template cannot be rendered."""

    def __init__(
        self, file: str, line: int | None, problem: str, remedy: str = "correct it there and save"
    ) -> None:
        self.file, self.line = file, line
        where = f"{file}, line {line}" if line else file
        super().__init__(f"{where}: {problem}; {remedy}")


Values = Mapping[str, int | str | None]


@dataclass(frozen=True)
class NoteWording:
    """What a template made.

    Attributes:
        front: The template's own properties, e.g. its hashtags.
    """

    text: str
    front: Mapping[str, Any]
    file: str


def render(folder: str, name: str, values: Values) -> NoteWording:
    """The text that a template makes of these values; a line that names a None among them is left out.

    Raises:
        UnknownTemplateError: there is no template of this name.
        TemplateError: it is broken, names something unknown, or makes nothing; with its line.
        BrokenNoteError: its properties cannot be read.
    """
    file, note = read_template(folder, name)
    text = rendered(note.body, values, file=file, above=lines_above(note))
    if not text:
        raise TemplateError(file, None, "it makes an empty text of what there is")
    return NoteWording(text, dict(note.front), file)


def read_template(folder: str, name: str) -> tuple[str, Note]:
    """A template's place in the Vault, and its note.

    Raises:
        UnknownTemplateError: there is no template of this name.
        BrokenNoteError: its properties cannot be read.
    """
    file = f"{folder}/{check_name(name)}.md"
    try:
        return file, current_vault().read_root(file)
    except NoteMissingError as error:
        raise UnknownTemplateError(folder, name, template_names(folder)) from error


def lines_above(note: Note) -> int:
    """Lines of a template's file before its text."""
    return note.render().removesuffix(note.body).count("\n")


def template_names(folder: str) -> list[str]:
    """The templates that there are."""
    return sorted(path.stem for path in current_vault().path(folder).glob("*.md"))


def rendered(source: str, values: Values, *, file: str, above: int = 0, is_html: bool = False) -> str:
    """What a template's text makes of these values.

    Args:
        source: The template.
        values: By name.
        file: Where it stands, for whoever has to correct it.
        above: Lines of the file above it.
        is_html: Values are text in a web page.

    Raises:
        TemplateError: as `render` does.
    """
    from jinja2 import TemplateError as JinjaError
    from jinja2 import TemplateSyntaxError

    try:
        pieces, length = [], 0
        for piece in _environment(is_html=is_html).from_string(source).generate(dict(values)):
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST_TEXT:
                raise TemplateError(file, None, f"it makes more than {LONGEST_TEXT:,} characters")
    except TemplateSyntaxError as error:
        raise TemplateError(file, above + error.lineno, error.message or "it is no template") from error
    except (JinjaError, ArithmeticError, TypeError, ValueError, RecursionError) as error:
        line = next(
            (one.lineno for one in reversed(extract_tb(error.__traceback__)) if one.filename == "<template>"),
            None,
        )
        where = above + line if line else None
        name, is_missing, _ = str(error).partition(" is undefined")
        if is_missing:
            given = ", ".join(sorted(values)) or "none"
            problem = f"the value {name} is not among those given ({given})"
            raise TemplateError(
                file, where, problem, "give it, or correct its name there and save"
            ) from error
        raise TemplateError(file, where, str(error)) from error
    return _shown("".join(pieces))


def named_in(source: str, *, file: str, above: int = 0) -> set[str]:
    """The values that a template names; the arguments are those of `rendered`.

    Raises:
        TemplateError: it is broken.
    """
    from jinja2 import TemplateSyntaxError, meta

    try:
        return meta.find_undeclared_variables(_environment(is_html=False).parse(source))
    except TemplateSyntaxError as error:
        raise TemplateError(file, above + error.lineno, error.message or "it is no template") from error


def _shown(text: str) -> str:
    """Without the lines that miss something, and without the gaps that they leave."""
    lines = [line.rstrip() for line in text.splitlines() if MISSING not in line]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept).strip()


@cache
def _environment(*, is_html: bool) -> "SandboxedEnvironment":
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Environment(ImmutableSandboxedEnvironment):
        """Without attributes, methods and calls: a template names values, compares them and chooses words."""

        intercepted_binops = frozenset({"*", "**"})

        def call_binop(self, _context: Any, operator: str, _left: Any, _right: Any) -> Any:
            raise SecurityError(f"a template cannot compute with {operator}")

        def is_safe_attribute(self, _obj: Any, _attr: str, _value: Any) -> bool:
            return False

        def call(self, *_asked: Any, **_named: Any) -> Any:
            raise SecurityError("a template cannot call anything; only filters such as | upper are there")

    made = Environment(
        undefined=StrictUndefined,
        autoescape=is_html,
        finalize=lambda value: MISSING if value is None else value,
        keep_trailing_newline=True,
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    return made
