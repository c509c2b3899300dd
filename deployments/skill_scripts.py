"""What the scripts of the Agent Skills share: one tool of a server called, and findings printed, for an agent.

A skill's `run.py` names its server, its `verify.py` what it looks at; arguments, answers and exit statuses are here.
"""

import argparse
import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial, wraps
from typing import Any, ParamSpec

from fastmcp import Client
from fastmcp.exceptions import ToolError
from pydantic import BaseModel

from blocks.settings import settings
from deployments.environment import apply_environment, ui_url
from deployments.printing import print_json, say_aside
from domain.briefing.briefing import Briefing
from domain.errors import DigitalFteError, RejectedError, TransientError
from domain.social.post import Platform
from tasks.actions.proof import Proof
from tasks.planning.post_proof import prove_platforms, prove_publication
from tasks.planning.task_proof import prove_task
from tasks.planning.task_status import task_report

DOES_NOT_HOLD, WRONG_COMMAND, UNDER_WAY, REFUSED = 1, 2, 3, 4
WAIT_SECONDS, LOOK_SECONDS = 60.0, 0.5
STATUSES = {"done": 0, "refused": REFUSED}
"""Exit status of an answer's status; of any other it is UNDER_WAY."""

P = ParamSpec("P")
BuildServer = Callable[[], Any]
Findings = Callable[[], AsyncIterator[Proof]]


def call_tool(about: str | None, build_server: BuildServer) -> int:
    """Call the tool that the command line names and print its answer; without one, list them. The exit status."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("tool", nargs="?")
    parser.add_argument("inputs", nargs="?", default="{}", type=_object, help="one JSON object")
    asked = parser.parse_args()
    apply_environment(settings())
    return asyncio.run(_call(build_server, asked.tool, asked.inputs) if asked.tool else _list(build_server))


async def _list(build_server: BuildServer) -> int:
    async with Client(build_server()) as client:
        tools = await client.list_tools()
    print_json([{"tool": one.name, "about": one.description, "inputs": one.input_schema} for one in tools])
    return 0


async def _call(build_server: BuildServer, tool: str, inputs: dict[str, Any]) -> int:
    async with Client(build_server()) as client:
        if tool not in {one.name for one in await client.list_tools()}:
            say_aside(f"there is no tool {tool}; run.py without arguments lists them")
            return WRONG_COMMAND
        try:
            answer = await _settled(client, await _answer(client, tool, inputs))
        except ToolError as error:
            print_json({"status": "refused", "said": str(error)})
            return REFUSED
    print_json(answer | _next(answer))
    return STATUSES.get(answer.get("status", "done"), UNDER_WAY)


def _next(answer: dict[str, Any]) -> dict[str, str]:
    """What has to happen next, for whoever reads the answer."""
    asked = [
        f"open {one['address']}" if one["address"] else f"run: {one['command']}"
        for one in answer.get("approvals", [])
    ]
    return {"next": f"a person decides, and nothing is done before: {'; '.join(asked)}"} if asked else {}


async def _settled(client: Client[Any], answer: dict[str, Any]) -> dict[str, Any]:
    """The answer once the work is no longer under way; the command says what it waits for."""
    deadline = time.monotonic() + WAIT_SECONDS
    first = answer
    while answer.get("status") == "under_way" and time.monotonic() < deadline:
        if answer is first:
            say_aside(f"task {first['task_id']} is being worked on; waiting")
        await asyncio.sleep(LOOK_SECONDS)
        found = await _answer(client, "get_task_status", {"task_id": first["task_id"]})
        answer = found | {"is_repeat": first.get("is_repeat")}
    return answer


async def _answer(client: Client[Any], tool: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return dict((await client.call_tool(tool, inputs)).structured_content or {})


def _object(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError("the inputs must be one JSON object")
    return found


def _refusing(command: Callable[P, int]) -> Callable[P, int]:
    """A command that prints why something was refused; its exit status says the kind."""

    @wraps(command)
    def answering(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return command(*args, **kwargs)
        except DigitalFteError as error:
            print_json({"status": "refused", "said": str(error)})
            return _exit_status(error)

    return answering


@_refusing
def tell(read: Coroutine[Any, Any, BaseModel]) -> int:
    """Print what was read; the exit status."""
    apply_environment(settings())
    print_json(asyncio.run(read).model_dump(mode="json"))
    return 0


@_refusing
def watched(flow: str, overview: Callable[[], Coroutine[Any, Any, BaseModel]]) -> int:
    """Print how a watcher stands; with `now`, have its flow look at once and print its end. The exit status."""
    from deployments.commands.run import FAILED, run_now

    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="?", choices=["now"], help="look at once")
    here, asked = settings(), parser.parse_args()
    apply_environment(here)
    if asked.what is None:
        return tell(overview())
    state, said, _ = asyncio.run(run_now(flow, ui_url(here)))
    print_json({"status": state, "said": said})
    return DOES_NOT_HOLD if state in FAILED else 0


@_refusing
def run_briefing(about: str | None, shown: Callable[[Briefing], dict[str, Any]]) -> int:
    """Have the employee make the briefing of the week that the command line names, and print what is shown of it."""
    from deployments.commands.run import FAILED, run_now
    from tasks.briefing.kept import kept_briefing, week_meant

    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("week", nargs="?", default="")
    parser.add_argument("--anew", action="store_true", help="read every source again")
    asked = parser.parse_args()
    here = settings()
    apply_environment(here)
    week = week_meant(asked.week)
    state, said, _ = asyncio.run(run_now("weekly_audit", ui_url(here), week=week.number, anew=asked.anew))
    if state in FAILED:
        print_json({"status": "failed", "said": said})
        return DOES_NOT_HOLD
    print_json(shown(kept_briefing(week)))
    return 0


@_refusing
def run_health(about: str | None) -> int:
    """Print how everything is, from what is kept, or after everybody was asked; the exit status as of `fte health`."""
    from datetime import UTC, datetime

    from deployments.commands.health import look_now, status_of
    from domain.health.page import as_json

    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("what", nargs="?", choices=["now"], help="ask every service first")
    asked = parser.parse_args()
    apply_environment(settings())
    page = look_now(datetime.now(UTC), asks=asked.what is not None)
    print_json(as_json(page))
    return status_of(page)


@_refusing
def run_orchestrator(about: str | None) -> int:
    """Print the open tasks and the playbooks, how one task stands, or have a playbook done; the exit status."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("what", nargs="?", metavar="TASK", help="a task's id, or: start")
    parser.add_argument("playbook", nargs="?", help="the playbook to start")
    parser.add_argument("inputs", nargs="?", default="{}", type=_object, help="its inputs, one JSON object")
    parser.add_argument("--key", default="", help="what this time is known by, such as 2026-W48")
    asked = parser.parse_args()
    apply_environment(settings())
    if asked.what is None:
        print_json(_overview())
        return 0
    answer = (
        _started(asked.playbook or "", asked.inputs, asked.key)
        if asked.what == "start"
        else _report(asked.what)
    )
    print_json(answer | _next(answer))
    return STATUSES.get(answer["status"], UNDER_WAY)


