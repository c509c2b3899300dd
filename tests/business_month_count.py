"""What became of a simulated month: each task's ending, and what the stand-ins' records say happened once."""

import re
from collections import Counter
from collections.abc import Iterator

from blocks.settings import settings
from domain.vault.folder import Folder
from domain.vault.note import Note
from tasks.approvals.record import pending
from tasks.audit.verify import VerificationState, verify_audit_log
from tasks.reliability import outbox
from tasks.reliability.effect_ledger import effects_of
from tasks.vault.vault import current_vault
from tests.business_month import FIRST_DAY, Month, sent
from tests.whatsapp_world import written

DONE, WAITS, ESCALATED = "done", "waits for a person", "escalated with a reason"
PLATFORMS = {"x": "said", "linkedin": "commentary", "facebook": "message", "instagram": "caption"}
"""Each platform's field of a post's text."""

OUR_WORDS = "Our shop window"


def endings(month: Month) -> Counter[tuple[str, str]]:
    """How many tasks of each channel ended how; a sentence in place of an ending that must not be."""
    vault, asked = current_vault(), {request.task_id for request in pending()}
    found: Counter[tuple[str, str]] = Counter()
    for folder in (Folder.NEEDS_ACTION, Folder.DONE, Folder.DEAD_LETTERS):
        for name in vault.names(folder):
            if not name.startswith("ask-"):
                channel = month.delivered.get(name) or name.partition("-")[0]
                found[channel, _ending(folder, name, vault.read(folder, name), asked)] += 1
    return found


def _ending(folder: Folder, name: str, note: Note, asked: set[str]) -> str:
    status, why = str(note.front.get("status")), note.front.get("reasons") or note.front.get("why")
    if folder is Folder.DONE:
        return DONE
    if name in asked:
        return WAITS
    if status == "escalated" and why:
        return ESCALATED
    return f"LOST: {folder} {name} is {status}, {why or 'no reason'}, {note.front.get('delays')}"


def broken(month: Month) -> Iterator[str]:
    """Each promise that was not kept, in a sentence."""
    yield from lost(month)
    yield from doubled(month)
    yield from (f"a run failed: {why}" for why in month.employee.failed)
    yield from unproven()


def lost(month: Month) -> Iterator[str]:
    """What came and did not end, and what the records call done and is not there."""
    yield from (ending for (_, ending) in endings(month) if ending not in (DONE, WAITS, ESCALATED))
    yield from (
        f"no task came of {name}, {way}"
        for name, way in month.delivered.items()
        if not current_vault().find(name)
    )
    yield from (
        f"{wanted} {what} came, {came} are tasks" for what, wanted, came in _unnamed(month) if came < wanted
    )
    yield from (
        f"bill {number} is not booked: {sorted(month.numbers[number])}"
        for number, is_done, times in _bills(month)
        if times < is_done
    )
    yield from (problem for problem, too_many in _posts(month) if too_many <= 0)
    yield from _hours(month)
    yield from (
        f"still in an outbox: {item.service} {item.key}"
        for item in outbox.waiting()
        if item.service != outbox.SCHEDULE
    )


def doubled(month: Month) -> Iterator[str]:
    """What happened twice, or though nothing on record says that it should have."""
    yield from (
        f"{wanted} {what} came, {came} are tasks" for what, wanted, came in _unnamed(month) if came > wanted
    )
    yield from (
        f"bill {number} is booked {times} times: {sorted(month.numbers[number])}"
        for number, is_done, times in _bills(month)
        if times > is_done
    )
    yield from (problem for problem, too_many in _posts(month) if too_many > 0)
    yield from (f"mailed {times} times: {mail}" for mail, times in mails(month).items() if times > 1)
    yield from (f"written {times} times: {said}" for said, times in messages(month).items() if times > 1)


def unproven() -> Iterator[str]:
    """What `fte audit verify` says of a log that is not whole."""
    verified = verify_audit_log(settings().vault_path, settings().keys)
    if verified.state is not VerificationState.INTACT:
        yield f"the audit log: {verified}"


def _unnamed(month: Month) -> Iterator[tuple[str, int, int]]:
    """Of what is named only when it is read: how many came, and how many tasks there are."""
    vault = current_vault()
    names = [name for folder in (Folder.NEEDS_ACTION, Folder.DONE) for name in vault.names(folder)]
    came = Counter(name.partition("-")[0] for name in names)
    yield from ((what, wanted, came[what]) for what, wanted in month.unnamed.items())


