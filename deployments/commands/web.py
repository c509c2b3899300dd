"""`fte web`: what is watched, reading it now, and reading one page."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from deployments.printing import AsJson, busy, print_json, print_table, say
from domain.times import shown_time
from domain.web.watched import PageKind, WatchedPage
from tasks.web.fetch import read_address
from tasks.web.kept import kept_page, seen_changes
from tasks.web.watch import check_pages, watched_page, watched_pages

app = typer.Typer(no_args_is_help=True)
ALWAYS = datetime.min.replace(tzinfo=UTC)


@app.command("list")
def list_pages(*, as_json: AsJson = False) -> None:
    """List what is watched, when each was last read, and what kept it from being read."""
    rows = [_row(page) for page in watched_pages()]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(
            ("Page", "Address", "Every", "Read", "Changes", "Problem"), (row.values() for row in rows)
        )
    else:
        say("No page is watched. List some in the Vault's Watched_Pages.md.")


def _row(page: WatchedPage) -> dict[str, Any]:
    kept = kept_page(page)
    return {
        "name": page.name,
        "url": page.url,
        "every": f"{page.every_hours} h",
        "read": shown_time(kept.read_at) if kept and kept.read_at else "never",
        "changes": str(len(seen_changes(page.name, ALWAYS)) if kept else 0),
        "problem": (kept.problem or "") if kept else "",
    }


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="A page's name; none: all that are watched.")] = "",
) -> None:
    """Read watched pages now, due or not; what has changed becomes a task."""
    with busy("Reading the watched pages ..."):
        checked = asyncio.run(check_pages([watched_page(name)] if name else watched_pages()))
    say(
        f"{len(checked.read)} read, {len(checked.task_ids)} new tasks: {', '.join(checked.task_ids) or 'none'}."
    )
    for page, problem in checked.problems.items():
        say(f"{page}: {problem}")
    if checked.problems and not checked.read:
        raise next(iter(checked.problems.values()))


@app.command()
def read(
    url: Annotated[str, typer.Argument(help="The web address of a page or feed.")],
    *,
    kind: Annotated[
        PageKind, typer.Option(help="page: its main text; whole: all that can be seen; feed.")
    ] = PageKind.PAGE,
    as_json: AsJson = False,
) -> None:
    """Show the readable text of one page, with its links; nothing is kept."""
    with busy(f"Reading {url} ..."):
        found = asyncio.run(read_address(url, kind))
    if found.text is None:
        return
    if as_json:
        print_json({"address": found.address, **found.text.model_dump(mode="json")})
        return
    say(
        " | ".join(filter(None, [found.text.title, found.text.published, found.text.language, found.address]))
    )
    for paragraph in found.text.paragraphs:
        say(f"\n{paragraph.text}{f' {paragraph.link}' if paragraph.link else ''}")
    for link in found.text.links:
        say(f"- {link.shown}: {link.address}")
