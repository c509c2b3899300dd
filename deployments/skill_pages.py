"""The pages of the Agent Skills that the code can tell: what a platform takes, what goes wrong there, and the index.

`python -m deployments.skill_pages` writes them; a test fails while one differs from what is written here.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from domain.social.post import Platform
from domain.social.rules import MB, PUBLISHED_ON, RULES, PlatformRules
from domain.social.x_text import LONGEST_THREAD
from domain.vault.note import Note
from mcp_servers.serve import HOST, PATH, USUAL_PORT

ROOT = Path(__file__).parent.parent
SKILLS = ROOT / ".claude" / "skills"
SERVERS: dict[str, tuple[str, ...]] = {
    "digital-fte-orchestrator": (),
    "generating-business-audit": (),
    "generating-ceo-briefing": (),
    "managing-odoo-accounting": ("odoo",),
    "managing-services": (),
    "managing-social-media": ("twitter", "linkedin", "meta"),
    "monitoring-system-health": (),
    "posting-facebook": ("meta",),
    "posting-instagram": ("meta",),
    "posting-linkedin": ("linkedin",),
    "posting-twitter": ("twitter",),
    "sending-emails": ("email",),
    "watching-filesystem": (),
    "watching-gmail": (),
    "watching-whatsapp": (),
}
"""Skill -> what its servers are called in `fte mcp NAME`."""
SPEAKS_ON = {
    "posting-facebook": Platform.FACEBOOK,
    "posting-instagram": Platform.INSTAGRAM,
    "posting-linkedin": Platform.LINKEDIN,
    "posting-twitter": Platform.X,
}
"""Skill -> the platform that it is about."""

ERRORS = """\
# Exit codes, refusals and what to do

| exit code | `run.py` | `verify.py` | what to do |
|---|---|---|---|
| 0 | published, or read | everything holds | go on |
| 1 | | something does not hold | tell the person what it says |
| 2 | the command was wrong: no such tool, inputs are no JSON object | the same | correct the command |
| 3 | a person has to decide, or {title} is away and the post waits | nothing is public yet, or {title} cannot \
be read | tell the person; ask again later |
| 4 | refused, and nothing was published: one sentence says why | refused, or there is no such task | \
correct the post, or tell the person |

| what is said | what to do |
|---|---|
| "the employee is not at work" | a person runs `fte up` |
| "{title} is not connected", "connect it again" | a person runs `fte connect {access}` |
| "a person has to decide ... first" | give the person the address in `next`, and stop |
| "is queued as ...": its time, a limit, or {title} is away | it is published by itself; ask later with \
`get_task_status` |
| "{title} is unavailable", "is rate limited" | wait; nothing is lost and nothing is published twice |
| "may or may not have published" | ask later: the timeline is read before anything is repeated; where it cannot be \
read, a person looks |
| "more than the ... allowed", "shorten it", "leave some out" | correct the post as it says, see [rules.md](rules.md) |
| "published the same text before" | ask the person for another text |
| "rejected it", "expired" | ask the person what they want; do not ask for a variation |
| "there is no task" | use a `task_id` that `run.py` answered |
| `verify.py`: "0 of 1 posts are there" | somebody deleted it on {title}: tell the person, do not post it again |
| `verify.py`: "reads otherwise than approved" | somebody changed it on {title}: tell the person |
| `verify.py`: "no person's approval of exactly this stands behind it" | stop, and tell the person at once |
| `verify.py`: "it was not read back" | this access publishes and does not read: a person looks at the address |
| `verify.py`: "no longer speaks for" | a person runs `fte connect {access}` as the account that shall speak |
"""

KEPT = """\
# What a platform takes

