"""`fte posts`: drafts, what is asked and scheduled, and what was published."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from blocks.settings import settings
from deployments.commands.cards import card
from deployments.environment import api_url, apply_environment
from deployments.listening import is_healthy
from deployments.printing import AsJson, busy, print_json, print_markdown, print_table, say
from domain.social.draft import PLATFORM_NAMES, BadDraftError, DraftStatus, files_refused, read_draft
from domain.social.planned import PostLine, by_time
from domain.social.post import Platform
from domain.vault.names import check_name
from domain.vault.note import Note
from tasks.social.media import is_address, keep_file, media_in, readable
from tasks.social.media_kind import NoMediaError
from tasks.social.post_notes import look_up_post, post_lines, zone_in_force
from tasks.vault.clocks import written_zone
from tasks.vault.vault import Folder, NoteExistsError, current_vault

if TYPE_CHECKING:
    from domain.policy.handbook import Handbook

app = typer.Typer(no_args_is_help=True)
app.command()(card)
Name = Annotated[str, typer.Argument(help="The note's name in Posts/, without .md.")]


@app.command("list")
def list_posts(*, as_json: AsJson = False) -> None:
    """List the posts, those that wait for their time with it."""
    lines = by_time(post_lines())
    rows = [_row(line) for line in lines]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(
            ("Post", "Status", "Platforms", "Time", "Text", "Problem"), (row.values() for row in rows)
        )
        _say_zones(lines)
    else:
        say("No posts. 'fte posts draft NAME --on x --text ...' makes one; so does a note in Posts/.")


def _say_zones(lines: list[PostLine]) -> None:
    """Say whose clocks hold while another zone waits for its confirmation."""
    are_ours = any(line.at and not line.names_zone for line in lines)
    if are_ours and (holds := zone_in_force()) != (written := written_zone()):
        say(
            f"The handbook's time zone {written} waits for your confirmation (fte approvals list); until then times "
            f"without a zone are those of {holds}."
        )


@app.command()
def show(name: Name) -> None:
    """Show a post with everything its note says."""
    print_markdown(look_up_post(name).render())


@app.command()
def draft(  # noqa: PLR0913 (a post's own parts)
    name: Name,
    *,
    on: Annotated[list[str], typer.Option(help=f"A platform: {PLATFORM_NAMES}; repeat for more.")],
    text: Annotated[str, typer.Option(help="The text; '-' reads it from standard input.")],
    media: Annotated[
        list[str] | None,
        typer.Option(help="A picture, video or PDF, or its public web address; repeat for more."),
    ] = None,
    alt: Annotated[list[str] | None, typer.Option(help="What each picture shows, in order.")] = None,
    link: Annotated[str | None, typer.Option(help="An address that belongs to it.")] = None,
    hashtag: Annotated[list[str] | None, typer.Option(help="Without the sign; repeat for more.")] = None,
    reply_to: Annotated[
        str | None, typer.Option(help="What it answers: `reply_to` in a mention's note.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="Local time, such as 2026-12-24T09:00; none: once approved.")
    ] = None,
    zone: Annotated[str | None, typer.Option(help="Its time zone, such as Europe/Vienna.")] = None,
    template: Annotated[
        str | None, typer.Option(help="A template of Templates/Posts/ that puts the text into its words.")
    ] = None,
    ready: Annotated[
        bool, typer.Option("--ready", help="Ask for it at once; else its note waits as a draft.")
    ] = False,
) -> None:
    """Write a post as a note in Posts/; nothing is public before a person approves it."""
    where = current_vault()
    if where.find(check_name(name), [Folder.POSTS]) is not None:
        raise NoteExistsError(name, Folder.POSTS)
    front: dict[str, Any] = {
        "status": (DraftStatus.READY if ready else DraftStatus.DRAFT).value,
        "platforms": on,
        "media": media,
        "alt_texts": alt,
        "link": link,
        "hashtags": hashtag,
        "reply_to": reply_to,
        "at": at,
        "zone": zone,
    }
    body = typer.get_text_stream("stdin").read() if text == "-" else text
    if template:
        body, front["hashtags"] = _worded(template, body.strip(), link, hashtag)
    front = {key: value for key, value in front.items() if value not in (None, [])}
    left = _check(front, body, media or [])
    if media:
        front["media"] = [one if is_address(one) else keep_file(Path(one)).document for one in media]
    where.save(Folder.POSTS, name, Note.new(front, f"\n{body.strip()}\n"))
    then = _when_asked() if ready else "set its status to ready to have it asked about"
    say(f"Posts/{name}.md is written; {then}.")
    if left:
        say(f"Before that: {'; '.join(left)}.")


def _when_asked() -> str:
    if is_healthy(f"{api_url(settings())}/health"):
        return "it is asked about within seconds"
    return "the employee is not at work; it is asked about when it is"


def _handbook() -> "Handbook":
    from tasks.policy.handbook import read_handbook  # opens the ledger, 0.3 s, which a list does not need

    return read_handbook()


def _check(front: dict[str, Any], body: str, media: list[str]) -> list[str]:
    """Refuse what could never be asked about, before anything is written.

    Returns:
        What has to be corrected yet in a draft, which may be unfinished.

    Raises:
        BadDraftError: with everything that is wrong.
    """
    read = read_draft(front, body, _handbook().time_zone, datetime.now(UTC))
    problems, files = list(read.problems), []
    for file, alt in zip(media, [*front.get("alt_texts", []), *[""] * len(media)], strict=False):
        if is_address(file):
            continue
        try:
            files.append(media_in(readable(Path(file)), Path(file).name, alt))
        except NoMediaError as error:
            problems.append(f"media: {error}")
    are_known = not any(map(is_address, media))  # an address is fetched when the post is asked about
    left = [*read.refused, *(files_refused(read.said, files) if are_known else [])]
    if problems or (left and front["status"] == DraftStatus.READY):
        raise BadDraftError([*problems, *left])
    return left


def _worded(
    template: str, text: str, link: str | None, hashtags: list[str] | None
) -> tuple[str, list[str] | None]:
    """The text in a template's words, and its hashtags unless others are given."""
    from tasks.vault import wording
    from tasks.vault.template import POST_TEMPLATES

    made = wording.render(
        POST_TEMPLATES, template, {"text": text, "link": link, "business": _handbook().brand.name}
    )
    return made.text, hashtags or made.front.get("hashtags")


