"""Setting up a server: the plan alone, and all of it on a fresh database that the environment names.

ODOO_FRESH_URL, ODOO_FRESH_DB and ODOO_FRESH_PASSWORD (of the user admin) name it.
"""

import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount, OdooClient
from blocks.odoo.errors import OdooDatabaseMissingError, OdooKeyError, OdooSignInError
from blocks.odoo.session import OdooSessionClient
from domain.accounting.customer import CustomerInputs
from domain.accounting.invoice import InvoiceItem
from domain.accounting.setup import (
    BOT_GROUPS,
    MODULES,
    CompanyProfile,
    FoundSetup,
    OdooTooOldError,
    SetupStep,
    SetupWishError,
    Task,
    WantedSetup,
    setup_plan,
)
from tasks.accounting import setup as setup_tasks
from tasks.accounting.connection import check_connection
from tasks.accounting.customers import create_customer
from tasks.accounting.invoices import create_invoice
from tasks.accounting.payments import payment_inputs, record_payment
from tasks.accounting.setup import carry_out, make_bot_key, survey
from tests.books_asked import invoice_inputs

TODAY = date(2026, 11, 23)
WANTED = WantedSetup(
    CompanyProfile("Harbor Works", "US", "books@harbor.example"), "generic_coa", "digital-fte"
)
READY = {
    "uninstalled": [],
    "profile": WANTED.profile,
    "chart": "generic_coa",
    "has_cash": True,
    "bot_groups": frozenset(BOT_GROUPS),
    "key_expires_on": date(2027, 2, 1),
}


def test_the_plan_names_the_chart_that_is_asked_for() -> None:
    asked = WantedSetup(CompanyProfile("Harbor Works", "DE"), "de_skr04", "digital-fte")
    found = FoundSetup(**{**READY, "chart": "", "profile": asked.profile})
    step = next(one for one in setup_plan(found, asked, TODAY) if one.task is Task.CHART)
    assert step.says == "load the chart of accounts de_skr04"


def tasks(**changed: Any) -> list[Task]:
    return [step.task for step in setup_plan(FoundSetup(**{**READY, **changed}), WANTED, TODAY)]


def test_where_all_is_there_nothing_is_planned() -> None:
    assert tasks() == []


def test_a_fresh_server_gets_everything_and_the_country_before_the_chart() -> None:
    planned = tasks(
        uninstalled=MODULES,
        profile=CompanyProfile("My Company"),
        chart="",
        has_cash=False,
        bot_groups=None,
        key_expires_on=None,
    )
    assert planned == [Task.PROFILE, Task.MODULES, Task.CHART, Task.CASH, Task.PAYMENTS, Task.BOT, Task.KEY]


@pytest.mark.parametrize(
    ("changed", "task"),
    [
        ({"without_account": ["Manual Payment (Bank)"]}, Task.PAYMENTS),
        ({"bot_groups": frozenset({*BOT_GROUPS, "base.group_system"})}, Task.BOT),
        ({"bot_groups": frozenset(BOT_GROUPS[:1])}, Task.BOT),
        ({"key_expires_on": date(2026, 12, 7)}, Task.KEY),
        ({"key_expires_on": None}, Task.KEY),
        ({"profile": CompanyProfile("My Company", "US", "books@harbor.example")}, Task.PROFILE),
    ],
    ids=["payments", "too-many-rights", "too-few-rights", "key-ends", "no-key", "profile"],
)
def test_what_is_not_as_it_should_be_is_the_plan(changed: dict[str, Any], task: Task) -> None:
    assert tasks(**changed) == [task]


def session_of(answer: dict[str, Any], status: int = 200) -> OdooSessionClient:
    account = OdooAccount(
        url="http://odoo.example", database="b", login="admin", api_key=SecretStr("a-password")
    )

    def answered(request: httpx.Request) -> httpx.Response:
        assert "Authorization" not in request.headers
        if request.url.path == "/web/health":
            return httpx.Response(200, json={"status": "pass"})
        return httpx.Response(status, json=answer) if status == 200 else httpx.Response(status, html="<h1>")

    return OdooSessionClient(account, transport=httpx.MockTransport(answered))


async def test_a_wrong_password_is_named_without_it() -> None:
    said = {
        "error": {"code": 0, "data": {"name": "odoo.exceptions.AccessDenied", "message": "Access Denied"}}
    }
    async with session_of(said) as client:
        with pytest.raises(OdooSignInError, match="password of 'admin'") as caught:
            await client.sign_in()
    assert "a-password" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({}, 404),
        ({"error": {"data": {"name": "odoo.exceptions.AccessError", "message": "Database not found."}}}, 200),
    ],
    ids=["page", "answer"],
)
async def test_a_missing_database_is_named(answer: dict[str, Any], status: int) -> None:
    async with session_of(answer, status=status) as client:
        with pytest.raises(OdooDatabaseMissingError, match="'b'"):
            await client.sign_in()