Checked before a person is asked: whatever does not fit is said at once, each with what to change. A picture of another
format or size is converted; its original stays as it is.
"""


def pages() -> dict[Path, str]:
    """Every page that the code tells, by its place."""
    found = {ROOT / "SKILLS-INDEX.md": _index()}
    for skill, servers in SERVERS.items():
        found[SKILLS / skill / "config.example.json"] = _configuration(servers)
    for skill, platform in SPEAKS_ON.items():
        references = SKILLS / skill / "references"
        found[references / "rules.md"] = f"{KEPT}\n{_rules(platform)}"
        found[references / "errors.md"] = ERRORS.format(title=platform.title, access=platform.access)
    everywhere = SKILLS / "managing-social-media" / "references" / "rules.md"
    found[everywhere] = "\n".join([KEPT, *map(_rules, PUBLISHED_ON)])
    return found


def _index() -> str:
    rows = [_row(folder) for folder in sorted(SKILLS.iterdir())]
    head = (
        "# Agent Skills\n\nWhat an agent can do here, and when it should; how, says each skill's own page.\n"
    )
    return "\n".join([head, "| skill | what it does | use it |", "|---|---|---|", *rows, ""])


def _row(folder: Path) -> str:
    front = Note.parse((folder / "SKILL.md").read_text(encoding="utf-8")).front
    does, _, use = str(front["description"]).partition(" Use when ")
    return f"| [`{folder.name}`](.claude/skills/{folder.name}/SKILL.md) | {does} | when {use} |"


def _configuration(servers: Iterable[str]) -> str:
    found = {name: said for server in servers for name, said in _server(server).items()}
    return json.dumps({"mcpServers": found}, indent=2) + "\n"


def _server(server: str) -> dict[str, dict[str, Any]]:
    name = f"digital-fte-{server}"
    command = {
        "command": "/path/to/digital-fte/.venv/bin/fte",
        "args": ["mcp", server],
        "env": {"FTE_VAULT": "/path/to/Vault"},
    }
    over_http = {
        "type": "http",
        "url": f"http://{HOST}:{USUAL_PORT}{PATH}/{server}",
        "headers": {"Authorization": "Bearer CONTENT-OF-THE-FILE-THAT-fte-mcp-serve-NAMES"},
    }
    return {name: command, f"{name}-over-http": over_http}


def _rules(platform: Platform) -> str:
    rules = RULES[platform]
    rows = [f"| {what} | {most} |" for what, most in _limits(platform, rules)]
    source = f"Source: {rules.source}; looked up {rules.looked_up}."
    head = f"## {platform.title}\n\n{source}\n"
    return "\n".join([head, "| what | most |", "|---|---|", *rows, ""])


def _limits(platform: Platform, rules: PlatformRules) -> Iterator[tuple[str, str]]:
    pictures = rules.pictures
    yield "text", f"{rules.text:,} characters"
    if platform is Platform.X:
        yield "counting", "a link is 23 characters, an emoji or a sign of Chinese, Japanese or Korean 2"
        yield "thread", f"{LONGEST_THREAD} posts; a longer text is divided at sentence ends"
    if rules.hashtags is not None:
        yield "hashtags", str(rules.hashtags)
    if rules.mentions is not None:
        yield "accounts that are mentioned", str(rules.mentions)
    if rules.needs_media:
        yield "without a picture or video", "nothing is taken"
    yield "pictures", f"{pictures.most}: {', '.join(pictures.kinds)}; {_megabytes(pictures.size_bytes)} each"
    if pictures.ratios:
        narrow, wide = map(float, pictures.ratios)
        yield "a picture's width to its height", f"{narrow:.2f} to {wide:.2f}"
    yield "what a picture shows, for readers who cannot see it", f"{pictures.alt_text:,} characters"
    for what, size in {
        "an animated GIF, alone": rules.animations,
        "a video, alone": rules.video,
        "a PDF, alone": rules.documents,
    }.items():
        yield what, _megabytes(size) if size else "not taken"
    if rules.cost_text:
        yield "price of a post", f"{rules.cost_text} USD, with a link {rules.cost_link} USD"


def _megabytes(size: int) -> str:
    return f"{size / MB:g} MB"


if __name__ == "__main__":
    for place, text in pages().items():
        place.write_text(text, encoding="utf-8")
