"""A plan as a person follows it on the page of its run: each step in words, and how far it has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.approvals.render import run_title, title_of
from domain.markdown import shown_inline, shown_legible
from domain.planning.catalogue import CATALOGUE
from domain.planning.plan import Plan, Step, StepStatus
from domain.planning.reads import READS
from domain.planning.span import said_span

MOST_ROWS = 200
ENDED = frozenset({StepStatus.DONE, StepStatus.SKIPPED})
UNSAFE_IN_LINKS = frozenset(" <>\n\t\\")


@dataclass(frozen=True)
class PlanProgress:
    """How far a plan has come.

    Attributes:
        statuses: Of each step that is no longer only planned.
        records: What a step made, as Markdown (`shown_record`).
        reasons: Why a step waits or failed, one sentence each.
        plan: The plan as it stands now, where steps were added since it was made.
    """

    statuses: Mapping[str, StepStatus] = field(default_factory=dict)
    records: Mapping[str, str] = field(default_factory=dict)
    reasons: Sequence[str] = ()
    plan: Plan | None = None


def render_plan(
    plan: Plan, progress: PlanProgress, doubts: Sequence[str] = (), expected: Sequence[str] = ()
) -> str:
    """Markdown: one row a step, then why something waits or failed, what is doubtful, and what to expect."""
    plan = progress.plan or plan
    rows = [
        f"| {number} | {shown_inline(step_title(step))} | {_status(step, progress)} |"
        for number, step in enumerate(plan.steps[:MOST_ROWS], start=1)
    ]
    parts = ["\n".join(["| Step | What is done | Status |", "| --- | --- | --- |", *rows])]
    if len(plan.steps) > 1:
        parts.insert(0, f"{progress_in(plan, progress.statuses)}.")
    if len(plan.steps) > MOST_ROWS:
        parts.append(
            f"The first {MOST_ROWS} of {len(plan.steps)} steps; all of them are in Plans/{plan.task_id}."
        )
    if progress.reasons:
        parts.append(_listed("Why", progress.reasons))
    if doubts:
        parts.append(_listed("What is doubtful", doubts))
    if expected:
        parts.append(_listed("Expected, as tasks like it went", expected))
    return "\n\n".join(parts) + "\n"


def render_no_plan(problems: Sequence[str]) -> str:
    """Markdown for a task that was not planned, because a person has to look at it."""
    return _listed("A person has to look at this", problems) + "\n"


def step_title(step: Step) -> str:
    """The step in words: the action, the amount and the counterparty; of a record of a loop, which."""
    read = READS.get(step.action)
    other = read.title if read else step.title
    title = run_title(other, step.inputs) if other else title_of(step.action, step.inputs)
    return f"{title} ({step.id})" if "." in step.id else title


def progress_in(plan: Plan | None, statuses: Mapping[str, StepStatus]) -> str:
    """How far a plan has come, and about how long the rest takes where its playbook says that."""
    steps = plan.steps if plan else []
    ended = {name for name, status in statuses.items() if status in ENDED}
    said = f"{sum(step.id in ended for step in steps)} of {len(steps)} steps"
    seconds = longest_way([step for step in steps if step.id not in ended])
    return f"{said}, about {said_span(seconds)} left" if seconds else said


def longest_way(steps: Sequence[Step]) -> int:
    """Seconds that these steps take, those side by side counted once; each stands after those that it needs."""
    ends: dict[str, int] = {}
    for step in steps:
        ends[step.id] = max((ends.get(need, 0) for need in step.needs), default=0) + step.takes_seconds
    return max(ends.values(), default=0)


def plan_tags(plan: Plan | None) -> set[str]:
    """What the plan's actions are about: whose domain, and the kinds of record."""
    steps = plan.steps if plan else []
    actions = [CATALOGUE.get(step.action) or READS.get(step.action) for step in steps]
    return {tag for action in actions if action for tag in action.tags}


def shown_record(receipt: Mapping[str, Any]) -> str:
    """The record that a receipt proves, by its name, with a link where it is known; empty where there is none."""
    name, url = receipt.get("name"), str(receipt.get("url") or "")
    if not name:
        return ""
    is_link = url.startswith(("http://", "https://")) and not UNSAFE_IN_LINKS & set(url)
    return f"[{shown_legible(str(name))}](<{url}>)" if is_link else shown_legible(str(name))


def _status(step: Step, progress: PlanProgress) -> str:
    status = progress.statuses.get(step.id, StepStatus.PLANNED).value
    record = progress.records.get(step.id)
    return f"{status}: {record}" if record else status


def _listed(title: str, sentences: Sequence[str]) -> str:
    return f"**{title}**\n\n" + "\n".join(f"- {shown_inline(sentence)}" for sentence in sentences)
