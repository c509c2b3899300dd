"""Setting Odoo up for the employee: what is there, and each step that brings it nearer.

Only a signed-in administrator can do this. Every step may be done again and then changes nothing.
"""

import asyncio
import datetime as dt
import re
import secrets
from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr

from blocks.odoo.client import ENGLISH, OdooAccount, OdooClient, spoken
from blocks.odoo.errors import OdooRefusedError
from blocks.odoo.session import OdooSessionClient
from domain.accounting.account import EXPENSE_TYPES, Account
from domain.accounting.odoo_charts import GENERIC_CHART, chart_of, charts_of
from domain.accounting.setup import (
    APP_GROUPS,
    BOT_GROUPS,
    BOT_NAME,
    KEY_DAYS,
    MODULES,
    OLDEST_MAJOR,
    CompanyProfile,
    FoundSetup,
    OdooTooOldError,
    SetupStep,
    Task,
    WantedSetup,
)
from tasks.accounting.chart import find_journal
from tasks.accounting.payables import MONEY_JOURNALS
from tasks.accounting.setup_checks import check_wanted, country_id, is_to_be_replaced, known_charts

METHOD_LINE = "account.payment.method.line"
BUSY = ("processing a scheduled action", "processing another module operation")
WAIT_SECONDS, WAITS = 10.0, 30
"""Odoo installs no module while either runs; they take seconds to minutes."""
COMPANY_FIELDS = ["name", "email", "phone", "country_id"]


async def survey(
    admin: OdooSessionClient, wanted: WantedSetup, *, key_expires_on: dt.date | None
) -> FoundSetup:
    """What is there; changes nothing.

    Args:
        admin: signed in as administrator.
        wanted: for the bot's login.
        key_expires_on: last day of the saved key, if it works.

    Raises:
        OdooTooOldError: the server is older than 19.
        SetupWishError: country, chart, names or journals are not such as can be set up.
    """
    await _check_version(admin)
    company = await _company(admin)
    uninstalled = await _uninstalled(admin)
    has_books = not uninstalled
    chart = await _chart(admin, company["id"]) if has_books else ""
    unused = chart if await is_to_be_replaced(admin, wanted, company["id"], chart) else ""
    chart = "" if unused else chart
    await check_wanted(
        admin, wanted, company | {"chart_template": chart}, has_books="account" not in uninstalled
    )
    return FoundSetup(
        uninstalled=uninstalled,
        profile=await _profile(admin, company),
        chart=chart,
        unused_chart=unused,
        has_cash=chart != "" and bool(await _journals(admin, company["id"], ["cash"])),
        without_account=[row["display_name"] for row in await _accountless(admin, company["id"])]
        if chart
        else [],
        bot_groups=await _bot_groups(admin, wanted.bot_login),
        app_groups=await _app_groups(admin),
        key_expires_on=key_expires_on,
    )


async def fetch_expense_accounts(admin: OdooClient) -> list[Account]:
    """The company's expense accounts with the names of their tags; none before accounting is installed."""
    if await _uninstalled(admin):
        return []
    company = await _company(admin)
    found = await admin.call(
        "account.account",
        "search_read",
        domain=[["account_type", "in", list(EXPENSE_TYPES)], ["company_ids", "in", [company["id"]]]],
        fields=["code", "name", "account_type", "tag_ids"],
        order="code, id",
    )
    ids = sorted({tag for row in found for tag in row["tag_ids"]})
    tags = await admin.call("account.account.tag", "read", ids, fields=["name"]) if ids else []
    names = {row["id"]: row["name"] for row in tags}
    return [
        Account(
            account_id=row["id"],
            code=row["code"] or "",
            name=row["name"],
            account_type=row["account_type"],
            tags=tuple(names[tag] for tag in row["tag_ids"]),
        )
        for row in found
    ]


async def fetch_default_expense_account(admin: OdooClient) -> int | None:
    """The id of the account that bills go to where none is clearly meant: that of the first purchase journal."""
    company = await _company(admin)
    journal = await find_journal(admin, "purchase", company["id"], company["name"])
    return journal.default_account_id if journal else None


