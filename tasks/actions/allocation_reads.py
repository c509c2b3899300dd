"""What a plan looks up about a payment that names no document: which open bills and invoices it fits."""

from blocks.odoo.client import OdooClient
from domain.accounting.allocation import AllocationWanted, Fitting, fitting, to_be_paid
from domain.accounting.credit_note import CreditedBillWanted
from domain.errors import RejectedError
from domain.mail.classify import body_of
from domain.planning.reads import MOST_RECORDS
from domain.visible import visible
from tasks.accounting.allocations import open_documents
from tasks.accounting.credit_notes import credited_bills
from tasks.actions import connected
from tasks.actions.performer import Reader
from tasks.mail.understand import read_document
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import NoteMissingError, current_vault


class TaskGoneError(RejectedError):
    """The task whose document is to be read has no note."""

    def __init__(self, task: str) -> None:
        super().__init__(f"task {task} has no note in the Vault; put it back into Needs_Action/")


async def _fit(client: OdooClient, wanted: AllocationWanted) -> Fitting:
    documents = await open_documents(client, MOST_RECORDS)
    if wanted.to_pay:
        return to_be_paid(wanted, documents, read_handbook().currency)
    subject, text = _told(wanted.task)
    return fitting(subject, text, documents, read_handbook().currency)


def _told(task: str) -> tuple[str, str]:
    """What the task's own document says, and no note."""
    vault = current_vault()
    folder = vault.find(task)
    if folder is None:
        raise TaskGoneError(task)
    try:
        front = vault.read(folder, task).front
        read = read_document(vault.path(str(front["document"])))
    except (NoteMissingError, KeyError) as error:
        raise TaskGoneError(task) from error
    if read.mail is None:
        first, _, rest = visible(read.words).partition("\n")
        return first, rest
    return visible(read.mail.subject), visible(body_of(read.mail))


ALLOCATING = (
    Reader[OdooClient, CreditedBillWanted](
        name="odoo.fit_credit_note", connect=connected.books, read=credited_bills
    ),
    Reader[OdooClient, AllocationWanted](name="odoo.fit_payment", connect=connected.books, read=_fit),
)
