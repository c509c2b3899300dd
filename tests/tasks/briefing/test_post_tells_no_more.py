"""Whatever stands in the books and in the ledger: a week's post tells what the handbook lists, and nothing else."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from blocks.database import close_databases
from blocks.settings import settings
from domain.accounting.ledger import AccountType, Ledger
from domain.social.post import Platform
from domain.social.week import Tellable, numbers
from domain.week import Week
from tasks.briefing import post as weekly
from tasks.briefing.post import NothingToTellError, ready_week
from tasks.vault.vault import Folder, current_vault, init_vault
from tests.books import Entry, History, Item
from tests.tasks.briefing.test_post import NOW, done, may_tell

WEEK = Week(date(2026, 11, 16), ZoneInfo("UTC"))
NAMES = st.from_regex(r"[QXZ][a-z]{4,9} [QXZ][a-z]{4,9} (Ltd|GmbH)", fullmatch=True)
AMOUNTS = st.decimals(Decimal("1000.01"), Decimal("99999.99"), places=2)
PARTNERS = st.dictionaries(NAMES, AMOUNTS, max_size=4)


@dataclass(frozen=True)
class Business:
    """What nobody outside may know: who bought for how much, and whose bills were booked."""

    sales: dict[str, Decimal]
    bills: dict[str, Decimal]

    @property
    def counts(self) -> dict[Tellable, int | Decimal]:
        """What the week comes to, computed apart from the employee."""
        return {
            Tellable.TASKS_DONE: len(self.bills) + len(self.sales),
            Tellable.POSTS_PUBLISHED: 0,
            Tellable.BILLS_BOOKED: len(self.bills),
            Tellable.INVOICES_MADE: len(self.sales),
            Tellable.NEW_CUSTOMERS: len(self.sales),
            Tellable.REVENUE: sum(self.sales.values(), Decimal(0)),
        }

    def ledger(self) -> Ledger:
        """Books that began before the week."""
        sold = [
            (WEEK.monday - timedelta(days=30), Decimal(500)),
            *((WEEK.sunday, one) for one in self.sales.values()),
        ]
        entries = tuple(
            Entry(
                number,
                day,
                (
                    Item(AccountType.RECEIVABLE, much, partner_id=number),
                    Item(AccountType.INCOME, -much, partner_id=number),
                ),
            )
            for number, (day, much) in enumerate(sold, start=1)
        )
        ledger = History(entries).ledger()
        names = dict(enumerate(self.sales, start=2))
        lines = tuple(
            line._replace(partner=names.get(line.partner_id or 0, "Elder & Sons")) for line in ledger.lines
        )
        return replace(ledger, lines=lines)

    def work(self) -> None:
        """What the employee did of it in the week."""
        at = WEEK.since + timedelta(days=2)
        for name, much in self.bills.items():
            done(f"file-{name}", "odoo.record_bill", at, {"vendor": name, "total": str(much)})
        for name, much in self.sales.items():
            done(f"order-{name}", "odoo.create_invoice", at, {"customer": name, "total": str(much)})


@contextmanager
def at_work(business: Business) -> Iterator[None]:
    """An employee of a business of its own."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setenv("FTE_HOME", f"{folder}/home")
        patched.setenv("FTE_VAULT", f"{folder}/Vault")
        manifest = SimpleNamespace(taken_at=WEEK.until, doubts=())
        books = SimpleNamespace(manifest=manifest, ledger=business.ledger())
        patched.setattr(weekly, "load_snapshot", lambda: books)
        init_vault(settings().vault_path)
        business.work()
        try:
            yield
        finally:
            close_databases()


def said_of(number: str) -> Decimal:
    return Decimal(re.sub(r"[,']", "", number))


@example_settings(
    max_examples=25, phases=[Phase.reuse, Phase.generate]
)  # each is a whole employee: too slow to shrink
@given(PARTNERS, PARTNERS, st.sets(st.sampled_from(Tellable)))
def test_no_name_and_no_number_that_is_not_listed(
    sales: dict[str, Decimal], bills: dict[str, Decimal], listed: set[Tellable]
) -> None:
    business = Business(sales, bills)
    told = {what: count for what, count in business.counts.items() if what in listed and count}
    with at_work(business):
        may_tell(*sorted(listed))
        if not told:
            with pytest.raises(NothingToTellError):
                ready_week(WEEK, Platform.LINKEDIN, NOW)
            return
        name = ready_week(WEEK, Platform.LINKEDIN, NOW)
        assert name
        note = current_vault().read(Folder.POSTS, name)
    assert (note.front["status"], note.front["platforms"]) == ("ready", ["linkedin"])
    text = note.body.replace(WEEK.days, "")
    assert {said_of(one) for one in numbers(text)} == set(told.values())
    public = "\n".join([text, *map(str, note.front.get("hashtags", ()))])
    assert [word for name in (*sales, *bills) for word in name.split()[:2] if word in public] == []
