"""What Odoo called things before 19, as far as the employee asks for them.

Calls are written for Odoo 19; here they become those of the server's own version, and its answers become Odoo 19's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LISTED_FIELDS = frozenset({"read", "search_read", "load"})
"""Methods with an argument `fields`."""
NEW_ARGUMENTS = {("search_read", "load"): 17, ("search_count", "limit"): 16}
"""Arguments that only make an answer smaller, and the first version that takes them for every model."""
BEFORE_IT = {("account.payment", "action_cancel"): ("action_draft", 17)}
"""What must be called first, and the first version that does it itself; it may be called on any state.

A payment that Odoo 16 cancels at once still settles its invoice.
"""


@dataclass(frozen=True)
class OlderField:
    """One field that was called otherwise, or was not there.

    Attributes:
        model: whose field it is.
        name: as Odoo 19 calls it.
        since: the first version that calls it so.
        before: the name until then; empty if there was none, which reads as `False` and limits nothing.
        values: values that were called otherwise, by Odoo 19's word.
        condition: the name in a condition, where it is another one; the field then reads as a display name.
    """

    model: str
    name: str
    since: int
    before: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    condition: str = ""


ACCOUNT_TYPES = {
    "asset_receivable": "Receivable",
    "asset_cash": "Bank and Cash",
    "asset_current": "Current Assets",
    "asset_non_current": "Non-current Assets",
    "asset_prepayments": "Prepayments",
    "asset_fixed": "Fixed Assets",
    "liability_payable": "Payable",
    "liability_credit_card": "Credit Card",
    "liability_current": "Current Liabilities",
    "liability_non_current": "Non-current Liabilities",
    "equity": "Equity",
    "equity_unaffected": "Current Year Earnings",
    "income": "Income",
    "income_other": "Other Income",
    "expense": "Expenses",
    "expense_depreciation": "Depreciation",
    "expense_direct_cost": "Cost of Revenue",
    "off_balance": "Off-Balance Sheet",
}
"""The kinds of account and the names of the records that they were."""

OLDER_FIELDS = (
    OlderField("account.account", "company_ids", since=18, before="company_id"),
    OlderField("account.payment", "memo", since=18, before="ref"),
    OlderField(
        "account.payment",
        "state",
        since=18,
        before="state",
        values={"in_process": "posted", "paid": "posted", "canceled": "cancel"},
    ),
    OlderField(
        "account.account",
        "account_type",
        since=16,
        before="user_type_id",
        condition="user_type_id.name",
        values=ACCOUNT_TYPES,
    ),
    OlderField(
        "account.move.line",
        "account_type",
        since=16,
        condition="account_id.user_type_id.name",
        values=ACCOUNT_TYPES,
    ),
    # a method of a journal was a method of all; the account stood on the journal, and Odoo refuses without it
    OlderField("account.payment", "payment_method_line_id", since=15, before="payment_method_id"),
    OlderField("account.payment.method.line", "journal_id", since=15),
    OlderField("account.payment.method.line", "payment_account_id", since=15),
    OlderField("account.payment.method.line", "sequence", since=15),
    # the day up to which all but an adviser are locked out, which the employee never is
    OlderField("res.company", "hard_lock_date", since=18, before="period_lock_date"),
    OlderField("res.company", "sale_lock_date", since=18),
)
ALWAYS = [1, "=", 1]
"""Odoo's own condition that holds for every record."""
OLDER_MODELS = {"account.payment.method.line": ("account.payment.method", 15)}
"""Models that were called otherwise, and the first version that calls them so."""


class OlderOdoo:
    """The words of one version."""

    def __init__(self, major: int) -> None:
        self.major = major

    def model(self, name: str) -> str:
        """What that version calls a model."""
        before, since = OLDER_MODELS.get(name, (name, 0))
        return before if self.major < since else name

    def before_it(self, model: str, method: str) -> str | None:
        """The method that must be called on the same records first, if any."""
        first, since = BEFORE_IT.get((model, method), (None, 0))
        return first if self.major < since else None

    def arguments(self, model: str, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a call as that version takes them."""
        given = {
            name: value
            for name, value in arguments.items()
            if NEW_ARGUMENTS.get((method, name), 0) <= self.major
        }
        words = self._words(model)
        if "domain" in given:
            given["domain"] = [_leaf(words, leaf) for leaf in given["domain"]]
        if "order" in given:
            parts = [_path(words, part) for part in given["order"].split(", ")]
            given["order"] = ", ".join(part for part in parts if part)
        if method in LISTED_FIELDS:
            asked = [_path(words, name) for name in given["fields"]]
            # in `load` each name stands for a column, so none may go
            given["fields"] = asked if method == "load" else [name for name in asked if name]
        if "vals" in given:
            given["vals"] = _values(words, given["vals"])
        if "vals_list" in given:
            given["vals_list"] = [_values(words, values) for values in given["vals_list"]]
        return given

    def answer(self, model: str, method: str, arguments: Mapping[str, Any], answer: Any) -> Any:
        """The answer as Odoo 19 would give it to the call with these, Odoo 19's, arguments."""
        if method not in ("read", "search_read"):
            return answer
        words = self._words(model)
        bare = "load" in arguments and NEW_ARGUMENTS.get((method, "load"), 0) > self.major
        if not words and not bare:
            return answer
        return [_record(words, arguments["fields"], record, bare=bare) for record in answer]

    def _words(self, model: str) -> dict[str, OlderField]:
        return {one.name: one for one in OLDER_FIELDS if one.model == model and self.major < one.since}


def _path(words: Mapping[str, OlderField], name: str) -> str:
    first, slash, rest = name.partition("/")
    return words[first].before + slash + rest if first in words else name


def _leaf(words: Mapping[str, OlderField], leaf: Any) -> Any:
    if isinstance(leaf, str) or leaf[0] not in words:
        return leaf
    older = words[leaf[0]]
    name = older.condition or older.before
    return [name, leaf[1], _value(older, leaf[2])] if name else ALWAYS


def _values(words: Mapping[str, OlderField], values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        _path(words, name): _value(words[name], value) if name in words else value
        for name, value in values.items()
    }


def _value(older: OlderField, value: Any) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_value(older, one) for one in value]
    return older.values.get(value, value)


def _record(
    words: Mapping[str, OlderField], asked: Sequence[str], record: Mapping[str, Any], *, bare: bool
) -> dict[str, Any]:
    """One record under the names that were asked for; `id` is always there."""
    found = {"id": record["id"]}
    for name in asked:
        older = words.get(name)
        value = _read_older(older, record) if older else record[name]
        found[name] = value[0] if bare and _is_pair(value) else value
    return found


def _read_older(older: OlderField, record: Mapping[str, Any]) -> Any:
    value = record.get(older.before, False)
    if older.condition and _is_pair(value):
        value = value[1]
    back = {old: new for new, old in reversed(list(older.values.items()))}
    return back.get(value, value) if isinstance(value, str) else value


def _is_pair(value: Any) -> bool:
    """A many2one as it is read with its display name."""
    return isinstance(value, list) and [type(one) for one in value] == [int, str]