async def carry_out(admin: OdooSessionClient, step: SetupStep, wanted: WantedSetup) -> None:
    """Do one step of the plan but the key, which belongs to the bot.

    Raises:
        OdooRefusedError: Odoo refuses, with its own sentence.
    """
    match step.task:
        case Task.PROFILE:
            await _write_profile(admin, wanted.profile)
        case Task.MODULES:
            await _install(admin, step.details)
        case Task.CHART:
            await _load_chart(admin, wanted.chart)
        case Task.CASH:
            await _create_cash_journal(admin)
        case Task.PAYMENTS:
            await _set_payment_accounts(admin)
        case Task.BOT:
            await _write_bot(admin, wanted.bot_login)
        case Task.KEY:
            raise ValueError("the key is made by make_bot_key")


async def make_bot_key(admin: OdooSessionClient, account: OdooAccount) -> OdooAccount:
    """The bot's account with a new key; its earlier keys end, its password becomes one that nobody knows.

    Args:
        admin: signed in as administrator.
        account: the bot's, without its key.
    """
    password = secrets.token_urlsafe(32)
    found = await admin.call("res.users", "search", domain=[["login", "=", account.login]])
    await admin.call("res.users", "write", found, vals={"password": password})
    as_bot = account.model_copy(update={"api_key": SecretStr(password)})
    async with OdooSessionClient(as_bot) as bot:
        key = await bot.make_key("Digital FTE", days=KEY_DAYS)
        made = await bot.call(
            "res.users.apikeys",
            "search_read",
            domain=[["name", "=", "Digital FTE"]],
            fields=["expiration_date"],
            order="id desc",
        )
        if earlier := [row["id"] for row in made[1:]]:
            await bot.remove_keys(earlier)
        language = spoken(await bot.call("res.users", "context_get"))
    ends = dt.date.fromisoformat(made[0]["expiration_date"][:10])
    update = {"api_key": SecretStr(key), "key_expires_on": ends, "language": language}
    return account.model_copy(update=update)


async def _check_version(admin: OdooSessionClient) -> None:
    version = re.search(r"\d+", await admin.version())
    major = int(version[0]) if version else 0
    if major < OLDEST_MAJOR:
        raise OdooTooOldError(major)


async def _company(admin: OdooClient) -> dict[str, Any]:
    found = await admin.call(
        "res.company", "search_read", domain=[], fields=COMPANY_FIELDS, order="id", limit=1
    )
    return dict(found[0])


async def _profile(admin: OdooClient, company: dict[str, Any]) -> CompanyProfile:
    country = ""
    if company["country_id"]:
        rows = await admin.call("res.country", "read", [company["country_id"][0]], fields=["code"])
        country = rows[0]["code"]
    return CompanyProfile(
        name=company["name"], country=country, email=company["email"] or "", phone=company["phone"] or ""
    )


async def _write_profile(admin: OdooClient, profile: CompanyProfile) -> None:
    company = await _company(admin)
    vals: dict[str, Any] = {
        name: value for name, value in vars(profile).items() if value and name != "country"
    }
    if profile.country:
        vals["country_id"] = await country_id(admin, profile.country)
    await admin.call("res.company", "write", [company["id"]], vals=vals)


async def _uninstalled(admin: OdooClient) -> list[str]:
    found = await admin.call(
        "ir.module.module",
        "search_read",
        domain=[["name", "in", list(MODULES)], ["state", "!=", "installed"]],
        fields=["name"],
        order="name",
    )
    return [row["name"] for row in found]


async def _install(admin: OdooClient, names: Sequence[str]) -> None:
    ids = await admin.call("ir.module.module", "search", domain=[["name", "in", list(names)]])
    for waits_left in reversed(range(WAITS)):
        try:
            # what Odoo says while it is busy is known in English
            await admin.call("ir.module.module", "button_immediate_install", ids, context={"lang": ENGLISH})
        except OdooRefusedError as error:
            if not waits_left or not any(words in error.said for words in BUSY):
                raise
            await asyncio.sleep(WAIT_SECONDS)
        else:
            return


async def _chart(admin: OdooClient, company_id: int) -> str:
    rows = await admin.call("res.company", "read", [company_id], fields=["chart_template"])
    return str(rows[0]["chart_template"] or "")