async def test_an_old_server_is_refused() -> None:
    with pytest.raises(OdooTooOldError, match="Odoo 17"):
        await asked({}, version="17.0")


READY_ANSWERS: dict[str, Any] = {
    "res.company/search_read": [
        {"id": 1, "name": "Harbor Works", "email": False, "phone": False, "country_id": False}
    ],
    "res.company/fields_get": {"chart_template": {"selection": [["generic_coa", "Generic"], ["us", "US"]]}},
    "res.company/read": [{"chart_template": "us"}],
    "account.journal/search_read": [{"type": "sale"}, {"type": "purchase"}, {"type": "bank"}],
    "account.journal/search": [5],
    "ir.model.data/check_object_reference": ["res.groups", 4],
}


async def asked(answers: dict[str, Any], version: str = "19.0", **wishes: str) -> FoundSetup:
    """What a survey finds, or why it refuses; `answers` by model and method, [] for any other."""
    wishes = {"chart": "generic_coa", "bot_login": "digital-fte", **wishes}
    chart, login = wishes.pop("chart"), wishes.pop("bot_login")
    said = {**READY_ANSWERS, **answers}

    def answer(path: str) -> dict[str, Any]:
        if path == "/web/version":
            return {"version": version}
        assert path.rpartition("/")[2] not in {"create", "write", "button_immediate_install", "try_loading"}
        return {"result": said.get("/".join(path.split("/")[-2:]), [])}

    async with signed_in(answer) as client:
        return await survey(client, WantedSetup(CompanyProfile(**wishes), chart, login), key_expires_on=None)


FRESH = {"ir.module.module/search_read": [{"name": "account", "state": "uninstalled"}]}
"""A server without accounting, and without any country's charts."""


def user(**changed: Any) -> dict[str, Any]:
    return {"name": "Ann", "active": True, "share": False, "company_ids": [1], "group_ids": [1], **changed}


@pytest.mark.parametrize(
    ("wishes", "answers", "said"),
    [
        (
            {"country": "GERMANY"},
            {"res.country/search_read": [{"id": 78, "code": "GE", "name": "Georgia"}]},
            r"'GERMANY' is not .*; did you mean DE \(Germany\)\?",
        ),
        ({"country": "USA"}, {}, r"--country 'USA' is not .*; did you mean US \(United States\)\?"),
        ({"country": "NARNIA"}, {}, "give its two-letter code, such as US"),
        ({"chart": "us_gaap"}, {}, "--chart 'us_gaap' is not a chart of accounts of this Odoo"),
        (
            {"chart": "us_gaap"},
            FRESH,
            "--chart 'us_gaap' is not a chart of accounts of this Odoo; it knows us",
        ),
        ({"chart": "de_skr05"}, FRESH, "it knows de_skr03, de_skr04"),
        (
            {"chart": "syscohada"},
            {"res.company/fields_get": {"chart_template": {"selection": [["syscohada", "SYSCOHADA"]]}}},
            "--chart 'syscohada' is not a chart of accounts of this Odoo; leave it out",
        ),
        ({"chart": "x"}, FRESH, "--chart 'x' is not a chart of accounts of this Odoo; leave it out"),
        (
            {"chart": "mc"},
            FRESH,
            "--chart 'mc' comes with the module l10n_fr_account, which this Odoo does not have",
        ),
        (
            {"country": "DE"},
            {"res.country/search_read": [{"id": 57, "code": "DE"}]},
            "--country 'DE' is not that of the chart of accounts 'us', which these books have already; leave it",
        ),
        (
            {"chart": "us"},
            {"res.company/read": [{"chart_template": "generic_coa"}], "account.move.line/search": [1]},
            "--chart 'us': these books have the chart of accounts 'generic_coa' already; leave it out",
        ),
        ({"name": "Maple"}, {"res.company/search": [2]}, "'Maple' is the name of another company"),
        ({"name": " Maple"}, {}, "begins or ends with a space"),
        ({"email": "books at harbor"}, {}, "'books at harbor' is not an e-mail address"),
        ({"bot_login": ""}, {}, "--bot '' is not a login"),
        ({"bot_login": "digital fte"}, {}, "--bot 'digital fte' is not a login"),
        ({"bot_login": "admin"}, {"res.users/search_read": [user()]}, r"'admin' \(Ann\) is an administrator"),
        ({}, {"res.users/search_read": [user(group_ids=[4])]}, "is an administrator"),
        ({}, {"res.users/search_read": [user(active=False)]}, "is archived"),
        ({}, {"res.users/search_read": [user(share=True)]}, "is a portal user"),
        ({}, {"res.users/search_read": [user(company_ids=[2])]}, "does not belong to the company"),
        (
            {},
            {"account.journal/search_read": [{"type": "sale"}, {"type": "bank"}]},
            "Harbor Works has no purchase journal",
        ),
    ],
)
async def test_what_cannot_be_set_up_is_refused_before_anything_is_written(
    wishes: dict[str, str], answers: dict[str, Any], said: str
) -> None:
    with pytest.raises(SetupWishError, match=said) as caught:
        await asked(answers, **wishes)
    assert str(caught.value).startswith("nothing was changed in Odoo: ")


