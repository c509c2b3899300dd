"""The stand-in Odoo as a client meets it: errors, searches, JSON-RPC. Expected values are a real 19.0's."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from sandbox.company import KNOWN_VENDORS
from tests.sandbox_fixture import ODOO_HEADERS, SandboxClient

PARTNER = "res.partner"


def test_every_known_vendor_has_posted_bills(sandbox: SandboxClient) -> None:
    for vendor in KNOWN_VENDORS:
        (partner,) = sandbox.odoo(PARTNER, "search", domain=[["email", "=", vendor.email]])
        bills = sandbox.odoo(
            "account.move",
            "search_count",
            domain=[["partner_id", "=", partner], ["state", "=", "posted"], ["move_type", "=", "in_invoice"]],
        )
        assert bills >= 2, vendor.name


def test_the_books_balance(sandbox: SandboxClient) -> None:
    lines = sandbox.odoo("account.move.line", "search_read", domain=[], fields=["balance", "move_id"])
    sums: dict[int, float] = {}
    for line in lines:
        sums[line["move_id"][0]] = sums.get(line["move_id"][0], 0) + line["balance"]
    assert sums
    assert all(abs(total) < 0.005 for total in sums.values())


@pytest.mark.parametrize(
    ("call", "arguments", "status", "name"),
    [
        ("no.such/read", {}, 404, "werkzeug.exceptions.NotFound"),
        ("res.partner/zap", {}, 404, "werkzeug.exceptions.NotFound"),
        ("res.partner/_read", {}, 403, "odoo.exceptions.AccessError"),
        ("res.partner/exists", {"ids": [1]}, 403, "odoo.exceptions.AccessError"),
        ("res.partner/search", {}, 422, "werkzeug.exceptions.UnprocessableEntity"),
        ("res.partner/search", {"domain": [], "x": 1}, 422, "werkzeug.exceptions.UnprocessableEntity"),
        ("res.partner/search", {"domain": [], "ids": [1]}, 422, "werkzeug.exceptions.UnprocessableEntity"),
        ("res.partner/search", {"domain": [["nope", "=", 1]]}, 500, "builtins.ValueError"),
        ("res.partner/search", {"domain": [["name", "~", 1]]}, 500, "builtins.ValueError"),
        ("res.partner/search", {"domain": ["&", ["name", "=", "x"]]}, 500, "builtins.ValueError"),
        ("res.partner/search", {"domain": "x"}, 500, "builtins.TypeError"),
        ("res.partner/search", {"domain": [], "order": "name; x"}, 422, "odoo.exceptions.UserError"),
        ("res.partner/search_read", {"fields": ["name"], "x": 1}, 500, "builtins.TypeError"),
        ("res.partner/search_read", {"domain": []}, 403, "odoo.exceptions.AccessError"),
        ("res.partner/read", {"ids": [1], "fields": ["nope"]}, 500, "builtins.ValueError"),
        ("res.partner/create", {"vals_list": [{"nope": 1}]}, 500, "builtins.ValueError"),
        ("res.partner/create", {"vals_list": [{"email": "x"}]}, 422, "odoo.exceptions.ValidationError"),
        ("res.partner/write", {"ids": [1], "vals": {"nope": 1}}, 500, "builtins.KeyError"),
        ("res.partner/write", {"ids": [99999], "vals": {"ref": "x"}}, 404, "odoo.exceptions.MissingError"),
        ("res.partner/unlink", {"ids": [99999]}, 404, "odoo.exceptions.MissingError"),
        ("account.move/create", {"vals_list": [{"move_type": "x"}]}, 500, "builtins.ValueError"),
        ("account.move/create", {"vals_list": [{"invoice_date": "x"}]}, 500, "builtins.ValueError"),
        ("account.move/create", {"vals_list": [{"partner_id": 99999}]}, 404, "odoo.exceptions.MissingError"),
        ("account.account/create", {"vals_list": [{"name": "x"}]}, 403, "odoo.exceptions.AccessError"),
        ("ir.model.data/search", {"domain": []}, 403, "odoo.exceptions.AccessError"),
        (
            "ir.model.data/check_object_reference",
            {"module": "fte", "xml_id": "x"},
            500,
            "builtins.ValueError",
        ),
    ],
)
def test_a_wrong_call_is_answered_as_odoo_answers(
    sandbox: SandboxClient, call: str, arguments: dict[str, Any], status: int, name: str
) -> None:
    answer = sandbox.http.post(f"/json/2/{call}", json=arguments, headers=ODOO_HEADERS)
    body = answer.json()
    assert (answer.status_code, body["name"]) == (status, name)
    assert set(body) == {"name", "message", "arguments", "context", "debug"}
    assert body["arguments"][0] == body["message"]
    assert "Traceback" in body["debug"]


def test_no_ids_is_a_silent_nothing(sandbox: SandboxClient) -> None:
    assert sandbox.odoo(PARTNER, "write", vals={"name": "x"}) is True
    assert sandbox.odoo("account.move", "button_draft", ids=[]) is None
    assert sandbox.odoo(PARTNER, "read", ids=[99999], fields=["name"]) == []


@pytest.mark.parametrize("header", [None, "bearer wrong", "basic sandbox-odoo-key"])
def test_a_bad_key_is_401(sandbox: SandboxClient, header: str | None) -> None:
    headers = {"X-Odoo-Database": "demo"} | ({"Authorization": header} if header else {})
    answer = sandbox.http.post("/json/2/res.partner/search", json={"domain": []}, headers=headers)
    assert (answer.status_code, answer.json()["name"]) == (401, "werkzeug.exceptions.Unauthorized")


def test_an_unknown_database_is_a_404_page(sandbox: SandboxClient) -> None:
    headers = {**ODOO_HEADERS, "X-Odoo-Database": "other"}
    answer = sandbox.http.post("/json/2/res.partner/search", json={"domain": []}, headers=headers)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


def test_get_bad_json_and_a_wrong_content_type_have_their_own_statuses(sandbox: SandboxClient) -> None:
    url = "/json/2/res.partner/search"
    assert sandbox.http.get(url, headers=ODOO_HEADERS).json()["name"] == "werkzeug.exceptions.NotFound"
    json_type = {**ODOO_HEADERS, "Content-Type": "application/json"}
    assert sandbox.http.post(url, content="{x", headers=json_type).status_code == 400
    text_type = {**ODOO_HEADERS, "Content-Type": "text/plain"}
    assert sandbox.http.post(url, content="{}", headers=text_type).status_code == 415


def test_version_and_health_need_no_key(sandbox: SandboxClient) -> None:
    assert sandbox.http.get("/web/version").json()["version"].startswith("19.0")
    assert sandbox.http.get("/web/health?db_server_status=1").json() == {
        "status": "pass",
        "db_server_status": True,
    }


def test_many2ones_are_pairs_or_ids_and_empty_is_false(sandbox: SandboxClient) -> None:
    (company,) = sandbox.odoo("res.company", "search_read", domain=[], fields=["currency_id", "partner_id"])
    assert company["currency_id"] == [1, "USD"]
    (plain,) = sandbox.odoo("res.company", "read", ids=[1], fields=["currency_id"], load=None)
    assert plain["currency_id"] == 1
    (partner,) = sandbox.odoo(PARTNER, "read", ids=[1], fields=["parent_id", "ref", "child_ids"])
    assert (partner["parent_id"], partner["ref"], partner["child_ids"]) == (False, False, [])


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ([["name", "=", "Quince Paper"]], {"a"}),
        ([["name", "=ilike", "quince PAPER"]], {"a"}),
        ([["name", "like", "quince"]], set()),
        ([["name", "ilike", "q_ince p%r"]], {"a"}),
        ([["name", "ilike", "q\\_ince"]], set()),
        ([["ref", "!=", "Q-1"]], {"b"}),
        ([["ref", "not in", ["Q-1", False]]], set()),
        ([["ref", "=", False]], {"b"}),
        (["|", ["ref", "=", "Q-1"], ["name", "ilike", "ann"]], {"a", "b"}),
        (["!", ["ref", "=", "Q-1"]], {"b"}),
        (["&", ["ref", "=", "Q-1"], ["name", "ilike", "ann"]], set()),
        ([["parent_id.name", "=", "Quince Paper"]], {"b"}),
        ([["parent_id.name", "!=", "other"]], {"b"}),
        ([["parent_id", "ilike", "quince"]], {"b"}),
        ([["child_ids.email", "ilike", "ann@"]], {"a"}),
        ([["child_ids", "any", [["email", "ilike", "ann@"]]]], {"a"}),
        ([["id", "in", []]], set()),
        ([["create_date", ">", "2000-01-01"]], {"a", "b"}),
        ([["commercial_partner_id.ref", "=", "Q-1"]], {"a", "b"}),
    ],
)
def test_domains_find_what_odoo_finds(sandbox: SandboxClient, domain: list[Any], found: set[str]) -> None:
    (company,) = sandbox.odoo(
        PARTNER, "create", vals_list=[{"name": "Quince Paper", "is_company": True, "ref": "Q-1"}]
    )
    (contact,) = sandbox.odoo(
        PARTNER, "create", vals_list=[{"name": "Ann", "parent_id": company, "email": "ann@quince.example"}]
    )
    names = {company: "a", contact: "b"}
    ids = sandbox.odoo(PARTNER, "search", domain=[["id", "in", list(names)], *domain])
    assert {names[record_id] for record_id in ids} == found


@pytest.mark.parametrize(
    "domain",
    [
        [["parent_state", "=", "posted"], ["account_type", "=", "asset_receivable"]],
        [["date", ">=", "2000-01-01"], ["account_id", "ilike", "receiv"], ["reconciled", "=", False]],
        [["payment_id", "=", False]],
        ["&", ["balance", "<", 0], ["parent_state", "in", ["posted", "draft"]]],
        [["partner_id.name", "ilike", "a"], ["tax_ids", "=", False], ["balance", ">=", 1]],
        [["ref", "=", False], "|", ["debit", ">", 50], ["name", "not ilike", "paper"]],
        [["payment_id", "!=", False], "!", ["credit", "=", 0.0]],
        ["|", ["debit", ">", 50], ["move_id.state", "in", ["draft", "cancel"]]],
        [
            "|",
            "|",
            ["date", "<", "2000-01-01"],
            ["move_id.move_type", "=", "in_invoice"],
            ["tax_ids", "!=", False],
        ],
        [
            ["move_id.move_type", "=", "in_invoice"],
            "|",
            ["credit", ">", 50],
            ["partner_id.active", "=", False],
        ],
    ],
)
def test_what_the_columns_tell_is_what_each_record_tells(sandbox: SandboxClient, domain: list[Any]) -> None:
    line = "account.move.line"
    denied_twice = ["!", "!", *["&"] * (_terms(domain) - 1), *domain]
    found = sandbox.odoo(line, "search", domain=domain)
    assert found == sandbox.odoo(line, "search", domain=denied_twice)
    assert 0 < len(found) < sandbox.odoo(line, "search_count", domain=[])


def test_what_an_item_is_matched_with_is_found_from_either_side(sandbox: SandboxClient) -> None:
    matches = sandbox.odoo(
        "account.partial.reconcile",
        "search_read",
        domain=[],
        fields=["debit_move_id", "credit_move_id"],
        load=None,
    )
    assert matches
    for side, other in (("debit", "credit"), ("credit", "debit")):
        matched = sandbox.odoo("account.move.line", "search", domain=[[f"matched_{side}_ids", "!=", False]])
        assert sorted(matched) == sorted({row[f"{other}_move_id"] for row in matches})


def _terms(domain: list[Any]) -> int:
    """Terms that must all hold: each `&` or `|` makes one of two."""
    return sum(isinstance(term, list) for term in domain) - domain.count("&") - domain.count("|")


def test_archived_records_are_hidden_unless_asked_for(sandbox: SandboxClient) -> None:
    domain = [["name", "=", "JPY"]]
    assert sandbox.odoo("res.currency", "search", domain=domain) == []
    assert len(sandbox.odoo("res.currency", "search", domain=domain, context={"active_test": False})) == 1
    assert len(sandbox.odoo("res.currency", "search", domain=[*domain, ["active", "=", False]])) == 1


def test_create_always_answers_a_list(sandbox: SandboxClient) -> None:
    assert len(sandbox.odoo(PARTNER, "create", vals_list={"name": "One"})) == 1
    assert len(sandbox.odoo(PARTNER, "create", vals_list=[{"name": "Two"}, {"name": "Three"}])) == 2


def rpc(sandbox: SandboxClient, service: str, method: str, *arguments: Any) -> dict[str, Any]:
    body = {
        "jsonrpc": "2.0",
        "method": "call",
        "id": 1,
        "params": {"service": service, "method": method, "args": list(arguments)},
    }
    answer = sandbox.http.post("/jsonrpc", json=body)
    assert answer.status_code == 200
    result: dict[str, Any] = answer.json()
    return result


def test_json_rpc_logs_in_and_reads_the_same_records(sandbox: SandboxClient) -> None:
    assert rpc(sandbox, "common", "version")["result"]["server_serie"] == "19.0"
    assert rpc(sandbox, "common", "login", "demo", "bot@sandbox", "wrong")["result"] is False
    uid = rpc(sandbox, "common", "authenticate", "demo", "bot@sandbox", "sandbox-odoo-key", {})["result"]
    account = ("demo", uid, "sandbox-odoo-key", PARTNER)
    made = rpc(sandbox, "object", "execute_kw", *account, "create", [{"name": "By RPC"}])["result"]
    read = rpc(sandbox, "object", "execute_kw", *account, "read", [[made]], {"fields": ["name"]})["result"]
    assert read == [{"id": made, "name": "By RPC"}]
    nothing = rpc(sandbox, "object", "execute_kw", *account[:3], "account.move", "button_draft", [[]])
    assert "result" not in nothing


def test_json_rpc_errors_are_answered_with_200(sandbox: SandboxClient) -> None:
    wrong = rpc(sandbox, "object", "execute_kw", "demo", 2, "wrong", PARTNER, "search", [[]])
    assert wrong["error"]["data"]["name"] == "odoo.exceptions.AccessDenied"
    field = rpc(
        sandbox, "object", "execute_kw", "demo", 2, "sandbox-odoo-key", PARTNER, "read", [[1], ["nope"]]
    )
    assert field["error"]["data"]["name"] == "builtins.ValueError"
    database = rpc(sandbox, "common", "login", "other", "x", "y")
    assert database["error"]["data"]["name"] == "psycopg2.OperationalError"


def test_odoo_closes_each_connection(sandbox: SandboxClient) -> None:
    answer = sandbox.http.post("/json/2/res.partner/search", json={"domain": []}, headers=ODOO_HEADERS)
    assert answer.status_code == httpx.codes.OK
    assert answer.headers["connection"] == "close"


def test_a_new_record_would_be_of_the_user_s_company(sandbox: SandboxClient) -> None:
    assert sandbox.odoo("account.tax", "default_get", fields=["company_id"]) == {"company_id": 1}


def test_sums_by_day_along_a_path_name_their_records(sandbox: SandboxClient) -> None:
    path = "move_id.date:day"
    rows = sandbox.odoo(
        "account.move.line", "formatted_read_group", domain=[], groupby=[path], aggregates=["__count"]
    )
    day, shown = rows[0][path]
    assert shown == date.fromisoformat(day).strftime("%d %b %Y")
    later = str(date.fromisoformat(day) + timedelta(days=1))
    inner = ["&", ["date", ">=", day], ["date", "<", later]]
    assert rows[0]["__extra_domain"] == [["move_id", "any", inner]]
    found = sandbox.odoo("account.move.line", "search_count", domain=rows[0]["__extra_domain"])
    assert found == rows[0]["__count"]
    answer = sandbox.http.post(
        "/json/2/account.move.line/formatted_read_group",
        json={"domain": [], "groupby": ["tax_ids.name"], "aggregates": []},
        headers=ODOO_HEADERS,
    )
    assert answer.json()["message"] == "Only many2one path is accepted for the 'tax_ids.name' groupby spec"


def test_groups_tell_their_members_values_by_id(sandbox: SandboxClient) -> None:
    domain = [["account_type", "=", "asset_receivable"]]
    fields = ["id", "name", "date_maturity", "amount_residual", "partner_id", "reconciled", "tax_line_id"]
    read = partial(sandbox.odoo, "account.move.line", "formatted_read_group", groupby=[])
    (found,) = read(domain=domain, aggregates=[f"{name}:array_agg" for name in fields])
    rows = sandbox.odoo(
        "account.move.line", "search_read", domain=domain, fields=fields, load=None, order="id"
    )
    assert rows
    for name in fields:
        never_empty = name in ("id", "amount_residual", "reconciled")
        assert found[f"{name}:array_agg"] == [row[name] if never_empty else row[name] or None for row in rows]
    (nothing,) = read(domain=[["id", "=", 0]], aggregates=["name:array_agg", "balance:sum"])
    assert nothing == {"__extra_domain": [[1, "=", 1]], "name:array_agg": [], "balance:sum": False}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (
            "tax_ids:array_agg",
            "Cannot convert account.move.line.tax_ids to SQL because it is not stored",
        ),
        (
            "partner_id.name:array_agg",
            "Invalid 'partner_id.name:array_agg', this dot notation is not supported",
        ),
        ("nope:array_agg", "Invalid field 'nope' on model 'account.move.line' for 'nope:array_agg'."),
    ],
)
def test_only_columns_are_told_by_group(sandbox: SandboxClient, wanted: str, said: str) -> None:
    answer = sandbox.http.post(
        "/json/2/account.move.line/formatted_read_group",
        json={"domain": [], "groupby": [], "aggregates": [wanted]},
        headers=ODOO_HEADERS,
    )
    assert answer.json()["message"] == said


def test_records_are_read_with_what_is_wanted_of_those_that_they_name(sandbox: SandboxClient) -> None:
    domain = [["move_type", "=", "in_invoice"], ["state", "=", "posted"]]
    wanted = {"name": {}, "partner_id": {"fields": {"name": {}}}, "currency_id": {}}
    (bill,) = sandbox.odoo(
        "account.move", "search_read", domain=domain, fields=["name", "partner_id", "currency_id"], limit=1
    )
    found = sandbox.odoo("account.move", "web_search_read", domain=domain, specification=wanted, limit=1)
    partner_id, partner = bill["partner_id"]
    assert found["records"] == [
        {
            "id": bill["id"],
            "name": bill["name"],
            "partner_id": {"id": partner_id, "name": partner},
            "currency_id": bill["currency_id"][0],
        }
    ]
    assert found["length"] == sandbox.odoo("account.move", "search_count", domain=domain)
    one = sandbox.odoo(
        "account.move", "web_search_read", domain=domain, specification={}, limit=1, count_limit=1
    )
    assert one == {"length": 1, "records": [{"id": bill["id"]}]}
    nothing = sandbox.odoo("account.move", "web_search_read", domain=[["id", "=", 0]], specification=wanted)
    assert nothing == {"length": 0, "records": []}


def test_a_person_sees_a_record_under_its_address(sandbox: SandboxClient) -> None:
    domain = [["move_type", "=", "in_invoice"], ["state", "=", "posted"]]
    (bill,) = sandbox.odoo("account.move", "search_read", domain=domain, fields=["name"], limit=1)
    pages = "/odoo/action-account.action_move_in_invoice_type"
    page = sandbox.http.get(f"{pages}/{bill['id']}")
    assert (page.status_code, bill["name"] in page.text) == (httpx.codes.OK, True)
    assert sandbox.http.get(f"{pages}/999999").status_code == httpx.codes.NOT_FOUND
    assert sandbox.http.get(f"/odoo/action-nothing/{bill['id']}").status_code == httpx.codes.NOT_FOUND
