"""`fte odoo`: bringing a fresh Odoo to where the employee can keep its books."""

import asyncio
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount, spoken
from blocks.odoo.session import OdooSessionClient
from blocks.prefect_server import PrefectNotLiveError
from blocks.settings import settings
from deployments.asking import answer_of
from deployments.commands.live_command import LOOK_AT, LiveCommand, use_live_server
from deployments.printing import say
from domain.accounting.listing import propose, rest_in_words
from domain.accounting.setup import CompanyProfile, SetupStep, Task, WantedSetup, setup_plan
from domain.errors import RejectedError
from tasks.accounting.goals import UNREADABLE, list_accounts, written_goals
from tasks.accounting.setup import (
    carry_out,
    fetch_default_expense_account,
    fetch_expense_accounts,
    make_bot_key,
    survey,
)

if TYPE_CHECKING:
    from blocks.odoo.credentials import OdooCredentials
app = typer.Typer(no_args_is_help=True)
FRESH_PASSWORD = "admin"
STEP_SECONDS = 900.0
"""Installing its applications takes a small server minutes."""
AGAIN = "look at Odoo, then run this again: it goes on where it stopped"


@app.callback()
def odoo() -> None:
    """Setting Odoo up."""


class SetupCommand(LiveCommand):
    """A command that does without the live Prefect server if it only shows its plan."""

    def look(self, args: list[str]) -> None:
        """See that the server is there, unless nothing shall be saved."""
        if "--plan" not in args:
            super().look(args)


