"""Mails read once more among the sent ones, who approved them, and whether the mailbox is ours to write from."""

from collections.abc import AsyncIterator

from domain.errors import DigitalFteError
from domain.mail.outgoing import MailInputs
from domain.policy.addressees import Addressees, mail_reasons
from tasks.actions.proof import Proof
from tasks.mail.fetch_mail import fetch_profile
from tasks.mail.mailbox import connected_mailbox, mailbox_client
from tasks.mail.templates import mail_template, template_names
from tasks.planning.task_proof import prove_task
from tasks.policy.handbook import read_handbook
from tasks.reliability.effect_ledger import effects_of
from tasks.reliability.table import Effect

UNAPPROVED = "no person's approval of exactly this stands behind it, and the handbook wants one"


async def prove_mailbox() -> AsyncIterator[Proof]:
    """Whether the mailbox answers, and each template can be used."""
    try:
        async with await mailbox_client() as client:
            address = (await fetch_profile(client)).address
    except DigitalFteError as error:
        yield Proof(what="the mailbox is connected", holds=False, said=str(error))
    else:
        yield Proof(what="the mailbox is connected", holds=True, facts={"mailbox": address})
    for name in template_names():
        yield _template(name)


async def prove_mail(task_id: str) -> AsyncIterator[Proof]:
    """What a task sent, as it stands among the sent mails now, and who approved it.

    Raises:
        MailboxNotConnectedError: there is no mailbox to look in.
        DigitalFteError: nothing is sent, or it cannot be read now; see `prove_task`.
    """
    await connected_mailbox()
    effects = iter(effects_of(task_id))
    async for proof in prove_task(task_id):
        said = "; ".join(filter(None, [proof.said, _unapproved(next(effects), proof)]))
        yield proof.model_copy(update={"holds": not said, "said": said})


def _unapproved(effect: Effect, proof: Proof) -> str:
    """A mail without an approval is one that the handbook lets go out by itself."""
    if effect.approval_id or "approval" in proof.facts:
        return ""
    mail = MailInputs.model_validate(effect.inputs)
    handbook = read_handbook()
    asked = mail_reasons(
        Addressees(
            everybody=mail.everybody,
            own=mail.sender,
            known=frozenset(mail.everybody),  # they are by now: they were written to
            files=tuple(file.name for file in mail.attachments),
            money=mail.money,
        ),
        handbook.mail,
        handbook.people,
    )
    return UNAPPROVED if next(asked, "") else ""


def _template(name: str) -> Proof:
    what = f"the template {name}"
    try:
        found = mail_template(name)
    except DigitalFteError as error:
        return Proof(what=what, holds=False, said=str(error))
    return Proof(what=what, holds=True, facts={"subject": found.subject, "values": found.values})
