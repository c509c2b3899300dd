"""What a number about somebody is called: a name that can be typed, and that nothing in a note or a page acts on."""

import re
from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TypeVar

LONGEST_KEY = 40
_OTHER = re.compile(r"[\W_]+")

Whose = TypeVar("Whose", bound=Hashable)


def keys(names: Mapping[Whose, str]) -> dict[Whose, str]:
    """Such as `nordwind-gmbh` of "Nordwind GmbH"; those who would be called alike also say whose they are."""
    found = {whose: _key(name) for whose, name in names.items()}
    often = Counter(found.values())
    return {whose: key if often[key] == 1 else f"{key}-{whose}" for whose, key in found.items()}


def _key(name: str) -> str:
    return _OTHER.sub("-", name.casefold())[:LONGEST_KEY].strip("-") or "unnamed"
