"""What the books tell against booking a bill alone."""

from datetime import date

from domain.receipts.category import Category
from tasks.accounting.oddities import bill_oddities
from tests.odoo_world import OdooWorld

TODAY = date(2026, 11, 27)


async def test_a_bill_of_a_closed_period_is_said_with_the_day(administered_odoo: OdooWorld) -> None:
    late = administered_odoo.bill(issued_on=date(2026, 9, 3), due_on=None)
    async with administered_odoo.locked_until(date(2026, 9, 30)), administered_odoo.client() as client:
        found = await bill_oddities(client, late, today=TODAY, categories=set(Category))
    assert found == [
        "it is dated 2026-09-03 and the books are closed up to 2026-09-30: Odoo books it on a later day"
    ]


async def test_an_ordinary_bill_has_nothing_odd(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        bill = odoo.bill(issued_on=TODAY, due_on=None)
        assert await bill_oddities(client, bill, today=TODAY, categories=set(Category)) == []
