"""`fte mail`: a mail ordered by hand, and the templates for one. The handbook decides whether you are asked first."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from blocks.settings import settings
from deployments.environment import apply_environment
from deployments.printing import AsJson, busy, print_json, print_table, say
from deployments.processes import what_follows
from domain.errors import RejectedError
from domain.planning.order import AS_SAID, Order, ToolCall

app = typer.Typer(no_args_is_help=True)
ACTION, SOURCE, TOOL = "mail.send_email", "cli", "fte mail send"
LOOK_UP_SECONDS = 30.0
Many = Annotated[list[str] | None, typer.Option(help="An address; repeat for more.")]


class BadValueError(RejectedError):
    """A template's value is not given as it has to be."""

    def __init__(self, said: str) -> None:
        super().__init__(f"--set {said}: write NAME=VALUE, or NAME= for nothing")


@app.command()
def send(  # noqa: PLR0913 (a mail's own parts)
    *,
    to: Many = None,
    subject: Annotated[str, typer.Option(help="One line.")] = "",
    text: Annotated[
        str, typer.Option(help="The text; '-' reads it from standard input; without: the proposed answer.")
    ] = "",
    template: Annotated[str, typer.Option(help="A template of Templates/Mail/, instead of both.")] = "",
    values: Annotated[
        list[str] | None, typer.Option("--set", help="A template's value, NAME=VALUE; repeat for more.")
    ] = None,
    cc: Many = None,
    bcc: Many = None,
    attach: Annotated[
        list[Path] | None, typer.Option(help="A file of this machine; repeat for more.")
    ] = None,
    reply_to: Annotated[str, typer.Option(help="Task of the mail that is answered, gmail-...")] = "",
) -> None:
    """Have a mail sent; the same mail is sent once, however often this is run."""
    from tasks.planning.answers import answer_to
    from tasks.vault.vault import current_vault

    body = typer.get_text_stream("stdin").read() if text == "-" else text
    if reply_to and not (body or template):
        body = answer_to(reply_to)
    said: dict[str, Any] = {"to": to, "cc": cc, "bcc": bcc, "subject": subject, "text": body}
    if template:
        from tasks.mail.templates import render_mail

        said |= render_mail(template, dict(map(_value, values or [])))
    if reply_to:
        said |= {"reply_to_task": reply_to} | ({"subject": subject} if template else {})
    said["attachments"] = [current_vault().attach(path.read_bytes(), path.name) for path in attach or []]
    apply_environment(settings())
    place_mail(said)


@app.command("templates")
def list_templates(*, as_json: AsJson = False) -> None:
    """List the mails that are written already but for their gaps."""
    from tasks.mail.templates import mail_template, template_names

    found = [mail_template(name) for name in template_names()]
    if as_json:
        print_json([vars(one) for one in found])
    else:
        rows = [(one.name, one.subject, ", ".join(one.values)) for one in found]
        print_table(("Template", "Subject", "Values"), rows)


def place_mail(said: dict[str, Any]) -> None:
    """Order a mail and say its task; the same mail again is none."""
    with busy("Placing the mail ..."):
        task_id, is_new = asyncio.run(_placed({name: value for name, value in said.items() if value}))
    began = what_follows(settings()) if is_new else "was ordered before; nothing is sent twice"
    say(f"{task_id} {began}: fte tasks, fte approvals list")


async def _placed(said: dict[str, Any]) -> tuple[str, bool]:
    """The mail's task, and whether it is new; what cannot be sent is refused and leaves none."""
    from tasks.planning.orders import take_order

    call = ToolCall(source=SOURCE, tool=TOOL, arguments=said)
    order = Order(source=SOURCE, action=ACTION, inputs={AS_SAID: said})
    return call.task_id, await take_order(call, order, datetime.now(UTC), look_seconds=LOOK_UP_SECONDS)


def _value(said: str) -> tuple[str, str | None]:
    name, sign, value = said.partition("=")
    if not name or not sign:
        raise BadValueError(said)
    return name.strip(), value or None
