"""What a call of today becomes for an older server, and its answer for us."""

import pytest

from blocks.odoo.older import OlderOdoo

PAIR = [7, "Office supplies"]


def test_today_s_server_is_asked_as_it_is() -> None:
    asked = {"domain": [["account_type", "=", "expense"]], "fields": ["name"], "load": None, "limit": 1}
    odoo = OlderOdoo(19)
    assert odoo.arguments("account.account", "search_read", asked) == asked
    rows = [{"id": 1, "name": "Rent", "parent": PAIR}]
    assert odoo.answer("account.account", "search_read", asked, rows) is rows


@pytest.mark.parametrize(
    ("major", "condition", "fields"),
    [
        (18, ["account_type", "in", ["expense"]], ["name", "account_type"]),
        (16, ["account_type", "in", ["expense"]], ["name", "account_type"]),
        (15, ["user_type_id.name", "in", ["Expenses"]], ["name", "user_type_id"]),
    ],
)
def test_fields_are_named_as_that_version_does(
    major: int, condition: list[object], fields: list[str]
) -> None:
    asked = {
        "domain": ["|", ["name", "=", "x"], ["account_type", "in", ["expense"]]],
        "fields": ["name", "account_type"],
    }
    given = OlderOdoo(major).arguments("account.account", "search_read", asked)
    assert given == {"domain": ["|", ["name", "=", "x"], condition], "fields": fields}


def test_answers_come_under_today_s_names_and_values() -> None:
    asked = {"fields": ["account_type", "company_ids"]}
    rows = [{"id": 3, "user_type_id": [15, "Expenses"], "company_id": [1, "My Company"]}]
    found = OlderOdoo(14).answer("account.account", "read", asked, rows)
    assert found == [{"id": 3, "account_type": "expense", "company_ids": [1, "My Company"]}]
    states = [{"id": 1, "state": "posted"}, {"id": 2, "state": "cancel"}, {"id": 3, "state": "draft"}]
    found = OlderOdoo(17).answer("account.payment", "read", {"fields": ["state"]}, states)
    assert [row["state"] for row in found] == ["in_process", "canceled", "draft"]


def test_a_field_that_was_not_there_is_not_asked_for_and_reads_as_unset() -> None:
    asked = {"fields": ["name", "sale_lock_date"]}
    odoo = OlderOdoo(17)
    assert odoo.arguments("res.company", "read", asked) == {"fields": ["name"]}
    found = odoo.answer("res.company", "read", asked, [{"id": 1, "name": "My Company"}])
    assert found == [{"id": 1, "name": "My Company", "sale_lock_date": False}]


def test_bare_ids_are_made_where_the_server_cannot() -> None:
    asked = {"domain": [], "fields": ["move_id", "tax_ids", "name"], "load": None}
    odoo = OlderOdoo(16)
    assert "load" not in odoo.arguments("account.move.line", "search_read", asked)
    rows = [{"id": 1, "move_id": [9, "INV/1"], "tax_ids": [4, 5], "name": "Boards"}]
    found = odoo.answer("account.move.line", "search_read", asked, rows)
    assert found == [{"id": 1, "move_id": 9, "tax_ids": [4, 5], "name": "Boards"}]


def test_each_column_of_a_load_keeps_its_place() -> None:
    asked = {"fields": ["id", "payment_method_line_id/.id", "memo"], "data": [["fte.pay_1", "2", "INV/1"]]}
    given = OlderOdoo(14).arguments("account.payment", "load", asked)
    assert given == {**asked, "fields": ["id", "payment_method_id/.id", "ref"]}


def test_a_model_and_what_limits_it_are_that_version_s() -> None:
    odoo = OlderOdoo(14)
    asked = {
        "domain": [
            ["journal_id", "=", 6],
            ["payment_type", "=", "inbound"],
            ["payment_account_id", "!=", False],
        ],
        "fields": ["name"],
        "order": "sequence, id",
        "limit": 1,
    }
    assert odoo.model("account.payment.method.line") == "account.payment.method"
    given = odoo.arguments("account.payment.method.line", "search_read", asked)
    assert given == {
        **asked,
        "domain": [[1, "=", 1], ["payment_type", "=", "inbound"], [1, "=", 1]],
        "order": "id",
    }


@pytest.mark.parametrize(("major", "first"), [(16, "action_draft"), (17, None)])
def test_a_payment_is_taken_back_before_it_is_cancelled(major: int, first: str | None) -> None:
    assert OlderOdoo(major).before_it("account.payment", "action_cancel") == first