async def test_everything_that_cannot_be_set_up_is_said_at_once() -> None:
    with pytest.raises(SetupWishError, match=r"--country 'NARNIA'.*--chart 'x'.*--email 'y'"):
        await asked({}, country="NARNIA", chart="x", email="y")


async def test_what_can_be_set_up_is_surveyed() -> None:
    found = await asked({"res.country/search_read": [{"id": 2, "code": "US"}]}, country="US", chart="us")
    assert (found.chart, found.uninstalled) == ("us", [])


@pytest.mark.parametrize(
    ("wishes", "booked", "unused"),
    [
        ({"country": "US"}, [], "generic_coa"),
        ({"chart": "us"}, [], "generic_coa"),
        ({"country": "US"}, [1], ""),
        ({"country": "XK"}, [], ""),
        ({}, [], ""),
    ],
)
async def test_the_generic_chart_makes_way_for_the_countrys_while_nothing_is_booked(
    wishes: dict[str, str], booked: list[int], unused: str
) -> None:
    answers = {
        "res.company/read": [{"chart_template": "generic_coa"}],
        "res.country/search_read": [{"id": 2, "code": wishes.get("country")}],
        "account.move.line/search": booked,
    }
    found = await asked(answers, **wishes)
    assert (found.chart, found.unused_chart) == ("" if unused else "generic_coa", unused)
    wanted = WantedSetup(CompanyProfile(country="US"), "generic_coa", "digital-fte")
    planned = [step.says for step in setup_plan(found, wanted, TODAY) if step.task is Task.CHART]
    says = "load the country's chart of accounts in place of generic_coa, in which nothing is booked"
    assert planned == ([says] if unused else [])
    assert found.has_cash is not bool(unused), "its journals go with the chart"


@pytest.mark.parametrize("chart", ["generic_coa", "us", "mc", "de_skr04"])
async def test_a_chart_whose_module_a_fresh_server_has_is_accepted(chart: str) -> None:
    found = await asked(FRESH | {"ir.module.module/search": [7]}, chart=chart)
    assert found.uninstalled


