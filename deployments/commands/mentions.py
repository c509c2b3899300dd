"""`fte mentions`: what others said in public, and answering it."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from deployments.printing import AsJson, print_json, print_table, say
from tasks.planning.mentions import answer_mention, open_mentions

app = typer.Typer(no_args_is_help=True)
SHOWN = ("platform", "from", "address", "proposed_answer")


@app.command("list")
def list_mentions(*, as_json: AsJson = False) -> None:
    """List what nobody has answered or put away, with the answer that is proposed."""
    rows = [
        {"name": name} | {key: str(note.front.get(key) or "") for key in SHOWN}
        for name, note in open_mentions().items()
    ]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(
            ("Mention", "Platform", "From", "Address", "Proposed answer"), (row.values() for row in rows)
        )
    else:
        say("Nobody has said anything that is still open.")


@app.command()
def answer(
    name: Annotated[str, typer.Argument(help="The mention's note in Needs_Action/, without .md.")],
    *,
    text: Annotated[str | None, typer.Option(help="Your own words instead of the proposed ones.")] = None,
) -> None:
    """Take the proposed answer, or give another; nothing is public before a person approves it."""
    post = answer_mention(name, text, datetime.now(UTC))
    say(f"Posts/{post}.md is written; it is asked about within seconds.")
