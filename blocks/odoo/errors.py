"""What can go wrong with Odoo; each class says what happened and what to do. No secret, no traceback."""

import datetime as dt
import re

from domain.errors import ContractError, RejectedError, TransientError, UnknownOutcomeError

LONGEST_SENTENCE = 400
_RIGHTS = {
    "access": "read",
    "read": "read",
    "modify": "change",
    "write": "change",
    "create": "create",
    "delete": "delete",
    "unlink": "delete",
}
"""What a person calls Odoo's operations."""

_KIND_REFUSED = re.compile(r"not allowed to (\w+) '([^']+)' \(([\w.]+)\) records")
_RECORD_REFUSED = re.compile(r"doesn't have '(\w+)' access to:\s*((?:- .+\n?)+)")
_GROUPS = re.compile(r"allowed for the following groups:\s*((?:\s*- .+\n?)+)")
_RULES = re.compile(r"Blame the following rules:\s*((?:- .+\n?)+)")
_KIND = re.compile(
    r"[\u201e\u201c\xab\"'\u2018]([^\u201e\u201c\u201d\xab\xbb\"'\u2019\n]+)"
    r"[\u201c\u201d\xbb\"'\u2019][^()\n]{0,40}\(([a-z_]+(?:\.[a-z_]+)+)\)"
)
"""The records' name in quotes and the model, in any language."""
_LISTED = re.compile(r"^\s*- (.+)$", re.MULTILINE)
_OF_A_MODEL = re.compile(r"\([a-z_]+(?:\.[a-z_]+)+(?::[^)]*)?\)")
MODULES = {
    "account": "account",
    "analytic": "analytic",
    "crm": "crm",
    "hr.expense": "hr_expense",
    "hr": "hr",
    "product": "product",
    "project": "project",
    "purchase": "purchase",
    "sale": "sale_management",
}
"""The module that has the models whose names begin so."""


def sentence(text: str) -> str:
    """Odoo's message on one line of bearable length."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SENTENCE else line[: LONGEST_SENTENCE - 1] + "…"


def _listed(pattern: re.Pattern[str], text: str) -> str:
    """The entries of a list in Odoo's message, one after the other."""
    found = pattern.search(text)
    lines = found[found.re.groups].splitlines() if found else []
    return ", ".join(line.strip().removeprefix("- ").strip() for line in lines if line.strip())


def missing_right(call: str, text: str) -> str:
    """Which right is missing, and how it is given, without what Odoo says around it."""
    kind, record = _KIND_REFUSED.search(text), _RECORD_REFUSED.search(text)
    if kind:
        right = f"to {_RIGHTS.get(kind[1], kind[1])} '{kind[2]}' ({kind[3]})"
    elif record:
        right = f"to {_RIGHTS.get(record[1], record[1])} {_listed(_RECORD_REFUSED, text)}"
    else:
        return _missing_in_another_language(call, text)
    groups, rules = _listed(_GROUPS, text), _listed(_RULES, text)
    needs = f"; one of these groups has it: {groups}" if groups else ""
    keeps = f"; Odoo's record rules keep it away: {rules}" if rules else ""
    return sentence(right + needs + keeps)


def _missing_in_another_language(call: str, text: str) -> str:
    """The same of a message in the language of the key's user: what it names, without the words around it."""
    listed = _LISTED.findall(text)
    records = [one for one in listed if _OF_A_MODEL.search(one)]
    others = ", ".join(one for one in listed if one not in records)
    kind = _KIND.search(text)
    to_do = f"to {_to_do(call.rpartition('.')[2])}"
    if records:
        keeps = f"; Odoo's record rules keep it away: {others}" if others else ""
        return sentence(f"{to_do} {', '.join(records)}{keeps}")
    if kind:
        needs = f"; one of these groups has it: {others}" if others else ""
        return sentence(f"{to_do} '{kind[1].strip()}' ({kind[2]}){needs}")
    return sentence(f"to call {call} ({text})" if text else f"to call {call}")


def _to_do(method: str) -> str:
    return "read" if method.startswith(("search", "read")) else _RIGHTS.get(method, "use")


