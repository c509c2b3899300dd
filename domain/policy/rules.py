"""Which changes of the owner's rules may take effect at once, and which a person has to confirm first.

Rules are compared as flat mappings (`proof.amount_above` -> JSON value). A change that is not known to narrow what
is done without asking counts as one that widens it: a rule added later asks until it is listed here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import unified_diff
from typing import Any

from domain.policy.handbook import Handbook
from domain.policy.health import HealthRules
from domain.social.brand import Brand
from domain.vault.front_matter import dump_front

Rules = Mapping[str, Any]

WHOLE = frozenset({"hours", "people.known"})
"""Groups that are one rule."""


@dataclass(frozen=True)
class RuleChange:
    """One rule with its confirmed and its written value (JSON; None: there is none)."""

    rule: str
    before: Any
    after: Any

    def __str__(self) -> str:
        """For a person, on one line."""
        if not self._is_group:
            return f"{self.rule}: {shown_value(self.before)} -> {shown_value(self.after)}"
        if not self.before or not self.after:
            return f"{self.rule}: {'new' if self.after else 'removed'}"
        names = [
            name for name in {**self.before, **self.after} if self.before.get(name) != self.after.get(name)
        ]
        return f"{self.rule}: other {', '.join(names)}"

    @property
    def shown(self) -> str:
        """What would change, in full; of a group of values (a playbook) the lines that differ and those beside them."""
        if not self._is_group:
            return f"{shown_value(self.before)}, would become {shown_value(self.after)}"
        if not self.after:
            return "would not be followed any more"
        return "\n".join(self._lines() if self.before else ["is new:", *_lines(self.after)])

    @property
    def _is_group(self) -> bool:
        return isinstance(self.after or self.before, dict)

    def _lines(self) -> Iterator[str]:
        yield "lines with - would go, lines with + would come:"
        marked = unified_diff(_lines(self.before), _lines(self.after), lineterm="", n=2)
        for line in [*marked][2:]:
            yield "..." if line.startswith("@@") else line


@dataclass(frozen=True)
class Comparison:
    """What of the written rules holds now, and what waits.

    Attributes:
        effective: The rules to follow until a person has confirmed `widening`.
        narrowed: Changes that are in `effective` already.
        widening: Changes that are not.
    """

    effective: dict[str, Any]
    narrowed: list[RuleChange] = field(default_factory=list)
    widening: list[RuleChange] = field(default_factory=list)


def compare_rules(confirmed: Rules, written: Rules) -> Comparison:
    """Sort each difference by its direction; of a list that both grew and shrank each part goes its own way."""
    found = Comparison(dict(confirmed))
    for rule in sorted({*confirmed, *written}):
        before, after = confirmed.get(rule), written.get(rule)
        if _same(before, after):
            continue
        middle = _narrower(rule, before, after)
        if not _same(before, middle):
            found.narrowed.append(RuleChange(rule, before, middle))
            found.effective[rule] = middle
        if not _same(middle, after):
            found.widening.append(RuleChange(rule, middle, after))
    return found


def flat_handbook(handbook: Handbook) -> dict[str, Any]:
    """The handbook's rules, with the limits that follow `ask_above` written out: each is compared as it holds."""
    limits = {"day_limit": handbook.day_threshold, "payee_limit": handbook.payee_threshold}
    plain = handbook.model_copy(update=limits).model_dump(mode="json", by_alias=True)
    return dict(_flat(plain))


def handbook_of(rules: Rules) -> Handbook:
    """The handbook that these flat rules make; a rule that is missing has its default."""
    nested: dict[str, Any] = {}
    for rule, value in rules.items():
        if value is None:
            continue
        group, _, name = rule.rpartition(".")
        (nested.setdefault(group, {}) if group else nested)[name] = value
    return Handbook.model_validate(nested)


