"""Requests by mail and the mails that answer them: sent once, decided by proof alone, answered once."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest

from domain.approvals.answer import Channel
from domain.approvals.letter import is_sent
from domain.approvals.request import ApprovalRequest, ApprovalState, ApproverProof
from domain.policy.handbook import ApprovalTimes, Handbook
from domain.policy.people import People, Person
from tasks.approvals import by_reply, one_time_codes
from tasks.approvals.ask import NotExpiredError, open_again
from tasks.approvals.by_reply import MOST_ANSWERS, keep_asked, waiting_answers
from tasks.approvals.one_time_codes import begin_enrolment, confirm_enrolment
from tasks.approvals.record import get
from tasks.audit.log import audit_log
from tasks.mail import owner_requests, send_mail
from tasks.mail.fetch_mail import FetchedMail
from tasks.mail.owner_requests import answer_replies, mail_requests, take_mail_reply
from tasks.mail.take_mail import take_part
from tasks.vault.vault import current_vault, init_vault
from tests.approval_requests import ask, bill
from tests.forged_mails import forged_mails
from tests.forged_replies import FAMILIES, OWNER, STUDIO, Asked, forged, replied
from tests.gmail_world import client_of
from tests.sandbox_fixture import SandboxClient, sent

BEGIN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HANDBOOK = Handbook(people=People(owner="Ann", known={OWNER: Person(role="owner")}))
MONTHS = Handbook(approvals=ApprovalTimes(expire_hours=24 * 60))
SEND = "/messages/send$"
A_CODE = timedelta(minutes=20)


class PowerCutError(Exception):
    """The process ends here."""


def rules() -> Handbook:
    return HANDBOOK


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A Vault; nobody goes on with a decision, and what the owner is told is kept."""
    init_vault(current_vault().root)
    told: list[str] = []

    async def go_on(request: ApprovalRequest) -> None:
        told.append(f"on with {request.id}")

    async def tell(title: str, _body: str, **_facts: Any) -> None:
        told.append(title)

    monkeypatch.setattr(by_reply, "ensure_run", go_on)
    monkeypatch.setattr(by_reply, "notify_owner", tell)
    monkeypatch.setattr(owner_requests, "notify_owner", tell)
    return told


@pytest.fixture
def secret() -> str:
    """Ann's, who is enrolled."""
    enrolment = begin_enrolment("Ann Lee")
    first = BEGIN - timedelta(days=1)
    confirm_enrolment(enrolment, code_at(enrolment.secret, first), first)
    return enrolment.secret


