"""watch_gmail: new mail becomes tasks."""

from prefect import flow, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed

from blocks.gmail.credentials import GmailCredentials, SavedMailbox, saved_mailbox
from blocks.gmail.errors import GmailConsentError
from blocks.settings import settings
from domain.errors import TransientError
from flows.work_tasks import work_tasks
from tasks.approvals.by_reply import follow_replies
from tasks.clock import present
from tasks.flow_runs.runs import name_run
from tasks.mail.consents import RefusedConsent, forget_refusal, refused_consent, remember_refusal
from tasks.mail.owner_requests import answer_replies
from tasks.mail.take_mail import TakenMail, take_mail
from tasks.planning.waits import tell_reply
from tasks.policy.handbook import read_handbook

BLOCK = "gmail"


@flow(name="watch-gmail", flow_run_name="Look for new mail")
async def watch_gmail() -> State:
    """Store new mail as tasks, then work them; what answers a request decides it instead.

    Trigger: a look each minute that finds new mail (`tasks/mail/look.py`). Effects: one note per message in
    Needs_Action/, the message itself in Attachments/; the mailbox is only read. Named end states: `Completed`;
    `Degraded` when Gmail is away (nothing is lost, the next run goes on from the watermark) or something could not
    be read; `NotConnected` when there is no mailbox, or its consent was refused. The first refusal fails the run, so
    that its owner is told once, with the command that gives it again; then the consent is tried each hour, and at
    once when it was given anew.
    """
    mailbox = await saved_mailbox(BLOCK)
    if mailbox is None:
        return Completed(
            name="NotConnected", message="no mailbox is connected; to connect one: fte connect gmail"
        )
    refused = refused_consent(BLOCK, mailbox.saved_at)
    if refused is not None and refused.is_fresh(present()):
        return Completed(name="NotConnected", message=refused.said)
    taken = TakenMail()
    try:
        problem = await _take_all(mailbox.credentials, taken)
    except GmailConsentError as error:
        return _closed(mailbox, refused, error)
    if refused is not None:
        forget_refusal(BLOCK)
    await follow_replies(present())
    await answer_replies(read_handbook)
    if taken.task_ids:
        await name_run(f"Mail: {len(taken.task_ids)} new")
        with tags(settings().mode.value, "mail"):
            await work_tasks()
    return _end(taken, problem)


def _closed(mailbox: SavedMailbox, before: RefusedConsent | None, error: GmailConsentError) -> State:
    """Remember a refused consent; only the first refusal is a failure, of which the owner hears."""
    remember_refusal(BLOCK, RefusedConsent(mailbox.saved_at, refused_at=present(), said=str(error)))
    if before is None:
        raise error
    return Completed(name="NotConnected", message=str(error))


async def _take_all(credentials: GmailCredentials, taken: TakenMail) -> TransientError | None:
    """Take in part after part; what kept it from the rest."""
    try:
        async with credentials.client() as client:
            more = True
            while more:
                part, more = await take_mail(
                    client, frozenset(taken.given_up), present, read_handbook, tell_reply
                )
                taken.add(part)
    except TransientError as error:
        return error
    return None


def _end(taken: TakenMail, problem: TransientError | None) -> State:
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
