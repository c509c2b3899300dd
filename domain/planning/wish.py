"""A request in a person's words: the playbook that they mean, and what they said of its inputs.

A playbook lists how it is asked for (`asked: ["monthly invoice for {customer}"]`). What is understood is never done at
once: the person is shown it, with their own words, and asked for what is missing, in one question.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest

from domain.planning.phrases import (
    AROUND,
    AT_END,
    LEFT_OVER,
    MORE,
    SHORTEST_MORE,
    is_alone,
    may_be_said,
    open_value,
    pattern_of,
    whole_value,
    words_of,
)
from domain.planning.playbook import (
    ALONE,
    ASKED_FIRST,
    BEHIND,
    CLOSE,
    ENDS_THERE,
    OPEN,
    WHOLE,
    Playbook,
)
from domain.planning.request_words import (
    ANOTHER,
    CLOSING,
    COURTESY,
    HEAD_ENDS,
    HOW_MUCH,
    NEW_ENTRY,
    NO_NAME,
    NOT,
    POSTSCRIPT,
    REMIND,
    SHORT_NOT,
    SHORTENED,
    SMALL_IN_NAMES,
    WAS_IT,
    WHAT_IS,
)
from domain.planning.said_days import month_numbers
from domain.planning.said_periods import Told
from domain.planning.said_values import TAKEN_OUT, SaidValues, found_in
from domain.planning.slots import Slot, SlotError, SlotType, value_of
from domain.planning.unread import (
    NET,
    ONLY_LEADS,
    name_alone,
    speaks_of_a_time,
    speaks_of_money,
    unread_in,
    without_terms,
)

LONGEST_REQUEST = 2000
MOST_SPLITS = 12


@dataclass(frozen=True)
class Wish:
    """What was understood.

    Attributes:
        values: By input, as text; what was not said is left out.
        rank: The sentence that asks for it, and the more words of its phrase were found, the less.
        rest: Sentences that are no part of it, and neither a greeting nor thanks; another request.
        unread: What else was said and no input took, or not for certain, each with why.
        dictated: The text that is a value as it stands, behind a colon or the first line.
    """

    playbook: Playbook
    values: Mapping[str, str]
    rank: tuple[int, int] = (0, 0)
    rest: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    dictated: str = ""


def wish_in(words: str, playbooks: Sequence[Playbook], told: Told) -> Wish | None:
    """The one playbook that is asked for first; None where no phrase fits, or phrases of several fit as well.

    Of two requests in one sentence the first is taken, and the second is part of `rest`.
    """
    words = HOW_MUCH.sub(r"\1 \2", words)
    words = WHAT_IS.sub(r"\1 is", SHORTENED.sub(r"\1", _above_signature(words, playbooks)))
    whole, beside = wish_of(words, playbooks, told), ""
    upto = words.rfind(whole.dictated) if whole and whole.dictated else len(words)
    for first, head, second in reversed(list(_split(words, upto))):
        wish = wish_of(first, playbooks, told)
        if wish and any(wish_of(one, playbooks, told) for one in {second, head}):
            return replace(wish, rest=(*wish.rest, " ".join(second.split())))
        is_same = wish and whole and wish.playbook == whole.playbook
        if wish and is_same and _begins_one(second, playbooks) and not _is_taken(second, wish):
            return replace(wish, rest=(*wish.rest, " ".join(second.split())))
        if wish and whole and is_same and (wish.rank, wish.values) == (whole.rank, whole.values):
            beside = " ".join(second.split())
    is_more = beside and not (COURTESY.search(beside) or NET.fullmatch(beside)) and len(beside.split()) > 1
    if whole and is_more and not any(beside in one or one in beside for one in [*whole.rest, *whole.unread]):
        return replace(whole, rest=(*whole.rest, beside))
    return whole or _meant(words, playbooks, told, is_alone)


def _begins_one(words: str, playbooks: Sequence[Playbook]) -> bool:
    """Whether it begins as requests do: *write a new one over 300*; what *we* or *I* did may be a reason."""
    first = (words.split() or [""])[0].casefold().strip(",.;:!?")
    return not NO_NAME.fullmatch(first) and any(
        first in phrase.removeprefix(ASKED_FIRST).split()[0].casefold().split("|")
        for book in playbooks
        for phrase in book.asked
        if phrase.startswith(ASKED_FIRST)
    )


def _is_taken(words: str, wish: Wish) -> bool:
    """Whether a yes or a name was read in these words: *and send it*."""
    slots = [slot for slot in wish.playbook.inputs if slot.said]
    return bool(
        found_in(f"and {words}", slots, Told(dt.date.min)).values
        or found_in(words, slots, Told(dt.date.min)).values
    )


def _split(words: str, upto: int) -> Iterator[tuple[str, str, str]]:
    """Where another request may begin in a sentence: what stands before it, it alone, and all that follows.

    Args:
        words: The sentence.
        upto: Where what is dictated begins: that is a value as it stands.
    """
    places = list(ANOTHER.finditer(words[: min(upto, LONGEST_REQUEST)]))[:MOST_SPLITS]
    for place, after in zip_longest(places, places[1:]):
        yield (
            words[: place.start()],
            words[place.end() : after.start() if after else None],
            words[place.end() :],
        )


def wish_of(words: str, playbooks: Sequence[Playbook], told: Told) -> Wish | None:
    """The same of a text that holds one request."""
    for said in (words, _behind_subject(words)):
        dictated = {wish.playbook.name: wish for book in playbooks for wish in _dictated(said, book, told)}
        if dictated:
            return next(iter(dictated.values())) if len(dictated) == 1 else None
    return _meant(words, playbooks, told, lambda phrase: not is_alone(phrase))


def _meant(
    words: str, playbooks: Sequence[Playbook], told: Told, counts: Callable[[str], bool]
) -> Wish | None:
    """By the phrases that count here."""
    text = " ".join(NEW_ENTRY.sub(" ; ", words[:LONGEST_REQUEST]).split())
    questions = [line for line in words[:LONGEST_REQUEST].splitlines() if WAS_IT.search(line)]
    wishes = [
        wish
        for book in playbooks
        for wish in _wishes(text, questions, book, told, filter(counts, book.asked))
    ]
    best = min(map(_order, wishes), default=(0, 0, 0))
    fitting = {wish.playbook.name: wish for wish in reversed(wishes) if _order(wish) == best}
    return next(iter(fitting.values())) if len(fitting) == 1 else None


@cache
def _sentence_end() -> re.Pattern[str]:
    """No end is the mark behind the number of a day: *15. Dezember*."""
    months = "|".join(map(re.escape, month_numbers()))
    return re.compile(rf"(?<=[.!?;])(?<!\d\.)\s+|(?<=\d\.)\s+(?!(?:{months})\b)", re.IGNORECASE)


def _above_signature(words: str, playbooks: Sequence[Playbook]) -> str:
    """The text down to its closing line: a name, an address and a telephone number below it ask for nothing."""
    closing = CLOSING.search(words)
    if closing is None:
        return words
    below = words[closing.end() :].strip()
    says_more = POSTSCRIPT.search(below) or speaks_of_money([below], is_net=False)
    is_signature = not says_more and not any(_begins_one(line, playbooks) for line in below.splitlines())
    return words[: closing.end()] if is_signature else words


def _order(wish: Wish) -> tuple[int, int, int]:
    """Of two that fit as well, the one first that leaves less of the words."""
    return *wish.rank, len(wish.unread)


def _wishes(
    text: str, questions: Sequence[str], playbook: Playbook, told: Told, phrases: Iterable[str]
) -> Iterator[Wish]:
    seen = found_in(text, playbook.inputs, told)
    rest, sentences = seen.rest, _sentence_end().split(text)
    for phrase in phrases:
        is_said = playbook.by_form.intersection(OPEN.findall(phrase)) <= seen.names
        if BEHIND.search(phrase) or not is_said or not may_be_said(phrase, rest):
            continue
        pattern = pattern_of(phrase, playbook.by_form)
        found = pattern.search(rest)
        if not found:
            continue
        asking, asked = (
            [one for one in said if pattern.search(found_in(one, playbook.inputs, told).rest)]
            for said in (sentences, questions)
        )
        forbidden = any(_forbids(found_in(one, playbook.inputs, told).rest, phrase) for one in asking)
        if (playbook.only_looks or not asked) and not forbidden:
            rest_of = set(found.groupdict() if is_alone(phrase) else WHOLE.findall(phrase))
            ended = {
                name: whole_value(raw) if name in rest_of else open_value(raw)
                for name, raw in found.groupdict().items()
            }
            said = {name: value for name, value in ended.items() if value}
            is_lost = rest_of and len(said) < len(ended)
            if is_lost or any(NO_NAME.fullmatch(value) for value in said.values()):
                continue
            if phrase.endswith(ENDS_THERE) and not _is_all(found.groupdict(), said):
                continue
            others = [
                one for one in sentences if asking and one not in asking and _says_more(one, playbook, told)
            ]
            behind = rest[max(map(found.start, said), default=found.end()) :]
            others += _more_behind(LEFT_OVER.sub("", behind.partition("\u00a6")[0]) if rest_of else behind)
            first = sentences.index(asking[0]) if asking else 0
            missed = len(ended) - len(said)
            rank = first, missed - words_of(phrase, playbook.by_form)
            left = [found_in(one, playbook.inputs, told).rest for one in sentences if one not in others]
            yield _complete(Wish(playbook, said, rank, tuple(others)), seen, left, _own_words(phrase))


def _is_all(raws: Mapping[str, str], said: Mapping[str, str]) -> bool:
    """Whether what a phrase leaves open is names and nothing else: *Remind Acme*, and not *Remind Anna of the call*."""
    for name, raw in raws.items():
        value = said.get(name, "")
        behind = raw.rpartition(value)[2] if value else raw
        if not value or not re.fullmatch(AT_END, behind, re.IGNORECASE):
            return False
        if " " in value and not all(SMALL_IN_NAMES.match(word) for word in value.split()):
            return False
    return True


def _complete(wish: Wish, seen: SaidValues, left: Sequence[str], own: frozenset[str] = frozenset()) -> Wish:
    """With the values that are known by their form, and what of the words was not taken.

    Args:
        wish: What was understood.
        seen: The values.
        left: The sentences without them.
        own: The words of the phrase that asks for it: *due* is taken where it asks for *bills due*.

    A sum beside which something stands that may change it is asked for, and so is a value that is said in two ways.
    """
    slots = {slot.name: slot for slot in wish.playbook.inputs}
    is_net = any(slot.type is SlotType.NET for slot in slots.values())
    said, unread = _cut(wish, is_net=is_net)
    words = TAKEN_OUT.join(left)
    for value in [*wish.values.values(), *wish.rest]:
        words = words.replace(value, TAKEN_OUT)
    unread += [
        one
        for one in unread_in(words, TAKEN_OUT.strip(), is_net=is_net)
        if one not in unread and list(unread_in(_without(one, own), TAKEN_OUT.strip(), is_net=is_net))
    ]
    doubts = [f"'{one}' was not understood" for one in unread]
    is_changed = speaks_of_money([*unread, *wish.rest], is_net=is_net)
    values = dict(seen.values)
    for name in [name for name in values if is_changed and _is_sum(slots[name])]:
        sum_said = values.pop(name)
        if slots[name].optional:  # what may be left out would be, and nobody asked
            values[name] = f"{sum_said}, {' '.join(unread) or wish.rest[0]}"
    for name, raws in seen.unsure.items():
        doubts.append(f"{name}: {' or '.join(repr(raw) for raw in raws)} is not certain")
        if slots[name].default is not None or slots[name].optional:
            values[name] = " or ".join(raws)
    times = [one for one in unread if speaks_of_a_time(one)]
    if times and (moment := next((one.name for one in slots.values() if one.type is SlotType.MOMENT), None)):
        values.setdefault(moment, times[0])
    for name, thing in seen.of.items():
        said[name] = ", ".join(filter(None, (said.get(name), thing)))
    values |= said
    doubts += [
        f"{name}: '{value}' {why}" for name, value in values.items() if (why := _refused(slots[name], value))
    ]
    return replace(wish, values=values, unread=tuple(dict.fromkeys(doubts)))


def _cut(wish: Wish, *, is_net: bool) -> tuple[dict[str, str], list[str]]:
    """The values that phrases leave open without what stands behind them and is no part of them, and that."""
    said, unread = dict(wish.values), list[str]()
    whole = {name for phrase in wish.playbook.asked for name in WHOLE.findall(phrase)}
    for name, value in wish.values.items():
        kept, cut = without_terms(value, is_net=is_net)
        if not cut and name not in whole:
            kept, cut = name_alone(value)
        cut = "" if ONLY_LEADS.fullmatch(cut) else cut
        if kept != value:
            said[name] = AROUND.sub("", LEFT_OVER.sub("", kept)).strip() or value
        unread += [cut] if cut else []
    return said, unread


def _is_sum(slot: Slot) -> bool:
    return slot.type in {SlotType.NET, SlotType.AMOUNT}


def _refused(slot: Slot, value: str) -> str:
    try:
        value_of(slot, value)
    except SlotError as error:
        return str(error)
    return ""


def _own_words(phrase: str) -> frozenset[str]:
    """The words that a phrase names, each way that it may be said."""
    return frozenset(
        word
        for words in phrase.removesuffix(ENDS_THERE).split()
        for word in words.lstrip(ALONE + ASKED_FIRST + CLOSE).casefold().split("|")
    )


def _without(text: str, own: frozenset[str]) -> str:
    return " ".join(word for word in text.split() if word.casefold() not in own)


def _forbids(sentence: str, phrase: str) -> bool:
    """Whether a *no* stands in it that is no word of the phrase's own: *cancel the invoice* forbids nothing.

    *Not paid* forbids nothing either, but what says that somebody paid.
    """
    own = _own_words(phrase)
    own |= {word[-SHORT_NOT:] for word in own if word[-SHORT_NOT:] in {"n't", "n\u2019t"}}
    is_no = any(NOT.search(word) for word in own)
    plain = REMIND.sub(
        lambda found: found[0] if own.intersection(found[0].casefold().split()) and not is_no else " ",
        sentence,
    )
    return any(found[0].casefold() not in own for found in NOT.finditer(plain))


def _behind_subject(words: str) -> str:
    """Without the first line, which is a mail's subject or a note's title, and a greeting below it."""
    lines = words.strip().split("\n")[1:]
    while lines and ":" not in lines[0] and (not lines[0].strip() or COURTESY.match(lines[0].strip())):
        lines = lines[1:]
    return "\n".join(lines)


def _dictated(words: str, playbook: Playbook, told: Told) -> Iterator[Wish]:
    """`Post on LinkedIn: ...`: what follows the first sentence is a value as it stands; one that is cut off is none."""
    phrases = [(phrase, end[1]) for phrase in playbook.asked if (end := BEHIND.search(phrase))]
    head, *behind = HEAD_ENDS.split(words.strip(), maxsplit=1)
    text = "".join(behind).strip()
    if not (phrases and text) or len(words) >= LONGEST_REQUEST:
        return
    if WAS_IT.search(f"{head}?") or NOT.search(REMIND.sub(" ", head)):
        return
    seen = found_in(head, playbook.inputs, told)
    for phrase, name in phrases:
        if found := pattern_of(BEHIND.sub("", phrase), playbook.by_form).search(seen.rest):
            said = {key: value for key, raw in found.groupdict().items() if (value := open_value(raw))}
            wish = _complete(Wish(playbook, said), seen, [seen.rest])
            yield replace(wish, values=dict(wish.values) | {name: text}, dictated=text)


def _more_behind(rest: str) -> list[str]:
    """What else the same sentence asks for, behind an *and*."""
    more = MORE.search(_sentence_end().split(rest)[0])
    return [more[1].strip()] if more and len(more[1].split()) >= SHORTEST_MORE else []


def _says_more(sentence: str, playbook: Playbook, told: Told) -> bool:
    """Whether it is more than a greeting and names no value of the playbook's."""
    is_value = bool(found_in(sentence, playbook.inputs, told).names)
    return len(sentence.split()) >= SHORTEST_MORE and not is_value and not COURTESY.search(sentence)
