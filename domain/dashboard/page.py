"""What stands on the Dashboard; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.dashboard.board import Board
from domain.dashboard.money import Position
from domain.dashboard.services import Services
from domain.vault.overview import Item, OverviewSection


@dataclass(frozen=True)
class Dashboard:
    """One page for both domains.

    Attributes:
        waits: The requests that wait for a person's decision.
        board: The open tasks, by priority and domain.
        personal: The personal priorities.
        calendar: The owner's appointments, absences and deadlines of the coming week.
        business: The metrics of the business, or in words why there are none.
        stuck: The tasks that the employee handed over, each with its reason.
        later: The tasks that wait for a service, their time or another task, each with what keeps it.
        position: What customers and we are late with.
        posts: What is to be said in public.
        services: How each service is.
        incidents: What is broken: services that are away, dead letters, failed runs.
        done: What was done today.
    """

    waits: OverviewSection
    board: Board
    personal: Sequence[Item]
    calendar: OverviewSection
    business: Sequence[Item]
    stuck: OverviewSection
    later: OverviewSection
    position: Position
    posts: OverviewSection
    services: Services
    incidents: OverviewSection
    done: OverviewSection
    is_sandbox: bool
