"""Who sends the bill: of all names on the page, the one that most speaks for.

What speaks for a name is looked for by `mentions` and `sights`; what each sign is worth was learnt from bills
(`python -m benchmarks.train_vendor`). How sure the answer is, is how little is left for the other names.
"""

import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from domain.receipts.business_names import BODY, LEGAL_FORM, TRADE_FORM, TRADE_WORD
from domain.receipts.found import Found
from domain.receipts.page.cells import PageCell, Sheet, folded
from domain.receipts.page.customer import buyer_cells, customers_of
from domain.receipts.page.mentions import domains_of
from domain.receipts.page.name_text import same_key
from domain.receipts.page.sights import PageName, Traits, flags, sights_of
from domain.receipts.page.vendor_weights import WEIGHTS
from domain.receipts.people import is_person

ALL_BUT_CERTAIN, UNSUPPORTED = 0.97, 0.75
"""Of unseen bills four in ten such names that the page says once, without a legal form or label, were wrong."""
SURENESS = 3
"""Of bills not learnt from, one name in fifty that had nine tenths for it was wrong: its third power is sure."""
SHORTEST_DOMAIN, SAME_START, SHORTEST_SHORT, SHORTEST_CORE = 3, 6, 4, 5
"""Letters of a name in a web address, in common at both starts, and of a short name that a longer one has in it."""
COMPARED = 60
"""So many names, the likeliest, are compared with each other."""
MOST_SAID, MANY_WORDS, LONG_WORD = 3, 6, 4
LOGO = 4
"""Letters at most of a logo that are read as one with the name behind it."""
_MANAGING = re.compile(r"VERWALTUNG|\bVERW\b|BETEILIGUNG|KOMPLEMENTAR")
_PERSON = re.compile(
    r"(?:[A-Z\u00c0-\u00de][\w'\u2019.-]* ){1,4}(?:(?:van|de|der|den|von|ter|y) )*[A-Z\u00c0-\u00de][\w'\u2019-]+"
)
_INITIALS = re.compile(r"(?:\w\. ?)+")
_ADDRESSED = ("over-address", "block", "window")
_OF_A_SENDER = (
    "payee",
    "holder",
    "signed",
    "brand-of",
    "domain",
    "domain-word",
    "sender",
    "listed",
    "block-reached",
    "near-mail",
    "imprint",
    "copyright",
    "foot",
    "buyer-labelled",
)
"""A company over an address, said once, may be who gets the bill as well, where none of these says who sends it."""
_WITH_FORM = ("only-window", "top", "alone", "over-address", "first-address", "later-address", "foot")
"""What says something else of a company than of a name without legal form."""


@dataclass(slots=True)
class Named:
    """All sights of one name."""

    key: str
    sights: list[PageName] = field(default_factory=list)
    traits: Traits = field(default_factory=dict)

    @property
    def best(self) -> PageName:
        """Where it is written out: with its legal form, in one line, not in capitals."""
        return max(
            self.sights,
            key=lambda one: (
                _is_company(one.name),
                "joined" not in one.traits,
                len(one.name),
                not one.name.isupper(),
            ),
        )

    @property
    def is_company(self) -> bool:
        """Whether it is written with a legal form anywhere."""
        return _is_company(self.best.name)

    @property
    def score(self) -> float:
        """What speaks for it."""
        return sum(WEIGHTS.get(trait, 0.0) * value for trait, value in self.traits.items())


def vendor_of(sheet: Sheet) -> Found[str] | None:
    """The issuer's name as printed."""
    names = names_on(sheet)
    if not names:
        return None
    first = max(names, key=lambda one: one.score)
    share = 1 / sum(math.exp(one.score - first.score) for one in names)
    most = ALL_BUT_CERTAIN if is_supported(first.traits) else UNSUPPORTED
    best = first.best
    return Found(value=best.name, confidence=round(min(most, share**SURENESS), 2), where=best.row.where)


def is_supported(traits: Traits) -> bool:
    """Whether the page says more than once who it is, calls it the seller, or a company that is no mere addressee."""
    if "labelled" in traits or not {"alone", "unsaid"} <= traits.keys():
        return True
    is_company, is_addressed = "form" in traits, any(traits.get(trait) for trait in _ADDRESSED)
    return is_company and (not is_addressed or any(traits.get(trait) for trait in _OF_A_SENDER))


def names_on(sheet: Sheet) -> list[Named]:
    """Every name on the page that may be the sender's, with all that speaks for it and against it."""
    theirs = buyer_cells(sheet)
    names: dict[str, Named] = {}
    for sight in _without_logo(list(sights_of(sheet, theirs))):
        key = same_key(sight.name)
        names.setdefault(key, Named(key)).sights.append(sight)
    ours = "\n".join(_bare(cell) for row in sheet.rows for cell in row.cells if cell not in theirs)
    customers, domains = customers_of(sheet), domains_of(sheet, theirs)
    for name in names.values():
        name.traits = _seen(name) | _worded(name) | _of_domain(name, domains)
        said = ours.count(name.key) - 1
        name.traits |= flags(
            {
                "customer": name.key in customers,
                "unsaid": said < 1,
                "buyer-labelled": bool(customers - {name.key}),
            }
        )
        name.traits["said"] = float(min(max(said, 0), MOST_SAID))
        if name.is_company:
            name.traits |= {f"form-{trait}": 1.0 for trait in _WITH_FORM if name.traits.get(trait)}
    _compare(list(names.values()))
    return list(names.values())