@app.command(cls=SetupCommand)
def setup(  # noqa: PLR0913, PLR0917 - each is an option of the command
    url: Annotated[str, typer.Option(prompt="Odoo's address")] = "http://localhost:8069",
    database: Annotated[str, typer.Option(prompt="Database")] = "books",
    admin: Annotated[str, typer.Option(help="login of an administrator; used now and not kept")] = "admin",
    password: Annotated[
        str,
        typer.Option(prompt="The administrator's password", hide_input=True, envvar="ODOO_ADMIN_PASSWORD"),
    ] = "",
    company: Annotated[str, typer.Option(help="the company's name")] = "",
    country: Annotated[str, typer.Option(help="its country, such as US: it decides chart and taxes")] = "",
    email: Annotated[str, typer.Option(help="its e-mail address")] = "",
    phone: Annotated[str, typer.Option(help="its telephone number")] = "",
    chart: Annotated[
        str, typer.Option(help="chart of accounts, such as de_skr04; generic_coa: the country's usual one")
    ] = "generic_coa",
    bot: Annotated[str, typer.Option(help="login of the employee's own user")] = "digital-fte",
    *,
    plan_only: Annotated[bool, typer.Option("--plan", help="show what would be done")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do it without asking")] = False,
    accounts: Annotated[
        bool, typer.Option("--accounts", help="list the proposed accounts in Business_Goals.md")
    ] = False,
) -> None:
    """Install, configure and connect Odoo 19: shows its plan first, changes nothing that is as it should be."""
    there = OdooAccount(url=url, database=database, login=admin, api_key=SecretStr(password))
    wanted = WantedSetup(CompanyProfile(company, country.upper(), email, phone), chart, bot)
    choice = _Choice(
        may_act=not plan_only,
        is_agreed=yes,
        lists_accounts=accounts,
        asks_for_key=not plan_only or _can_ask_for_key(),
    )
    asyncio.run(_set_up(there, wanted, choice))
    if password == FRESH_PASSWORD:
        say("The administrator still has the password of a fresh database: change it in Odoo now.")


@dataclass(frozen=True)
class _Choice:
    """What the owner lets the command do, and whether it can ask for the key that is saved."""

    may_act: bool
    is_agreed: bool
    lists_accounts: bool
    asks_for_key: bool = True


def _can_ask_for_key() -> bool:
    """Whether the Prefect server that would have a key can be asked; a plan that cannot know says so."""
    try:
        use_live_server()
    except PrefectNotLiveError as error:
        say(f"This plan is made as if no key were saved yet: {error}.")
        return False
    return True


async def _set_up(there: OdooAccount, wanted: WantedSetup, choice: _Choice) -> None:
    async with OdooSessionClient(there) as admin:
        steps = await answer_of("Odoo", _plan(admin, wanted, choice), remedy=LOOK_AT.format(there.url))
        _show(steps)
        if steps and choice.may_act:
            if not choice.is_agreed:
                typer.confirm("Do this?", abort=True)
            await _carry_out(admin, wanted, choice, steps)
        if choice.may_act:
            await _speak_as(admin.account.model_copy(update={"login": wanted.bot_login}))
        await _propose_accounts(admin, choice)


async def _carry_out(
    admin: OdooSessionClient, wanted: WantedSetup, choice: _Choice, steps: list[SetupStep]
) -> None:
    for step in steps:
        doing = _do(admin, admin.account, wanted, step)
        await answer_of(f"Odoo ({step.says})", doing, remedy=AGAIN, seconds=STEP_SECONDS)
        say(f"  done: {step.task}")
    if left := await answer_of("Odoo", _plan(admin, wanted, choice), remedy=AGAIN):
        raise SetupUnfinishedError(left)
    settings().connected_mark.touch()
    say("Odoo is set up and connected; 'fte doctor' checks it.")


async def _propose_accounts(admin: OdooSessionClient, choice: _Choice) -> None:
    """Show what the categories of the goals mean in these books; list accounts only if the owner wants it."""
    try:
        goals = written_goals()
    except UNREADABLE as error:
        say(f"The categories of Business_Goals.md were not looked up: {error}")
        return
    books = await answer_of("Odoo", fetch_expense_accounts(admin), remedy=AGAIN)
    proposals = propose(goals, books) if books else []
    entries = dict(one.entry for one in proposals if one.accounts)
    if proposals:
        say("What the categories of Business_Goals.md mean in these books:")
    for one in proposals:
        say(f"  {one}")
    if books:
        default = await answer_of("Odoo", fetch_default_expense_account(admin), remedy=AGAIN)
        rest = rest_in_words(goals, books, default)
        if rest:
            say(f"  {rest}")
    if not entries or not choice.may_act:
        return
    asks = sys.stdin.isatty() and not choice.is_agreed
    if choice.lists_accounts or (asks and typer.confirm("List the accounts with a question mark?")):
        list_accounts(entries)
        say("Listed in Business_Goals.md; if it was in use before, a request asks you to confirm that.")
    else:
        say("Nothing was listed; --accounts lists those with a question mark, or edit the note.")


async def _plan(admin: OdooSessionClient, wanted: WantedSetup, choice: _Choice) -> list[SetupStep]:
    """What is still to be done on that server."""
    account = admin.account.model_copy(update={"login": wanted.bot_login})
    key_ends = await _saved_key_end(account) if choice.asks_for_key else None
    return setup_plan(await survey(admin, wanted, key_expires_on=key_ends), wanted, datetime.now(UTC).date())


class SetupUnfinishedError(RejectedError):
    """Steps were carried out and are still wanted."""

    def __init__(self, left: list[SetupStep]) -> None:
        super().__init__(
            f"Odoo did not accept: {'; '.join(step.says for step in left)}; do it in Odoo, then run this again"
        )


async def _do(admin: OdooSessionClient, there: OdooAccount, wanted: WantedSetup, step: SetupStep) -> None:
    if step.task is not Task.KEY:
        await carry_out(admin, step, wanted)
        return
    from blocks.odoo.credentials import OdooCredentials

    account = await make_bot_key(admin, there.model_copy(update={"login": wanted.bot_login}))
    block = OdooCredentials(**account.model_dump())
    await block.save("odoo", overwrite=True)


async def _saved_key_end(account: OdooAccount) -> date | None:
    """The last day of the saved key, if it is of this bot on this server and is accepted."""
    block = await _saved_block(account)
    if block is None:
        return None
    try:
        async with block.client() as client:
            await client.call("res.users", "context_get")
    except RejectedError:
        return None
    return block.key_expires_on


async def _speak_as(account: OdooAccount) -> None:
    """Have names come in the language that the bot has in Odoo, which may have been changed there."""
    block = await _saved_block(account)
    if block is None:
        return
    async with block.client() as client:
        context = await answer_of("Odoo", client.call("res.users", "context_get"), remedy=AGAIN)
    if (language := spoken(context)) != block.language:
        block.language = language
        await block.save("odoo", overwrite=True)
        say(f"Odoo's names come in {language or 'English'}, the language of {account.login} there.")


async def _saved_block(account: OdooAccount) -> "OdooCredentials | None":
    """The connection that is saved, if it is of this bot on this server."""
    from blocks.odoo.credentials import OdooCredentials

    try:
        block: OdooCredentials = await OdooCredentials.aload("odoo")
    except ValueError:
        return None
    saved = block.account()
    is_ours = (saved.url, saved.database, saved.login) == (
        account.url.rstrip("/"),
        account.database,
        account.login,
    )
    return block if is_ours else None


def _show(steps: list[SetupStep]) -> None:
    if not steps:
        say("Everything is as it should be; nothing to do.")
        return
    say("To do:")
    for number, step in enumerate(steps, start=1):
        say(f"  {number}. {step.says}")
