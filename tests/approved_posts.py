"""A post's note that is taken up and approved, without a Prefect server."""

from datetime import datetime

from domain.planning.order import order_plan
from domain.policy.handbook import Handbook
from tasks.approvals.ask import open_request
from tasks.approvals.decide import record_answer
from tasks.planning.orders import find_order
from tasks.planning.posts import place_ready
from tests.approval_requests import answer, new_request


async def say_yes(now: datetime) -> str:
    """Ask about the one note that is ready, and approve it; its task."""
    (task,) = (await place_ready(now)).tasks
    order = find_order(task)
    assert order is not None
    step = order_plan(task, order).steps[0]
    asked = new_request(task_id=task, step_id=step.id, action=step.action, inputs=step.inputs)
    record_answer(open_request(asked, now, Handbook()).id, answer(), now, Handbook)
    return task
