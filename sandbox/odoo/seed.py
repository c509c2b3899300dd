"""The demo company's books: master data, 18 months of vendor bills and customer invoices."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from domain.money import MINOR_UNITS
from sandbox.company import (
    CATEGORY_ACCOUNTS,
    COMPANY_EMAIL,
    COMPANY_NAME,
    CUSTOMERS,
    EMPLOYEES,
    KNOWN_VENDORS,
    WORKED,
    Vendor,
)
from sandbox.odoo.books import BOT_USER, OdooBooks
from sandbox.odoo.chart import ACCOUNT_TAXES, ACCOUNTS, COUNTRIES, CURRENCIES, JOURNALS, TAX_RATES
from sandbox.odoo.methods import Odoo
from sandbox.odoo.models import MODELS
from sandbox.odoo.payments import pay
from sandbox.store import Store

MONTHS = 18
PAID_AFTER_DAYS = 35
USUAL_TAX = 15.0
RATES_SINCE = "2024-01-01"


def seed(store: Store) -> None:
    """Put the books into a fresh store; the same day gives the same books."""
    _Maker(store).make(store.now().date())


class _Maker:
    def __init__(self, store: Store) -> None:
        self._odoo = Odoo(store)
        self._books: OdooBooks = self._odoo.books
        self._store = store

    def make(self, today: date) -> None:
        with self._store.transaction():
            self._master_data()
            for vendor in KNOWN_VENDORS:
                self._bills(vendor, today)
            for number, customer in enumerate(CUSTOMERS):
                self._invoices(customer, today, offset=number)
            self._work(today)

    def _add(self, model: str, **values: object) -> int:
        stamp = {"create_date": "2025-01-02 09:00:00", "write_date": "2025-01-02 09:00:00"}
        defaults = {
            name: field.default
            for name, field in MODELS[model].fields.items()
            if field.default is not None and name not in ("company_id", "supplier_rank")
        }
        row = {**defaults, **stamp, "create_uid": BOT_USER, "write_uid": BOT_USER, **values}
        return self._books.table(model).add(row)

    def _master_data(self) -> None:
        for code, name in COUNTRIES:
            self._add("res.country", code=code, name=name)
        for code, name, symbol, rate, active in CURRENCIES:
            digits = MINOR_UNITS.get(code, 2)
            self._add(
                "res.currency", name=code, full_name=name, symbol=symbol, rate=rate,
                inverse_rate=round(1 / rate, 6), decimal_places=digits, rounding=10.0**-digits, active=active,
                date=RATES_SINCE if rate != 1 else False,
            )  # fmt: skip
        company_partner = self._add(
            "res.partner", name=COMPANY_NAME, email=COMPANY_EMAIL, is_company=True, country_id=1
        )
        bot_partner = self._add("res.partner", name="Digital FTE", email="bot@northwindlane.example")
        self._add("res.company", name=COMPANY_NAME, partner_id=company_partner, currency_id=1, country_id=1,
                  email=COMPANY_EMAIL)  # fmt: skip
        self._add(
            "res.users", name="OdooBot", login="__system__", active=False, company_id=1, company_ids=[1]
        )
        self._add("res.users", name="Digital FTE", login="bot@sandbox", partner_id=bot_partner, company_id=1,
                  company_ids=[1], lang="en_US", tz="UTC", email="bot@northwindlane.example")  # fmt: skip
        self._chart()

    def _chart(self) -> None:
        accounts = {
            code: self._add(
                "account.account", code=code, name=name, account_type=kind, company_ids=[1], tax_ids=[],
                reconcile=kind in ("asset_receivable", "liability_payable"),
            )
            for code, name, kind in ACCOUNTS
        }  # fmt: skip
        for sequence, (code, name, kind, account) in enumerate(JOURNALS, start=5):
            journal = self._add("account.journal", code=code, name=name, type=kind, sequence=sequence, company_id=1,
                                default_account_id=accounts.get(account, False))  # fmt: skip
            for direction in ("inbound", "outbound") if kind in ("bank", "cash") else ():
                self._add("account.payment.method.line", name="Manual Payment", code="manual", journal_id=journal,
                          payment_type=direction, payment_account_id=accounts[account])  # fmt: skip
        for use, account in (("sale", "251000"), ("purchase", "131000")):
            for rate in TAX_RATES:
                self._add(
                    "account.tax", name=f"{rate}%", amount=float(rate), amount_type="percent", type_tax_use=use,
                    price_include=False, sequence=1, company_id=1, country_id=1, invoice_label=f"{rate}%",
                    tax_account=accounts[account],
                )  # fmt: skip
        for code, (use, rate) in ACCOUNT_TAXES.items():
            named = {"type_tax_use": use, "amount": float(rate)}
            taxes = self._books.table("account.tax").peek()
            default = [key for key, tax in taxes.items() if named.items() <= tax.items()]
            self._books.set_values("account.account", accounts[code], tax_ids=default)
        for name in ("Goods", "Expenses", "Services"):
            self._add("product.category", name=name)
        for days in (0, 15, 30):
            term = self._add("account.payment.term", name=f"{days} Days" if days else "Immediate Payment")
            self._add("account.payment.term.line", payment_id=term, nb_days=days)
        usual = {
            tax["type_tax_use"]: key
            for key, tax in self._books.table("account.tax").peek().items()
            if tax["amount"] == USUAL_TAX
        }
        self._books.set_values(
            "res.company", 1, account_sale_tax_id=usual["sale"], account_purchase_tax_id=usual["purchase"],
            tax_calculation_rounding_method="round_per_line",
        )  # fmt: skip
        self._accounts = accounts

    def _bills(self, vendor: Vendor, today: date) -> None:
        partner = self._add(
            "res.partner", name=vendor.name, email=vendor.email, is_company=True, supplier_rank=1,
            vat=vendor.vat or False, country_id={"EUR": 2, "MYR": 3}.get(vendor.currency, 1),
        )  # fmt: skip
        currency = next(i for i, row in enumerate(CURRENCIES, start=1) if row[0] == vendor.currency)
        account = self._accounts[CATEGORY_ACCOUNTS[vendor.category]]
        for number, day in enumerate(_days(vendor, today), start=101):
            self._document(
                today, PAID_AFTER_DAYS, move_type="in_invoice", partner_id=partner,
                ref=f"{vendor.number_prefix}{number}", currency_id=currency,
                invoice_date=day.isoformat(), date=day.isoformat(),
                invoice_date_due=(day + timedelta(days=14)).isoformat(),
                invoice_line_ids=[[0, 0, {
                    "name": vendor.category.capitalize(), "account_id": account, "quantity": 1,
                    "price_unit": float(_swaying(vendor.usual_total, number)), "tax_ids": [],
                }]],
            )  # fmt: skip

    def _invoices(self, customer: tuple[str, str, str, int], today: date, *, offset: int) -> None:
        name, email, monthly, paid_after = customer
        partner = self._add("res.partner", name=name, email=email, is_company=True, customer_rank=1,
                            country_id=1)  # fmt: skip
        for back in range(MONTHS, -1, -1):
            day = _months_before(today, back, 5 + offset)
            if day > today:
                continue
            self._document(
                today, paid_after, move_type="out_invoice", partner_id=partner, invoice_date=day.isoformat(),
                date=day.isoformat(), invoice_date_due=(day + timedelta(days=30)).isoformat(),
                invoice_line_ids=[[0, 0, {
                    "name": "Design retainer", "account_id": self._accounts["400000"], "quantity": 1,
                    "price_unit": float(_swaying(Decimal(monthly), back)), "tax_ids": [],
                }]],
            )  # fmt: skip

    def _work(self, today: date) -> None:
        """Hours of last month for two customers, and an opportunity of the first."""
        for name in ("Units", "Hours", "Days"):
            self._add("uom.uom", name=name)
        people = [self._add("hr.employee", name=name) for name in EMPLOYEES]
        stages = ("New", "Qualified", "Proposition", "Won")
        for sequence, name in enumerate(stages, start=1):
            self._add("crm.stage", name=name, sequence=sequence, is_won=name == "Won")
        partners = {row["name"]: key for key, row in self._books.table("res.partner").peek().items()}
        for customer, project, task, hours in WORKED:
            project_id = self._add(
                "project.project", name=project, partner_id=partners[customer], allow_timesheets=True
            )
            task_id = self._add("project.task", name=task, project_id=project_id)
            for number, worked in enumerate(hours):
                self._add(
                    "account.analytic.line", name="/", unit_amount=worked, project_id=project_id,
                    date=_months_before(today, 1, 4 + 3 * number).isoformat(), product_uom_id=2, company_id=1,
                    employee_id=people[number % len(people)], task_id=task_id if number % 3 else False,
                )  # fmt: skip
        self._add(
            "crm.lead", name="Spring campaign", partner_id=partners[WORKED[0][0]], stage_id=2,
            expected_revenue=6000.0,
        )  # fmt: skip

    def _document(self, today: date, paid_after: int, **values: object) -> None:
        move_id = self._books.create("account.move", values)
        self._odoo.invoices.post([move_id])
        paid_on = date.fromisoformat(str(values["invoice_date"])) + timedelta(days=paid_after)
        if paid_on < today:
            pay(self._books, self._odoo.payments, move_id, paid_on)
        self._books.set_values("account.move", move_id, is_manually_modified=False)


def _days(vendor: Vendor, today: date) -> Iterator[date]:
    """When the vendor billed, oldest first; this month's bill is still to come."""
    first_of_month = 3 + len(vendor.name) % 20
    for back in range(MONTHS, 0, -vendor.every_months):
        yield _months_before(today, back, first_of_month)


def _months_before(today: date, months: int, day: int) -> date:
    month = today.year * 12 + today.month - 1 - months
    return date(month // 12, month % 12 + 1, day)


def _swaying(usual: Decimal, number: int) -> Decimal:
    """The usual amount, a few percent up or down; round amounts stay (rent does not sway)."""
    if usual == usual.to_integral_value():
        return usual
    return (usual * (100 + (number * 7) % 13 - 6) / 100).quantize(Decimal("0.01"))
