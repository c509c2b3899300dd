"""What Odoo lets whoever has the bot's key do, and what a secured journal and a trusted bank account refuse.

Asked of a live server only (tests/recordings/odoo/README.md), in a journal of its own.
"""

import os
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount, OdooClient
from blocks.odoo.errors import OdooRefusedError
from domain.errors import RejectedError

pytestmark = pytest.mark.skipif(
    "ODOO_URL" not in os.environ or "ODOO_ADMIN_KEY" not in os.environ,
    reason="ODOO_URL and ODOO_ADMIN_KEY are not set: no live Odoo",
)


def client_of(key: str) -> OdooClient:
    return OdooClient(
        OdooAccount(
            url=os.environ["ODOO_URL"],
            database=os.environ["ODOO_DB"],
            login="of-the-key",
            api_key=SecretStr(os.environ[key]),
        )
    )


@pytest.fixture
async def admin() -> AsyncIterator[OdooClient]:
    async with client_of("ODOO_ADMIN_KEY") as client:
        yield client


@pytest.fixture
async def bot() -> AsyncIterator[OdooClient]:
    async with client_of("ODOO_KEY") as client:
        yield client


async def new_journal(admin: OdooClient, *, is_secured: bool) -> int:
    code = secrets.token_hex(2).upper()
    income = await admin.call("account.account", "search", domain=[["account_type", "=", "income"]], limit=1)
    values = {
        "name": f"Rights {code}",
        "code": code,
        "type": "sale",
        "default_account_id": income[0],
        "restrict_mode_hash_table": is_secured,
    }
    created: list[int] = await admin.call("account.journal", "create", vals_list=[values])
    return created[0]


async def posted(bot: OdooClient, journal: int, partner: int) -> int:
    line = [0, 0, {"name": "Design", "price_unit": 100, "tax_ids": []}]
    values = {
        "move_type": "out_invoice",
        "partner_id": partner,
        "journal_id": journal,
        "invoice_date": "2026-11-20",
        "invoice_line_ids": [line],
    }
    created: list[int] = await bot.call("account.move", "create", vals_list=[values])
    await bot.call("account.move", "action_post", created)
    return created[0]


async def new_partner(bot: OdooClient) -> int:
    created: list[int] = await bot.call("res.partner", "create", vals_list=[{"name": secrets.token_hex(4)}])
    return created[0]


FORCED: dict[str, Any] = {"context": {"force_delete": True}}


async def test_the_key_deletes_a_posted_invoice_and_a_secured_journal_forbids_it(
    admin: OdooClient, bot: OdooClient
) -> None:
    partner = await new_partner(bot)
    plain = await posted(bot, await new_journal(admin, is_secured=False), partner)
    await bot.call("account.move", "unlink", [plain], **FORCED)
    assert await bot.call("account.move", "search", domain=[["id", "=", plain]]) == []
    journal = await new_journal(admin, is_secured=True)
    secured = await posted(bot, journal, partner)
    for call, more in (("unlink", FORCED), ("button_draft", {})):
        with pytest.raises(OdooRefusedError, match="locked journal entry"):
            await bot.call("account.move", call, [secured], **more)
    with pytest.raises(OdooRefusedError, match="already has accounting entries"):
        await admin.call("account.journal", "write", [journal], vals={"restrict_mode_hash_table": False})


async def test_the_key_cannot_turn_the_setting_off(admin: OdooClient, bot: OdooClient) -> None:
    journal = await new_journal(admin, is_secured=True)
    with pytest.raises(RejectedError, match=r"not allowed|may not do"):
        await bot.call("account.journal", "write", [journal], vals={"restrict_mode_hash_table": False})


async def test_the_number_of_a_trusted_account_stays(admin: OdooClient, bot: OdooClient) -> None:
    values = {"acc_number": secrets.token_hex(8), "partner_id": await new_partner(bot)}
    other: list[int] = await bot.call("res.partner.bank", "create", vals_list=[values])
    with pytest.raises(OdooRefusedError, match="rights to trust"):
        await bot.call("res.partner.bank", "write", other, vals={"allow_out_payment": True})
    await admin.call("res.partner.bank", "write", other, vals={"allow_out_payment": True})
    with pytest.raises(OdooRefusedError, match="has been trusted"):
        await bot.call("res.partner.bank", "write", other, vals={"acc_number": secrets.token_hex(8)})