def shown_value(value: Any) -> str:
    """A rule's value in words."""
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _lines(group: Mapping[str, Any]) -> list[str]:
    """As they are written in a note."""
    return dump_front(group).splitlines()


def _flat(plain: Mapping[str, Any]) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for name, value in plain.items():
        if not isinstance(value, Mapping) or name in WHOLE:
            rows.append((name, value))
        else:
            rows += [(f"{name}.{inner}", item) for inner, item in value.items()]
    return rows


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, bool) or isinstance(after, bool):
        return before is after
    try:
        return Decimal(str(before)) == Decimal(str(after))
    except ArithmeticError:
        return bool(before == after)


Narrower = Callable[[Any, Any], Any]
"""(confirmed, written) -> the value that may hold at once: the narrower of the two, as far as it is known."""


def _narrower(rule: str, before: Any, after: Any) -> Any:
    narrower = DIRECTIONS.get(rule)
    return before if narrower is None else narrower(before, after)


def _lower(before: Any, after: Any) -> Any:
    """A limit: none at all is the widest."""
    if before is None or after is None:
        return before if after is None else after
    return min(before, after, key=_number)


def _higher(before: Any, after: Any) -> Any:
    if before is None or after is None:  # a rule that a later version brings: nobody has confirmed it
        return before
    return max(before, after, key=_number)


def _on(before: Any, after: Any) -> Any:
    """A rule that asks: switching it on narrows."""
    return bool(before or after)


def _off(before: Any, after: Any) -> Any:
    """A rule that lets things be done: switching it off narrows."""
    return bool(before and after)


def _fewer(before: Any, after: Any) -> Any:
    """A list of exceptions: what was taken off it no longer holds, what is new waits."""
    return [item for item in before or [] if item in (after or [])]


def _more(before: Any, after: Any) -> Any:
    """A list of what asks: what is new holds, what was taken off it waits."""
    known = before or []
    return [*known, *(item for item in after or [] if item not in known)]


def _nobody(before: Any, after: Any) -> Any:
    """Whose decision something counts as: nobody's is the narrowest."""
    return before if after else after


def _written(_before: Any, after: Any) -> Any:
    """What says nothing about what is done: it holds as it is written."""
    return after


def _number(value: Any) -> Decimal:
    return Decimal(str(value))


DIRECTIONS: Mapping[str, Narrower] = {
    "ask_above": _lower,
    "day_limit": _lower,
    "payee_limit": _lower,
    "sundry_limit": _lower,
    "sundry_day_limit": _lower,
    "incoming_day_limit": _lower,
    "incoming_payee_limit": _lower,
    "payee_days": _higher,
    "ask_for_new_payees": _on,
    "known_payees": _fewer,
    "post_grace_minutes": _lower,
    "mention_minutes": _higher,
    "mention_tasks": _lower,
    "insight_posts": _lower,
    "may_tell": _fewer,
    "topics": _fewer,
    "mail.known_people": _off,
    "mail.most_recipients": _lower,
    **{f"brand.{name}": _written for name in Brand.model_fields},
    **{f"health.{name}": _written for name in HealthRules.model_fields},
    "proof.amount_above": _lower,
    "proof.new_payees": _on,
    "proof.public_posts": _on,
    "approvals.expire_hours": _lower,
    "approvals.remind_hours": _lower,
    "approvals.escalate_hours": _lower,
    "approvals.by_mail": _written,
    "approvals.by_whatsapp": _written,
    "approvals.whatsapp_template": _written,
    "confidence_below": _higher,
    "routing_below": _higher,
    "model_sorts_mail": _off,
    "model_plans": _off,
    "model_drafts": _off,
    "absences": _written,
    "autonomy.vault_moves_count_as": _nobody,
    "autonomy.always_ask": _more,
}
"""Rules of which it is known what narrows. Not here, so that any change asks: `currency` (what every amount means),
`people`, `business_domains` and `routing` (whose word counts, and as what), `hours` (when the owner is told)."""
