"""Until when versions of the services' interfaces live: one table, each row with its date and source."""

from dataclasses import dataclass
from datetime import date

META, ODOO, ODOO_RPC = "Meta's API", "Odoo's JSON-2", "Odoo's XML-RPC and JSON-RPC"
_GRAPH = "developers.facebook.com: Graph API versions"
_LOOKED_UP = date(2026, 11, 27)


@dataclass(frozen=True)
class ApiVersion:
    """A version of an interface; `ends` is None where its vendor has named no day."""

    api: str
    version: str
    ends: date | None
    looked_up: date
    source: str


API_VERSIONS = (
    ApiVersion(META, "v22.0", date(2027, 5, 20), _LOOKED_UP, _GRAPH),
    ApiVersion(META, "v25.0", date(2028, 7, 29), _LOOKED_UP, _GRAPH),
    ApiVersion(META, "v26.0", None, _LOOKED_UP, _GRAPH),
    ApiVersion(ODOO, "19", None, _LOOKED_UP, "odoo.com: External JSON-2 API, new in Odoo 19"),
    ApiVersion(
        ODOO_RPC,
        "14 to 21",
        None,
        _LOOKED_UP,
        "odoo.com: External RPC API; its removal is announced for Odoo 22",
    ),
)
"""LinkedIn's versions are months; how long each lives says `linkedin_version_ends`."""


def version_ends(api: str, version: str) -> date | None:
    """The last day of a version; None where none is known."""
    return next((row.ends for row in API_VERSIONS if (row.api, row.version) == (api, version)), None)


def linkedin_version_ends(version: str) -> date:
    """Twelve months after the month that names it (learn.microsoft.com: LinkedIn API versioning, 2026-11-27)."""
    return date(int(version[:4]) + 1, int(version[4:]), 1)
