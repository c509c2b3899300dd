"""What Odoo computes and refuses for bank accounts, for a user who may not vouch for them."""

from sandbox.odoo.books import OdooBooks
from sandbox.odoo.domains import sanitised
from sandbox.odoo.errors import UserError, ValidationError
from sandbox.odoo.values import Values

BANK = "res.partner.bank"


class Banks:
    """Numbers are compared sanitised and unique per partner; deleting one archives it; none is trusted."""

    def __init__(self, books: OdooBooks) -> None:
        self._books = books
        books.computed[BANK, "display_name"] = lambda i: books.row(BANK, i)["acc_number"]
        books.computed[BANK, "sanitized_acc_number"] = self._number
        books.computed[BANK, "acc_type"] = lambda _: "bank"
        books.computed[BANK, "company_id"] = lambda i: self._of_holder(i, "company_id")
        books.defaults[BANK] = self._defaults
        books.before_write[BANK] = _refuse_trust
        books.after_change[BANK] = self._changed
        books.archives.add(BANK)

    def _number(self, bank_id: int) -> str | bool:
        return sanitised(self._books.row(BANK, bank_id)["acc_number"])

    def _of_holder(self, bank_id: int, field: str) -> object:
        return self._books.value("res.partner", self._books.row(BANK, bank_id)["partner_id"], field)

    def _twins(self, partner: object, number: object) -> list[int]:
        held = self._books.children(BANK, "partner_id", partner) if isinstance(partner, int) else []
        return [bank_id for bank_id in held if self._number(bank_id) == number]

    def _defaults(self, values: Values) -> Values:
        partner = values.get("partner_id")
        for twin in self._twins(partner, sanitised(values.get("acc_number"))):
            if not self._books.row(BANK, twin)["active"]:
                raise UserError(
                    f"A bank account with Account Number {values['acc_number']} already exists for Partner "
                    f"{self._of_holder(twin, 'name')}, but is archived. Please unarchive it instead."
                )
        return {**values, "allow_out_payment": False}

    def _changed(self, ids: list[int], _named: set[str]) -> None:
        for bank_id in ids:
            row = self._books.row(BANK, bank_id)
            if self._twins(row["partner_id"], self._number(bank_id)) != [bank_id]:
                raise ValidationError(
                    "The operation cannot be completed: The combination Account Number/Partner must be unique."
                )
            if not row.get("acc_holder_name"):
                self._books.set_values(BANK, bank_id, acc_holder_name=self._of_holder(bank_id, "name"))


def _refuse_trust(_bank_id: int, values: Values) -> None:
    if "allow_out_payment" in values:
        raise UserError("You do not have the rights to trust or un-trust accounts.")
