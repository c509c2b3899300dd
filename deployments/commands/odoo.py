"""`fte odoo`: bringing a fresh Odoo to where the employee can keep its books."""

import asyncio
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr
from rich.console import Console

from blocks.settings import settings
from deployments.commands.connect import use_live_engine
from domain.accounting.setup import Profile, SetupStep, Task, Wanted, setup_plan
from domain.errors import RejectedError

if TYPE_CHECKING:
    from blocks.odoo.client import OdooAccount
    from blocks.odoo.session import OdooSessionClient

app = typer.Typer(no_args_is_help=True)
console = Console()
FRESH_PASSWORD = "admin"


@app.callback()
def odoo() -> None:
    """Setting Odoo up."""


@app.command()
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
    chart: Annotated[str, typer.Option(help="chart where the country has none")] = "generic_coa",
    bot: Annotated[str, typer.Option(help="login of the employee's own user")] = "digital-fte",
    *,
    plan_only: Annotated[bool, typer.Option("--plan", help="show what would be done")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do it without asking")] = False,
) -> None:
    """Install, configure and connect Odoo 19: shows its plan first, changes nothing that is as it should be."""
    from blocks.odoo.client import OdooAccount

    use_live_engine()
    there = OdooAccount(url=url, database=database, login=admin, api_key=SecretStr(password))
    wanted = Wanted(Profile(company, country.upper(), email, phone), chart, bot)
    asyncio.run(_set_up(there, wanted, may_act=not plan_only, is_agreed=yes))
    if password == FRESH_PASSWORD:
        console.print("The administrator still has the password of a fresh database: change it in Odoo now.")


async def _set_up(there: "OdooAccount", wanted: Wanted, *, may_act: bool, is_agreed: bool) -> None:
    from blocks.odoo.session import OdooSessionClient

    async with OdooSessionClient(there) as admin:
        steps = await plan_setup(admin, wanted, _today())
        _show(steps)
        if not steps or not may_act:
            return
        if not is_agreed:
            typer.confirm("Do this?", abort=True)
        for step in steps:
            with console.status(step.says):
                await _do(admin, there, wanted, step)
            console.print(f"  done: {step.task}")
        left = await plan_setup(admin, wanted, _today())
    if left:
        raise SetupUnfinishedError(left)
    settings().connected_mark.touch()
    console.print("Odoo is set up and connected; 'fte doctor' checks it.")


async def plan_setup(admin: "OdooSessionClient", wanted: Wanted, today: date) -> list[SetupStep]:
    """What is still to be done on that server."""
    from tasks.accounting.setup import survey

    account = admin.account.model_copy(update={"login": wanted.bot_login})
    found = await survey(admin, wanted, key_expires_on=await _saved_key_end(account))
    return setup_plan(found, wanted, today)


class SetupUnfinishedError(RejectedError):
    """Steps were carried out and are still wanted."""

    def __init__(self, left: list[SetupStep]) -> None:
        super().__init__(
            f"Odoo did not take over: {'; '.join(step.says for step in left)}; do it in Odoo, then run this again"
        )


async def _do(admin: "OdooSessionClient", there: "OdooAccount", wanted: Wanted, step: SetupStep) -> None:
    from tasks.accounting.setup import carry_out, make_bot_key

    if step.task is not Task.KEY:
        await carry_out(admin, step, wanted)
        return
    from blocks.odoo.credentials import OdooCredentials

    account = await make_bot_key(admin, there.model_copy(update={"login": wanted.bot_login}))
    block = OdooCredentials(**account.model_dump())
    await block.save("odoo", overwrite=True)


async def _saved_key_end(account: "OdooAccount") -> date | None:
    """The last day of the saved key, if it is of this bot on this server and is accepted."""
    from blocks.odoo.credentials import OdooCredentials

    try:
        block: OdooCredentials = await OdooCredentials.aload("odoo")
    except ValueError:
        return None
    saved = block.account()
    if (saved.url, saved.database, saved.login) != (account.url.rstrip("/"), account.database, account.login):
        return None
    try:
        async with block.client() as client:
            await client.call("res.users", "context_get")
    except RejectedError:
        return None
    return block.key_expires_on


def _show(steps: list[SetupStep]) -> None:
    if not steps:
        console.print("Everything is as it should be; nothing to do.")
        return
    console.print("To do:")
    for number, step in enumerate(steps, start=1):
        console.print(f"  {number}. {step.says}", highlight=False, markup=False)


def _today() -> date:
    return datetime.now(UTC).date()
