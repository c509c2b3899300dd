"""A new vendor, from the owner's words or form to the books: found by every key, and paid to no account unseen."""

import pytest

from domain.accounting.vendor import DetailsKnownError, VendorDetailsInputs, details_problems
from domain.approvals.answer import Decision
from domain.planning.event import Event, file_event_id
from domain.vault.folder import Folder
from tasks.accounting.vendors import check_details, complete_vendor, empty_details, read_vendor
from tasks.actions import connected
from tasks.approvals.record import pending
from tasks.intake import store_event
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient
from tests.tasks.planning.test_missing_document import came
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
    assert state.name == "Later", work.note(task).render()  # for the vendor's answer
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


async def test_what_the_vendor_answers_is_in_the_books_once_it_was_seen(
    work: Work, sandbox: SandboxClient
) -> None:
    task = work.ask("vendor_onboarding", vendor="Cedar Paper GmbH", email="office@cedar.example")
    for _ in range(3):
        await work.work(task)
        work.decide()
    assert work.note(task).front["status"] == "later"
    (letter,) = sent(sandbox)
    answer = {
        "subject": f"Re: {letter['Subject']}",
        "text": "Good morning,\nour VAT number is DE136695976, the IBAN DE89 3704 0044 0532 0130 00,\n"
        "and our bills are due after 30 days.\n\nOn Monday you wrote:\n> IBAN: GB82WEST12345698765432\n",
        "headers": {"In-Reply-To": letter["Message-ID"], "References": letter["Message-ID"]},
    }
    forged = answer | {"text": "VAT number: GB980780684, IBAN: GB82WEST12345698765432", "authentic": False}
    await came(work, sender="Cedar <office@cedar.example>", **forged)
    await came(work, sender="Bob <bob@cedar.example>", **answer | {"text": "Our VAT number is GB980780684."})
    await work.work(task)
    assert (pending(), work.note(task).front["status"]) == (
        [],
        "later",
    )  # only the vendor's own answer counts
    await came(work, sender="Cedar <office@cedar.example>", **answer)
    await work.work(task)
    asked = {one.action: one.shown for one in pending()}
    assert asked.keys() == {"odoo.complete_vendor", "odoo.add_bank_account"}
    assert "DE89 3704 0044 0532 0130 00" in asked["odoo.add_bank_account"]
    (before,) = sandbox.odoo("res.partner", "read", ids=partners(sandbox), fields=["vat"])
    assert (before["vat"] or "", accounts(sandbox)) == ("", [])
    work.decide()
    assert await worked(work, task) == "Completed", work.note(task).render()
    (vendor,) = sandbox.odoo(
        "res.partner", "read", ids=partners(sandbox), fields=["vat", "property_supplier_payment_term_id"]
    )
    assert (vendor["vat"], accounts(sandbox)) == ("DE136695976", [IBAN])
    assert "30" in vendor["property_supplier_payment_term_id"][1]


@pytest.mark.usefixtures("work")
async def test_details_that_the_books_have_by_now_are_left_and_undone_details_are_empty(
    sandbox: SandboxClient,
) -> None:
    [known] = sandbox.odoo("res.partner", "create", vals_list=[{"is_company": True, "name": "Quiet Ltd"}])
    wanted = VendorDetailsInputs(vendor_id=known, vendor="Quiet Ltd", vat="DE136695976", payment_days=30)
    async with await connected.odoo_client() as books:
        for _ in range(2):  # the answer to the first was lost
            made = await complete_vendor(books, wanted)
        assert details_problems(wanted, made) == []
        with pytest.raises(DetailsKnownError, match="another tax number"):
            await check_details(books, wanted.model_copy(update={"vat": "DE811569869"}))
        assert await empty_details(books, made.model_dump(mode="json"))
        after = await read_vendor(books, known)
        assert (after.vat, after.payment_term) == (None, None)


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
