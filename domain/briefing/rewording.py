"""Whether a sentence that somebody else has reworded still tells the same facts.

A sentence is read as its facts in their order: numbers in any form with what they count, names, signs, and every word
but those that are known to say nothing. A word may be another only where both are known to mean the same. So what is
told can be neither changed, added, dropped nor moved. It errs towards no: what is wrongly refused costs a nicer
sentence, and what were wrongly taken would cost a wrong number. It does not understand English.
"""

import re
from collections.abc import Iterable, Iterator

LONGEST_SHARE, SHORTEST_SHARE = 1.6, 0.5
"""How long a reworded sentence may be, of the plain one."""
TOKEN = re.compile(
    r"(?P<number>(?:[-+±~]\s?|[.,:;'])*\w*\d(?:[\w.,:;/'+-]*\w)?[-']*)(?P<counted>[\s-]+[^\W\d]+)?"
    r"|(?P<address>\w+(?:[./@]\w+)+)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<sign>\S)"
)
HARMLESS = frozenset(".,;:'-")
"""Signs that say nothing by themselves; one right before a number belongs to it."""
ENDS = frozenset(".!?")
TYPED = str.maketrans(
    {
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{MINUS SIGN}": "-",
        "\N{FIGURE DASH}": "-",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
    }
)
"""What a typesetter writes for signs of a keyboard."""

ALIKE = {
    "rise": "rise rises rose risen rising increase increases increased increasing grow grows grew grown growing "
    "climb climbs climbed climbing",
    "fall": "fall falls fell fallen falling decrease decreases decreased decreasing drop drops dropped dropping "
    "decline declines declined declining",
    "above": "above over",
    "below": "below under",
    "not": "no not cannot",
    "only": "only just merely",
    "late": "late overdue",
    "fail": "fail fails failed failing",
    "expire": "expire expires expired",
    "usual": "usual usually normal normally",
}
"""Words that can stand for each other; superlatives and other strengths of the same are others."""
MEANINGS = {word: meaning for meaning, words in ALIKE.items() for word in words.split()}
FILLERS = "a an and as at for in is are was were it its on our so the there this"
SAYS_NOTHING = frozenset(FILLERS.split())
"""What joins others; with a capital, it begins a sentence and is no name."""
PHRASES = (
    (re.compile(r"\b(?:came|amounted) to\b"), "was"),
    (re.compile(r"\b(?:more|higher) than\b"), "above"),
    (re.compile(r"\b(?:less|lower) than\b"), "below"),
)
"""What several words say together."""


def refusal(plain: str, reworded: str, names: Iterable[str] = ()) -> str:
    """What of the plain sentence is not kept, so that it has to stand; nothing where the reworded one tells the same.

    Args:
        plain: One line.
        reworded: What somebody made of it.
        names: Customers, vendors, platforms and whatever else has a name that could be taken for a common word.
    """
    if len(reworded.splitlines()) != 1:
        return "its one line"
    plain, reworded = _in_single_words(plain), _in_single_words(reworded)
    if not SHORTEST_SHARE <= len(reworded) / max(len(plain), 1) <= LONGEST_SHARE:
        return "its length"
    marked = _capitals(plain) | _capitals(reworded) | _named(f"{plain} {reworded}", names)
    before, after = list(_facts(plain, marked)), list(_facts(reworded, marked))
    for kind in ("number", "name", "sign", "word"):
        if [fact for fact in before if fact[0] == kind] != [fact for fact in after if fact[0] == kind]:
            return f"its {kind}s"
    return "" if before == after else "the order of what it tells"


def _in_single_words(sentence: str) -> str:
    sentence = sentence.translate(TYPED)
    for phrase, word in PHRASES:
        sentence = phrase.sub(word, sentence)
    return sentence


def _facts(sentence: str, marked: set[str]) -> Iterator[tuple[str, str]]:
    """Kind and value of each fact; the kinds are number, name, sign and word."""
    for token in TOKEN.finditer(sentence):
        kind, text = str(token.lastgroup), token[0]
        if token["number"]:
            yield "number", " ".join(text.replace("-", " -").split())
        elif kind == "word":
            yield from _told_by(_bare(text), marked)
        elif text not in HARMLESS:
            yield "sign", text


def _told_by(word: str, marked: set[str]) -> Iterator[tuple[str, str]]:
    if word.endswith("n't"):
        yield "word", "not"
    elif word in marked:
        yield "name", word
    elif word not in SAYS_NOTHING:
        yield "word", MEANINGS.get(word, word)


def _capitals(sentence: str) -> set[str]:
    """Words that are names, or could be: with a capital, or of a script without capitals."""
    found, begins = set(), True
    for token in TOKEN.finditer(sentence):
        word = token["word"]
        if word and not word.islower() and not (begins and _bare(word) in SAYS_NOTHING):
            found.add(_bare(word))
        begins = token[0] in ENDS
    return found


def _named(text: str, names: Iterable[str]) -> set[str]:
    """The words of those names that the text has."""
    low = text.casefold()
    return {word for name in names if name.casefold() in low for word in _words(name.translate(TYPED))}


def _words(sentence: str) -> list[str]:
    return [_bare(token["word"]) for token in TOKEN.finditer(sentence) if token["word"]]


def _bare(word: str) -> str:
    """In small letters, without the genitive's ending."""
    return word.casefold().removesuffix("'s")