def _bare(cell: PageCell) -> str:
    return re.sub(r"\W", "", cell.folded)


def _seen(name: Named) -> Traits:
    """The best of each trait over all sights, and what these have in common."""
    traits: Traits = {}
    for sight in name.sights:
        for trait, value in sight.traits.items():
            traits[trait] = max(value, traits.get(trait, 0.0))
    rows = len({sight.row.number for sight in name.sights})
    traits["rows"] = float(min(rows - 1, MOST_SAID))
    return traits | flags(
        {
            "alone": rows == 1,
            "only-window": all("window" in sight.traits for sight in name.sights),
            "only-joined": all("joined" in sight.traits for sight in name.sights),
        }
    )


def _worded(name: Named) -> Traits:
    """What kind of words a name is made of."""
    text = name.best.name
    upper, words, is_company = text.upper(), text.split(), name.is_company
    begins = is_company and bool(LEGAL_FORM.match(upper))
    traits = flags(
        {
            "form": is_company,
            "form-only-first": begins and len(words) <= 2,  # noqa: PLR2004 - `SARL COUVERTURE`
            "form-first": begins and len(words) > 2,  # noqa: PLR2004
            "trade": not is_company and (TRADE_FORM.search(upper) or TRADE_WORD.search(upper)),
            "body": not is_company and BODY.search(upper),
            "person": is_person(text),
            "person-like": not is_company and _PERSON.fullmatch(text) and not TRADE_WORD.search(upper),
            "one-word": len(words) == 1 and not is_company,
            "long": len(words) > MANY_WORDS,
            "digits": re.search(r"\d", text),
        }
    )
    traits["plain-words"] = sum(word[0].islower() and len(word) > LONG_WORD for word in words) / len(words)
    return traits


def _of_domain(name: Named, domains: Collection[str]) -> Traits:
    """Whether a web or mail address is made of the name, or of a word in it."""
    key = name.key.lower()
    if any(_matches(key, domain) for domain in domains):
        return {"domain": 1.0}
    words = [word for word in re.findall(r"[A-Z]{5,}", folded(name.best.name)) if not TRADE_WORD.search(word)]
    return flags({"domain-word": any(word.lower() in domain for word in words for domain in domains)})


def _matches(key: str, domain: str) -> bool:
    """Whether a web address is this name's: one inside the other, or six letters in common at the start."""
    if min(len(key), len(domain)) < SHORTEST_DOMAIN:
        return False
    return (
        domain in key or key in domain or (len(key) >= SAME_START and key[:SAME_START] == domain[:SAME_START])
    )


def _compare(names: Sequence[Named]) -> None:
    """What names are to each other: a brand and its company, a line and the name that runs on in the next."""
    companies = [
        name for name in names if name.is_company and not {"customer", "only-window"} & name.traits.keys()
    ]
    if len(companies) == 1:
        companies[0].traits["only-form"] = 1.0
    likely = sorted(names, key=lambda one: -one.score)[:COMPARED]
    cores = {one.key: _core(one) for one in likely}
    for short in likely:
        for whole in likely:
            if _is_short_for(short, whole, cores[short.key]):
                _pair(short, whole)


def _core(name: Named) -> str:
    return same_key(TRADE_WORD.sub("", name.best.name.upper()))


def _is_short_for(short: Named, whole: Named, core: str) -> bool:
    if len(short.key) >= len(whole.key):
        return False
    if len(short.key) >= SHORTEST_SHORT and short.key in whole.key:
        return True
    return len(core) >= SHORTEST_CORE and whole.key.startswith(core)


def _pair(short: Named, whole: Named) -> None:
    if (short.is_company and not whole.is_company) or {"only-joined", "unsaid"} <= whole.traits.keys():
        return
    kind = (
        "company"
        if whole.is_company and "customer" not in whole.traits and not short.is_company
        else "longer"
    )
    short.traits[f"short-for-{kind}"] = 1.0
    whole.traits[f"{kind}-of-short"] = 1.0
    if "top" in short.traits:
        whole.traits[f"{kind}-of-top"] = 1.0


def _without_logo(sights: Sequence[PageName]) -> Iterator[PageName]:
    """`AB Acme Bolts Ltd` is Acme Bolts Ltd behind its logo's letters, where another line has it without them."""
    whole = {
        same_key(one.name): one.name
        for one in sights
        if _is_company(one.name) and "in-text" not in one.traits
    }
    for one in sights:
        key = same_key(one.name)
        bare = next((key[cut:] for cut in _logos(one) if key[cut:] in whole and _is_company(one.name)), None)
        yield replace(one, name=whole[bare]) if bare else one


def _logos(one: PageName) -> range:
    """How many letters may be a logo's: initials (`J. H. Acme`) are none."""
    return range(0) if _INITIALS.match(one.name) else range(1, LOGO + 1)


def _is_company(name: str) -> bool:
    upper = folded(name)
    return bool(LEGAL_FORM.search(upper)) and not _MANAGING.search(upper)
