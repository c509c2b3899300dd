"""How well tasks are routed: `python -m benchmarks.routing [tuning|judging|plain|varied|voices|various|...]`.

Made messages of a small business and a private person, in seven languages. `tuning`, `judging`, `plain`, `varied`
and `voices` are what words and weights were learnt from, so that their figures say how well those are remembered.
`unseen` and `fresh` are what counts: mails, WhatsApp messages, mentions, notes and files that were written and frozen
before they were first measured, by somebody who had not read the words, and that nothing was ever changed for; of them
only totals are printed. `fresh` was written, without a look at `unseen`, when mistakes in that had been looked at.
`various` was written by somebody who had read `varied`, before it was first measured, and is harder; nothing was learnt
from it, either. `voices` was written without a look at these three, and measured before it was learnt from. What a
handbook and corrections add is left out.
"""

import email
import email.policy
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.mail.facts import MailFacts
from domain.planning.by_words import RoutedText, topic_said
from domain.planning.routing import by_words
from domain.policy.handbook import Handbook, parse_handbook
from tasks.planning.route import kind_model

PASS = "mx.northwind.example; spf=pass; dkim=pass; dmarc=pass"
FAIL = "mx.northwind.example; spf=fail; dkim=none; dmarc=fail"
OWNER = "olga@northwind.example"
HANDBOOK = parse_handbook(
    {"people": {"owner": "Olga", "known": {OWNER: {"role": "owner", "domain": "both"}}}}
)
DATA = Path(__file__).with_name("data")
JUDGED = "unseen"
HALVES = ("tuning", "judging", "plain", "varied", "voices", "various", JUDGED, "fresh")
DOCUMENTS = {"whatsapp": "message", "mention": "mention", "note": "text", "file": "text"}
"""What a message that is no mail is taken for; what it is about is judged."""
EDGES = (0.99, 0.95, 0.9, 0.8, 0.6, 0.4, 0.0)


@dataclass(frozen=True)
class Example:
    """A message, and what it is."""

    kind: str
    domain: str
    language: str
    mail: MailFacts
    channel: str = "mail"

    @property
    def seen(self) -> RoutedText:
        """What it is routed by."""
        if self.channel == "mail":
            return RoutedText.of_mail(self.mail)
        said = self.mail.sender_name or self.mail.sender_address
        return RoutedText(DOCUMENTS[self.channel], 1.0, said, self.mail.subject, words=self.mail.text)


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
    shown, _, address = str(message["From"] or "").rpartition(" <")
    files = [name.strip() for name in str(message["Files"] or "").split(",")]
    mail = MailFacts(
        sender_name=shown.strip('"'),
        sender_address=address.rstrip(">"),
        to="office@northwind.example",
        subject=str(message["Subject"] or ""),
        text=str(message.get_payload()).strip(),
        auth_results=FAIL if message["Fail"] else PASS,
        list_unsubscribe="<https://lists.example/u>" if message["Bulk"] else "",
        attachments=tuple(filter(None, files)),
    )
    return Example(kind, domain, language, mail, str(message["Channel"] or "mail"))


def outcome(example: Example, handbook: Handbook = HANDBOOK) -> Outcome:
    """Route one as a task of its own is routed."""
    seen, model = example.seen, kind_model()
    decided = by_words(seen, handbook, model)
    if seen.mail is not None:
        return Outcome(example, decided.kind, decided.domain.value, decided.confidence)
    about = topic_said(seen, model)
    kind, sure = (about.kind, about.confidence) if about else ("", 0.0)
    return Outcome(example, kind, decided.domain.value, sure)


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


@cache
def measured(half: str) -> list[Outcome]:
    """Every mail of a half, routed."""
    return [outcome(one) for one in examples(half)]


def _print_by(title: str, outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> None:
    print(f"  by {title}")
    for name in sorted({key(one) for one in outcomes}):
        print(f"    {name:<18}{right_of([one for one in outcomes if key(one) == name])}")


def _print_reliability(outcomes: Sequence[Outcome]) -> None:
    """How often it was right where it said how sure it was."""
    print(f"  {'said':<16}{'messages':>8} {'mean':>7} {'right':>7}")
    upper = 1.01
    for edge in EDGES:
        within = [one for one in outcomes if edge <= one.confidence < upper]
        if within:
            mean = sum(one.confidence for one in within) / len(within)
            print(f"    from {edge:<9}{len(within):>8} {mean:>7.2f} {right_of(within).rate:>7.1%}")
        upper = edge


def milliseconds(half: str = JUDGED) -> float:
    """Of the processor for one message, the weights being loaded."""
    made = examples(half)
    outcome(made[0])
    begun = time.process_time()
    for one in made:
        outcome(one)
    return (time.process_time() - begun) / len(made) * 1000


def main(halves: Sequence[str]) -> None:
    """Print the tables; which ones are wrong only of what was learnt from."""
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
        _print_by("channel", outcomes, lambda one: one.example.channel)
        _print_reliability(outcomes)
    print(f"\n{milliseconds():.2f} ms of processor a message")


if __name__ == "__main__":
    main(sys.argv[1:] or HALVES)