async def _load_chart(admin: OdooClient, wanted: str) -> None:
    """The chart that is asked for, where Odoo chose another by itself; else the country's, with its currency.

    Of a country's several Odoo takes its usual one where none is named.
    """
    company = await _company(admin)
    loaded = await _chart(admin, company["id"])
    code: str | bool = wanted
    if wanted == GENERIC_CHART:
        country, known = (await _profile(admin, company)).country, await known_charts(admin)
        code = chart_of(country, known) or (wanted if not charts_of(country, known) else False)
    # nothing is booked yet: this run installed accounting, or the survey looked
    if loaded != code and (wanted != GENERIC_CHART or loaded in ("", GENERIC_CHART)):
        await admin.call(
            "account.chart.template",
            "try_loading",
            [company["id"]],  # Odoo wants some record, and does not look at it
            template_code=code,
            company=company["id"],
            install_demo=False,
        )


async def _journals(admin: OdooClient, company_id: int, kinds: Sequence[str]) -> list[int]:
    found: list[int] = await admin.call(
        "account.journal", "search", domain=[["type", "in", list(kinds)], ["company_id", "=", company_id]]
    )
    return found


async def _create_cash_journal(admin: OdooClient) -> None:
    company = await _company(admin)
    if not await _journals(admin, company["id"], ["cash"]):
        code = await _free_code(admin, company["id"])
        values = {"name": "Cash", "type": "cash", "code": code, "company_id": company["id"]}
        await admin.call("account.journal", "create", vals_list=[values])


async def _free_code(admin: OdooClient, company_id: int) -> str:
    """A journal's code that no journal of the company has, archived ones included."""
    found = await admin.call(
        "account.journal",
        "search_read",
        domain=[["company_id", "=", company_id]],
        fields=["code"],
        context={"active_test": False},
    )
    taken = {row["code"] for row in found}
    return next(code for number in range(1, len(taken) + 2) if (code := f"CSH{number}") not in taken)


async def _accountless(admin: OdooClient, company_id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await admin.call(
        METHOD_LINE,
        "search_read",
        domain=[
            ["journal_id.type", "in", MONEY_JOURNALS],
            ["journal_id.company_id", "=", company_id],
            ["payment_account_id", "=", False],
        ],
        fields=["display_name", "journal_id"],
    )
    return found


async def _set_payment_accounts(admin: OdooClient) -> None:
    company = await _company(admin)
    for line in await _accountless(admin, company["id"]):
        rows = await admin.call(
            "account.journal", "read", [line["journal_id"][0]], fields=["default_account_id"]
        )
        account = rows[0]["default_account_id"]
        if account:
            await admin.call(METHOD_LINE, "write", [line["id"]], vals={"payment_account_id": account[0]})


async def _bot_groups(admin: OdooClient, login: str) -> frozenset[str] | None:
    found = await admin.call(
        "res.users", "search_read", domain=[["login", "=", login]], fields=["group_ids"], limit=1
    )
    if not found:
        return None
    names = await admin.call(
        "ir.model.data",
        "search_read",
        domain=[["model", "=", "res.groups"], ["res_id", "in", found[0]["group_ids"]]],
        fields=["complete_name"],
    )
    return frozenset(row["complete_name"] for row in names)


async def _app_groups(admin: OdooClient) -> list[str]:
    """The rights that the installed apps add to those that the bot always has."""
    domain = [["name", "in", list(APP_GROUPS)], ["state", "=", "installed"]]
    found = await admin.call("ir.module.module", "search_read", domain=domain, fields=["name"], order="id")
    installed = {row["name"] for row in found}
    return [group for app, group in APP_GROUPS.items() if app in installed]


async def _write_bot(admin: OdooClient, login: str) -> None:
    groups = []
    for name in (*BOT_GROUPS, *await _app_groups(admin)):
        module, _, xml_id = name.partition(".")
        _, group_id = await admin.call(
            "ir.model.data", "check_object_reference", module=module, xml_id=xml_id
        )
        groups.append(group_id)
    rights = {"group_ids": [[6, 0, groups]]}
    found = await admin.call("res.users", "search", domain=[["login", "=", login]])
    if found:
        await admin.call("res.users", "write", found, vals=rights)
        return
    company = (await _company(admin))["id"]
    values = {
        "name": BOT_NAME,
        "login": login,
        "password": secrets.token_urlsafe(32),
        "company_id": company,
        "company_ids": [[6, 0, [company]]],
        **rights,
    }
    await admin.call("res.users", "create", vals_list=[values], context={"no_reset_password": True})
