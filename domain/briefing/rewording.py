"""Whether a sentence that somebody else has reworded still tells the same facts.

A sentence is read as its facts in their order: numbers in any form with what they count, names, signs, and the words
that turn a number's meaning (rose, fell, not, almost, late). Two sentences tell the same when these are equal, so a
number can be neither changed, added, dropped nor moved to another name. It errs towards no: what is wrongly refused
costs a nicer sentence, and what were wrongly taken would cost a wrong number. It does not understand English.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST_SHARE, SHORTEST_SHARE = 1.6, 0.5
"""How long a reworded sentence may be, of the plain one."""
NEW_WORDS, NEW_SHARE = 4, 1 / 3
"""How many words may be new, or which share of the plain sentence's: too few to say something else.

Small words, and those that stand for another of the same meaning, do not count.
"""

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

NUMBERS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions
billion billions trillion dozen dozens score half halves halved halving quarter quarters double doubled doubles doubling
triple tripled triples treble trebled quadruple quadrupled quintupled once twice thrice both pair couple single percent
percentage point points first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth sixtieth
seventieth eightieth ninetieth hundredth thousandth millionth thirds fourths fifths sixths sevenths eighths ninths
tenths
"""
NUMBER_WORDS = frozenset(NUMBERS.split())
EACH_ITS_OWN = """
all any each every few fewest several many most much some various numerous majority minority whole entire average mean
median total sum alone last next previous before after ago since until yesterday today tomorrow daily weekly monthly
yearly dollar dollars euro euros pound pounds franc francs yen cent cents profit loss revenue expense expenses cost
costs cash debt debts credit debit tax net gross customer customers vendor vendors supplier suppliers owe owes owed
owing due pay pays paid unpaid receivable payable refund
"""
ALIKE = {
    "up": "up rise rises rose risen rising increase increases increased increasing grow grows grew grown growing climb "
    "climbs climbed climbing gain gains gained jump jumped surge surged high higher highest above over more exceed "
    "exceeds exceeded exceeding top topped",
    "down": "down fall falls fell fallen falling decrease decreases decreased decreasing drop drops dropped dropping "
    "decline declined declining shrink shrank shrunk slip slipped sink sank sunk low lower lowest below under less "
    "least fewer reduce reduced lose loses lost",
    "good": "good well better best improve improves improved improving success successful strong stronger healthy",
    "bad": "bad badly worse worst worsen worsened poor poorly weak weaker problem trouble",
    "not": "no not none nothing nobody never neither nor without cannot lacking hardly barely scarcely",
    "about": "about around roughly approximately nearly almost circa close",
    "only": "only just merely maximum",
    "maybe": "may might could perhaps maybe possibly likely probably expect expected forecast seem seems",
    "will": "will shall would going",
    "must": "must should need needs ought",
    "late": "late overdue delayed behind",
    "fail": "fail fails failed failing failure failures error errors broke broken",
    "end": "expire expires expired end ends ended out",
    "usual": "usual usually normal normally typical typically",
    "minute": "minute minutes",
    "hour": "hour hours",
    "day": "day days",
    "week": "week weeks",
    "month": "month months",
    "year": "year years",
}
"""Words that can stand for each other: to which side a number went, and how sure, late or long something is."""
MEANINGS = {word: word for word in EACH_ITS_OWN.split()} | {
    word: meaning for meaning, words in ALIKE.items() for word in words.split()
}
SMALL = "a an and as at by for from here in it its of on our overall the their there they this to we with you your"
SMALL_WORDS = frozenset(SMALL.split())
"""What joins others and says nothing alone; with a capital, it begins a sentence and is no name."""


def refusal(plain: str, reworded: str, names: Iterable[str] = ()) -> str:
    """What of the plain sentence is not kept, so that it has to stand; nothing where the reworded one tells the same.

    Args:
        plain: One line.
        reworded: What somebody made of it.
        names: Customers, vendors, platforms and whatever else has a name that could be taken for a common word.
    """
    if len(reworded.splitlines()) != 1:
        return "its one line"
    plain, reworded = plain.translate(TYPED), reworded.translate(TYPED)
    if not SHORTEST_SHARE <= len(reworded) / max(len(plain), 1) <= LONGEST_SHARE:
        return "its length"
    marked = _capitals(plain) | _capitals(reworded) | _named(f"{plain} {reworded}", names)
    before, after = list(_facts(plain, marked)), list(_facts(reworded, marked))
    for kind in ("number", "name", "sign", "meaning"):
        if [fact for fact in before if fact[0] == kind] != [fact for fact in after if fact[0] == kind]:
            return f"its {kind}s"
    if before != after:
        return "the order of what it tells"
    kept = _words(plain)
    new = [word for word in _words(reworded) if word not in {*kept, *MEANINGS, *SMALL_WORDS}]
    return "its words" if len(new) > max(NEW_WORDS, NEW_SHARE * len(kept)) else ""


def _facts(sentence: str, marked: set[str]) -> Iterator[tuple[str, str]]:
    """Kind and value of each fact; the kinds are number, name, sign and meaning."""
    for token in TOKEN.finditer(sentence):
        kind, text = str(token.lastgroup), token[0]
        if token["number"]:
            yield "number", " ".join(text.replace("-", " -").casefold().split())
        elif kind == "word":
            yield from _told_by(_bare(text), marked)
        elif text not in HARMLESS:
            yield "sign", text


def _told_by(word: str, marked: set[str]) -> Iterator[tuple[str, str]]:
    if word.endswith("n't"):
        yield "meaning", "not"
    elif word in marked:
        yield "name", word
    elif _counts(word):
        yield "number", word
    elif word in MEANINGS:
        yield "meaning", MEANINGS[word]


def _counts(word: str) -> bool:
    """Whether a word is a number: twelve, doubled, tenfold, Ⅻ."""
    return (
        word in NUMBER_WORDS
        or word.endswith("fold")
        or any(unicodedata.numeric(letter, None) is not None for letter in word)
    )


def _capitals(sentence: str) -> set[str]:
    """Words that are names, or could be: with a capital, or of a script without capitals."""
    found, begins = set(), True
    for token in TOKEN.finditer(sentence):
        word = token["word"]
        if word and not word.islower() and not (begins and _bare(word) in SMALL_WORDS):
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
