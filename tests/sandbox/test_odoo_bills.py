"""Vendor bills in the stand-in Odoo: loaded once, computed, posted, cancelled. Values are a real 19.0's."""

import asyncio
import base64
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.sandbox_fixture import ODOO_HEADERS, SandboxClient

MOVE, LINE = "account.move", "account.move.line"


class Books:
    """One vendor's bills."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self.ask = sandbox.odoo
        self.sandbox = sandbox
        (self.vendor,) = self.ask("res.partner", "create", vals_list=[{"name": "Probe", "is_company": True}])
        (journal,) = self.ask(
            "account.journal",
            "search_read",
            domain=[["type", "=", "purchase"]],
            fields=["default_account_id"],
        )
        self.account = journal["default_account_id"][0]
        (self.tax,) = self.ask(
            "account.tax", "search", domain=[["type_tax_use", "=", "purchase"], ["amount", "=", 15]]
        )

    def row(self, key: str, **changes: str) -> dict[str, str]:
        return {
            "id": f"fte.bill_{key}",
            "move_type": "in_invoice",
            "partner_id/.id": str(self.vendor),
            "currency_id/.id": "1",
            "ref": f"R-{key}",
            "invoice_date": today(),
            "invoice_date_due": today(),
            "invoice_line_ids/id": f"fte.line_{key}",
            "invoice_line_ids/name": "Paper",
            "invoice_line_ids/account_id/.id": str(self.account),
            "invoice_line_ids/quantity": "1",
            "invoice_line_ids/price_unit": "100.10",
            "invoice_line_ids/tax_ids/.id": str(self.tax),
            **changes,
        }

    def try_load(self, key: str, **changes: str) -> dict[str, Any]:
        row = self.row(key, **changes)
        answer: dict[str, Any] = self.ask(MOVE, "load", fields=list(row), data=[list(row.values())])
        return answer

    def load(self, key: str, **changes: str) -> int:
        answer = self.try_load(key, **changes)
        assert answer["ids"], answer["messages"]
        bill: int = answer["ids"][0]
        return bill

    def read(self, bill: int, *fields: str) -> dict[str, Any]:
        (row,) = self.ask(MOVE, "read", ids=[bill], fields=list(fields))
        row.pop("id")
        return dict(row)

    def lines(self, bill: int, *fields: str) -> list[dict[str, Any]]:
        found = self.ask(
            LINE, "search_read", domain=[["move_id", "=", bill]], fields=list(fields), order="id"
        )
        return [{key: value for key, value in row.items() if key != "id"} for row in found]

    def refusal(self, method: str, bill: int, **arguments: Any) -> tuple[int, str]:
        answer = self.sandbox.http.post(
            f"/json/2/{MOVE}/{method}", json={"ids": [bill], **arguments}, headers=ODOO_HEADERS
        )
        return answer.status_code, answer.json()["message"]


@pytest.fixture
def books(sandbox: SandboxClient) -> Books:
    return Books(sandbox)


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def test_a_bill_has_balanced_items_with_tax_and_payable(books: Books) -> None:
    bill = books.load("a")
    assert books.lines(bill, "display_type", "debit", "credit", "account_type") == [
        {"display_type": "product", "debit": 100.10, "credit": 0.0, "account_type": "expense"},
        {"display_type": "tax", "debit": 15.02, "credit": 0.0, "account_type": "asset_current"},
        {"display_type": "payment_term", "debit": 0.0, "credit": 115.12, "account_type": "liability_payable"},
    ]
    assert books.read(bill, "amount_untaxed", "amount_tax", "amount_total", "amount_residual", "name") == {
        "amount_untaxed": 100.10,
        "amount_tax": 15.02,
        "amount_total": 115.12,
        "amount_residual": 115.12,
        "name": False,
    }


def test_the_same_external_id_is_the_same_bill_with_the_same_line(books: Books) -> None:
    bill = books.load("a")
    assert books.load("a", **{"invoice_line_ids/price_unit": "200.00"}) == bill
    assert len(books.lines(bill, "name")) == 3
    assert books.read(bill, "amount_total") == {"amount_total": 230.0}
    assert books.ask("ir.model.data", "check_object_reference", module="fte", xml_id="bill_a") == [MOVE, bill]


def test_lines_without_an_external_id_are_added_again(books: Books) -> None:
    row = books.row("a")
    del row["invoice_line_ids/id"]
    for _ in range(2):
        (bill,) = books.ask(MOVE, "load", fields=list(row), data=[list(row.values())])["ids"]
    assert (
        len(books.ask(LINE, "search", domain=[["move_id", "=", bill], ["display_type", "=", "product"]])) == 2
    )


async def test_of_two_loads_at_once_one_wins_and_the_other_is_told_in_messages(books: Books) -> None:
    row = books.row("race")
    body = {"fields": list(row), "data": [list(row.values())]}
    async with httpx.AsyncClient(base_url=books.sandbox.url, headers=ODOO_HEADERS, trust_env=False) as client:
        answers = await asyncio.gather(*(client.post(f"/json/2/{MOVE}/load", json=body) for _ in range(2)))
    won = [answer.json()["ids"] for answer in answers if answer.json()["ids"]]
    lost = [answer.json() for answer in answers if not answer.json()["ids"]]
    assert len(won) == 1
    assert "could not serialize" in lost[0]["messages"][0]["message"]
    assert books.ask(MOVE, "search_count", domain=[["ref", "=", "R-race"]]) == 1


def test_posting_gives_a_number_once(books: Books) -> None:
    bill = books.load("a")
    assert books.ask(MOVE, "action_post", ids=[bill]) is False
    assert books.read(bill, "name", "state", "payment_state") == {
        "name": f"BILL/{today()[:4]}/{today()[5:7]}/0001",
        "state": "posted",
        "payment_state": "not_paid",
    }
    status, message = books.refusal("action_post", bill)
    assert status == 422
    assert message.endswith(f"(id {bill}) must be in draft.")


def test_a_posted_bill_refuses_to_be_loaded_again(books: Books) -> None:
    bill = books.load("a")
    books.ask(MOVE, "action_post", ids=[bill])
    answer = books.try_load("a")
    assert answer["ids"] is False
    assert "readonly fields on a posted move: invoice_date, partner_id" in answer["messages"][0]["message"]


def test_an_old_bill_is_booked_at_the_end_of_its_month(books: Books) -> None:
    bill = books.load("old", invoice_date="2025-02-11", invoice_date_due="2025-02-28")
    books.ask(MOVE, "action_post", ids=[bill])
    facts = books.read(bill, "invoice_date", "date", "name")
    assert (facts["invoice_date"], facts["date"]) == ("2025-02-11", "2025-02-28")
    assert facts["name"].startswith("BILL/2025/02/")


def test_a_second_bill_with_the_same_number_posts_and_is_only_noted(books: Books) -> None:
    first, second = books.load("a", ref="SAME"), books.load("b", ref="SAME")
    books.ask(MOVE, "action_post", ids=[first, second])
    assert books.read(first, "duplicated_ref_ids") == {"duplicated_ref_ids": [second]}


def test_draft_and_cancel_go_where_odoo_lets_them(books: Books) -> None:
    bill = books.load("a")
    assert books.refusal("button_draft", bill)[0] == 422
    books.ask(MOVE, "action_post", ids=[bill])
    number = books.read(bill, "name")
    books.ask(MOVE, "button_draft", ids=[bill])
    assert books.read(bill, "state", "name") == {"state": "draft", **number}
    books.ask(MOVE, "button_cancel", ids=[bill])
    assert books.read(bill, "state") == {"state": "cancel"}
    assert books.refusal("button_cancel", bill)[0] == 422
    assert books.refusal("action_post", bill)[0] == 422


def test_posting_names_everything_that_is_missing(books: Books) -> None:
    (bill,) = books.ask(MOVE, "create", vals_list=[{"move_type": "in_invoice"}])
    status, message = books.refusal("action_post", bill)
    assert status == 422
    assert len(message.splitlines()) == 3


def test_posted_bills_are_neither_deleted_nor_changed(books: Books) -> None:
    bill = books.load("a")
    books.ask(MOVE, "action_post", ids=[bill])
    assert books.refusal("unlink", bill)[0] == 422
    assert books.refusal("write", bill, vals={"invoice_line_ids": []})[0] == 422
    assert books.ask(MOVE, "write", ids=[bill], vals={"ref": "R-2"}) is True


def test_a_foreign_bill_is_booked_in_both_currencies(books: Books) -> None:
    (euro,) = books.ask("res.currency", "search", domain=[["name", "=", "EUR"]])
    bill = books.load("eur", **{"currency_id/.id": str(euro), "invoice_line_ids/tax_ids/.id": ""})
    payable = books.lines(bill, "display_type", "amount_currency", "balance")[-1]
    assert payable == {"display_type": "payment_term", "amount_currency": -100.10, "balance": -108.80}
    assert books.read(bill, "amount_total", "amount_total_signed") == {
        "amount_total": 100.10,
        "amount_total_signed": -108.80,
    }


def test_an_inactive_currency_is_refused_at_posting(books: Books) -> None:
    (yen,) = books.ask("res.currency", "search", domain=[["name", "=", "JPY"], ["active", "=", False]])
    bill = books.load("yen", **{"currency_id/.id": str(yen)})
    assert "inactive currency: JPY" in books.refusal("action_post", bill)[1]


def test_an_attachment_is_measured_and_counted_at_its_bill(books: Books) -> None:
    bill = books.load("a")
    row = ["fte.doc_a", "a.pdf", MOVE, str(bill), base64.b64encode(b"%PDF-1.4 x").decode()]
    fields = ["id", "name", "res_model", "res_id", "datas"]
    first = books.ask("ir.attachment", "load", fields=fields, data=[row])["ids"]
    assert books.ask("ir.attachment", "load", fields=fields, data=[row])["ids"] == first
    (facts,) = books.ask("ir.attachment", "read", ids=first, fields=["mimetype", "file_size"])
    assert (facts["mimetype"], facts["file_size"]) == ("application/pdf", 10)
    assert books.read(bill, "message_attachment_count", "attachment_ids") == {
        "message_attachment_count": 1,
        "attachment_ids": first,
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"invoice_date": "31.12.2026"}, "'31.12.2026' does not seem to be a valid date"),
        ({"move_type": "bill"}, "Value 'bill' not found in selection field 'Type'"),
        ({"partner_id/.id": "99999"}, "No matching record found for database id '99999' in field 'Partner'"),
        (
            {"invoice_line_ids/price_unit": "ten"},
            "'ten' does not seem to be a number for field 'Invoice lines/",
        ),
    ],
)
def test_cells_that_make_no_sense_are_told_in_messages_and_change_nothing(
    books: Books, changes: dict[str, str], message: str
) -> None:
    before = books.ask(MOVE, "search_count", domain=[])
    answer = books.try_load("bad", **changes)
    assert answer["ids"] is False
    assert message in answer["messages"][0]["message"]
    assert answer["messages"][0]["rows"] == {"from": 0, "to": 0}
    assert books.ask(MOVE, "search_count", domain=[]) == before


def test_rows_with_lines_only_belong_to_the_record_above(books: Books) -> None:
    first = books.row("two")
    second = {key: value if key.startswith("invoice_line_ids") else "" for key, value in first.items()}
    second["invoice_line_ids/id"] = "fte.line_two_b"
    data = [list(first.values()), list(second.values())]
    (bill,) = books.ask(MOVE, "load", fields=list(first), data=data)["ids"]
    assert books.read(bill, "amount_untaxed", "invoice_line_ids")["amount_untaxed"] == 200.20


def test_a_load_is_all_or_nothing(books: Books) -> None:
    data = [["fte.v1", "First"], ["fte.v2", ""]]
    answer = books.ask("res.partner", "load", fields=["id", "name"], data=data)
    assert answer["ids"] is False
    assert books.ask("res.partner", "search", domain=[["name", "=", "First"]]) == []


def test_a_vendor_with_bills_is_not_deleted(books: Books) -> None:
    books.load("a")
    answer = books.sandbox.http.post(
        "/json/2/res.partner/unlink", json={"ids": [books.vendor]}, headers=ODOO_HEADERS
    )
    assert answer.status_code == 422
