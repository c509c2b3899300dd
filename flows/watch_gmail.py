"""watch_gmail: new mail becomes tasks."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from blocks.gmail import GmailCredentials
from blocks.gmail.client import GmailClient
from domain.errors import TransientError
from domain.reliability.limits import RateLimitedError
from tasks.mail.take_mail import Taken, take_part
from tasks.reliability.breakers import ServiceUnavailableError
from tasks.reliability.retries import TRANSIENT_RETRIES

BLOCK = "gmail"


@flow(name="watch-gmail")
async def watch_gmail() -> State:
    """Store new mail as tasks, then work them.

    Trigger: every 30 seconds. Effects: one note per message in Needs_Action/, the message itself in
    Attachments/; the mailbox is only read. Named end states: `Completed`; `Degraded` when Gmail is away (nothing
    is lost, the next run goes on from the watermark) or something could not be read; `NotConnected` when there is
    no mailbox. A withdrawn consent fails the run, with the command that gives it again.
    """
    credentials = await _credentials()
    if credentials is None:
        return Completed(
            name="NotConnected", message="no mailbox is connected; to connect one: fte connect gmail"
        )
    taken = Taken()
    problem = await _take_all(credentials, taken)
    if taken.task_ids:
        from flows.work_tasks import work_tasks

        await work_tasks()
    return _end(taken, problem)


async def _take_all(credentials: GmailCredentials, taken: Taken) -> TransientError | None:
    """Take in part after part; what kept it from the rest."""
    try:
        async with credentials.client() as client:
            more = True
            while more:
                part, more = await take_mail(client, frozenset(taken.given_up))
                taken.add(part)
    except TransientError as error:
        return error
    return None


async def _is_worth_waiting(_task: Any, _run: Any, state: State) -> bool:
    """A service that is known to be away or limited is met again by the next run, not waited for in this one."""
    failure = await state.aresult(raise_on_failure=False)
    return isinstance(failure, TransientError) and not isinstance(
        failure, ServiceUnavailableError | RateLimitedError
    )


@task(**TRANSIENT_RETRIES | {"retry_condition_fn": _is_worth_waiting}, cache_policy=NO_CACHE)
async def take_mail(client: GmailClient, skip: frozenset[str]) -> tuple[Taken, bool]:
    """Take in the next part of what is new; whether there is more."""
    return await take_part(client, skip, clock=lambda: datetime.now(UTC))


async def _credentials() -> GmailCredentials | None:
    """The connected mailbox; None when there is none."""
    try:
        loaded: Any = await GmailCredentials.load(BLOCK)
    except ValueError as error:
        if "Unable to find block document" in str(error):
            return None
        raise
    return GmailCredentials.model_validate(loaded)


def _end(taken: Taken, problem: TransientError | None) -> State:
    stored = f"{len(taken.task_ids)} new"
    if problem is not None:
        return Completed(name="Degraded", message=f"{stored}; {problem}")
    if taken.given_up:
        given_up = ", ".join(sorted(taken.given_up))
        return Completed(
            name="Degraded", message=f"{stored}; Gmail refuses to hand out {given_up}; see dead letters"
        )
    if taken.truncated:
        return Completed(
            name="Degraded", message=f"{stored}; after a long pause only the newest mail was looked at"
        )
    return Completed(message=stored)
