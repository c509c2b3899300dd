"""Mail as tools for AI agents: what the handbook lets go out by itself, and what a person approves first.

Nothing is sent by a tool: it makes a task, and the employee decides by the handbook whether a person is asked.
"""

from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, Field

from domain.errors import DigitalFteError
from domain.planning.order import AS_SAID, Order
from domain.text import OneLine, Prose
from mcp_servers.building import Key, Tool, build, get_task_status, ordered
from mcp_servers.calls import SOURCE
from mcp_servers.reading import MOST_BYTES, AnswerPart, PageNumber, paged
from tasks.planning.task_status import TaskReport

ACTION = "mail.send_email"
INSTRUCTIONS = """Mail, from the mailbox of a small business, written by a digital employee.
`send_email` and `send_template` send what the owner's handbook lets go out by itself; everything else answers
`waiting_for_approval`, and a person decides about exactly this mail: give the person the address. `get_task_status`
tells later what became of it, with the ids of the sent mail. The same call is one mail, however often made.
An answer to a mail names its task in `reply_to_task`; then recipient and subject may be left out. Files are named by
their place in the Vault."""

Address = Annotated[OneLine, Field(min_length=3, max_length=320)]
Addresses = Annotated[
    list[Address] | None, Field(default=None, max_length=100, description="Such as ann@example.com.")
]
Attachments = Annotated[
    list[OneLine] | None,
    Field(
        default=None, max_length=20, description="Files of the Vault, such as Attachments/plan.pdf; 25 MB."
    ),
]
ReplyTo = Annotated[
    str | None,
    Field(
        default=None,
        pattern=r"^gmail-[a-z0-9-]{1,100}$",
        description="Task of the mail that is answered, gmail-...",
    ),
]


class TemplateEntry(BaseModel):
    """A mail with gaps."""

    name: str
    subject: str = Field(description="as it is written, with its gaps")
    values: list[str] = Field(description="what `values` has to name; null leaves its line out")


class Templates(BaseModel):
    """What can be sent with `send_template`."""

    templates: list[TemplateEntry]
    problems: list[str] = Field(description="templates that cannot be used, one sentence each; the first ten")
    part: AnswerPart


async def send_email(  # noqa: PLR0913 (a mail's own parts)
    *,
    body: Annotated[
        Prose, Field(min_length=1, max_length=200_000, description="The text, as it will be read.")
    ],
    to: Addresses = None,
    subject: Annotated[OneLine | None, Field(max_length=250)] = None,
    cc: Addresses = None,
    bcc: Addresses = None,
    attachments: Attachments = None,
    reply_to_task: ReplyTo = None,
    idempotency_key: Key = None,
) -> TaskReport:
    """Have a mail sent once, by itself where the handbook allows it, else once a person has approved it."""
    said = {"to": to, "subject": subject, "text": body, "cc": cc, "bcc": bcc}
    said |= {"attachments": attachments, "reply_to_task": reply_to_task}
    said = {name: value for name, value in said.items() if value}
    return await _ordered("send_email", said, said, idempotency_key)


async def send_template(  # noqa: PLR0913 (a mail's own parts)
    *,
    template: Annotated[
        OneLine, Field(min_length=1, max_length=80, description="Its name, as list_templates tells.")
    ],
    values: Annotated[
        dict[str, str | int | None], Field(description="What the template names; null: nothing.")
    ],
    to: Addresses = None,
    cc: Addresses = None,
    bcc: Addresses = None,
    attachments: Attachments = None,
    reply_to_task: ReplyTo = None,
    idempotency_key: Key = None,
) -> TaskReport:
    """Have a mail sent in a template's words; the same as send_email otherwise."""
    from tasks.mail.templates import render_mail

    said: dict[str, Any] = {"to": to, "cc": cc, "bcc": bcc, "attachments": attachments}
    said = {name: value for name, value in said.items() if value}
    words = dict(render_mail(template, values))
    if reply_to_task:
        said["reply_to_task"] = reply_to_task
        words.pop("subject")  # an answer keeps its thread's
    arguments = {"template": template, "values": values} | said
    return await _ordered("send_template", arguments, said | words, idempotency_key)


async def list_templates(page: PageNumber = 1) -> Templates:
    """The mails that are written already but for their gaps, from the Vault's Templates/Mail/."""
    from tasks.mail.templates import mail_template, template_names

    found, problems = [], []
    for name in template_names():
        try:
            found.append(TemplateEntry(**vars(mail_template(name))))
        except DigitalFteError as error:
            problems.append(str(error))
    shown, part = paged(found, page, room=MOST_BYTES // 2)
    return Templates(templates=shown, problems=[problem[:300] for problem in problems[:10]], part=part)


async def _ordered(tool: str, arguments: dict[str, Any], said: dict[str, Any], key: str | None) -> TaskReport:
    """The call is known by its arguments, the mail by its words."""
    make = partial(Order, source=SOURCE, action=ACTION, inputs={AS_SAID: said})
    return await ordered(tool, arguments, key=key, make=make, connected=_connected)


async def _connected() -> None:
    from tasks.mail.mailbox import connected_mailbox

    await connected_mailbox()


TOOLS: dict[str, tuple[Tool, ...]] = {
    "reads": (list_templates, get_task_status),
    "finals": (send_email, send_template),
}

build_server = partial(build, "email", INSTRUCTIONS, TOOLS)
