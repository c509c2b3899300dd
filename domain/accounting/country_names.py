"""Which country words mean that are no two-letter code: *USA*, *Deutschland*, *Untied States*."""

from difflib import get_close_matches
from functools import cache

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
ALIKE = 0.8
"""From here on a name is near enough to be asked about."""
CODE_LENGTH = 2
ALSO = {
    "uk": "GB",
    "usa": "US",
    "u.s.a": "US",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "the netherlands": "NL",
}
NO_COUNTRIES = frozenset({"georgia"})
"""A state of the United States, too."""


def country_named(said: str) -> str | None:
    """The code of the country of exactly this name (six languages); None where it is none, or may be a state."""
    word = said.strip(" .").casefold()
    if not word or word in NO_COUNTRIES or any(sign.isdigit() for sign in word):
        return None
    return ALSO.get(word) or _names().get(word)


def likely_country(said: str) -> tuple[str, str] | None:
    """The code and English name of the country that is probably meant; None where none is near."""
    from babel import Locale  # half a second, which only a wrong code needs
    from babel.core import get_global

    code, word = said.strip().upper(), said.strip().casefold()
    known = get_global("territory_aliases").get(code) or []
    if len(known) != 1:
        names = _names()
        near = [word] if word in names else get_close_matches(word, names, n=1, cutoff=ALIKE)
        known = [names[one] for one in near]
    english = Locale("en").territories
    return (known[0], english[known[0]]) if known and known[0] in english else None


@cache
def _names() -> dict[str, str]:
    from babel import Locale

    return {
        name.casefold(): code
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == CODE_LENGTH and code.isalpha()
    }
