"""What somebody of the business spent for it out of their own pocket, gathered into one report of a month."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from email.utils import parseaddr

from pydantic import BaseModel, Field

from domain.approvals.reply import new_lines
from domain.errors import RejectedError
from domain.mail.facts import MailFacts
from domain.mail.own_words import unquoted
from domain.mail.phishing import proof_of_origin
from domain.markdown import shown_inline
from domain.money import Money
from domain.policy.people import People
from domain.text import OneLine
from domain.whatsapp.channel import digits_of

KIND, EMPLOYEE = "expense", "employee"
"""What a receipt is that an employee mails as theirs; the role under the handbook's `people.known` that makes one."""
_MINE = re.compile(
    r"\b(?:my expenses?|expense report|meine (?:auslagen?|spesen)|mes frais|notes? de frais|mis gastos|le mie spese|"
    r"mijn onkosten|perbelanjaan saya)\b",
    re.IGNORECASE,
)

_WORD = re.compile(r"[^\W_]+")
_IN_NAME = frozenset(
    (
        "expense",
        "expenses",
        "auslage",
        "auslagen",
        "spesen",
        "frais",
        "gastos",
        "spese",
        "onkosten",
        "perbelanjaan",
    )
)


class ExpensesWanted(BaseModel, extra="forbid", frozen=True, str_strip_whitespace=True):
    """Whose, and of which month."""

    employee: OneLine = Field(
        min_length=1, max_length=200, description="as the handbook's people.known names them"
    )
    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")


class Expense(BaseModel, frozen=True):
    """One receipt."""

    task: str
    day: dt.date
    vendor: str
    category: str
    total: Decimal
    currency: str
    number: str = Field(default="", description="of the receipt; empty: none was read")


class CategoryTotal(BaseModel, frozen=True):
    """What was spent on one kind of thing: one bill of the employee."""

    category: str
    total: Decimal
    currency: str
    number: str = Field(description="of the bill; the same report has the same")
    description: str


class ExpenseReport(BaseModel, frozen=True):
    """A month of somebody's expenses."""

    employee: str
    email: str
    month: str
    issued_on: dt.date = Field(description="the last of the receipts")
    expenses: list[Expense]
    categories: list[CategoryTotal]
    count: int
    total: Decimal
    currency: str
    document: str = Field(description="the report as PDF, relative to the Vault")
    table: str = Field(description="the same as a note")
    said: str


class NoExpensesError(RejectedError):
    """There is nothing to report."""

    def __init__(self, employee: str, month: str) -> None:
        super().__init__(
            f"there are no expenses of {employee} in {month}: they mail their receipts from their own address, with "
            "'my expenses' in the subject, or write so on WhatsApp; or a file is dropped that is named: expenses "
            f"{employee}"
        )


class NoEmployeeError(RejectedError):
    """Nobody is meant, or several are."""

    def __init__(self, said: str, known: Sequence[str]) -> None:
        super().__init__(
            f"'{said}' is none of the employees, or several of them; the handbook's people.known lists as employee: "
            f"{', '.join(known) or 'nobody'} (e.g. Ann Lee <ann@example.com>: {{role: employee}})"
        )


class SeveralCurrenciesError(RejectedError):
    """They cannot be added up."""

    def __init__(self, currencies: Sequence[str]) -> None:
        super().__init__(
            f"the receipts are in {', '.join(currencies)}, which cannot be added up; book them one by one"
        )


def employee_of(mail: MailFacts, people: People) -> str:
    """The address of the employee whose own expenses a mail brings, by proof of its origin; empty: nobody's."""
    address = mail.sender_address.casefold()
    own = f"{mail.subject}\n{' '.join(new_lines(unquoted(mail)))}"
    if address not in employees(people) or proof_of_origin(mail, "dmarc") != "pass" or not _MINE.search(own):
        return ""
    return address


def employee_at(number: str, words: str, people: People) -> str:
    """The address of the employee who writes of their own expenses from this number; empty: nobody does.

    Args:
        number: As WhatsApp proves it.
        words: What was written with the receipt.
        people: A number stands for the employee whose address it names as `mail`.
    """
    listed = (
        one.mail.strip().casefold()
        for key, one in people.known.items()
        if key.strip().startswith("+")
        and digits_of(key) == number
        and one.role.strip().casefold() == EMPLOYEE
    )
    address = next(listed, "")
    return address if address in employees(people) and _MINE.search(words) else ""


