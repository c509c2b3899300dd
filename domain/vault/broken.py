"""What is wrong with a note, in words its writer understands."""

import re

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from domain.errors import ContractError

FIRST_FRONT_LINE = 2
"""The line of the file on which front matter begins: below the opening ---."""

QUOTE_IT = "put the value in quotes"

_PLAIN_WORDS = (
    ("found duplicate key", "the key {key} is there twice; keep one"),
    (r"character '\t'", "there is a tab where only spaces may be; replace it by spaces"),
    ("found unexpected end of stream", "a quotation mark is opened and never closed"),
    ("expected ',' or ']'", "a list that begins with [ is not closed by ]"),
    ("expected ',' or '}'", "a group that begins with { is not closed by }"),
    (
        "mapping values are not allowed here",
        f"there is a second ': ' on this line, or it is indented too far; {QUOTE_IT}",
    ),
    ("could not find expected ':'", "this line is not of the form 'key: value'"),
    (
        "expected <block end>, but found '-'",
        "this line begins with '-' where a 'key: value' belongs; mend its indentation",
    ),
    (
        "expected <block end>",
        "this line is indented differently from those above, or something follows a closing quote",
    ),
    ("that cannot start any token", f"a value cannot begin with the character {{character}}; {QUOTE_IT}"),
    ("expected alphabetic or numeric character", f"a value cannot begin with * or &; {QUOTE_IT}"),
    ("unknown escape character", "in double quotes a backslash must be written twice; or use single quotes"),
    ("expected escape sequence", "in double quotes a backslash must be written twice; or use single quotes"),
    ("special characters are not allowed", "there is an invisible control character; remove it"),
    ("found unexpected document", "--- may only stand before and after the front matter"),
    ("found undefined tag handle", f"a value cannot begin with !; {QUOTE_IT}"),
)


class BrokenNoteError(ContractError):
    """A note's front matter cannot be read.

    Attributes:
        line: Line of the file, counted from 1.
        problem: What is wrong there and how to mend it, without the note's own content.
        where: The file, if known.
    """

    def __init__(self, line: int, problem: str, where: str = "") -> None:
        super().__init__(f"{where}, line {line}: {problem}" if where else f"line {line}: {problem}")
        self.line = line
        self.problem = problem
        self.where = where


def broken_note(error: YAMLError) -> BrokenNoteError:
    """The parser's complaint as ours."""
    return BrokenNoteError(_line(error) + FIRST_FRONT_LINE, _in_plain_words(str(error)))


def _line(error: YAMLError) -> int:
    if not isinstance(error, MarkedYAMLError):
        return 0
    begun_there = re.search(
        r"unexpected end of stream|expected ',' or|could not find expected ':'", str(error.problem)
    )
    mark = (error.context_mark if begun_there else None) or error.problem_mark or error.context_mark
    return int(mark.line) if mark else 0


def _in_plain_words(complaint: str) -> str:
    key = re.search(r'found duplicate key "?([^"\n]{1,60}?)"? with', complaint)
    character = re.search(r"found character (.{1,4}) that cannot start", complaint)
    for needle, words in _PLAIN_WORDS:
        if needle in complaint:
            found = words.replace("{key}", key.group(1) if key else "above")
            return found.replace("{character}", character.group(1) if character else "there")
    return "this is not YAML ('key: value' on each line); compare it with another note"
