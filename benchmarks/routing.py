"""How well tasks are routed: `python -m benchmarks.routing [tuning|judging|plain]`.

Three sets of made mails of a small business and a private person, in English, German, French, Spanish and Italian,
some in Dutch and Portuguese, all written for this by the hand that wrote the words. `tuning` is what the words were
tuned on. `judging` was written before there were words, in the phrases that such mails use; of it only totals were
looked at, but whoever wrote it knew it. `plain` was written when the words were done, says the same things without
those phrases, and the words were not changed after it; only how sure they are was. What a handbook and corrections
add is left out.
"""

import email
import email.policy
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.mail.facts import MailFacts
from domain.planning.by_words import Seen
from domain.planning.routing import by_words
from domain.policy.handbook import Handbook, parse_handbook

PASS = "mx.northwind.example; spf=pass; dkim=pass; dmarc=pass"
FAIL = "mx.northwind.example; spf=fail; dkim=none; dmarc=fail"
OWNER = "olga@northwind.example"
HANDBOOK = parse_handbook(
    {"people": {"owner": "Olga", "known": {OWNER: {"role": "owner", "domain": "both"}}}}
)
DATA = Path(__file__).with_name("data")
HALVES = ("tuning", "judging", "plain")


@dataclass(frozen=True)
class Example:
    """A mail, and what it is."""

    kind: str
    domain: str
    language: str
    mail: MailFacts


@dataclass(frozen=True)
class Outcome:
    """What became of one."""

    example: Example
    kind: str
    domain: str
    confidence: float

    @property
    def is_kind(self) -> bool:
        """Whether the kind is right."""
        return self.kind == self.example.kind

    @property
    def is_right(self) -> bool:
        """Whether kind and domain are."""
        return self.is_kind and self.domain == self.example.domain

    @property
    def is_sure(self) -> bool:
        """Whether it is routed without asking, with the handbook's usual threshold."""
        return self.confidence >= HANDBOOK.routing_below


def examples(half: str) -> list[Example]:
    """The mails of one half."""
    text = (DATA / f"routing_{half}.txt").read_text(encoding="utf-8")
    return [_example(block) for block in f"\n{text}".split("\n== ")[1:]]


def _example(block: str) -> Example:
    heading, _, rest = block.partition("\n")
    kind, domain, language = heading.split()
    message = email.message_from_string(rest, policy=email.policy.default)
    shown, _, address = str(message["From"]).rpartition(" <")
    files = [name.strip() for name in str(message["Files"] or "").split(",")]
    mail = MailFacts(
        sender_name=shown.strip('"'),
        sender_address=address.rstrip(">"),
        to="office@northwind.example",
        subject=str(message["Subject"]),
        text=str(message.get_payload()).strip(),
        auth_results=FAIL if message["Fail"] else PASS,
        list_unsubscribe="<https://lists.example/u>" if message["Bulk"] else "",
        attachments=tuple(filter(None, files)),
    )
    return Example(kind, domain, language, mail)


def outcome(example: Example, handbook: Handbook = HANDBOOK) -> Outcome:
    """Route one as a task of its own is routed."""
    decided = by_words(Seen.of_mail(example.mail), handbook)
    return Outcome(example, decided.kind, decided.domain.value, decided.confidence)


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    right: int
    total: int

    def __str__(self) -> str:
        """For a table."""
        return f"{self.right:>4} of {self.total:<4} {self.rate:>7.1%}"

    @property
    def rate(self) -> float:
        """1 where there is none."""
        return self.right / self.total if self.total else 1.0


def right_of(outcomes: Sequence[Outcome]) -> Share:
    """How many have the right kind and the right domain."""
    return Share(sum(one.is_right for one in outcomes), len(outcomes))


def measured(half: str) -> list[Outcome]:
    """Every mail of a half, routed."""
    return [outcome(one) for one in examples(half)]


def _print_by(title: str, outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> None:
    print(f"  by {title}")
    for name in sorted({key(one) for one in outcomes}):
        print(f"    {name:<18}{right_of([one for one in outcomes if key(one) == name])}")


def _bin(one: Outcome) -> str:
    edges = (0.99, 0.95, 0.9, 0.8, 0.6, 0.4)
    return next((f"from {edge:.2f}" for edge in edges if one.confidence >= edge), "below 0.40")


def main(halves: Sequence[str]) -> None:
    """Print the tables; only of the tuning half the mails that are wrong."""
    for half in halves:
        outcomes = measured(half)
        sure = [one for one in outcomes if one.is_sure]
        kinds = Share(sum(one.is_kind for one in outcomes), len(outcomes))
        print(
            f"\n{half}: kind and domain {right_of(outcomes)}, kind alone {kinds}, confident {right_of(sure)}"
        )
        if half == "tuning":
            for one in outcomes:
                if not one.is_right:
                    said = f"{one.kind}/{one.domain} ({one.confidence:.2f})"
                    print(
                        f"    {one.example.kind}/{one.example.domain} taken for {said}: {one.example.mail.subject}"
                    )
        _print_by("kind", outcomes, lambda one: one.example.kind)
        _print_by("domain", outcomes, lambda one: one.example.domain)
        _print_by("language", outcomes, lambda one: one.example.language)
        _print_by("confidence", outcomes, _bin)


if __name__ == "__main__":
    main(sys.argv[1:] or HALVES)