@pytest.fixture
def mailbox(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> SandboxClient:
    async def client() -> Any:
        return client_of(sandbox)

    monkeypatch.setattr(owner_requests, "mailbox_client", client)
    return sandbox


def code_at(secret: str, moment: datetime) -> str:
    return str(pyotp.TOTP(secret).at(moment))


def asked_for(request: ApprovalRequest, now: datetime) -> str:
    """The name of a message that asked, as if it had been mailed."""
    name = f"<fte.{request.id}-{by_reply.tag_of(request)}@northwindlane.example>"
    keep_asked(request, Channel.MAIL, name, now, sent_at=now)
    return name


numbers: Iterator[int] = iter(range(10**6))


def take(raw: bytes, now: datetime, *labels: str, received: datetime | None = None) -> bool:
    mail = FetchedMail(f"{next(numbers):08x}", "t", labels or ("INBOX",), received or now, raw)
    return take_mail_reply(mail, rules, now)


def said() -> list[str]:
    return [str(row.said) for row in waiting_answers(Channel.MAIL)]


@pytest.mark.parametrize("count", [100, pytest.param(500, marks=pytest.mark.long)])
def test_none_of_five_hundred_forged_replies_counts(secret: str, count: int) -> None:
    other, codes, families = ask(now=BEGIN, task_id="other", handbook=MONTHS), set(), set()
    other_message = asked_for(other, BEGIN)
    for number, (family, forge, rng) in enumerate(forged(count, seed=13)):
        now = BEGIN + number * A_CODE
        changed_message, used = "", code_at(secret, now - timedelta(seconds=30))
        if family == "a replayed code":
            before = ask(now=now, task_id=f"before-{number}")
            assert take(replied(asked_for(before, now), f"no {used}"), now)
            assert get(before.id).state is ApprovalState.REJECTED, "the code was used for this"
        if family == "a request that was changed":
            changed = ask(now=now, task_id=f"file-{number // 10}", inputs=bill(total="1400.00"))
            changed_message = asked_for(changed, now)
        request, code = ask(now=now, task_id=f"file-{number // 10}"), code_at(secret, now)
        known = Asked(
            asked_for(request, now),
            request.id,
            code,
            used,
            code_at(secret, now - timedelta(hours=1)),
            other.id,
            other_message,
            changed_message,
        )
        letter = forge(rng, known)
        is_about = take(letter.raw(), now)
        assert is_about is (family != "an unknown message")
        assert get(request.id).is_open, f"{family}: {letter}"
        codes |= {code, used}
        families.add(family)
    assert get(other.id).is_open
    log = "".join(path.read_text() for path in audit_log().folder.rglob("*.json*"))
    assert families == set(FAMILIES)
    assert log.count("approval.reply_refused") > count * 3 // 5
    assert not [code for code in codes if f" {code}" in log or f'"{code}"' in log]


@pytest.mark.parametrize(
    ("words", "state", "total"),
    [
        ("yes {}", ApprovalState.APPROVED, "1500.00"),
        ("Hello,\n\nJa {} total: 950.00\n\nAnn", ApprovalState.APPROVED, "950.00"),
        ("no {}", ApprovalState.REJECTED, "1500.00"),
    ],
)
@pytest.mark.parametrize("sender", [OWNER, "ann@elsewhere.example"])
def test_a_code_decides_from_whatever_address(
    secret: str, words: str, state: ApprovalState, total: str, sender: str
) -> None:
    request = ask(now=BEGIN)
    raw = replied(
        asked_for(request, BEGIN), words.format(code_at(secret, BEGIN)), sender=sender, proof="none"
    )
    assert take(raw, BEGIN + timedelta(hours=1), received=BEGIN + timedelta(seconds=90)), (
        "typed, sent, carried, seen"
    )
    decided = get(request.id)
    assert (decided.state, decided.approver, decided.channel) == (state, "Ann Lee", "mail")
    assert (decided.inputs["total"], decided.proof) == (total, ApproverProof.CODE)
    assert said()[0].startswith(f"It is {state.value}")
    again = ask(now=BEGIN, task_id="file-2")
    take(
        replied(asked_for(again, BEGIN), words.format(code_at(secret, BEGIN))),
        BEGIN + timedelta(hours=1),
        received=BEGIN,
    )
    assert get(again.id).is_open
    assert "used already" in said()[1]


BELOW = "To decide, answer this mail: yes and the six digits of your one-time code, or no"
AS_TELEPHONES_WRITE = {
    "Gmail": (
        "Yes {}\n\nOn Fri, 20 Nov 2026, 09:00 Studio, <studio@northwindlane.example>\nwrote:\n\n> " + BELOW,
        '<div dir="auto">Yes {}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Fri, 20 Nov '
        "2026, 09:00 Studio, &lt;studio@northwindlane.example&gt; wrote:<br></div><blockquote><p>" + BELOW,
    ),
    "Apple Mail": (
        "Yes {}\n\nAnn Lee\nSent from my iPhone\n\n> On 20. Nov 2026, at 09:00, Studio wrote:\n> \n> "
        + BELOW,
        '<html><body dir="auto">Yes <a href="tel:1">{}</a><br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Ann'
        '<br>Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 20. Nov 2026, Studio wrote:'
        "<p>" + BELOW + "</blockquote></div></body></html>",
    ),
    "Outlook": (
        "Ja {}<tel:123>\n\nOutlook für Android herunterladen<https://aka.ms/x>\n________________________________\n"
        "Von: Studio\nGesendet: Freitag\n\n" + BELOW,
        "<html><head><style>p {{}}</style></head><body><div>Ja {}</div><div><br></div><div>Outlook für Android</div>"
        '<hr tabindex="-1"><div><b>Von:</b> Studio<br><b>Gesendet:</b> Freitag</div><p>'
        + BELOW
        + "</body></html>",
    ),
}


@pytest.mark.parametrize(("text", "page"), AS_TELEPHONES_WRITE.values(), ids=AS_TELEPHONES_WRITE)
def test_what_telephones_write_around_an_answer_is_left_out(secret: str, text: str, page: str) -> None:
    request, code = ask(now=BEGIN), code_at(secret, BEGIN)
    raw = replied(asked_for(request, BEGIN), text.format(code), html=page.format(code))
    assert take(raw, BEGIN)
    assert get(request.id).state is ApprovalState.APPROVED, said()


@pytest.mark.parametrize(
    "page",
    [
        "<blockquote>yes {}</blockquote>",
        '<div class="gmail_quote">yes {}</div>',
        "<p>No.</p><blockquote>yes {}</blockquote>",
    ],
)
def test_a_yes_that_its_page_only_quotes_decides_nothing(secret: str, page: str) -> None:
    request, code = ask(now=BEGIN), code_at(secret, BEGIN)
    take(replied(asked_for(request, BEGIN), f"yes {code}", html=page.format(code)), BEGIN)
    assert get(request.id).is_open
    assert "do not say the same" in said()[0]


def test_a_message_that_showed_something_else_decides_nothing(secret: str) -> None:
    request = ask(now=BEGIN)
    name = asked_for(request.model_copy(update={"shown_hash": "0" * 64}), BEGIN)
    take(replied(name, f"yes {code_at(secret, BEGIN)}"), BEGIN)
    assert get(request.id).is_open
    assert "changed since" in said()[0]


async def test_in_a_mailbox_that_is_the_owners_own_the_request_is_no_task_and_its_answer_decides(
    mailbox: SandboxClient, secret: str
) -> None:
    own = Handbook(people=People(known={STUDIO: Person(role="owner")}))
    request = ask(now=datetime.now(UTC))

    async def taken() -> list[str]:
        async with client_of(mailbox) as client:
            part, _ = await take_part(
                client, frozenset(), clock=lambda: datetime.now(UTC), read_handbook=lambda: own
            )
            return part.task_ids

    await taken()
    await mail_requests(own, [request])
    [mail] = sent(mailbox)
    assert await taken() == []
    raw = replied(
        mail["Message-ID"], f"yes {code_at(secret, datetime.now(UTC))}", sender=STUDIO, proof="none"
    )
    body = {"raw": base64.b64encode(raw).decode(), "labels": ["SENT", "INBOX"], "authentic": False}
    mailbox.http.post("/_sandbox/gmail/deliver", json=body).raise_for_status()
    assert await taken() == []
    assert get(request.id).state is ApprovalState.APPROVED


@pytest.mark.parametrize("is_first_look", [True, False])
async def test_of_two_replies_with_one_code_the_one_that_came_first_decides(
    mailbox: SandboxClient, secret: str, *, is_first_look: bool
) -> None:
    now = datetime.now(UTC)
    meant, other = ask(now=now), ask(now=now, task_id="file-2")

    async def take_all() -> None:
        async with client_of(mailbox) as client:
            await take_part(client, frozenset(), clock=lambda: datetime.now(UTC), read_handbook=rules)

    if not is_first_look:
        await take_all()
    for request, sender in ((meant, OWNER), (other, "thief@elsewhere.example")):
        raw = replied(asked_for(request, now), f"yes {code_at(secret, now)}", sender=sender)
        raw = raw.replace(b"<r1@phone.example>", f"<{request.id}@phone.example>".encode())
        body = {"raw": base64.b64encode(raw).decode()}
        mailbox.http.post("/_sandbox/gmail/deliver", json=body).raise_for_status()
    await take_all()
    assert (get(meant.id).state, get(other.id).is_open) == (ApprovalState.APPROVED, True)


def test_a_refusal_without_a_code_comes_from_the_owner_and_can_be_asked_again(secret: str) -> None:
    request = ask(now=BEGIN)
    take(replied(asked_for(request, BEGIN), "No"), BEGIN)
    assert (get(request.id).state, get(request.id).approver) == (ApprovalState.REJECTED, OWNER)
    assert f"fte approvals again {request.id}" in said()[0]
    assert open_again(request.id, BEGIN, HANDBOOK).is_open
    proven = ask(now=BEGIN, task_id="file-2")
    take(replied(asked_for(proven, BEGIN), f"No {code_at(secret, BEGIN)}"), BEGIN)
    with pytest.raises(NotExpiredError):
        open_again(proven.id, BEGIN, HANDBOOK)


def test_the_owner_may_answer_in_the_mailbox_itself() -> None:
    own = Handbook(people=People(known={STUDIO: Person(role="owner")}))
    for number, labels in enumerate((("SENT", "INBOX"), ("INBOX",))):
        request = ask(now=BEGIN, task_id=f"file-{number}")
        raw = replied(asked_for(request, BEGIN), "no", sender=STUDIO, proof="none")
        take_mail_reply(FetchedMail(f"e{number}", "t", labels, BEGIN, raw), lambda: own, BEGIN)
        assert get(request.id).is_open is ("SENT" not in labels)


def test_a_late_reply_is_told_what_became_of_it(secret: str) -> None:
    request = ask(now=BEGIN)
    name = asked_for(request, BEGIN)
    take(replied(name, f"yes {code_at(secret, BEGIN)}"), BEGIN)
    later = BEGIN + timedelta(minutes=5)
    take(replied(name, f"no {code_at(secret, later)}"), later)
    expired = ask(now=BEGIN, task_id="file-2")
    late = BEGIN + timedelta(days=4)
    take(replied(asked_for(expired, BEGIN), f"yes {code_at(secret, late)}"), late)
    assert get(request.id).state is ApprovalState.APPROVED
    assert get(expired.id).state is ApprovalState.EXPIRED
    assert "approved before by Ann Lee through mail" in said()[1]
    assert "expired before" in said()[2]


async def test_guessing_locks_the_request_for_replies_alone_and_the_owner_is_told(
    secret: str, quiet: list[str]
) -> None:
    request = ask(now=BEGIN)
    name = asked_for(request, BEGIN)
    for number in range(by_reply.MOST_WRONG):
        take(replied(name, f"yes {(int(code_at(secret, BEGIN)) + 1 + number) % 10**6:06}"), BEGIN)
    take(replied(name, f"yes {code_at(secret, BEGIN)}"), BEGIN)
    assert get(request.id).is_open
    assert "too many wrong codes" in said()[-1]
    await by_reply.follow_replies(BEGIN)
    assert quiet == ["Replies to a request are locked"]
    others = [ask(now=BEGIN, task_id=f"file-{number}") for number in range(2, 5)]
    for other in others:  # five in a quarter of an hour over all requests
        take(
            replied(asked_for(other, BEGIN), "yes 000000" if code_at(secret, BEGIN) != "000000" else "yes 1"),
            BEGIN,
        )
    assert said()[-1] == one_time_codes.TOO_MANY
    later = BEGIN + one_time_codes.WRONG_CODES_WINDOW
    take(replied(asked_for(others[2], BEGIN), f"yes {code_at(secret, later)}"), later)
    assert get(others[2].id).state is ApprovalState.APPROVED


def test_who_writes_without_end_is_not_answered_without_end(secret: str) -> None:
    name = asked_for(ask(now=BEGIN), BEGIN)
    for _ in range(MOST_ANSWERS + 3):
        assert take(replied(name, "what is this?"), BEGIN)
    take(replied(name, "yes", more={"Auto-Submitted": "auto-replied"}), BEGIN)
    assert len(said()) == MOST_ANSWERS
    take(replied(name, f"yes {code_at(secret, BEGIN)}"), BEGIN)
    assert len(said()) == MOST_ANSWERS + 1


@pytest.mark.parametrize("words", ["yes {} but only half of it", "what is this?\n> yes {}"])
def test_a_code_that_was_seen_in_a_reply_is_spent_though_it_decides_nothing(secret: str, words: str) -> None:
    request, code = ask(now=BEGIN), code_at(secret, BEGIN)
    take(replied(asked_for(request, BEGIN), words.format(code)), BEGIN)
    take(replied(asked_for(request, BEGIN), f"yes {code}", sender="x@y.example"), BEGIN)
    assert get(request.id).is_open
    assert "used already" in said()[1]


def test_a_reply_in_an_unknown_character_set_is_read_as_near_as_it_comes(secret: str) -> None:
    request = ask(now=BEGIN)
    raw = replied(asked_for(request, BEGIN), f"yes {code_at(secret, BEGIN)}")
    for charset in (b"x-unheard-of", b"rot13"):
        assert take(raw.replace(b'"utf-8"', b'"%s"' % charset), BEGIN)
    assert get(request.id).state is ApprovalState.APPROVED


def test_other_mail_stays_mail(secret: str) -> None:
    request = ask(now=BEGIN)
    assert not take(replied("<other@x.example>", f"yes {code_at(secret, BEGIN)}"), BEGIN)
    assert not take(replied("", f"about {request.id}: is it paid?", subject=f"Rent [{request.id}]"), BEGIN)
    assert not take(b"\xff\x00 no mail", BEGIN)
    assert take(replied("", f"yes {request.id} {code_at(secret, BEGIN)}", subject="Rent"), BEGIN)
    assert get(request.id).state is ApprovalState.APPROVED


@pytest.mark.parametrize(
    ("rule", "inputs", "mailed"),
    [
        ("all", bill(), True),
        ("none", bill(), False),
        ("1000", bill(), True),
        ("1500", bill(), False),
        ("9000", bill(currency="EUR"), True),
    ],
)
def test_the_handbook_says_what_is_mailed(rule: str, inputs: dict[str, Any], mailed: bool) -> None:  # noqa: FBT001 (a case)
    times = ApprovalTimes.model_validate({"by_mail": rule})
    assert is_sent(ask(now=BEGIN, inputs=inputs), times.by_mail, "USD") is mailed


async def test_nothing_is_mailed_before_the_owners_address_is_known(mailbox: SandboxClient) -> None:
    await mail_requests(Handbook(), [ask(now=datetime.now(UTC))])
    assert sent(mailbox) == []


async def test_a_request_is_mailed_once_as_it_is_shown(mailbox: SandboxClient) -> None:
    document = current_vault().attach(b"%PDF-1.4 the bill", "bill.pdf")
    request = ask(
        now=datetime.now(UTC),
        inputs=bill(document=document, vendor="Harbor <b>Offices</b> [x](http://evil.example)"),
    )
    for _ in range(2):
        await mail_requests(HANDBOOK, [request])
    [mail] = sent(mailbox)
    assert (mail["To"], mail["Auto-Submitted"]) == (OWNER, "auto-generated")
    assert request.id in mail["Subject"]
    assert by_reply.tag_of(request) in mail["Message-ID"]
    text, page = (str(mail.get_body((kind,)).get_content()) for kind in ("plain", "html"))  # type: ignore[union-attr]
    for shown in (text, page):
        assert "one-time code" in shown
        assert "1500.00" in shown
        assert "it is big" in shown
    assert "<b>Offices" not in page
    assert "href" not in page
    [file] = [part for part in mail.walk() if part.get_filename()]
    assert base64.b64decode(file.get_payload()) == b"%PDF-1.4 the bill"


async def test_a_picture_of_a_post_stands_in_the_page(mailbox: SandboxClient) -> None:
    card = current_vault().attach(b"\x89PNG the card", "card.png")
    film = current_vault().attach(b"x" * 15_000_001, "film.mp4")
    shown = f"### A post\n\n![card.png](../{card})\n\n[film.mp4](../{film})\n\n---\n\nNeeds your name."
    inputs = bill(document=card, other=film)
    request = ask(now=datetime.now(UTC), shown_markdown=shown, inputs=inputs)
    await mail_requests(HANDBOOK, [request])
    [mail] = sent(mailbox)
    page = mail.get_body(("html",))
    [picture] = [part for part in mail.walk() if part.get_filename()]
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in str(page and page.get_content())
    assert picture.get_content_disposition() == "inline"
    assert "does not come with this: it is too large" in str(page and page.get_content())


@pytest.mark.parametrize("boundary", ["read_reply", "_by_code", "record_answer", "_audit", "_keep"])
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_power_cut_while_a_reply_is_taken_decides_once(
    secret: str, quiet: list[str], monkeypatch: pytest.MonkeyPatch, boundary: str, moment: str
) -> None:
    request = ask(now=BEGIN)
    raw = replied(asked_for(request, BEGIN), f"yes {code_at(secret, BEGIN)}")
    mail = FetchedMail("a1", "t", ("INBOX",), BEGIN, raw)
    real = getattr(by_reply, boundary)

    def dying(*args: Any, **named: Any) -> Any:
        if moment == "after":
            real(*args, **named)
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(by_reply, boundary, dying)
        with pytest.raises(PowerCutError):
            take_mail_reply(mail, rules, BEGIN)
    for _ in range(2):
        assert take_mail_reply(mail, rules, BEGIN)
        await by_reply.follow_replies(BEGIN)
    assert (get(request.id).state, get(request.id).approver) == (ApprovalState.APPROVED, "Ann Lee")
    assert quiet == [f"on with {request.id}"]
    [answer] = said()
    assert "approved" in answer


@pytest.mark.parametrize("fault", ["drop_after_effect", "refuse_before", "status"])
async def test_a_lost_answer_mails_it_once_all_the_same(
    mailbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(send_mail, "SETTLING", timedelta(0))
    request = ask(now=datetime.now(UTC))
    mailbox.fault(fault, path=SEND, method="POST", **({"status": 503} if fault == "status" else {}))
    for _ in range(3):
        await mail_requests(HANDBOOK, [request])
    assert len(sent(mailbox)) == 1


async def test_a_reply_is_answered_once_to_the_owner_and_its_words_are_forgotten(
    mailbox: SandboxClient, secret: str, quiet: list[str]
) -> None:
    now = datetime.now(UTC)
    request = ask(now=now)
    await mail_requests(HANDBOOK, [request])
    [mail] = sent(mailbox)
    assert take(
        replied(mail["Message-ID"], f"yes {code_at(secret, now)}", sender="ann@elsewhere.example"), now
    )
    for _ in range(2):
        await by_reply.follow_replies(now)
        await answer_replies(rules)
    [_, answer] = sent(mailbox)
    assert (answer["To"], answer["In-Reply-To"], answer["Auto-Submitted"]) == (
        OWNER,
        "<r1@phone.example>",
        "auto-replied",
    )
    assert "It is approved by Ann Lee through mail." in answer.get_content()
    assert quiet == [f"on with {request.id}"]
    assert said() == []


def test_no_form_of_a_mail_hides_an_answer_and_no_proof_is_one_that_its_sender_wrote(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda _file: None)  # the disk is proven elsewhere
    other, counted = ask(now=BEGIN, task_id="other", handbook=MONTHS), set()
    nobody = Asked("<x@y.example>", other.id, "123456", "", "654321", other.id, "", "")
    for number, (name, _) in enumerate(forged_mails(nobody)):
        now = BEGIN + number * A_CODE
        request, code = ask(now=now, task_id=f"file-{number}"), code_at(secret, now)
        known = Asked(
            asked_for(request, now),
            request.id,
            code,
            "",
            code_at(secret, now - timedelta(hours=1)),
            other.id,
            "",
            "",
        )
        take(dict(forged_mails(known))[name], now)
        if not get(request.id).is_open:
            counted.add(name)
    assert not counted
    assert get(other.id).is_open
