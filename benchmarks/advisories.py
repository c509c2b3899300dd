"""Known vulnerabilities of what is locked, by a copy of the Python advisory database, without a network.

`python -m benchmarks.advisories COPY`, or `make audit COPY=...`; COPY is a clone of github.com/pypa/advisory-database.
How old it is is said with the answer: what became known later is not in it. Exit status 1: there is a vulnerability,
2: there is no such copy.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version
from ruamel.yaml import YAML

from domain.errors import RejectedError

LOCK = Path(__file__).parent.parent / "uv.lock"


class NoCopyError(RejectedError):
    """Nothing can be said."""

    def __init__(self, copy: Path) -> None:
        super().__init__(
            f"{copy} is no clone of github.com/pypa/advisory-database: it has no advisories in vulns/"
        )


def advisories(copy: Path) -> list[dict[str, Any]]:
    """Every advisory that was not withdrawn.

    Raises:
        NoCopyError: there is none.
    """
    read = YAML(typ="safe", pure=False)
    found = [read.load(path) for path in sorted(copy.glob("vulns/*/*.yaml"))]
    if not found:
        raise NoCopyError(copy)
    return [one for one in found if "withdrawn" not in one]


def vulnerable(locked: dict[str, str], known: list[dict[str, Any]]) -> Iterator[str]:
    """A line for each advisory that holds for a locked version."""
    for advisory in known:
        for affected in advisory.get("affected", []):
            name = affected["package"]["name"].lower().replace("_", "-").replace(".", "-")
            if name in locked and _holds(locked[name], affected):
                others = ", ".join(advisory.get("aliases", []))
                yield f"{name} {locked[name]}: {advisory['id']} ({others})"


def _holds(version: str, affected: dict[str, Any]) -> bool:
    ranges = [one["events"] for one in affected.get("ranges", []) if one["type"] == "ECOSYSTEM"]
    return version in map(str, affected.get("versions", [])) or any(_within(version, each) for each in ranges)


def _within(version: str, events: list[dict[str, Any]]) -> bool:
    """Whether the last thing that happened up to this version is that it came in."""
    try:
        here, inside = Version(version), False
        for event in events:
            ((kind, at),) = event.items()
            if kind == "last_affected":
                inside = inside and here <= Version(str(at))
            elif str(at) == "0" or Version(str(at)) <= here:
                inside = kind == "introduced"
    except InvalidVersion:
        return True  # a person looks
    return inside


def main() -> None:
    """Read the command line."""
    copy = Path(sys.argv[1])
    locked = {one["name"]: one["version"] for one in tomllib.loads(LOCK.read_text())["package"]}
    try:
        known = advisories(copy)
    except NoCopyError as error:
        print(error)
        raise SystemExit(2) from None
    newest = max(str(one.get("modified", "")) for one in known)
    found = list(vulnerable(locked, known))
    print("\n".join(found))
    print(
        f"{len(found)} of {len(known)} advisories hold for {len(locked)} packages; the newest is of {newest[:10]}"
    )
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
