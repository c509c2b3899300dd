"""A new vendor, from the owner's words or form to the books: found by every key, and paid to no account unseen."""

import pytest

from domain.approvals.answer import Decision
from domain.planning.event import Event, file_event_id
from domain.vault.folder import Folder
from tasks.approvals.record import pending
from tasks.intake import store_event
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient
from tests.tasks.planning.test_monthly_invoice import sent, work, worked

__all__ = ["work"]
IBAN, OTHER_IBAN = "DE89370400440532013000", "GB82WEST12345698765432"
FORM = """New vendor: Cedar Paper GmbH
E-mail: office@cedar.example
VAT number: DE 136 695 976
IBAN: DE89 3704 0044 0532 0130 00
"""
ASKED = {"vendor": "Cedar Paper GmbH", "email": "office@cedar.example", "tax_number": "DE136695976"}


def dropped(work: Work, words: str) -> str:
    """A note in Inbox/; its task."""
    content = words.encode()
    event = Event(
        id=file_event_id(content),
        source="files",
        received_at=work.now,
        document_name="note.txt",
        document=content,
    )
    store_event(event, work.now)
    return event.id


def partners(sandbox: SandboxClient, name: str = "Cedar Paper GmbH") -> list[int]:
    found: list[int] = sandbox.odoo("res.partner", "search", domain=[["name", "=", name]])
    return found


def accounts(sandbox: SandboxClient) -> list[str]:
    rows = sandbox.odoo("res.partner.bank", "search_read", domain=[], fields=["acc_number"])
    return [row["acc_number"] for row in rows]


async def test_a_form_becomes_a_vendor_whose_account_was_seen_and_who_is_asked_once(
    work: Work, sandbox: SandboxClient
) -> None:
    task = dropped(work, FORM)
    asked = []
    for _ in range(6):
        state = await work.work(task)
        if not pending():
            break
        (request,) = pending()
        asked.append((request.action, request.shown))
        if request.action == "odoo.add_bank_account":
            assert accounts(sandbox) == []
        work.decide()
    assert (state.name, work.folder(task)) == ("Completed", Folder.DONE), work.note(task).render()
    assert [action for action, _ in asked] == ["plan.fill_in", "odoo.add_bank_account", "mail.send_email"]
    assert "DE89 3704 0044 0532 0130 00" in asked[1][1]
    assert "Cedar Paper GmbH" in asked[1][1]
    (vendor,) = sandbox.odoo(
        "res.partner", "read", ids=partners(sandbox), fields=["email", "vat", "supplier_rank"]
    )
    assert (vendor["email"], vendor["vat"], vendor["supplier_rank"]) == (
        "office@cedar.example",
        "DE136695976",
        1,
    )
    assert accounts(sandbox) == [IBAN]
    (mail,) = sent(sandbox)
    body = mail.get_body(("plain",))
    assert body is not None
    said = str(body.get_content())
    assert mail["To"] == "office@cedar.example"
    assert "after how many days your bills are due" in said
    assert "IBAN" not in said
    again = work.ask("vendor_onboarding", **ASKED, iban=IBAN, payment_days=30)
    assert await work.work(again)  # nothing is left to ask anybody
    assert (pending(), work.folder(again)) == ([], Folder.DONE), work.note(again).render()
    assert (len(partners(sandbox)), accounts(sandbox), len(sent(sandbox))) == (1, [IBAN], 1)


@pytest.mark.parametrize(
    ("there", "values", "said"),
    [
        (
            {"name": "Other Ltd", "email": "office@cedar.example"},
            {},
            "",
        ),  # known by one key: nobody new is made
        ({"name": "Cedar Papers GmbH"}, {}, "who may be the same"),
        ({"name": "Cedar Paper GmbH", "vat": "DE811569869"}, {}, "is known with another tax number"),
        ({"name": "Somebody Else", "account": IBAN}, {"iban": IBAN}, "Somebody Else (id"),
        (
            {"name": "Other Ltd", "vat": "DE136695976"},
            {"vendor": "Marigold Bakery Co."},
            "has keys of several",
        ),
        ({"name": "Quiet Ltd"}, {"payment_days": 44}, "no payment term of exactly 44 days"),
    ],
)
async def test_who_is_in_the_books_by_any_key_is_not_made_again(
    work: Work, sandbox: SandboxClient, there: dict[str, str], values: dict[str, str], said: str
) -> None:
    account = there.pop("account", None)
    [known] = sandbox.odoo("res.partner", "create", vals_list=[{"is_company": True, **there}])
    if account:
        bank = {"partner_id": known, "acc_number": account}
        sandbox.odoo("res.partner.bank", "create", vals_list=[bank])
    if values.get("vendor"):
        mail = {"email": "office@cedar.example"}
        sandbox.odoo(
            "res.partner", "create", vals_list=[{"name": values["vendor"], "is_company": True, **mail}]
        )
    before = sandbox.odoo("res.partner", "search_count", domain=[])
    task = work.ask("vendor_onboarding", **{**ASKED, **values})
    await work.work(task)
    told = " ".join([work.note(task).render(), *(one.shown for one in pending())]).split()
    assert said in " ".join(told)
    assert sandbox.odoo("res.partner", "search_count", domain=[]) == before
    assert sent(sandbox) == []


async def test_a_refused_account_leaves_nothing_behind(work: Work, sandbox: SandboxClient) -> None:
    task = work.ask("vendor_onboarding", **ASKED, iban=OTHER_IBAN)
    await work.work(task)
    work.decide(Decision.REJECT)
    assert await worked(work, task) == "Escalated"
    assert (partners(sandbox), accounts(sandbox), sent(sandbox)) == ([], [], [])
