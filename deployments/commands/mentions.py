"""`fte mentions`: what others said in public, and answering it."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from deployments.printing import AsJson, print_json, say
from domain.markdown import said_in, visible
from domain.social.mention import shown_author
from domain.social.post import Platform
from tasks.social.mention_notes import open_mentions

app = typer.Typer(no_args_is_help=True)
MOST_SHOWN = 400
SHOWN = ("platform", "from", "address", "proposed_answer")


@app.command("list")
def list_mentions(*, as_json: AsJson = False) -> None:
    """List what nobody has answered or put away, with the answer that is proposed."""
    rows = [
        {"name": name}
        | {key: str(note.front.get(key) or "") for key in SHOWN}
        | {
            "said": visible(
                said_in(" ".join(line[1:].strip() for line in note.body.splitlines() if line.startswith(">")))
            )
        }
        for name, note in open_mentions().items()
    ]
    if as_json:
        print_json(rows)
    elif rows:
        for row in rows:
            author = shown_author(row["from"])
            say(f"{row['name']}: {author} on {Platform(row['platform']).title}, {row['address']}")
            said = row["said"]
            say(f"  said:            {said if len(said) <= MOST_SHOWN else f'{said[:MOST_SHOWN]} …'}")
            say(f"  proposed answer: {row['proposed_answer']}")
        say("Take a proposed answer, or give your own: fte mentions answer NAME [--text ...]")
    else:
        say("Nobody has said anything that is still open.")


@app.command()
def answer(
    name: Annotated[str, typer.Argument(help="The mention's note in Needs_Action/, without .md.")],
    *,
    text: Annotated[str | None, typer.Option(help="Your own words instead of the proposed ones.")] = None,
) -> None:
    """Take the proposed answer, or give another; nothing is public before a person approves it."""
    from tasks.planning.mentions import (
        answer_mention,  # with all that plans, 1 s, which the list does not need
    )

    post = answer_mention(name, text, datetime.now(UTC))
    say(f"Posts/{post}.md is written; it is asked about within seconds.")
