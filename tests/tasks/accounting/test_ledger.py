from datetime import date
from decimal import Decimal

from domain.accounting.ageing import differences_from_odoo, receivable_ageing
from domain.accounting.ledger import AccountType
from tasks.accounting.ledger import read_ledger
from tests.odoo_world import OdooWorld


async def test_both_protocols_read_the_same_ledger(running_odoo: OdooWorld) -> None:
    async with running_odoo.client() as client:
        await running_odoo.debt(client, 120.5)
        ledger = await read_ledger(client)
    async with running_odoo.rpc_client() as client:
        assert await read_ledger(client) == ledger
    assert ledger.currency == "USD"
    assert differences_from_odoo(ledger) == []
    mine = [p for p in receivable_ageing(ledger, date.max).partners if running_odoo.token in p.partner]
    assert [partner.total.amount for partner in mine] == [Decimal("120.50")]
    assert ledger.type_of(ledger.by_id[mine[0].total.line_ids[0]]) is AccountType.RECEIVABLE