@app.command()
def insights(
    *,
    on: Annotated[Platform | None, typer.Option(help="A platform; none: all that were read.")] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="Posts of so many days, today included.")] = 30,
    as_json: AsJson = False,
) -> None:
    """How posts did: engagement, followers, kinds, best posts, times and hashtags, as they were last read."""
    with busy("Counting ..."):
        now, zone = datetime.now(UTC), ZoneInfo(_handbook().time_zone)
        from domain.social.report_text import insights_markdown
        from tasks.social.insights import recent_insights  # with the ledger's modules

        found = recent_insights([on] if on else [], days, now, zone)
    if as_json:
        typer.echo(found.model_dump_json())
    else:
        print_markdown("\n\n".join(map(insights_markdown, found.platforms)))


@app.command()
def cancel(name: Name) -> None:
    """Withdraw a post that is not public yet, asked, approved or scheduled."""
    with busy("Withdrawing it ..."):
        from tasks.planning.posts import cancel_post  # with the ledger's and the approvals' modules, 0.6 s

        apply_environment(settings())  # a platform that has it for its time is asked for it
        public = asyncio.run(cancel_post(name, datetime.now(UTC)))
    rest = (
        f"what is public on {', '.join(public)} stays there" if public else "nothing of it will be published"
    )
    say(f"{name} is cancelled; {rest}.")


def _row(line: PostLine) -> dict[str, str]:
    return {
        "name": line.name,
        "status": line.status.value,
        "platforms": line.where,
        "time": line.when,
        "text": line.short,
        "problem": line.problem,
    }
