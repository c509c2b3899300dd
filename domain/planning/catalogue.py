"""The catalogue: every action the employee can take, with typed inputs and what the policy must know of it.

An action that is not here cannot be planned, whoever asks for it. How each is carried out stands under the same name in
its service's module in `tasks/actions/`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from domain.accounting.allocation import AllocationInputs
from domain.accounting.bank import plain_account
from domain.accounting.bill import BillInputs, BillReceipt
from domain.accounting.credit_note import CreditNoteInputs, CreditNoteReceipt
from domain.accounting.customer import CustomerInputs, CustomerReceipt
from domain.accounting.hours import HoursInvoiceInputs, HoursInvoiceReceipt, HoursOrder
from domain.accounting.invoice import InvoiceInputs, InvoiceOrder, InvoiceReceipt
from domain.accounting.invoice_batch import InvoiceBatchFacts, InvoiceBatchInputs, InvoiceBatchOrder
from domain.accounting.invoice_credit import (
    InvoiceCreditInputs,
    InvoiceCreditOrder,
    InvoiceCreditReceipt,
)
from domain.accounting.opportunity import OpportunityInputs, OpportunityReceipt
from domain.accounting.party import party_key
from domain.accounting.payment import Direction, PaymentInputs, PaymentOrder, PaymentReceipt
from domain.accounting.product import ProductInputs, ProductReceipt
from domain.accounting.reminder import ReminderInputs, ReminderReceipt
from domain.accounting.reminder_pause import ReminderPauseInputs, ReminderPauseReceipt
from domain.accounting.vendor import (
    BankAccountInputs,
    BankAccountReceipt,
    VendorDetailsInputs,
    VendorDetailsReceipt,
    VendorInputs,
    VendorReceipt,
)
from domain.mail.outgoing import MailInputs, MailOrder, mail_title
from domain.money import Money
from domain.planning.own_actions import FillInInputs, GoOnInputs, UndoInputs, headed_by_playbook
from domain.planning.todo import Todo, TodoInputs
from domain.policy.facts import Risk
from domain.social.asked_draft import AskedDraft, DraftInputs
from domain.social.corrections import correctable, corrected
from domain.social.dialect import handed_over, violations
from domain.social.post import Publication
from domain.social.preview import Preview, preview_of
from domain.social.rules import PUBLISHED_ON
from domain.social.said import PostOrder, SocialInputs, SocialOrder, subject_of
from domain.web.watched import WatchedPage
from domain.whatsapp.outgoing import MessageInputs, MessageOrder, message_title

ALL_PLATFORMS = "social.publish"
"""The action that a person decides on when one post is for several platforms."""

ACCOUNTING = "accounting"
"""The tag of everything that has to do with the books."""


class SentMail(BaseModel):
    """What a playbook may refer to of a mail that was sent."""

    message_id: str
    gmail_id: str
    thread_id: str


class WeeklyPostInputs(BaseModel, extra="forbid", frozen=True):
    """Of which week."""

    day: date = Field(description="a day of the week after it")


class WeeklyPost(BaseModel):
    """The draft in Posts/: nothing of it is public before a person has made it ready and approved it."""

    post: str = Field(description="its note's name")
    is_new: bool


class FileAwayInputs(BaseModel, extra="ignore"):
    """Why nothing needs to be done."""

    reason: str = Field(min_length=3, max_length=2000)


def _with_values(inputs: BaseModel, changes: dict[str, Any], _zone: str) -> dict[str, Any]:
    """The inputs with these values; an empty one means none."""
    return inputs.model_dump(mode="json") | {key: value or None for key, value in changes.items()}


def _values(*names: str) -> Callable[[BaseModel], dict[str, Any]]:
    """These inputs, as they are."""
    return lambda inputs: inputs.model_dump(mode="json", include=set(names))


def _as_asked(asked: FillInInputs, inputs: BaseModel) -> BaseModel | None:
    """What a person said yes to in words; a purchase of which nobody said who was paid has limits of its own."""
    is_sundry = isinstance(inputs, BillInputs) and inputs.is_sundry
    return None if is_sundry or not asked.has_shown(inputs) else inputs


@dataclass(frozen=True)
class Action:
    """One kind of step.

    Attributes:
        title: What a person reads above the request.
        heads: The same of its inputs, as JSON values, where they say it better.
        inputs: The model that every step's inputs must satisfy.
        base_risk: The risk before the policy looks at money, payee and doubts.
        service: The outside system it calls, for rate limits and circuit breakers; None stays in the Vault.
        tags: What its runs are found by in Prefect's UI: whose domain it is, and the kind of record.
        money: What it spends, commits or claims, None for nothing.
        payee: Who is paid or owes it, None for nobody.
        is_outgoing: Whether that money leaves the business; else it is claimed or received.
        is_sundry: Whether it is a purchase of which nobody said who was paid.
        pays: The bill or invoice in the books that it pays, by its id there; None: it is no payment.
        accounts: The bank accounts that are named to be paid to.
        about: What it is about beside that payee (a document, a tax number, a product): of two steps about the same
            thing the older one is done first.
        parts: Of an action that does many things as one: of each its action's name, who pays or is paid, and how much.
        shown: What a person reads of the inputs before deciding; everything in them.
        preview: Of what the public will read, the same as a person looks at it; None: a table of `shown` does.
        said: The model of what an agent says, where its service completes the inputs; None: they are complete as said.
        called: What a task of it is called, of what was said or of its inputs; None: as the action.
        is_public: Whether everybody can read the result.
        due: When it is to be done; None: as soon as it may be.
        ahead: From when until when its service is given what it then does at that time by itself; None: never.
        leads_to: Of an action that only decides about others: the id, action and inputs of each step that follows it.
        part: Of what was decided about others, the inputs for this one of them.
        approved_with: The action whose approval counts for this one, where it holds exactly these inputs: the whole
            that it is a part of, or the question that shows what was understood of a person's words.
        changeable: What a person may change while approving, as it is, by the name that they use; nothing else.
        changed: The inputs, as JSON values, with such changes; the last argument is the handbook's time zone.
        problems: What the outside world would refuse of inputs that were changed, each with what to do.
        blanks: What a person has to fill in before it can be approved as it is.
        choices: What stands in a field of its own in the form, by its name: as it is, and what there is to choose from
            (nothing: any text).
        result: What a later step of a playbook may refer to once it is done; None: nothing.
    """

    name: str
    title: str
    inputs: type[BaseModel]
    base_risk: Risk
    service: str | None
    tags: tuple[str, ...] = ()
    money: Callable[[Any], Money | None] = lambda _inputs: None
    payee: Callable[[Any], str | None] = lambda _inputs: None
    is_outgoing: Callable[[Any], bool] = lambda _inputs: True
    is_sundry: Callable[[Any], bool] = lambda _inputs: False
    pays: Callable[[Any], int | None] = lambda _inputs: None
    accounts: Callable[[Any], tuple[str, ...]] = lambda _inputs: ()
    about: Callable[[Any], tuple[str, ...]] = lambda _inputs: ()
    parts: Callable[[Any], list[tuple[str, str, Money]]] = lambda _inputs: []
    shown: Callable[[Any], dict[str, Any]] = lambda inputs: inputs.model_dump(mode="json")
    preview: Callable[[Any], Preview | None] = lambda _inputs: None
    said: type[BaseModel] | None = None
    called: Callable[[Mapping[str, Any]], str] | None = None
    is_public: bool = False
    due: Callable[[Any], datetime | None] = lambda _inputs: None
    ahead: Callable[[Any], tuple[datetime, datetime] | None] = lambda _inputs: None
    leads_to: Callable[[Any], list[tuple[str, str, dict[str, Any]]]] = lambda _inputs: []
    approved_with: str | None = None
    part: Callable[[Any, Any], BaseModel | None] = lambda _whole, _inputs: None
    changeable: Callable[[Any], dict[str, Any]] = lambda _inputs: {}
    changed: Callable[[Any, dict[str, Any], str], dict[str, Any]] = _with_values
    problems: Callable[[Any, datetime], list[str]] = lambda _inputs, _now: []
    blanks: Callable[[Any], list[str]] = lambda _inputs: []
    choices: Callable[[Any], Mapping[str, tuple[str, tuple[str, ...]]]] = lambda _inputs: {}
    result: type[BaseModel] | None = None
    heads: Callable[[Mapping[str, Any]], str] | None = None

    def headed(self, inputs: Mapping[str, Any]) -> str:
        """What a person reads above a request with these inputs."""
        return (self.heads(inputs) if self.heads else "") or self.title


def _party(name: str) -> str:
    """One word for every spelling of a vendor or customer."""
    return f"party {party_key(name)}"


def _named(kind: str, name: str | None) -> str:
    return f"{kind} {' '.join(name.casefold().split())}" if name else ""


PLAN = "plan."
"""How the actions begin that a plan takes about itself; no playbook names one, and nothing outside is changed by it."""
FILL_IN, GO_ON, UNDO = f"{PLAN}fill_in", f"{PLAN}go_on", f"{PLAN}undo"

PLAN_ACTIONS = (
    Action(
        name=FILL_IN,
        title="Say what is to be done",
        heads=headed_by_playbook,
        inputs=FillInInputs,
        base_risk=Risk.HIGH,
        service=None,
        tags=("plan",),
        shown=lambda asked: asked.shown(),
        changeable=lambda asked: dict(asked.values),
        changed=lambda asked, changes, _zone: asked.changed(changes),
        problems=lambda asked, _now: asked.problems(),
        blanks=lambda asked: asked.problems(),
        choices=lambda asked: {
            slot.name: (asked.values.get(slot.name, ""), slot.one_of) for slot in asked.slots
        },
        part=_as_asked,
    ),
    Action(
        name=GO_ON,
        title="Go on beyond a playbook's limit",
        heads=lambda inputs: (
            f"Go on with more than the playbook {inputs.get('playbook')} works without asking"
        ),
        inputs=GoOnInputs,
        base_risk=Risk.HIGH,
        service=None,
        tags=("plan",),
    ),
    Action(
        name=UNDO,
        title="Undo",
        inputs=UndoInputs,
        base_risk=Risk.LOW,
        service=None,
        tags=("plan",),
        money=lambda undo: undo.money,
        payee=lambda undo: undo.payee,
        is_outgoing=lambda _undo: False,
    ),
)

CATALOGUE = {
    action.name: action
    for action in (
        Action(
            name="odoo.record_bill",
            result=BillReceipt,
            title="Book a vendor bill in Odoo",
            inputs=BillInputs,
            base_risk=Risk.LOW,
            service="odoo",
            tags=(ACCOUNTING, "bill"),
            money=lambda bill: Money(amount=bill.total, currency=bill.currency),
            payee=lambda bill: bill.vendor,
            is_sundry=lambda bill: bill.is_sundry,
            accounts=lambda bill: (plain_account(bill.vendor_iban), plain_account(bill.vendor_account)),
            about=lambda bill: (_named("tax number", bill.vendor_vat),),
            shown=lambda bill: bill.shown(),
            changeable=lambda bill: bill.changeable(),
            changed=lambda bill, changes, _zone: bill.changed(changes),
            approved_with=FILL_IN,
        ),
        Action(
            name="odoo.record_credit_note",
            result=CreditNoteReceipt,
            title="Book a vendor's credit note in Odoo",
            inputs=CreditNoteInputs,
            base_risk=Risk.HIGH,
            service="odoo",
            tags=(ACCOUNTING, "bill"),
            money=lambda note: Money(amount=note.total, currency=note.currency),
            payee=lambda note: note.vendor,
            is_outgoing=lambda _note: False,
            about=lambda note: (_named("tax number", note.vendor_vat), _named("document", note.bill)),
            shown=lambda note: note.shown(),
            changeable=lambda note: note.changeable(),
            changed=lambda note, changes, _zone: note.changed(changes),
            choices=lambda note: note.choices(),
        ),
        Action(
            name="odoo.reimburse_expenses",
            result=BillReceipt,
            title="Book what somebody paid for the business as a bill of theirs in Odoo",
            inputs=BillInputs,
            base_risk=Risk.HIGH,
            service="odoo",
            tags=(ACCOUNTING, "bill"),
            money=lambda bill: Money(amount=bill.total, currency=bill.currency),
            payee=lambda bill: bill.vendor,
            accounts=lambda bill: (plain_account(bill.vendor_iban), plain_account(bill.vendor_account)),
            shown=lambda bill: bill.shown(),
            changeable=_values("total", "category", "description"),
            changed=lambda bill, changes, _zone: bill.changed(changes),
            approved_with=FILL_IN,
        ),
        Action(
            name="odoo.record_payment",
            result=PaymentReceipt,
            title="Record a payment in Odoo",
            inputs=PaymentInputs,
            said=PaymentOrder,
            base_risk=Risk.LOW,
            service="odoo",
            tags=(ACCOUNTING, "payment"),
            money=lambda payment: Money(amount=payment.amount, currency=payment.currency),
            payee=lambda payment: payment.partner,
            is_outgoing=lambda payment: payment.direction is Direction.PAID_OUT,
            is_sundry=lambda payment: payment.is_sundry,
            pays=lambda payment: payment.invoice_id,
            about=lambda payment: (f"document {payment.invoice_id}", _named("document", payment.invoice)),
            changeable=_values("amount", "method", "paid_on"),
            approved_with=FILL_IN,
        ),
        Action(
            name="odoo.allocate_payment",
            result=PaymentReceipt,
            title="Record which bill or invoice a payment is for in Odoo",
            inputs=AllocationInputs,
            base_risk=Risk.HIGH,
            service="odoo",
            tags=(ACCOUNTING, "payment"),
            money=lambda payment: payment.money,
            payee=lambda payment: payment.payee,
            is_outgoing=lambda payment: payment.is_outgoing,
            about=lambda payment: (_named("document", payment.document),),
            shown=lambda payment: payment.shown(),
            changeable=lambda payment: payment.changeable(),
            changed=lambda payment, changes, _zone: payment.changed(changes),
            problems=lambda payment, _now: payment.problems(),
            blanks=lambda payment: payment.problems(),
            choices=lambda payment: payment.choices(),
        ),
        Action(
            name="odoo.create_invoice",
            result=InvoiceReceipt,
            title="Make and post a customer invoice in Odoo",
            inputs=InvoiceInputs,
            said=InvoiceOrder,
            base_risk=Risk.LOW,
            service="odoo",
            tags=(ACCOUNTING, "invoice"),
            money=lambda invoice: Money(amount=invoice.total, currency=invoice.currency),
            payee=lambda invoice: invoice.customer,
            is_outgoing=lambda _invoice: False,
            changeable=_values(*(set(InvoiceInputs.model_fields) - {"items", "currency", "total"})),
            about=lambda invoice: (
                _named("tax number", invoice.customer_vat),
                *(_named("product", item.product) for item in invoice.items),
            ),
        ),
        Action(
            name="odoo.create_invoices",
            result=InvoiceBatchFacts,
            title="Make and post many customer invoices in Odoo",
            inputs=InvoiceBatchInputs,
            said=InvoiceBatchOrder,
            base_risk=Risk.LOW,
            service="odoo",
            money=lambda batch: Money(amount=batch.total, currency=batch.currency),
            payee=lambda batch: f"{len(batch.invoices)} invoices",
            is_outgoing=lambda _batch: False,
            parts=lambda batch: [("odoo.create_invoice", *claim) for claim in batch.claims()],
            shown=lambda batch: batch.shown(),
            about=lambda batch: tuple(
                word
                for invoice in batch.invoices
                for word in (
                    _party(invoice.customer),
                    _named("tax number", invoice.customer_vat),
                    *(_named("product", item.product) for item in invoice.items),
                )
            ),
            tags=(ACCOUNTING, "invoice"),
        ),
        Action(
            name="odoo.credit_invoice",
            result=InvoiceCreditReceipt,
            title="Credit a customer invoice in full in Odoo",
            inputs=InvoiceCreditInputs,
            said=InvoiceCreditOrder,
            base_risk=Risk.HIGH,
            service="odoo",
            tags=(ACCOUNTING, "invoice"),
            money=lambda credit: credit.money,
            payee=lambda credit: credit.payee,
            is_outgoing=lambda _credit: False,
            about=lambda credit: (
                f"document {credit.chosen.invoice_id}" if credit.chosen else "",
                _named("document", credit.invoice),
            ),
            shown=lambda credit: credit.shown(),
            changeable=lambda credit: credit.changeable(),
            changed=lambda credit, changes, _zone: credit.changed(changes),
            problems=lambda credit, _now: credit.problems(),
            blanks=lambda credit: credit.problems(),
            choices=lambda credit: credit.choices(),
        ),
        Action(
            name="odoo.invoice_hours",
            result=HoursInvoiceReceipt,
            title="Invoice hours worked for a customer in Odoo",
            inputs=HoursInvoiceInputs,
            said=HoursOrder,
            base_risk=Risk.LOW,
            service="odoo",
            tags=(ACCOUNTING, "invoice", "hours"),
            money=lambda invoice: Money(amount=invoice.total, currency=invoice.currency),
            payee=lambda invoice: invoice.customer,
            is_outgoing=lambda _invoice: False,
            shown=lambda invoice: invoice.shown(),
            changeable=_values("issued_on", "due_date", "reference"),
            about=lambda invoice: (_named("tax number", invoice.customer_vat),),
        ),
        Action(
            name="odoo.note_reminder",
            result=ReminderReceipt,
            title="Note on an overdue invoice in Odoo that it is reminded of",
            inputs=ReminderInputs,
            base_risk=Risk.LOW,
            service="odoo",
            tags=(ACCOUNTING, "invoice"),
            about=lambda noted: (f"document {noted.invoice_id}",),
        ),
        Action(
            name="odoo.pause_reminders",
            result=ReminderPauseReceipt,
            title="Pause payment reminders, or let them go on",
            inputs=ReminderPauseInputs,
            base_risk=Risk.LOW,
            service="odoo",
            tags=(ACCOUNTING, "invoice"),
            about=lambda pause: (
                f"document {pause.invoice_id}" if pause.invoice_id else f"customer {pause.customer_id}",
            ),
            changeable=_values("until"),
        ),
        Action(
            name="odoo.note_opportunity",
            result=OpportunityReceipt,
            title="Note on an opportunity in Odoo's CRM, and move it",
            inputs=OpportunityInputs,
            base_risk=Risk.LOW,
            service="odoo",
            tags=("crm",),
            about=lambda noted: (f"opportunity {noted.opportunity_id}",),
            changeable=_values("note", "stage"),
        ),
        Action(
            name="odoo.create_customer",
            result=CustomerReceipt,
            title="Create a customer in Odoo",
            inputs=CustomerInputs,
            base_risk=Risk.LOW,
            service="odoo",
            tags=(ACCOUNTING, "customer"),
            about=lambda customer: (_party(customer.name), _named("tax number", customer.vat)),
            changeable=_values(*(set(CustomerInputs.model_fields) - {"address"})),
        ),
        Action(
            name="odoo.create_vendor",
            result=VendorReceipt,
            title="Create a vendor in Odoo",
            inputs=VendorInputs,
            base_risk=Risk.LOW,
            service="odoo",
            tags=(ACCOUNTING, "vendor"),
            about=lambda vendor: (_party(vendor.name), _named("tax number", vendor.vat)),
            changeable=_values(*(set(VendorInputs.model_fields) - {"address"})),
        ),
        Action(
            name="odoo.complete_vendor",
            result=VendorDetailsReceipt,
            title="Fill in what Odoo does not know of a vendor",
            inputs=VendorDetailsInputs,
            base_risk=Risk.HIGH,
            service="odoo",
            tags=(ACCOUNTING, "vendor"),
            about=lambda vendor: (_party(vendor.vendor), _named("tax number", vendor.vat)),
            changeable=_values("vat", "payment_days"),
        ),
        Action(
            name="odoo.add_bank_account",
            result=BankAccountReceipt,
            title="Add a bank account that a vendor is paid to in Odoo",
            inputs=BankAccountInputs,
            base_risk=Risk.HIGH,
            service="odoo",
            tags=(ACCOUNTING, "vendor"),
            payee=lambda account: account.vendor,
            accounts=lambda account: (account.iban,),
            shown=lambda account: account.shown(),
        ),
        Action(
            name="odoo.create_product",
            result=ProductReceipt,
            title="Create a product in Odoo",
            inputs=ProductInputs,
            base_risk=Risk.LOW,
            service="odoo",
            tags=(ACCOUNTING, "product"),
            about=lambda product: (_named("product", product.name), _named("product", product.code)),
            changeable=_values(*ProductInputs.model_fields),
        ),
        Action(
            name=ALL_PLATFORMS,
            title="Publish a post",
            inputs=SocialInputs,
            said=SocialOrder,
            called=subject_of,
            base_risk=Risk.HIGH,
            service=None,
            tags=("social",),
            shown=lambda post: post.shown(),
            preview=lambda post: preview_of(post.publications),
            is_public=True,
            due=lambda post: post.publications[0].due,
            ahead=lambda post: next(filter(None, map(handed_over, post.publications)), None),
            part=lambda post, inputs: post.part(inputs),
            changeable=lambda post: correctable(post.publications),
            changed=lambda post, changes, zone: SocialInputs(
                publications=tuple(corrected(post.publications, changes, zone))
            ).model_dump(mode="json"),
            problems=lambda post, now: [
                problem for one in post.publications for problem in violations(one, now)
            ],
            leads_to=lambda post: [
                (part.platform.value, f"{part.platform}.publish", part.model_dump(mode="json"))
                for part in post.publications
            ],
        ),
        *(
            Action(
                name=f"{platform.value}.publish",
                title=f"Publish a post on {platform.title}",
                inputs=Publication,
                said=PostOrder,
                called=subject_of,
                base_risk=Risk.HIGH,
                service=platform.value,
                tags=("social", platform.value),
                shown=lambda post: post.shown(),
                preview=lambda post: preview_of([post]),
                is_public=True,
                due=lambda post: post.due,
                ahead=handed_over,
                approved_with=ALL_PLATFORMS,
                changeable=lambda post: correctable([post]),
                changed=lambda post, changes, zone: corrected([post], changes, zone)[0].model_dump(
                    mode="json"
                ),
                problems=violations,
            )
            for platform in PUBLISHED_ON
        ),
        Action(
            name="mail.send_email",
            result=SentMail,
            title="Send a mail",
            inputs=MailInputs,
            said=MailOrder,
            called=mail_title,
            base_risk=Risk.LOW,
            service="gmail",
            tags=("mail",),
            preview=lambda mail: mail.preview(),
            changeable=lambda mail: mail.changeable(),
        ),
        *PLAN_ACTIONS,
        Action(
            name="whatsapp.reply",
            title="Write on WhatsApp",
            inputs=MessageInputs,
            said=MessageOrder,
            called=message_title,
            base_risk=Risk.LOW,
            service="whatsapp",
            tags=("whatsapp",),
            about=lambda message: (f"number {message.to}",),
            preview=lambda message: message.preview(),
            changeable=lambda message: message.changeable(),
        ),
        Action(
            name="briefing.draft_post",
            result=WeeklyPost,
            title="Draft the post about a week",
            inputs=WeeklyPostInputs,
            base_risk=Risk.LOW,
            service=None,
            tags=("social",),
        ),
        Action(
            name="vault.draft_post",
            result=AskedDraft,
            title="Put a post into Posts/, ready to be asked about",
            inputs=DraftInputs,
            base_risk=Risk.LOW,
            service=None,
            tags=("social",),
            changeable=_values("text", "platform", "at"),
        ),
        Action(
            name="vault.add_task",
            result=Todo,
            title="Note something to do as a task",
            inputs=TodoInputs,
            base_risk=Risk.LOW,
            service=None,
            changeable=_values("what", "who", "due"),
        ),
        Action(
            name="vault.watch_page",
            title="Watch a page of the web",
            inputs=WatchedPage,
            base_risk=Risk.HIGH,
            service=None,
            tags=("web",),
            changeable=_values("name", "kind", "every_hours"),
        ),
        Action(
            name="vault.file_away",
            title="Write the outcome into the note and file it",
            inputs=FileAwayInputs,
            changeable=_values("reason"),
            base_risk=Risk.LOW,
            service=None,
        ),
    )
}


def order_keys(name: str, inputs: Mapping[str, Any]) -> list[str]:
    """What a step is about: steps that share one of these words are done in the order in which they came.

    Args:
        name: The action's.
        inputs: JSON values that satisfy the action's model.
    """
    action = CATALOGUE[name]
    parsed = action.inputs.model_validate(inputs)
    payee = action.payee(parsed)
    keys = {*action.about(parsed), *([_party(payee)] if payee else [])}
    return sorted(keys - {""})


def moves_money_out(name: str, inputs: Mapping[str, Any]) -> bool:
    """Whether the money of a step that was planned earlier left the business; so it is where that cannot be told."""
    action = CATALOGUE.get(name)
    try:
        return action is None or action.is_outgoing(action.inputs.model_validate(inputs))
    except ValidationError:
        return True


def paid_by(name: str, inputs: Mapping[str, Any]) -> int | None:
    """The bill or invoice in the books that a step paid that was planned earlier; None: it is no payment."""
    action = CATALOGUE.get(name)
    try:
        return action.pays(action.inputs.model_validate(inputs)) if action else None
    except ValidationError:
        return None


def claims_in(name: str, inputs: Mapping[str, Any]) -> list[tuple[str, Money]]:
    """Who has which part of a step that was planned earlier and did many things as one; nobody for any other."""
    action = CATALOGUE.get(name)
    try:
        parts = action.parts(action.inputs.model_validate(inputs)) if action else []
    except ValidationError:
        return []
    return [(payee, money) for _, payee, money in parts]


def own_part(
    asked: str, approved: Mapping[str, Any], action: Action, inputs: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Of what was approved, what counts for this action; None: nothing does.

    Args:
        asked: The action that a person decided on: this one, or the whole that holds it.
        approved: The inputs of that, as they were approved.
        action: The action that is done.
        inputs: Its inputs as planned, which tell which part is its own.
    """
    if asked == action.name:
        return dict(approved)
    if asked != action.approved_with:
        return None
    whole = CATALOGUE[asked]
    part = whole.part(whole.inputs.model_validate(approved), action.inputs.model_validate(inputs))
    return part.model_dump(mode="json") if part else None
