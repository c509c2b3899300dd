"""What a payment refers to: the invoice or bill it pays, the journal and the method it goes through."""

from blocks.odoo.client import OdooClient
from domain.accounting.payment import Direction, Payable, PaymentJournal, journal_for
from domain.errors import RejectedError
from domain.money import rounded
from tasks.accounting.moves import read_move

PAYABLE_FIELDS = [
    "name",
    "move_type",
    "state",
    "partner_id",
    "company_id",
    "currency_id",
    "amount_total",
    "amount_residual",
    "payment_state",
    "date",
]
MONEY_JOURNALS = ["bank", "cash", "credit"]


class PaymentAccountMissingError(RejectedError):
    """Payments through the journal would not be booked on any account."""

    def __init__(self, journal: PaymentJournal) -> None:
        super().__init__(
            f"journal {journal.name} has no account for payments, so Odoo would book nothing; "
            "run 'fte odoo setup', or set the account of its payment method in Odoo"
        )


class JournalCurrencyError(RejectedError):
    """The journal takes payments in one currency only, and the document has another."""

    def __init__(self, journal: PaymentJournal, currency: str, payable: Payable) -> None:
        super().__init__(
            f"journal {journal.name} takes {currency} only, and {payable.label} of {payable.partner} is in "
            f"{payable.currency}; nothing was paid: name a journal that takes {payable.currency}"
        )


async def read_payable(client: OdooClient, invoice_id: int) -> Payable:
    """The invoice or bill as the books have it now.

    Raises:
        MoveMissingError: it is not there.
    """
    row = await read_move(client, invoice_id, PAYABLE_FIELDS, "invoice")
    currency_id, currency = row["currency_id"]
    partner_id, partner = row["partner_id"] or (0, "nobody")
    return Payable(
        invoice_id=row["id"],
        name=row["name"] if row["name"] and row["name"] != "/" else None,
        move_type=row["move_type"],
        state=row["state"],
        partner_id=partner_id,
        partner=partner,
        company_id=row["company_id"][0],
        currency_id=currency_id,
        currency=currency,
        total=rounded(row["amount_total"], currency),
        residual=rounded(row["amount_residual"], currency),
        payment_state=row["payment_state"],
    )


async def fetch_payment_journal(client: OdooClient, company_id: int, method: str) -> PaymentJournal:
    """The bank, cash or card journal that a payment method means.

    Raises:
        PaymentMethodError: none or several.
    """
    found = await client.call(
        "account.journal",
        "search_read",
        domain=[["type", "in", MONEY_JOURNALS], ["company_id", "=", company_id]],
        fields=["name", "code", "type"],
        order="sequence, id",
    )
    journals = [
        PaymentJournal(journal_id=row["id"], name=row["name"], code=row["code"], kind=row["type"])
        for row in found
    ]
    return journal_for(method, journals)


async def check_journal_currency(client: OdooClient, payable: Payable, method: str) -> None:
    """Nothing, when payments of the document can go through the journal; one without a currency takes any.

    Raises:
        JournalCurrencyError: it takes another currency.
    """
    journal = await fetch_payment_journal(client, payable.company_id, method)
    row = (await client.call("account.journal", "read", [journal.journal_id], fields=["currency_id"]))[0]
    if row["currency_id"] and row["currency_id"][0] != payable.currency_id:
        raise JournalCurrencyError(journal, row["currency_id"][1], payable)


async def fetch_payment_method(client: OdooClient, journal: PaymentJournal, direction: Direction) -> int:
    """The first method of the journal that has an account: without one Odoo makes no journal entry.

    Raises:
        PaymentAccountMissingError: none has.
    """
    found = await client.call(
        "account.payment.method.line",
        "search_read",
        domain=[
            ["journal_id", "=", journal.journal_id],
            ["payment_type", "=", direction.value],
            ["payment_account_id", "!=", False],
        ],
        fields=["name"],
        order="sequence, id",
        limit=1,
    )
    if not found:
        raise PaymentAccountMissingError(journal)
    return int(found[0]["id"])
