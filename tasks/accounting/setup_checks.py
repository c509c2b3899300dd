"""What the owner asks of set-up, checked before anything is written; changes nothing."""

from typing import Any

from blocks.odoo.client import OdooClient
from blocks.odoo.session import OdooSessionClient
from domain.accounting.country_names import likely_country
from domain.accounting.odoo_charts import (
    CHARTS,
    GENERIC_CHART,
    SHARED,
    chart_modules,
    charts_like,
    charts_of,
    is_of_another_country,
)
from domain.accounting.setup import BOT_NAME, SetupWishError, WantedSetup

NEEDED_JOURNALS = ("sale", "purchase", "bank")
ALL = {"active_test": False}


async def check_wanted(
    admin: OdooSessionClient, wanted: WantedSetup, company: dict[str, Any], *, has_books: bool
) -> None:
    """Country, chart, the company's name and e-mail, the bot's login and the journals.

    Args:
        admin: signed in as administrator.
        wanted: what the owner asks for.
        company: the one that is set up, with `id`, `name` and `chart_template` where it has books.
        has_books: the module `account` is installed.

    Raises:
        SetupWishError: with everything that cannot be set up so.
    """
    problems = [
        *await _country(admin, wanted.profile.country),
        *await _chart(admin, wanted.chart, has_books=has_books),
        *_loaded_chart(wanted, company.get("chart_template") or ""),
        *await _company(admin, wanted, company["id"]),
        *await _bot(admin, wanted.bot_login, company["id"], admin.account.login),
        *(await _journals(admin, company) if company.get("chart_template") else []),
    ]
    if problems:
        raise SetupWishError(problems)


async def country_id(admin: OdooClient, code: str) -> int | None:
    """The country with exactly this code; Odoo cuts what is searched for to two letters (GERMANY: Georgia)."""
    found = await admin.call("res.country", "search_read", domain=[["code", "=", code]], fields=["code"])
    return next((int(row["id"]) for row in found if row["code"] == code), None)


async def known_charts(admin: OdooClient) -> list[str]:
    """The charts that an Odoo with accounting lets one choose from, those of modules that it has yet to install too."""
    described = await admin.call("res.company", "fields_get", allfields=["chart_template"])
    return [name for name, _ in described["chart_template"]["selection"] if name not in SHARED]


async def is_to_be_replaced(admin: OdooClient, wanted: WantedSetup, company: int, loaded: str) -> bool:
    """Whether the generic chart makes way for the one that is named or of the country that is: nothing is booked in it.

    Odoo loads it where accounting was installed before the company had a country.
    """
    if loaded != GENERIC_CHART:
        return False
    own = charts_of(wanted.profile.country, await known_charts(admin))
    if wanted.chart == GENERIC_CHART and not own:
        return False
    booked = [["company_id", "child_of", company]]
    return not await admin.call("account.move.line", "search", domain=booked, limit=1)


async def _country(admin: OdooClient, code: str) -> list[str]:
    if not code or await country_id(admin, code) is not None:
        return []
    likely = likely_country(code)
    hint = f"did you mean {' ('.join(likely)})?" if likely else "give its two-letter code, such as US"
    return [f"--country '{code}' is not the code of a country that Odoo knows; {hint}"]


async def _chart(admin: OdooClient, code: str, *, has_books: bool) -> list[str]:
    if has_books:
        known = await known_charts(admin)
    else:
        known = sorted(CHARTS)
        named = [["name", "in", chart_modules(code)]]
        if code in CHARTS and not await admin.call("ir.module.module", "search", domain=named, limit=1):
            return [
                f"--chart '{code}' comes with the module {chart_modules(code)[0]}, which this Odoo does not have"
            ]
    if code in known:
        return []
    like = charts_like(code, known)
    instead = f"it knows {', '.join(like)}" if like else "leave it out"
    return [f"--chart '{code}' is not a chart of accounts of this Odoo; {instead}"]


def _loaded_chart(wanted: WantedSetup, loaded: str) -> list[str]:
    """Once something is booked, or a country's chart is loaded, another country or chart would not change it."""
    country, remedy = wanted.profile.country, "or choose the Fiscal Localization in Odoo's settings"
    problems = []
    if loaded and country and is_of_another_country(loaded, country):
        problems.append(
            f"--country '{country}' is not that of the chart of accounts '{loaded}', which these books have already; "
            f"leave it out, {remedy} while nothing is booked"
        )
    if loaded and wanted.chart not in {GENERIC_CHART, loaded}:
        problems.append(
            f"--chart '{wanted.chart}': these books have the chart of accounts '{loaded}' already; leave it out, "
            f"{remedy}"
        )
    return problems


async def _company(admin: OdooClient, wanted: WantedSetup, company_id: int) -> list[str]:
    name, email = wanted.profile.name, wanted.profile.email
    problems = []
    if name and name != name.strip():
        problems.append(f"--company '{name}' begins or ends with a space")
    if name and await admin.call(
        "res.company", "search", domain=[["name", "=", name], ["id", "!=", company_id]], context=ALL, limit=1
    ):
        problems.append(f"--company '{name}' is the name of another company in this Odoo; choose another")
    if email and ("@" not in email or " " in email.strip()):
        problems.append(f"--email '{email}' is not an e-mail address")
    return problems


async def _bot(admin: OdooClient, login: str, company_id: int, admin_login: str) -> list[str]:
    if not login or any(character.isspace() for character in login):
        return [f"--bot '{login}' is not a login: it is empty or has spaces"]
    found = await admin.call(
        "res.users",
        "search_read",
        domain=[["login", "=", login]],
        fields=["name", "active", "share", "company_ids", "group_ids"],
        context=ALL,
        limit=1,
    )
    if not found:
        return []
    _, group = await admin.call(
        "ir.model.data", "check_object_reference", module="base", xml_id="group_system"
    )
    user = found[0]
    is_administrator = login == admin_login or (group in user["group_ids"] and user["name"] != BOT_NAME)
    reasons = {
        "is an administrator, who would lose rights and password": is_administrator,
        "is archived in Odoo": not user["active"],
        "is a portal user": user["share"],
        "does not belong to the company that is set up": company_id not in user["company_ids"],
    }
    return [
        f"--bot '{login}' ({user['name']}) {reason}; choose another login"
        for reason, is_so in reasons.items()
        if is_so
    ]


async def _journals(admin: OdooClient, company: dict[str, Any]) -> list[str]:
    found = await admin.call(
        "account.journal",
        "search_read",
        domain=[["type", "in", list(NEEDED_JOURNALS)], ["company_id", "=", company["id"]]],
        fields=["type"],
    )
    missing = [kind for kind in NEEDED_JOURNALS if kind not in {row["type"] for row in found}]
    return [
        f"{company['name']} has no {kind} journal, or it is archived: add one under Accounting, Configuration, Journals"
        for kind in missing
    ]
