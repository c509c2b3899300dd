"""`fte whatsapp`: what customers wrote, and writing to them. The handbook decides whether you are asked first."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from blocks.settings import settings
from deployments.asking import ask
from deployments.environment import apply_environment
from deployments.printing import AsJson, busy, print_json, print_table, say
from deployments.processes import what_follows
from tasks.planning.messages import answer_message, open_messages, settle, unseen_words, write_message
from tasks.vault.clocks import shown_here
from tasks.whatsapp.access import whatsapp_client
from tasks.whatsapp.sent import unseen

app = typer.Typer(no_args_is_help=True)
Text = Annotated[
    str, typer.Option(help="Your words; they go out within 24 hours after the customer's last message.")
]
TemplateName = Annotated[
    str, typer.Option("--template", help="A template that WhatsApp has approved, instead.")
]
Language = Annotated[str, typer.Option(help="Of the template, such as en_US.")]
Values = Annotated[
    list[str] | None, typer.Option("--set", help="Words for the template's gaps, in their order.")
]


@app.command("list")
def list_messages(*, as_json: AsJson = False) -> None:
    """List what nobody has answered or put away."""
    rows = open_messages()
    if as_json:
        print_json([row.model_dump() for row in rows])
    elif rows:
        for row in rows:
            who = f"{row.sender} ({row.sender_calls_itself or 'without a name'})"
            say(f"{row.name}: {who}, {_shown_moment(row.received)}")
            say(f"  {row.said}")
        say("Answer one: fte whatsapp reply NAME --text ...")
    else:
        say("Nobody has written anything that is still open.")


def _shown_moment(noted: str) -> str:
    try:
        return shown_here(datetime.fromisoformat(noted))
    except ValueError:  # a person wrote into the note
        return noted


@app.command()
def reply(
    name: Annotated[str, typer.Argument(help="The message's note in Needs_Action/, without .md.")],
    *,
    text: Text = "",
    template: TemplateName = "",
    language: Language = "en_US",
    values: Values = None,
) -> None:
    """Answer a message; the same answer is sent once, however often this is run."""
    apply_environment(settings())
    said = _said(text, template, language, values)
    _order(answer_message(name, said, datetime.now(UTC)))


@app.command()
def write(
    to: Annotated[str, typer.Argument(help="The number with its country, such as '+43 660 1234567'.")],
    *,
    text: Text = "",
    template: TemplateName = "",
    language: Language = "en_US",
    values: Values = None,
) -> None:
    """Write to a customer: free words where they wrote in the last 24 hours, else a template."""
    apply_environment(settings())
    said = _said(text, template, language, values) | {"to": to}
    _order(write_message(said, datetime.now(UTC)))


@app.command("templates")
def list_templates(*, as_json: AsJson = False) -> None:
    """List the templates that WhatsApp has approved."""
    apply_environment(settings())
    found = ask("WhatsApp", _templates())
    if as_json:
        print_json([vars(one) for one in found])
    else:
        print_table(("Template", "Language", "Text"), [(one.name, one.language, one.body) for one in found])


@app.command("settle")
def settle_unseen(
    key: Annotated[str, typer.Argument(help="What is in doubt; without: list it.")] = "",
    *,
    sent: Annotated[
        bool | None, typer.Option("--sent/--not-sent", help="Whether it stands in the chat.")
    ] = None,
) -> None:
    """Say whether a message stands in the chat whose answer was lost; what does not is then sent."""
    if not key or sent is None:
        doubtful = unseen()
        for one in doubtful:
            say(unseen_words(one))
        say(
            "Nothing is in doubt."
            if not doubtful
            else "Look at the chat on the telephone, then: fte whatsapp settle KEY --sent or --not-sent"
        )
        return
    settle(key, was_sent=sent, now=datetime.now(UTC))
    done = "It counts as sent" if sent else "It is sent when its task is worked again, within ten minutes"
    say(f"{done}; at once, and where its task was given up, with status: new in its note.")


async def _templates() -> list[Any]:
    async with await whatsapp_client() as client:
        return await client.templates()


def _said(text: str, template: str, language: str, values: list[str] | None) -> dict[str, Any]:
    if template:
        return {"template": {"name": template, "language": language, "parameters": values or []}}
    return {"text": text}


def _order(placing: Coroutine[Any, Any, str]) -> None:
    with busy("Placing the message ..."):
        task = asyncio.run(placing)
    say(f"{task} {what_follows(settings())}: fte tasks, fte approvals list")