def booked(month: Month) -> Counter[str]:
    """Vendor bills that are posted in Odoo, by their vendor's number."""
    domain = [["move_type", "=", "in_invoice"], ["ref", "in", list(month.numbers)], ["state", "=", "posted"]]
    rows = month.sandbox.odoo("account.move", "search_read", domain=domain, fields=["ref"])
    return Counter(row["ref"] for row in rows)


def _bills(month: Month) -> Iterator[tuple[str, bool, int]]:
    """A document whose booking is done, and how often it is in the books: once, and any other not at all."""
    found = booked(month)
    for number, tasks in month.numbers.items():
        done = [
            task for task in tasks for one in effects_of(task)
            if one.action == "odoo.record_bill" and one.state == "done"
        ]  # fmt: skip
        yield number, bool(done), found[number]


def public(month: Month) -> Counter[tuple[str, str]]:
    """What the business said in public, by platform and text."""
    said: Counter[tuple[str, str]] = Counter()
    for platform, text in PLATFORMS.items():
        rows = month.sandbox.http.get(f"/_sandbox/{platform}/posts").json()["posts"]
        said.update((platform, str(row.get(text))) for row in rows)
    return said


def _posts(month: Month) -> Iterator[tuple[str, int]]:
    """Words stand on a platform as often as notes say that theirs are published there; else how many are too many.

    Each answer may say the same.
    """
    said, told, asked = public(month), Counter[tuple[str, str]](), set()
    for name in current_vault().names(Folder.POSTS):
        note = current_vault().read(Folder.POSTS, name)
        if note.front.get("status") == "ready":
            yield f"Posts/{name} was never asked about: {note.front.get('problem')}", 0
        out, words = " ".join(note.front.get("published") or []).casefold(), note.body.strip()
        for platform in note.front.get("platforms") or []:
            asked.add((platform, words))
            told[platform, words] += f"{platform}: " in out
    for platform, words in sorted(asked):
        times = sum(count for (where, text), count in said.items() if where == platform and words in text)
        if times != told[platform, words]:
            told_times = told[platform, words]
            yield f"on {platform} {times} times, by their notes {told_times}: {words}", times - told_times


def mails(month: Month) -> Counter[str]:
    """The mails that went out: the same words to the same people are the same mail."""
    return Counter(f"{mail['To']}: {mail['Subject']}: {_text(mail)}" for mail in sent(month.sandbox))


def _text(mail: object) -> str:
    body = mail.get_body(("plain",))  # type: ignore[attr-defined]
    return body.get_content() if body else ""


def messages(month: Month) -> Counter[str]:
    """What was written on WhatsApp."""
    return Counter(f"{row['to']}: {row.get('text')}" for row in written(month.sandbox))


def _hours(month: Month) -> Iterator[str]:
    """The hours that say they are on one invoice are those of one posted invoice, and no invoice has others."""
    odoo = month.sandbox.odoo
    marked: Counter[str] = Counter()
    for entry in odoo("account.analytic.line", "search_read", domain=[], fields=["ref", "unit_amount"]):
        for mark in re.findall(r"fte\.invoice_\w+", str(entry["ref"] or "")):
            marked[mark] += entry["unit_amount"]
    since = [["move_id.move_type", "=", "out_invoice"], ["move_id.invoice_date", ">=", f"{FIRST_DAY}"]]
    wanted = [*since, ["parent_state", "=", "posted"], ["display_type", "=", "product"]]
    invoiced: Counter[int] = Counter()
    for line in odoo("account.move.line", "search_read", domain=wanted, fields=["move_id", "quantity"]):
        invoiced[line["move_id"][0]] += line["quantity"]
    if sorted(marked.values()) != sorted(invoiced.values()):
        yield f"hours that say they are invoiced: {marked}; invoices: {invoiced}"


def table(month: Month) -> str:
    """The endings by channel, and what was counted outside."""
    found = endings(month)
    width = max(len(channel) for channel, _ in found)
    lines = [f"{'':<{width}}  {DONE:>24}{WAITS:>24}{ESCALATED:>24}"]
    lines += [
        f"{channel:<{width}}  " + "".join(f"{found[channel, end]:>24}" for end in (DONE, WAITS, ESCALATED))
        for channel in sorted({channel for channel, _ in found})
    ]
    outside = {
        "bills in the books": booked(month).total(),
        "mails sent": mails(month).total(),
        "messages on WhatsApp": messages(month).total(),
        "parts of posts in public": sum(
            times for (_, text), times in public(month).items() if OUR_WORDS in text
        ),
    }
    return "\n".join([*lines, *(f"{what}: {count}" for what, count in outside.items())])