class OdooUnavailableError(TransientError):
    """No usable answer, and provably no effect."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(
            f"Odoo at {url} gave no usable answer ({problem}); check the address and that it is up"
        )


class OdooDatabaseDownError(TransientError):
    """Odoo is up, its PostgreSQL is not."""

    def __init__(self, url: str) -> None:
        super().__init__(f"Odoo at {url} cannot reach its PostgreSQL server; start PostgreSQL")


class OdooBusyError(TransientError):
    """Too many calls, or another transaction holds the record; nothing was changed."""

    def __init__(self, call: str, status: int, seconds: float | None = None) -> None:
        self.retry_after = seconds
        super().__init__(
            f"Odoo put off {call} (HTTP {status}) and changed nothing; it is tried again by itself"
        )


class OdooOutcomeUnknownError(UnknownOutcomeError):
    """A change was sent and its answer is missing: Odoo may have done it."""

    def __init__(self, call: str, problem: str) -> None:
        super().__init__(
            f"Odoo may or may not have done {call} ({problem}); look in Odoo before it is done again"
        )


class OdooDatabaseMissingError(RejectedError):
    """There is no database of that name."""

    def __init__(self, url: str, database: str) -> None:
        super().__init__(
            f"Odoo at {url} has no database '{database}'; give the name of one that it has (where a wrong one is "
            "saved: fte connect odoo)"
        )


class OdooAddressError(RejectedError):
    """Something else than Odoo answers there."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(
            f"{url} does not answer as Odoo 19 does ({problem}); correct the url, or connect Odoo 14 to 18 with "
            "'fte connect odoo --protocol jsonrpc'"
        )


class OdooKeyError(RejectedError):
    """The API key is wrong, revoked or expired, or its user is inactive."""

    def __init__(self, url: str, database: str) -> None:
        super().__init__(
            f"Odoo at {url} does not accept the API key for database '{database}': it is wrong, expired or "
            "its user is inactive; 'fte odoo setup' makes a new one (Odoo 14 to 18: make a key in Odoo's Preferences, "
            "then 'fte connect odoo')"
        )


class OdooKeyExpiredError(OdooKeyError):
    """The API key's last day is over."""

    def __init__(self, url: str, expired_on: dt.date) -> None:
        RejectedError.__init__(
            self,
            f"the API key for Odoo at {url} expired on {expired_on}; 'fte odoo setup' makes a new one",
        )


class OdooSignInError(RejectedError):
    """Login and password do not fit."""

    def __init__(self, url: str, login: str) -> None:
        super().__init__(
            f"Odoo at {url} does not accept the password of '{login}'; give the administrator's own login and "
            "password (a fresh database has admin, admin)"
        )


class OdooSessionError(RejectedError):
    """Odoo asks for a session where a key was given."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"Odoo at {url} says that the session expired; a key needs none, so give address and database again: "
            "fte connect odoo"
        )


class OdooAccessError(RejectedError):
    """The key's user may not do that."""

    def __init__(self, call: str, said: str) -> None:
        super().__init__(
            f"the Odoo user of the API key has no right {missing_right(call, said)}. An administrator of Odoo gives it "
            "to that user under Settings, Users, and 'fte odoo setup' gives its own user those it needs; then try again"
        )


class OdooMissingError(RejectedError):
    """The record, model or method does not exist."""

    def __init__(self, call: str, said: str) -> None:
        super().__init__(
            f"Odoo does not know what {call} asks for: {sentence(said)}; "
            "it was deleted, or the module that has it is not installed"
        )


class OdooModuleMissingError(OdooMissingError):
    """The model belongs to a module that is not installed."""

    def __init__(self, call: str, said: str) -> None:
        model = call.rpartition(".")[0]
        found = [name for start, name in MODULES.items() if f"{model}.".startswith(f"{start}.")]
        module = f"install the module {max(found, key=len)}" if found else "install the module that has it"
        RejectedError.__init__(
            self, f"Odoo does not have what {call} asks for: {sentence(said)}; {module} ('fte odoo setup')"
        )


class OdooRefusedError(RejectedError):
    """Odoo understood and refused, with its own sentence."""

    def __init__(self, call: str, said: str) -> None:
        self.said = sentence(said)
        super().__init__(f"Odoo refused {call}: {self.said}")


class OdooCallError(ContractError):
    """A call that is wrong in itself: no ids, no fields, an unknown field."""

    def __init__(self, call: str, problem: str) -> None:
        super().__init__(f"the call {call} is wrong: {sentence(problem)}")
