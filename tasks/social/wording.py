"""A post's words, from a template in the Vault: Jinja that can name what it is given and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from domain.errors import ContractError, RejectedError
from domain.vault.names import check_name
from domain.vault.note import Note
from tasks.vault.template import POST_TEMPLATES
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

    def __init__(self, name: str, known: list[str]) -> None:
        there = (
            f"there are {', '.join(known)}"
            if known
            else "fte vault init makes those that every Vault begins with"
        )
        super().__init__(f"there is no template {POST_TEMPLATES}/{name}.md; {there}")


class TemplateError(ContractError):
    """A template cannot be rendered."""

    def __init__(self, file: str, line: int | None, problem: str) -> None:
        self.file, self.line = file, line
        where = f"{file}, line {line}" if line else file
        super().__init__(f"{where}: {problem}; correct it there and save")


@dataclass(frozen=True)
class Wording:
    """What a template made.

    Attributes:
        front: The template's own properties, e.g. its hashtags.
    """

    text: str
    front: Mapping[str, Any]
    file: str


def render_post(name: str, values: Mapping[str, int | str | None]) -> Wording:
    """The text that a template makes of these values; a line that names a None among them is left out.

    Raises:
        UnknownTemplateError: there is no template of this name.
        TemplateError: it is broken, names something unknown, or makes nothing; with its line.
        BrokenNoteError: its properties cannot be read.
    """
    file = f"{POST_TEMPLATES}/{check_name(name)}.md"
    try:
        note = current_vault().read_root(file)
    except NoteMissingError as error:
        raise UnknownTemplateError(name, template_names()) from error
    text = _shown(_rendered(file, note, values))
    if not text:
        raise TemplateError(file, None, "it makes an empty text of what there is")
    return Wording(text, dict(note.front), file)


def template_names() -> list[str]:
    """The templates that there are."""
    return sorted(path.stem for path in current_vault().path(POST_TEMPLATES).glob("*.md"))


def _rendered(file: str, note: Note, values: Mapping[str, int | str | None]) -> str:
    from jinja2 import TemplateError as JinjaError
    from jinja2 import TemplateSyntaxError

    above = note.render().removesuffix(note.body).count("\n")
    try:
        pieces, length = [], 0
        for piece in _environment().from_string(note.body).generate(dict(values)):
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
        known = f" (there are {', '.join(sorted(values))})" if "is undefined" in str(error) else ""
        raise TemplateError(file, above + line if line else None, f"{error}{known}") from error
    return "".join(pieces)


def _shown(text: str) -> str:
    """Without the lines that miss something, and without the gaps that they leave."""
    lines = [line.rstrip() for line in text.splitlines() if MISSING not in line]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept).strip()


@cache
def _environment() -> "SandboxedEnvironment":
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
        autoescape=False,
        finalize=lambda value: MISSING if value is None else value,
        keep_trailing_newline=True,
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    return made