@pytest.mark.parametrize(
    ("country", "chosen", "by_odoo", "loaded"),
    [
        ("KW", "generic_coa", "", ["kw"]),
        ("KW", "generic_coa", "generic_coa", ["kw"]),
        ("JO", "generic_coa", "generic_coa", ["jo_standard"]),
        ("DE", "generic_coa", "", [False]),  # Odoo's usual one of the country's
        ("DE", "generic_coa", "generic_coa", [False]),
        ("GB", "generic_coa", "generic_coa", ["uk"]),
        ("DE", "generic_coa", "de_skr03", []),
        ("DE", "de_skr04", "de_skr03", ["de_skr04"]),
        ("DE", "de_skr03", "de_skr03", []),
        ("XK", "generic_coa", "generic_coa", []),
        ("KW", "us", "generic_coa", ["us"]),
    ],
)
async def test_the_countrys_chart_is_loaded_where_odoo_leaves_it_out(
    country: str, chosen: str, by_odoo: str, loaded: list[str]
) -> None:
    charts = [
        [code, code] for code in ("de_skr03", "de_skr04", "generic_coa", "jo_standard", "kw", "uk", "us")
    ]
    answers = READY_ANSWERS | {
        "res.company/search_read": [
            {"id": 1, "name": "", "email": "", "phone": "", "country_id": [9, country]}
        ],
        "res.company/read": [{"chart_template": by_odoo or False}],
        "res.company/fields_get": {"chart_template": {"selection": charts}},
        "res.country/read": [{"code": country}],
    }
    asked: list[dict[str, Any]] = []

    def answered(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/try_loading"):
            said = json.loads(request.content)["params"]
            assert said["args"], "Odoo answers an IndexError"
            asked.append(said["kwargs"])
        path = "/".join(request.url.path.split("/")[-2:])
        return httpx.Response(200, json={"result": answers.get(path, {"uid": 2})})

    account = OdooAccount(url="http://odoo.example", database="b", login="admin", api_key=SecretStr("a"))
    async with OdooSessionClient(account, transport=httpx.MockTransport(answered)) as client:
        wanted = WantedSetup(CompanyProfile(), chosen, "digital-fte")
        await carry_out(client, SetupStep(Task.CHART, "load"), wanted)
    assert [one["template_code"] for one in asked] == loaded


@pytest.mark.parametrize("doing", ["a scheduled action", "another module operation"])
async def test_a_module_is_installed_once_odoo_has_ended_what_it_does(
    monkeypatch: pytest.MonkeyPatch, doing: str
) -> None:
    monkeypatch.setattr(setup_tasks, "WAIT_SECONDS", 0.0)
    said = f"Odoo is currently processing {doing}.\nPlease try again later"
    answers: list[dict[str, Any]] = [
        {"error": {"data": {"name": "odoo.exceptions.UserError", "message": said}}},
        {"result": True},
    ]
    asked: list[str] = []

    def answer(path: str) -> dict[str, Any]:
        if path.endswith("button_immediate_install"):
            asked.append(path)
            return answers.pop(0)
        return {"result": [1]}

    async with signed_in(answer) as client:
        await carry_out(client, SetupStep(Task.MODULES, "install", ("account",)), WANTED)
    assert len(asked) == 2


def signed_in(answer: Callable[[str], dict[str, Any]]) -> OdooSessionClient:
    def answered(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/web/session/authenticate":
            return httpx.Response(200, json={"result": {"uid": 2}})
        return httpx.Response(200, json=answer(request.url.path))

    account = OdooAccount(url="http://odoo.example", database="b", login="admin", api_key=SecretStr("a"))
    return OdooSessionClient(account, transport=httpx.MockTransport(answered))


async def test_the_administrator_s_language_is_spoken_except_where_odoo_may_be_busy() -> None:
    asked: dict[str, Any] = {}

    def answered(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/web/session/authenticate":
            return httpx.Response(200, json={"result": {"uid": 2, "user_context": {"lang": "de_DE"}}})
        said = json.loads(request.content)["params"]
        asked[said["method"]] = said["kwargs"].get("context")
        return httpx.Response(200, json={"result": [1]})

    account = OdooAccount(url="http://odoo.example", database="b", login="admin", api_key=SecretStr("a"))
    async with OdooSessionClient(account, transport=httpx.MockTransport(answered)) as client:
        await carry_out(client, SetupStep(Task.MODULES, "install", ("account",)), WANTED)
    assert asked == {"search": {"lang": "de_DE"}, "button_immediate_install": {"lang": "en_US"}}


@pytest.mark.skipif(
    "ODOO_FRESH_URL" not in os.environ, reason="ODOO_FRESH_URL is not set: no fresh Odoo to set up"
)
async def test_a_fresh_server_is_set_up_once_and_can_then_be_used() -> None:
    there = OdooAccount(
        url=os.environ["ODOO_FRESH_URL"],
        database=os.environ["ODOO_FRESH_DB"],
        login="admin",
        api_key=SecretStr(os.environ["ODOO_FRESH_PASSWORD"]),
    )
    today = datetime.now(UTC).date()
    async with OdooSessionClient(there) as admin:
        for step in setup_plan(await survey(admin, WANTED, key_expires_on=None), WANTED, today):
            if step.task is not Task.KEY:
                await carry_out(admin, step, WANTED)
        bot = await make_bot_key(admin, there.model_copy(update={"login": WANTED.bot_login}))
        found = await survey(admin, WANTED, key_expires_on=bot.key_expires_on)
        assert setup_plan(found, WANTED, today) == []
        earlier, bot = bot, await make_bot_key(admin, there.model_copy(update={"login": WANTED.bot_login}))
    async with OdooClient(earlier) as client:
        with pytest.raises(OdooKeyError, match="fte odoo setup"):
            await client.call("res.users", "context_get")
    async with OdooClient(bot) as client:
        connection = await check_connection(client)
        assert (connection.company, connection.key_days_left(today)) == ("Harbor Works", 90)
        await create_customer(client, CustomerInputs(name="Maple"))
        items = [InvoiceItem(description="Design", price=Decimal(100))]
        inputs = await invoice_inputs(client, "Maple", items=items, due_date=today, issued_on=today)
        invoice = await create_invoice(client, inputs, key=f"setup-{os.getpid()}")
        payment = await payment_inputs(
            client, invoice.invoice_id, amount=invoice.amount_total, method="cash", paid_on=today
        )
        receipt = await record_payment(client, payment, key=f"setup-{os.getpid()}")
    assert receipt.invoice_payment_state == "paid"
