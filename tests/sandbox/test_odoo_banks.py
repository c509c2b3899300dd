"""Bank accounts in the stand-in Odoo, as Odoo 19's own source has them for a user who may not vouch for them."""

from typing import Any

import httpx
import pytest

from tests.sandbox_fixture import ODOO_HEADERS, SandboxClient

BANK = "res.partner.bank"


@pytest.fixture
def vendor(sandbox: SandboxClient) -> int:
    (partner,) = sandbox.odoo("res.partner", "create", vals_list=[{"name": "Probe", "is_company": True}])
    return int(partner)


def refused(sandbox: SandboxClient, method: str, **body: Any) -> str:
    answer = httpx.post(f"{sandbox.url}/json/2/{BANK}/{method}", json=body, headers=ODOO_HEADERS, timeout=30)
    assert answer.status_code == 422, answer.text
    return str(answer.json()["message"])


def create(sandbox: SandboxClient, vendor: int, **more: Any) -> int:
    values = {"partner_id": vendor, "acc_number": "be71-0961 2345 6769", **more}
    return int(sandbox.odoo(BANK, "create", vals_list=[values])[0])


def test_a_new_account_is_sanitised_and_not_trusted(sandbox: SandboxClient, vendor: int) -> None:
    bank = create(sandbox, vendor, allow_out_payment=True)
    fields = ["acc_number", "sanitized_acc_number", "allow_out_payment", "acc_holder_name", "company_id"]
    assert sandbox.odoo(BANK, "read", ids=[bank], fields=fields) == [
        {
            "id": bank,
            "acc_number": "be71-0961 2345 6769",
            "sanitized_acc_number": "BE71096123456769",
            "allow_out_payment": False,
            "acc_holder_name": "Probe",
            "company_id": False,
        }
    ]
    assert sandbox.odoo("res.partner", "read", ids=[vendor], fields=["bank_ids"])[0]["bank_ids"] == [bank]


def test_an_account_is_found_however_its_number_is_set(sandbox: SandboxClient, vendor: int) -> None:
    bank = create(sandbox, vendor)
    for condition in (["acc_number", "=", "BE71 0961 2345 6769"], ["acc_number", "in", ["be71096123456769"]]):
        assert sandbox.odoo(BANK, "search", domain=[condition]) == [bank]


def test_the_same_account_twice_is_refused(sandbox: SandboxClient, vendor: int) -> None:
    create(sandbox, vendor)
    values = {"partner_id": vendor, "acc_number": "BE71096123456769"}
    assert "combination Account Number/Partner must be unique" in refused(
        sandbox, "create", vals_list=[values]
    )


def test_deleting_archives_and_the_number_stays_taken(sandbox: SandboxClient, vendor: int) -> None:
    bank = create(sandbox, vendor)
    sandbox.odoo(BANK, "unlink", ids=[bank])
    assert sandbox.odoo(BANK, "search", domain=[["partner_id", "=", vendor]]) == []
    assert sandbox.odoo(BANK, "read", ids=[bank], fields=["active"])[0]["active"] is False
    values = {"partner_id": vendor, "acc_number": "BE71096123456769"}
    assert "but is archived" in refused(sandbox, "create", vals_list=[values])


def test_the_bot_cannot_trust_an_account(sandbox: SandboxClient, vendor: int) -> None:
    said = refused(sandbox, "write", ids=[create(sandbox, vendor)], vals={"allow_out_payment": True})
    assert said == "You do not have the rights to trust or un-trust accounts."
