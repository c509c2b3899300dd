"""A phrase of a playbook as a pattern of a request's words, and where the values that it leaves open end."""

import re
import unicodedata
from functools import cache

from domain.planning.playbook import ALONE, ASKED_FIRST, CLOSE, ENDS_THERE, FEWEST_WORDS, OPEN, WHOLE
from domain.planning.request_words import COURTESY, NO_NAME, NO_PURCHASE
from domain.planning.said_values import TAKEN_OUT

MOST_BETWEEN = 2
"""Other words between two words of a phrase."""
LONGEST_VALUE = 8
"""Words of a value that a phrase leaves open."""
LEADING = "(?:for|to|für|vom|pour|para|por|per|voor)"
IN_NAMES = r"(?:of|in|im|de|du|di|van|and|und|et|y|e|en)\b(?!\s+(?-i:[A-Z\u00c0-\u00de\d]))"
"""What can be part of a name, before a capital: `Bank of Ireland`, `Larch and Sons`."""
ENDS = re.compile(
    rf"\s*(?:[?!;\n\u00a6]|[,.](?=\s|$)|\b{IN_NAMES}|\b(?:please|thanks|thank|with|by|{LEADING}|bitte|danke|merci|"
    r"gracias|grazie|bedankt)\b)",
    re.IGNORECASE,
)
"""Where a value that a phrase leaves open ends at the latest."""
PLEASE = (
    "(?:please|(?:can|could|would) you|kindly|also|and|then|now|bitte|kannst du|könntest du"
    "|s'il (?:te|vous) plaît|peux-tu|pouvez-vous|por favor|puedes|per favore|puoi|alsjeblieft|kun je|kunt u)"
)
BEGINS = rf"(?:^|[.;!?:,]\s+)(?:{PLEASE}[,\s]+)*"
"""Where a sentence begins: there alone counts a phrase of a single word beside what is known by its form."""
AROUND = re.compile(
    rf"^(?:(?:{PLEASE}|an?|one|eine?n?|une?|una|uno|een|(?-i:to|an|à|aan|Firma|company|from|of|von|van|the|des"
    rf"|der|die|das|den|dem|l[aeo]s?|el"
    rf"|il|i|gli|het|de))\s+(?=\w))+"
    r"|(?:\s+(?:(?:ver|ab|aus|zu)?(?:schicken|senden|stellen)|erstellen|machen|abrechnen|anlegen|buchen|(?:ver)?sturen"
    r"|opmaken|maken|envoyer|enviar|inviare|mandare|again|now|asap|still|noch|encore|todavía|aún|ancora"
    r"|nog|jetzt|sofort|an|ab|aus))+$",
    re.IGNORECASE,
)
"""Courtesies and articles before a value, verbs and particles behind it."""
COURTEOUS = re.compile(
    r"^(?:(?:sie|bitte|please|veuillez|por favor|per favore|alstublieft)[,\s]+)+(?=\w)", re.IGNORECASE
)
"""Before a value that a verb asks for: *Schreiben Sie bitte Acme ...*."""
KEPT_ENDS = re.compile(r"\b(?:co|inc|ltd|llc|corp|bros|s\.a|b\.v)\.$", re.IGNORECASE)
APART = r"[^\w.;?!]+"
BETWEEN = rf"{APART}(?:[\w'\u2019-]+{APART}){{0,{MOST_BETWEEN}}}?"
ARTICLES = (
    rf"{APART}(?:(?:the|an?|our|my|this|that|last|open|unpaid|draft|all|sie|bitte|please|die|den|der|das|eine?n?"
    rf"|unsere?n?|meine?|letzte|offene|kunden|l[aeo]s?|i|gli|l['\u2019]|notre|votre|ma|dernière|une?|el|nuestra"
    rf"|mi|última|una"
    rf"|il|nostra|mia|ultima|di|de|het|onze|mijn|laatste|een|veuillez|por favor){APART})"
    r"{0,3}?"
)
"""What may stand before a word of a phrase that is written close."""
SOME_WORDS = rf"\S+(?:\s+\S+){{0,{LONGEST_VALUE - 1}}}"
SHORTEST_MORE = 3
MORE = re.compile(r"\b(?:and|und|et|y|e|en)\s+((?:[a-z\u00e0-\u00ff].*))$")
AT_END = rf"(?:[\s,\u00a6]|\b{PLEASE}\b|\bthanks?\b|\bin Rechnung\b)*(?:$|[.!?;\n])"
WHOSE = (
    r"(?!(?:the|die|les|las|le|de)\s+\d)(?!(?:from|by|of|is|was|no|number|nr|von|vom"
    r"|(?-i:de)(?! (?:familie|heer|firma)\b)|du|da|di|(?-i:van)|ist|est|es"
    r"|è)\b|[\d#])"
)
"""What a value beside a single word does not begin with: *invoice from Cedar for October* asks for none."""
_JOINED = {"open": r"\W+", "word": r"\b.*?\b", "form": ".*?"}
"""What stands between a value that a phrase leaves open and what follows it, and before one."""
REST = r"(?:[^.!?;\n\u00a6]|\.(?=\w))+"
LEFT_OVER = re.compile(
    r"(?:[,\s]*\b(?:due|payable|net|netto|net of tax|zahlbar|fällig|à payer|pagadero|a pagar|vence"
    r"|pagabile|scadenza|te betalen|betaalbaar|within|innerhalb|von|sous|in|en|dans|binnen|entro|a|by|it|please|bitte"
    r"|danke|merci|thanks?|thank you|gracias|por favor|grazie|per favore|bedankt|alsjeblieft|alstublieft"
    r"|s'il (?:te|vous) plaît|Zahlungsziel|Zahlungsfrist|payment terms?|délai de paiement|plazo de pago"
    r"|termine di pagamento|in Rechnung|schreiben|stellen|schicken|senden)\b[,\s]*)+$",
    re.IGNORECASE,
)
"""What is left at the end of a sentence once its values are taken out, and courtesies."""