def employee_named(file_name: str, people: People) -> str:
    """The address of the employee whose expense a file is, as whoever dropped it called it; empty: nobody's.

    Such as `Expenses Ann Lee taxi.pdf`: the whole name of one employee, and a word for expenses.
    """
    words = set(_WORD.findall(file_name.casefold()))
    meant = [
        address for address, name in employees(people).items() if set(_WORD.findall(name.casefold())) <= words
    ]
    return meant[0] if len(meant) == 1 and words & _IN_NAME else ""


def employees(people: People) -> dict[str, str]:
    """Names by mail address in lower case; who is listed without a name is called by the address."""
    listed = [parseaddr(key) for key, one in people.known.items() if one.role.strip().casefold() == EMPLOYEE]
    return {address.casefold(): name or address for name, address in listed if "@" in address}


def who_is_meant(said: str, people: People) -> tuple[str, str]:
    """Name and address of one employee, by either.

    Raises:
        NoEmployeeError: nobody is meant, or several are.
    """
    known, wanted = employees(people), said.casefold()
    found = [(name, address) for address, name in known.items() if wanted in {address, name.casefold()}]
    found = found or [(name, address) for address, name in known.items() if wanted in name.casefold().split()]
    if len(found) != 1:
        raise NoEmployeeError(said, list(known.values()))
    return found[0]


def once_each(expenses: Sequence[Expense]) -> tuple[list[Expense], list[str]]:
    """Each receipt once, however often and by whatever way it came; beside them why others are not counted.

    The same receipt has the day, sum, currency and number of another one; without a number, the vendor.
    """
    first: dict[tuple[object, ...], Expense] = {}
    twice = []
    for one in expenses:
        known = first.setdefault((one.day, one.total, one.currency, one.number or one.vendor), one)
        if known is not one:
            mark = "number" if one.number else "vendor"
            twice.append(f"{one.task} is not counted: its day, sum and {mark} are those of {known.task}")
    return list(first.values()), twice


def by_category(expenses: Sequence[Expense], employee: str, month: str) -> list[CategoryTotal]:
    """The sums, by category.

    Raises:
        SeveralCurrenciesError: they cannot be added up.
    """
    currencies = sorted({one.currency for one in expenses})
    if len(currencies) != 1:
        raise SeveralCurrenciesError(currencies)
    sums: dict[str, list[Expense]] = defaultdict(list)
    for one in expenses:
        sums[one.category].append(one)
    return [
        CategoryTotal(
            category=category,
            total=sum((one.total for one in of_it), Decimal(0)),
            currency=currencies[0],
            number=f"EXP-{month}-{category.replace(' ', '-')}",
            description=f"Expenses of {employee}, {month}: {category} ({len(of_it)})"[:500],
        )
        for category, of_it in sorted(sums.items())
    ]


def table_of(
    employee: str,
    month: str,
    expenses: Sequence[Expense],
    sums: Sequence[CategoryTotal],
    left_out: Sequence[str],
) -> str:
    """The report as a note."""
    rows = [
        f"| {one.day} | {shown_inline(one.vendor)} | {shown_inline(one.category)} | {_shown(one.total, one.currency)} |"
        for one in expenses
    ]
    totals = [f"| {shown_inline(one.category)} | {_shown(one.total, one.currency)} |" for one in sums]
    whole = _shown(sum((one.total for one in sums), Decimal(0)), sums[0].currency)
    head = f"# Expenses of {shown_inline(employee)}, {month}"
    spent = ["| day | paid to | for | amount |", "|---|---|---|---:|", *rows]
    summed = ["| category | total |", "|---|---:|", *totals, f"| all | {whole} |"]
    return "\n".join([head, "", *spent, "", *summed, "", *(f"- {one}" for one in left_out), ""])


def _shown(amount: Decimal, currency: str) -> str:
    return str(Money(amount=amount, currency=currency))
