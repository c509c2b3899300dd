"""A year of a small business, worked by hand; every expected number can be added up from `YEAR`."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from domain.accounting.ageing import (
    AgeingBucket,
    bucket_of,
    differences_from_odoo,
    open_items,
    payable_ageing,
    receivable_ageing,
)
from domain.accounting.balance_sheet import balance_sheet
from domain.accounting.cash_flow import cash_flow
from domain.accounting.figure import Figure, FigureSection
from domain.accounting.ledger import (
    AccountType,
    FiscalYearEnd,
    JournalLine,
    Ledger,
    LedgerAccount,
    LedgerError,
    LedgerTax,
    PartialReconciliation,
)
from domain.accounting.measures import measures
from domain.accounting.profit_and_loss import profit_and_loss
from domain.accounting.tax_summary import tax_summary
from domain.accounting.trial_balance import NO_UNALLOCATED, general_ledger, trial_balance
from tests.books import TAXES, Entry, History, Item, Match

T = AccountType


def d(amount: str) -> Decimal:
    return Decimal(amount)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def item(kind: AccountType, amount: str, **more: object) -> Item:
    return replace(Item(kind, Decimal(amount)), **more)  # type: ignore[arg-type]


YEAR = History(
    entries=(
        Entry(1, day("2025-11-01"), (item(T.CASH, "10000"), item(T.EQUITY, "-10000"))),
        Entry(2, day("2025-12-10"), (item(T.RECEIVABLE, "500", partner_id=1), item(T.INCOME, "-500"))),
        Entry(3, day("2026-01-02"), (item(T.FIXED_ASSET, "2400"), item(T.CASH, "-2400"))),
        Entry(
            4,
            day("2026-01-15"),
            (
                item(T.RECEIVABLE, "1150", partner_id=1, due_on=day("2026-02-14")),
                item(T.INCOME, "-1000", tax_ids=(1,)),
                item(T.CURRENT_LIABILITY, "-150", tax_id=1),
            ),
        ),
        Entry(
            5,
            day("2026-01-20"),
            (
                item(T.PAYABLE, "-230", partner_id=9, due_on=day("2026-02-19")),
                item(T.EXPENSE, "200", tax_ids=(2,)),
                item(T.CURRENT_ASSET, "30", tax_id=2),
            ),
        ),
        Entry(6, day("2026-02-10"), (item(T.RECEIVABLE, "-650", partner_id=1), item(T.CASH, "650"))),
        Entry(7, day("2026-02-28"), (item(T.DEPRECIATION, "40"), item(T.FIXED_ASSET, "-40"))),
        Entry(8, day("2026-03-05"), (item(T.RECEIVABLE, "-100", partner_id=2), item(T.CASH, "100"))),
        Entry(9, day("2026-03-20"), (item(T.PAYABLE, "230", partner_id=9), item(T.CASH, "-230"))),
        Entry(10, day("2026-04-01"), (item(T.RECEIVABLE, "-1000", partner_id=1), item(T.CASH, "1000"))),
    ),
    # The February payment settles the December invoice and 150 of January's; April's settles the rest.
    matches=(Match(2, 6), Match(4, 6), Match(5, 9), Match(4, 10)),
)


@pytest.fixture
def ledger() -> Ledger:
    return YEAR.ledger()


def section(sections: tuple[FigureSection, ...], title: str) -> Decimal:
    return next(one.total.amount for one in sections if one.title == title)


def test_the_first_quarters_profit_is_revenue_less_expenses(ledger: Ledger) -> None:
    report = profit_and_loss(ledger, day("2026-01-01"), day("2026-03-31"))
    assert report.revenue.total.amount == report.gross_profit.amount == d("1000")
    assert report.operating_expenses.total.amount == d("200")
    assert report.operating_profit.amount == report.net_profit.amount == d("760")
    assert report.net_profit.line_ids == (402, 502, 701)


def test_the_balance_sheet_of_march_shows_both_years_profits(ledger: Ledger) -> None:
    sheet = balance_sheet(ledger, day("2026-03-31"))
    assert section(sheet.assets, "Bank and cash") == d("8120")
    assert section(sheet.assets, "Receivables") == d("900")
    assert section(sheet.assets, "Fixed assets") == d("2360")
    assert section(sheet.assets, "Current assets") == d("30")
    assert sheet.total_assets.amount == d("11410")
    assert sheet.total_liabilities.amount == d("150")
    assert (sheet.earnings.current_year.amount, sheet.earnings.earlier_years.amount) == (d("760"), d("500"))
    assert sheet.total_equity.amount == d("11260")


def test_a_fiscal_year_that_ends_in_january_moves_januarys_profit(ledger: Ledger) -> None:
    sheet = balance_sheet(replace(ledger, fiscal_year_end=FiscalYearEnd(1, 31)), day("2026-03-31"))
    assert (sheet.earnings.current_year.amount, sheet.earnings.earlier_years.amount) == (d("-40"), d("1300"))


def test_profit_that_was_allocated_by_hand_leaves_the_earlier_years() -> None:
    allocation = Entry(11, day("2026-01-31"), (item(T.UNALLOCATED, "500"), item(T.EQUITY, "-500")))
    sheet = balance_sheet(replace(YEAR, entries=(*YEAR.entries, allocation)).ledger(), day("2026-03-31"))
    assert sheet.equity.total.amount == d("10500")
    assert sheet.earnings.current_year_allocated.amount == d("-500")
    assert sheet.earnings.total.amount == d("760")
    assert sheet.difference.amount == 0


def test_the_cash_flow_of_the_quarter_goes_from_profit_to_the_bank(ledger: Ledger) -> None:
    flow = cash_flow(ledger, day("2026-01-01"), day("2026-03-31"))
    assert (flow.net_profit.amount, flow.depreciation.total.amount) == (d("760"), d("40"))
    assert section(flow.working_capital, "Receivables") == d("-400")
    assert section(flow.working_capital, "Other current assets") == d("-30")
    assert section(flow.working_capital, "Other current liabilities") == d("150")
    assert flow.from_operations.amount == d("520")
    assert (flow.from_investing.amount, flow.from_financing.amount) == (d("-2400"), 0)
    assert (flow.opening_cash.amount, flow.closing_cash.amount) == (d("10000"), d("8120"))


def test_the_trial_balance_opens_last_years_profit_as_unallocated_earnings(ledger: Ledger) -> None:
    rows = {
        r.account.account_type: r for r in trial_balance(ledger, day("2026-02-01"), day("2026-03-31")).rows
    }
    assert rows[T.UNALLOCATED].opening.amount == d("-500")
    assert rows[T.INCOME].opening.amount == rows[T.INCOME].closing.amount == d("-1000")
    cash = rows[T.CASH]
    assert (cash.opening.amount, cash.debit.amount, cash.credit.amount) == (d("7600"), d("750"), d("230"))
    assert cash.closing.amount == d("8120")


def test_a_chart_without_unallocated_earnings_still_sums_to_zero(ledger: Ledger) -> None:
    accounts = {k: a for k, a in ledger.accounts.items() if a.account_type is not T.UNALLOCATED}
    trial = trial_balance(replace(ledger, accounts=accounts), day("2026-01-01"), day("2026-01-31"))
    assert next(row for row in trial.rows if row.account is NO_UNALLOCATED).opening.amount == d("-500")
    assert trial.opening.amount == 0


def test_the_general_ledger_shows_the_banks_running_balance(ledger: Ledger) -> None:
    accounts = general_ledger(ledger, day("2026-02-01"), day("2026-03-31"))
    cash = next(one for one in accounts if one.row.account.account_type is T.CASH)
    assert [(e.line.move_id, e.running) for e in cash.entries] == [
        (6, d("8250")),
        (8, d("8350")),
        (9, d("8120")),
    ]


def test_receivables_are_aged_as_of_a_day_before_the_last_payment(ledger: Ledger) -> None:
    ageing = receivable_ageing(ledger, day("2026-03-31"))
    first, second = ageing.partners
    assert (first.partner_id, first.buckets[AgeingBucket.DAYS_31_60].amount) == (1, d("1000"))
    assert (second.partner_id, second.buckets[AgeingBucket.CREDITS].amount) == (2, d("-100"))
    assert (ageing.total.amount, ageing.overdue.amount) == (d("900"), d("1000"))


def test_before_any_payment_each_invoice_stands_in_its_own_bucket(ledger: Ledger) -> None:
    buckets = receivable_ageing(ledger, day("2026-01-31")).buckets
    assert (buckets[AgeingBucket.NOT_DUE].amount, buckets[AgeingBucket.DAYS_31_60].amount) == (
        d("1150"),
        d("500"),
    )


def test_a_paid_bill_is_still_owed_the_day_before(ledger: Ledger) -> None:
    assert payable_ageing(ledger, day("2026-03-19")).total.amount == d("230")
    assert payable_ageing(ledger, day("2026-03-20")).partners == ()


@pytest.mark.parametrize(
    ("due_on", "bucket"),
    [
        ("2026-04-01", AgeingBucket.NOT_DUE),
        ("2026-03-31", AgeingBucket.NOT_DUE),
        ("2026-03-30", AgeingBucket.DAYS_1_30),
        ("2026-03-01", AgeingBucket.DAYS_1_30),
        ("2026-02-28", AgeingBucket.DAYS_31_60),
        ("2026-01-30", AgeingBucket.DAYS_31_60),
        ("2026-01-29", AgeingBucket.DAYS_61_90),
        ("2025-12-31", AgeingBucket.DAYS_61_90),
        ("2025-12-30", AgeingBucket.DAYS_91_120),
        ("2025-12-01", AgeingBucket.DAYS_91_120),
        ("2025-11-30", AgeingBucket.OLDER),
    ],
)
def test_each_day_has_its_bucket(due_on: str, bucket: AgeingBucket) -> None:
    assert bucket_of(day(due_on), day("2026-03-31")) is bucket


def test_taxes_are_summed_by_tax_with_their_base(ledger: Ledger) -> None:
    summary = tax_summary(ledger, day("2026-01-01"), day("2026-03-31"))
    rows = {row.tax.tax_id: (row.base.amount, row.amount.amount) for row in summary.rows}
    assert rows == {1: (d("1000"), d("150")), 2: (d("200"), d("30"))}
    assert summary.to_pay.amount == d("120")


def test_a_credit_note_takes_its_tax_back() -> None:
    note = Entry(
        11,
        day("2026-02-01"),
        (
            item(T.RECEIVABLE, "-115"),
            item(T.INCOME, "100", tax_ids=(1,)),
            item(T.CURRENT_LIABILITY, "15", tax_id=1),
        ),
    )
    ledger = replace(YEAR, entries=(*YEAR.entries, note)).ledger()
    row = tax_summary(ledger, day("2026-01-01"), day("2026-03-31")).rows[-1]
    assert (row.base.amount, row.amount.amount) == (d("900"), d("135"))


def test_a_tax_that_is_due_on_payment_waits_for_its_cash_basis_entry() -> None:
    paid = Entry(
        11,
        day("2026-02-10"),
        (
            item(T.CURRENT_ASSET, "1000"),
            item(T.CURRENT_ASSET, "-1000", tax_ids=(1,)),
            item(T.CURRENT_LIABILITY, "150"),
            item(T.CURRENT_LIABILITY, "-150", tax_id=1),
        ),
        is_cash_basis=True,
    )
    ledger = replace(YEAR, entries=(*YEAR.entries, paid)).ledger()
    ledger = replace(ledger, taxes={**TAXES, 1: LedgerTax(1, "15 % sales", "sale", on_payment=True)})
    january = tax_summary(ledger, day("2026-01-01"), day("2026-01-31"))
    assert [row.tax.tax_id for row in january.rows] == [2]
    assert tax_summary(ledger, day("2026-02-01"), day("2026-02-28")).collected.amount == d("150")


def test_the_members_of_a_group_of_taxes_share_its_base(ledger: Ledger) -> None:
    group = {
        1: LedgerTax(1, "both", "sale", children=(3, 4)),
        3: LedgerTax(3, "state", "sale"),
        4: LedgerTax(4, "city", "sale"),
    }
    rows = tax_summary(replace(ledger, taxes=group), day("2026-01-01"), day("2026-03-31")).rows
    assert [(row.tax.name, row.base.amount) for row in rows] == [("city", d("1000")), ("state", d("1000"))]


def test_a_foreign_invoice_paid_at_another_rate_is_settled_in_both_currencies() -> None:
    """100 EUR at 1.10 is paid at 1.20: Odoo books 10 of exchange gain against the receivable that day."""
    euros = {"currency": "EUR", "partner_id": 5}
    history = History(
        (
            Entry(
                1,
                day("2026-01-10"),
                (item(T.RECEIVABLE, "110", amount_currency=d("100"), **euros), item(T.INCOME, "-110")),
            ),
            Entry(
                2,
                day("2026-02-10"),
                (item(T.RECEIVABLE, "-120", amount_currency=d("-100"), **euros), item(T.CASH, "120")),
            ),
        ),
        (Match(1, 2),),
    )
    ledger = history.ledger()
    (open_before,) = open_items(ledger, day("2026-02-09"), T.RECEIVABLE)
    assert (open_before.residual, open_before.residual_currency) == (d("110"), d("100"))
    assert open_items(ledger, day("2026-02-10"), T.RECEIVABLE) == []
    assert balance_sheet(ledger, day("2026-02-10")).earnings.current_year.amount == d("120")


def test_the_measures_of_the_quarter(ledger: Ledger) -> None:
    found = measures(ledger, day("2026-01-01"), day("2026-03-31"))
    assert found.dso_days.value == d("81.0")  # 900 / 1000 x 90 days
    assert found.dpo_days.value == d("0.0")
    assert found.burn.amount == d("635.37")  # 1880 in 90 days, a month having 365 / 12
    assert found.runway_months.value == d("12.8")  # 8120 / 635.37


def test_without_revenue_or_burn_there_is_no_measure(ledger: Ledger) -> None:
    found = measures(ledger, day("2026-04-01"), day("2026-04-30"))
    assert (found.dso_days.value, found.dpo_days.value, found.runway_months.value) == (None, None, None)
    assert found.burn.amount < 0


@pytest.mark.parametrize(
    ("end", "today", "start"),
    [
        (FiscalYearEnd(), "2026-12-31", "2026-01-01"),
        (FiscalYearEnd(6, 30), "2026-06-30", "2025-07-01"),
        (FiscalYearEnd(6, 30), "2026-07-01", "2026-07-01"),
        (FiscalYearEnd(2, 28), "2024-02-29", "2023-03-01"),
        (FiscalYearEnd(2, 28), "2024-03-01", "2024-03-01"),
        (FiscalYearEnd(2, 29), "2025-03-01", "2025-03-01"),
        (FiscalYearEnd(4, 5), "2026-04-05", "2025-04-06"),
    ],
)
def test_a_fiscal_year_starts_the_day_after_the_last_one_ended(
    end: FiscalYearEnd, today: str, start: str
) -> None:
    assert end.year_start(day(today)) == day(start)


def test_an_entry_out_of_balance_is_no_ledger() -> None:
    with pytest.raises(LedgerError, match="entry 1 is out of balance by 1"):
        History((Entry(1, day("2026-01-01"), (item(T.CASH, "11"), item(T.INCOME, "-10"))),)).ledger()


def test_a_missing_line_an_unknown_account_and_a_double_line_are_no_ledger(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="names a line that is not there"):
        replace(ledger, lines=tuple(line for line in ledger.lines if line.move_id != 2))
    with pytest.raises(LedgerError, match="not among the accounts"):
        replace(ledger, accounts={})
    with pytest.raises(LedgerError, match="twice"):
        replace(ledger, lines=(*ledger.lines, *(line for line in ledger.lines if line.move_id == 3)))


def test_a_reconciliation_older_than_its_lines_is_no_ledger(ledger: Ledger) -> None:
    early = tuple(partial._replace(max_date=day("2026-01-16")) for partial in ledger.partials)
    with pytest.raises(LedgerError, match="is older than one of its lines"):
        replace(ledger, partials=early)


def test_a_residual_that_odoo_sees_otherwise_is_named(ledger: Ledger) -> None:
    said = {201: d("0"), 401: d("0"), 801: d("-99")}
    lines = tuple(one._replace(residual_today=said.get(one.line_id)) for one in ledger.lines)
    ((line, rebuilt),) = differences_from_odoo(replace(ledger, lines=lines))
    assert (line.line_id, rebuilt) == (801, d("-100"))


def test_what_is_open_in_its_own_currency_alone_is_shown_and_belongs_to_no_sum() -> None:
    def line(number: int, move: int, account: int, balance: str, foreign: str) -> JournalLine:
        return JournalLine(
            line_id=number,
            move_id=move,
            move=f"M{move}",
            day=day("2026-01-05"),
            account_id=account,
            balance=d(balance),
            amount_currency=d(foreign),
            currency="EUR",
            partner_id=1,
        )

    kinds = (T.RECEIVABLE, T.INCOME, T.CASH)
    books = Ledger(
        currency="JPY",
        accounts={n: LedgerAccount(n, f"{n}", kind, kind) for n, kind in enumerate(kinds, start=1)},
        lines=(
            line(1, 1, 1, "100", "10"),
            line(2, 1, 2, "-100", "-10"),
            line(3, 2, 1, "-100", "-9.99"),
            line(4, 2, 3, "100", "9.99"),
        ),
        partials=(
            PartialReconciliation(
                partial_id=1,
                debit_line_id=1,
                credit_line_id=3,
                amount=d("100"),
                debit_amount_currency=d("9.99"),
                credit_amount_currency=d("9.99"),
                max_date=day("2026-01-05"),
            ),
        ),
    )
    ageing = receivable_ageing(books, day("2026-03-31"))
    [partner] = ageing.partners
    assert [item.residual_currency for item in partner.items] == [d("0.01")]
    assert (ageing.overdue, ageing.total) == (Figure(d("0")), Figure(d("0")))