GAP = r"[\s:,;.!=\u00a6\u2013\u2014-]*"
"""What stands between the words of a phrase that is all that is said: values that are known by their form, too."""
_THING = rf"(?!(?:{NO_PURCHASE.pattern})\b)[^\W\d_][\w'\u2019&/+-]*"
THING = rf"(?!(?:{NO_NAME.pattern})\b){_THING}(?:\s+{_THING}){{0,4}}"
"""What was bought, in few words."""


def words_of(phrase: str, by_form: frozenset[str]) -> int:
    """How many words it names, and values that are known by their form; the rest of a sentence alone says little."""
    words = OPEN.sub(
        lambda found: found[1] if found[1] in by_form else " ", WHOLE.sub("", _unmarked(phrase))
    ).split()
    return len(words) - (WHOLE.search(phrase) is not None and not by_form.intersection(words))


@cache
def pattern_of(phrase: str, by_form: frozenset[str]) -> re.Pattern[str]:
    """The phrase's words in their order, few others between them; what it leaves open is captured."""
    begins, ends = phrase.startswith(ASKED_FIRST), phrase.endswith(ENDS_THERE)
    words = _unmarked(phrase).split()
    if is_alone(phrase):
        return _all_that_is_said(words, by_form)
    takes_rest = WHOLE.search(phrase) is not None
    is_short = sum(not OPEN.fullmatch(word) for word in words) < FEWEST_WORDS
    starts_open = OPEN.fullmatch(words[0]) is not None
    pattern, before = (BEGINS if is_short or begins else "" if starts_open else r"\b"), ""
    for written in words:
        is_close, word = written.startswith(CLOSE), written.removeprefix(CLOSE)
        rest_of = WHOLE.fullmatch(word)
        name = rest_of or OPEN.fullmatch(word)
        kind = "word" if name is None else "form" if name[1] in by_form else "open"
        if before and is_close and before != "open":
            pattern += ARTICLES
        elif before:
            pattern += _JOINED[kind] if before == "open" or kind == "open" else BETWEEN
        if name is None:
            pattern += _any_of(word)
        else:
            value = REST if rest_of else (WHOSE if is_short or takes_rest else "") + SOME_WORDS
            pattern += TAKEN_OUT.strip() if kind == "form" else f"(?P<{name[1]}>{value})"
        before = kind
    return re.compile(pattern + (AT_END if ends else ""), re.IGNORECASE)


def _all_that_is_said(words: list[str], by_form: frozenset[str]) -> re.Pattern[str]:
    """These alone, courtesies aside; a value that is known by its form may stand anywhere between them."""
    names = {word: found[1] for word in words if (found := OPEN.fullmatch(word))}
    parts = [
        rf"(?P<{names[word]}>{THING})" if word in names else _any_of(word)
        for word in words
        if names.get(word) not in by_form
    ]
    courtesies = rf"(?:{GAP}(?:(?:[^\W\d_]+\s+){{0,2}}{COURTESY.pattern}|{PLEASE}))*"
    return re.compile(rf"^{GAP}(?:{PLEASE}{GAP})*{GAP.join(parts)}{courtesies}{GAP}$", re.IGNORECASE)


def is_alone(phrase: str) -> bool:
    """Whether it counts only where it is all that is said."""
    return phrase.startswith(ALONE)


def _unmarked(phrase: str) -> str:
    """Without the signs that say where it counts."""
    return phrase.removeprefix(ALONE).removeprefix(ASKED_FIRST).removesuffix(ENDS_THERE)


def may_be_said(phrase: str, text: str) -> bool:
    """Whether each word of the phrase stands somewhere in the text: seen at once, where its pattern looks long."""
    words = _unmarked(phrase).split()
    plain = (word.removeprefix(CLOSE) for word in words)
    return all(
        _word(word).search(text) for word in plain if not OPEN.fullmatch(word) and not WHOLE.fullmatch(word)
    )


@cache
def _word(written: str) -> re.Pattern[str]:
    return re.compile(_any_of(written), re.IGNORECASE)


def _any_of(written: str) -> str:
    return rf"(?:{'|'.join(map(_spellings, written.split('|')))})\b"


def _spellings(word: str) -> str:
    """A word as a pattern: its letters with their accents or without, joined by a hyphen or a blank."""
    plain = ((sign, unicodedata.normalize("NFD", sign)[0]) for sign in word)
    letters = "".join(re.escape(sign) if sign == bare else f"[{sign}{bare}]" for sign, bare in plain)
    return letters.replace(r"\-", "[- ]")


def whole_value(value: str) -> str:
    """The rest of a sentence, up to something else that is asked for in it."""
    value = LEFT_OVER.sub("", value.strip())
    more = MORE.search(value)
    kept = value[: more.start()] if more and len(more[1].split()) >= SHORTEST_MORE else value
    return AROUND.sub("", kept.strip()).strip(" \"'\u201c\u201d\u201e,;:()[]\u00a6")


def open_value(value: str) -> str:
    """Up to where the sentence goes on with something else, without the signs around it."""
    value = COURTEOUS.sub("", value)
    end = ENDS.search(value, 1)
    kept = value[: end.start()] if end else value
    if end and end[0].strip() == "." and KEPT_ENDS.search(f"{kept}."):
        return f"{kept}."
    kept = AROUND.sub("", kept.strip())
    kept = kept.strip(" \"'\u201c\u201d\u201e,;:()[]\u00a6")
    return kept if re.search(r"\w", kept) else ""