def _overview() -> dict[str, Any]:
    from tasks.planning.open_tasks import read_open_task
    from tasks.planning.written import read_playbooks
    from tasks.vault.vault import Folder, current_vault

    notes = {name: read_open_task(name) for name in sorted(current_vault().names(Folder.NEEDS_ACTION))}
    shown = ("status", "kind", "domain", "priority", "subject", "why", "tried", "would_help", "delays")
    tasks = [
        {"task_id": name, **{key: note.front[key] for key in shown if key in note.front}}
        for name, note in notes.items()
        if note
    ]
    books = [
        {
            "name": book.name,
            "about": book.about,
            "inputs": [slot.model_dump(mode="json", exclude_defaults=True) for slot in book.inputs],
        }
        for book in read_playbooks()
    ]
    return {"tasks": tasks, "playbooks": books}


def _started(playbook: str, inputs: dict[str, Any], key: str) -> dict[str, Any]:
    """The task of a playbook that was asked for, once it is no longer under way."""
    from datetime import UTC, datetime

    from domain.planning.order import ToolCall
    from tasks.planning.playbooks_by_name import find_playbook, take_playbook

    arguments = {"playbook": playbook, **inputs}
    call = ToolCall(source="skill", tool="start", arguments=arguments, key=key, sender="an agent")
    is_new = take_playbook(call, find_playbook(playbook), inputs, datetime.now(UTC))
    deadline = time.monotonic() + WAIT_SECONDS
    while (answer := _report(call.task_id))["status"] == "under_way" and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    return answer | {"is_repeat": not is_new}


def _report(task_id: str) -> dict[str, Any]:
    return task_report(task_id).model_dump(mode="json")


def verify(
    about: str | None,
    installation: Findings,
    named: Callable[[str], AsyncIterator[Proof]] = prove_task,
    *,
    name: str = "a task's id such as order-0123456789abcdef",
) -> int:
    """Print what is found of what the command line names, or of the installation.

    The exit status: 0 all holds, DOES_NOT_HOLD, UNDER_WAY (nothing done yet, or it cannot be read), or REFUSED (nothing
    was done, or there is no such thing).
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("named", nargs="?", metavar="NAME", help=f"{name}; without: the installation")
    asked = parser.parse_args()
    apply_environment(settings())
    return asyncio.run(_print_findings(named(asked.named) if asked.named else installation()))


def verify_posts(about: str | None, platform: Platform) -> int:
    """The same about one platform: its access, or the post that a task published there."""
    return verify(about, partial(prove_platforms, [platform]), partial(prove_publication, platform))


async def _print_findings(findings: AsyncIterator[Proof]) -> int:
    holds = True
    try:
        async for proof in findings:
            holds = holds and proof.holds
            print_json(proof.model_dump(mode="json"))
    except DigitalFteError as error:
        print_json({"holds": False, "said": str(error)})
        return _exit_status(error) if holds else DOES_NOT_HOLD
    return 0 if holds else DOES_NOT_HOLD


def _exit_status(error: DigitalFteError) -> int:
    if isinstance(error, RejectedError):
        return REFUSED
    return UNDER_WAY if isinstance(error, TransientError) else DOES_NOT_HOLD
