"""The briefing as a mail: words for who reads plain text, and a page with its charts inside it; to its owner once."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.briefing.briefing import Briefing
from domain.briefing.layout import Layout, laid_out
from domain.planning.order import AS_SAID, Order, ToolCall
from domain.policy.addressees import owners
from tasks.briefing.pictures import pictures
from tasks.briefing.print import write_pdf
from tasks.briefing.templates import template
from tasks.mail.fetch_mail import fetch_profile
from tasks.mail.mailbox import mailbox_client
from tasks.planning.orders import find_order, take_order
from tasks.planning.task_status import TaskStatus, task_report
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import current_vault

SOURCE, TOOL, ACTION = "briefing", "weekly_audit", "mail.send_email"
SENDER = "the employee, for the briefing of the week"
LOOK_SECONDS = 30.0
"""Nobody waits for it but the flow."""


class BriefingMail(NamedTuple):
    """What a mail is made from; `pictures` are PNG by the Content-ID that the page names them with."""

    subject: str
    text: str
    html: str
    pictures: dict[str, bytes]


def as_mail(briefing: Briefing) -> BriefingMail:
    """The whole briefing as a mail."""
    layout = laid_out(briefing)
    found = pictures(layout)
    cids = {key: f"{key}@{layout.name}" for key in found}
    subject = _subject(layout)
    html = template("briefing.html").render(briefing=layout, cids=cids, subject=subject)
    return BriefingMail(
        subject,
        template("briefing.txt").render(briefing=layout),
        html,
        {cids[key]: picture.png for key, picture in found.items()},
    )


def ordered_mail(briefing: Briefing, to: Sequence[str]) -> dict[str, Any]:
    """The mail as `mail.send_email` takes it: its charts kept in the Vault, the PDF beside it.

    Args:
        briefing: What is told.
        to: Addresses.
    """
    vault, found = current_vault(), as_mail(briefing)
    pdf = write_pdf(briefing)
    return {
        "to": list(to),
        "subject": found.subject,
        "text": found.text,
        "html": found.html,
        "attachments": [str(pdf.relative_to(vault.root))],
        "pictures": {
            cid: vault.attach(content, f"{cid.partition('@')[0]}.png")
            for cid, content in found.pictures.items()
        },
    }


async def owners_addresses() -> list[str]:
    """Where the owner reads mail: the addresses with that role in the handbook, else the mailbox itself.

    Raises:
        MailboxNotConnectedError: nothing could be sent.
        DigitalFteError: the mailbox does not say whose it is.
    """
    async with await mailbox_client() as client:
        return owners(read_handbook().people) or [(await fetch_profile(client)).address]


async def order_to_owner(briefing: Briefing, now: datetime) -> str:
    """Order the week's mail to the owner, unless the week has one; its task.

    Raises:
        DigitalFteError: as `owners_addresses` and `take_order`; nothing is sent.
    """
    week = {"week": briefing.week}
    call = ToolCall(source=SOURCE, tool=TOOL, arguments=week, key=briefing.week, sender=SENDER)
    order = find_order(call.task_id)
    if order is None:
        said = await asyncio.to_thread(ordered_mail, briefing, await owners_addresses())
        order = Order(source=SOURCE, action=ACTION, inputs={AS_SAID: said})
    await take_order(call, order, now, look_seconds=LOOK_SECONDS)
    return call.task_id


def sending(task_id: str, *, was_done: bool = False) -> str:
    """How the mail of a task stands, in words.

    Args:
        task_id: Its task.
        was_done: It had been sent before.
    """
    order, report = find_order(task_id), task_report(task_id)
    to = ", ".join((order.said or order.inputs)["to"]) if order else "the owner"
    if report.status is TaskStatus.DONE:
        return f"{'sent before' if was_done else 'sent'} to {to}"
    return f"the mail to {to}: {report.said}"


def _subject(layout: Layout) -> str:
    mark = "[Sandbox] " if layout.is_sandbox else ""
    waits = len(layout.decisions)
    decisions = f", {waits} {'decision' if waits == 1 else 'decisions'} needed" if waits else ""
    return f"{mark}CEO Briefing: {layout.days}{decisions}"
