"""Help pages whose column of types says in words what is to be written, not what a program calls it."""

from typing import Any, get_args

from typer.core import TyperArgument, TyperOption

TEXT, NUMBER = "TEXT", "NUMBER"
PLACES = {"path": "PATH", "file": "FILE", "dir": "FOLDER"}


def say_types_in_words() -> None:
    """For every help page of this process: typer writes `<str>`, `<int range>`, `<list[Path]>` and `<bool>`."""
    for kind in (TyperOption, TyperArgument):
        kind.display_type_rich = shown_type  # type: ignore[assignment, method-assign]
        kind._get_number_range_help_str = _no_range  # type: ignore[assignment, method-assign]  # noqa: SLF001


def shown_type(parameter: Any, ctx: Any) -> str | None:
    """What is to be written for an option or argument; None: nothing, or its name says it."""
    kind, is_argument = parameter.type_descriptor, isinstance(parameter, TyperArgument)
    if parameter.metavar is not None:
        return None if is_argument else str(parameter.metavar)  # an argument is already called by it
    if kind.is_choice:
        return str(parameter.display_type(ctx)).strip("<>").removeprefix("list[").removesuffix("]")
    annotation = (get_args(kind.annotation) or (kind.annotation,))[0] if kind.is_list else kind.annotation
    named = getattr(annotation, "__name__", "").casefold()
    if kind.is_ranged or named in ("int", "float"):
        return f"{NUMBER}{_range(parameter.min, parameter.max)}"
    if named == "bool":
        return None
    if kind.is_path or kind.is_file or named == "path":
        return PLACES[kind.path_type if kind.is_path else "path"]
    return None if is_argument else TEXT


def _range(least: float | None, most: float | None) -> str:
    if least is None:
        return "" if most is None else f" up to {most}"
    return f" from {least}" if most is None else f" {least} to {most}"


def _no_range(_parameter: Any) -> None:
    """It stands beside the type."""
