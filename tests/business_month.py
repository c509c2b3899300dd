"""A month of a small business, as a script over all channels, and what the stand-ins' records say of it afterwards."""

import base64
import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from deployments.commands import approvals, mentions, playbooks
from domain.approvals.request import ApprovalRequest
from domain.planning.event import file_event_id
from domain.vault.folder import Folder
from domain.vault.names import event_name
from domain.vault.note import Note
from domain.web.watched import NOTE as WATCHED
from domain.whatsapp.message import event_id
from sandbox.company import WORKED
from sandbox.morning import Drop, FeedMail, FeedPosts, morning
from tasks.approvals.record import pending
from tasks.vault.vault import current_vault
from tests.business_days import OWNER, OWNERS_NUMBER, Employee
from tests.calendar_world import put, whole_days
from tests.forged_replies import replied
from tests.gmail_world import deliver
from tests.sandbox_fixture import SandboxClient, sent
from tests.social_worlds import picture
from tests.whatsapp_world import write, written

FIRST_DAY: Final = date(2027, 3, 1)
"""A Monday. Of the month before, the demo company's hours are still to be invoiced."""
ALWAYS = 1_000_000
CUSTOMER = "accounts@marigoldbakery.example"
FED: Final = {
    "hosting": (2, 0), "newsletter": (3, 1), "advertising": (5, 3), "phishing": (7, 5), "hostile": (6, 2),
    "personal": (4, 1), "rent": (5, 0), "unknown": (6, 4), "receipt": (2, 1), "photograph": (7, 0),
    "einvoice": (5, 2), "mention": (2, 0), "comments": (4, 2), "whatsapp": (3, 0), "post": (2, 0), "duplicate": (4, 1),
}  # fmt: skip
"""What of the demo morning comes on which days: every so many, beginning with; the rest as `OTHERS`."""
OTHERS: Final = (3, 2)
OUTAGES: Final = {"odoo": (10, 2), "gmail": (10, 5), "x": (10, 8)}
LOST_ANSWERS: Final = {
    "account.move/load": (4, 1), "/messages/send$": (5, 1), "^/2/tweets$": (4, 2), "/rest/posts$": (6, 3),
    "messages$": (7, 3), "action_post$": (6, 4),
}  # fmt: skip
"""Requests whose answer is lost after the effect, by path."""
MORNING, NOON, AFTERNOON, EVENING = time(8), time(12), time(15), time(16, 30)
WAYS: Final = ("vault", "fte", "mail", "whatsapp", "fte", "no", "vault", "mail", "nobody", "no by mail")
"""How the owner decides one request after the other."""


def comes(day: int, every: tuple[int, int]) -> bool:
    """Whether it is one of its days, the first being 0."""
    return day % every[0] == every[1]


@dataclass
class Month:
    """The script; what came in is kept with the task that has to come of it.

    Attributes:
        delivered: By the task's name: on which channel it came.
        numbers: The tasks of each bill's number.
        unnamed: How many tasks have to come of what is named only when it is read, by what their names begin with.
        ways: How the requests were decided.
        decided: Those that the owner has seen.
    """

    employee: Employee
    delivered: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, set[str]] = field(default_factory=dict)
    unnamed: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    decided: set[str] = field(default_factory=set)
    _thread: str = ""

    @property
    def sandbox(self) -> SandboxClient:
        return self.employee.sandbox

    async def live(self, days: range) -> None:
        """Live through these days, and let what waits for a service come to its end."""
        self._watch_pages()
        await self.employee.settle()
        for day in days:
            await self._day(day)
        self.sandbox.clear_faults()
        await self._at(FIRST_DAY + timedelta(days.stop), NOON)

    async def _day(self, day: int) -> None:
        today = FIRST_DAY + timedelta(day)
        await self._at(today, MORNING, lambda: self._mails(day, today), lambda: self._break(day))
        await self._at(today, NOON, lambda: self._public(day, today), lambda: self._files(day, today))
        await self._scheduled(today)
        if today.weekday() < 5:
            await self._decide()
        await self._at(
            today, AFTERNOON, self._mend, lambda: self._lose(day), lambda: self._orders(day, today)
        )
        if today.weekday() < 5:
            await self._decide()
        await self._at(today, EVENING, lambda: self._evening(day, today))

    async def _at(self, day: date, clock: time, *happens: Callable[[], None]) -> None:
        """Move the clock there, let something happen, and let the employee work."""
        self.employee.clock.move_to(max(datetime.now(UTC), datetime.combine(day, clock, UTC)))
        for one in happens:
            one()
        await self.employee.settle()

    async def _scheduled(self, today: date) -> None:
        """What a schedule starts each Monday; of what it starts each hour and day, as much as the week needs."""
        if today.weekday() == 0:
            for flow in ("sync_odoo", "collect_insights", "weekly_audit", "draft_posts"):
                await self.employee.run(flow)
            await self.employee.settle()

    def _break(self, day: int) -> None:
        for service, every in OUTAGES.items():
            if comes(day, every):
                self.sandbox.fault("refuse_before", service=service, times=ALWAYS)

    def _mend(self) -> None:
        self.sandbox.clear_faults()

    def _lose(self, day: int) -> None:
        for path, every in LOST_ANSWERS.items():
            if comes(day, every):
                self.sandbox.fault("drop_after_effect", method="POST", path=path)

    def _fed(self, day: int, today: date, wanted: type) -> None:
        """What the demo morning has of this kind for the day."""
        for item in morning(today):
            every = FED.get(item.id.removeprefix(f"{today}-"), OTHERS)
            if isinstance(item, wanted) and comes(day, every):
                self._deliver(item)

    def _deliver(self, item: Drop | FeedMail | FeedPosts) -> None:
        if isinstance(item, FeedMail):
            self._mail(**item.delivery.model_dump(mode="json", exclude_none=True))
        elif isinstance(item, Drop):
            self._drop(item.name, item.content, item.folder)
        else:
            for platform, words in item.words:
                self._say(platform, dict(words))

    def _mail(self, **mail: Any) -> str:
        key = deliver(self.sandbox, **mail)
        self._expect(f"gmail-{key}", "mail", f"{mail.get('subject', '')} {mail.get('text', '')}")
        return key

    def _drop(self, name: str, content: bytes, folder: str = ".") -> None:
        path = current_vault().root / "Inbox" / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        moment = datetime.now(UTC).timestamp() - 60
        os.utime(path, (moment, moment))
        if folder == ".":
            self._expect(file_event_id(content), "file", content.decode("latin-1"))

    def _say(self, platform: str, words: dict[str, Any]) -> None:
        if platform == "whatsapp":
            said = {"from": words["from"], "name": words["name"]}
            self._expect(event_id(write(self.sandbox, str(words["text"]), **said)), "WhatsApp")
            return
        self.sandbox.http.post(f"/_sandbox/{platform}/posts", json=words).raise_for_status()
        self.unnamed["mentions"] += "author" in words

    def _expect(self, task: str, channel: str, text: str = "") -> None:
        self.delivered[task] = channel
        number = re.search(r"(?:No:|Number:|<cbc:ID>|Invoice|Receipt)\s*([A-Z]{2,3}-?\d{6})", text)
        if number:
            self.numbers.setdefault(number[1], set()).add(task)

    def _mails(self, day: int, today: date) -> None:
        self._fed(day, today, FeedMail)
        if comes(day, (5, 1)):
            self._thread = f"<plums.{day}@elsewhere.example>"
            self._ask(
                "Can you letter our van?",
                f"Do you letter vans, too? Ours is number {day}.",
                message_id=self._thread,
            )
        if comes(day, (5, 3)):
            headers = {"In-Reply-To": self._thread, "References": self._thread}
            self._ask("Re: Can you letter our van?", "It is a white one, by the way.", headers=headers)
        if comes(day, (8, 2)):
            text = "Hello,\n\nI have a question about your invoice: which ones are not paid yet?\n\nMarigold"
            self._mail(
                sender=f"Marigold <{CUSTOMER}>", subject=f"Question about your invoice, {today}", text=text
            )
        if comes(day, (9, 7)):
            text = "Please send the monthly invoice to every customer for February."
            self._mail(sender=f"Ann <{OWNER}>", subject="Invoices", text=text)

    def _ask(self, subject: str, text: str, **more: Any) -> None:
        key = deliver(
            self.sandbox, sender="Rosa Field <rosa@elsewhere.example>", subject=subject, text=text, **more
        )
        if not subject.startswith("Re:"):  # an answer continues the task
            self._expect(f"gmail-{key}", "mail")

    def _files(self, day: int, today: date) -> None:
        self._fed(day, today, Drop)
        if comes(day, (9, 5)):
            self._drop(
                f"wish-{day}.txt", f"Monthly invoice for Marigold Bakery Co., February, wish {day}".encode()
            )
        if comes(day, (3, 1)):
            self._post(
                f"news-{day}", "linkedin, facebook" if day % 2 else "x, linkedin, facebook, instagram", day
            )

    def _post(self, name: str, platforms: str, day: int) -> None:
        """A note of the owner's that is to be said in public."""
        front = f"status: ready\nplatforms: [{platforms}]\n"
        if "instagram" in platforms:
            front += f"media: [{picture(f'#{day:02}4060').document}]\nalt_texts: [A sketch]\n"
        path = current_vault().root / "Posts" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\n{front}---\nOur shop window of day {day} is finished.\n")

    def _public(self, day: int, today: date) -> None:
        self._fed(day, today, FeedPosts)
        if comes(day, (3, 1)):
            self._say("whatsapp", {"from": OWNERS_NUMBER, "name": "Ann", "text": f"Good morning, day {day}"})
        if comes(day, (4, 2)):
            self._price(900 + day)
            self.unnamed["web"] += 1
        if comes(day, (7, 3)):
            due = today + timedelta(9)
            put(
                self.sandbox,
                f"due{day}",
                summary=f"Deadline: entry {day}",
                **whole_days(f"{due}", f"{due + timedelta(1)}"),
            )
            self._expect(event_name("calendar", f"due{day}"), "calendar")
        if comes(day, (10, 4)):
            put(
                self.sandbox,
                f"away{day}",
                summary="Vacation",
                **whole_days(f"{today}", f"{today + timedelta(2)}"),
            )

    def _orders(self, day: int, today: date) -> None:
        """What the owner has done by command, and answers in public and on WhatsApp."""
        self._worked(today)
        if today.weekday() == 0:
            self._start("payment_reminders", key=f"{today:%G-W%V}")
        if day == 0:
            self._start("monthly_invoices", "month=2027-02")
        if day == 29:
            self._start("month_end", "month=2027-02")
            self._start("monthly_invoices", "month=2027-03")
        open_tasks = current_vault().names(Folder.NEEDS_ACTION)
        if comes(day, (4, 0)):
            for name in [name for name in open_tasks if name.startswith("mentions-")][-1:]:
                self.employee.fte(mentions.app, "answer", name)

    def _worked(self, today: date) -> None:
        """Hours in Odoo's timesheets, each working day."""
        if today.weekday() >= 5:
            return
        odoo = self.sandbox.odoo
        for _, project, _, _ in WORKED:
            [found] = odoo("project.project", "search", domain=[["name", "=", project]])
            worker = odoo("hr.employee", "search", domain=[])[0]
            entry = {
                "name": "/",
                "date": f"{today}",
                "unit_amount": 1.5,
                "project_id": found,
                "employee_id": worker,
            }
            odoo("account.analytic.line", "create", vals_list=[entry])

    def _start(self, playbook: str, *values: str, key: str = "") -> None:
        words = [word for value in values for word in ("--set", value)]
        said = self.employee.fte(playbooks.app, "start", playbook, *words, "--key", key)
        found = re.search(r"order-[0-9a-f]{16}", said)
        assert found, said
        assert "worked on" in said, said
        self._expect(found[0], "command")

    def _evening(self, day: int, today: date) -> None:
        if comes(day, (4, 1)):
            for item in morning(today):
                if isinstance(item, FeedMail) and comes(
                    day, FED.get(item.id.removeprefix(f"{today}-"), OTHERS)
                ):
                    deliver(self.sandbox, **item.delivery.model_dump(mode="json", exclude_none=True))

    async def _decide(self) -> None:
        """The owner answers what is new since the last time, each in another way."""
        for request in pending():
            if request.id not in self.decided:
                self.decided.add(request.id)
                self._answer(request, WAYS[len(self.decided) % len(WAYS)])
        await self.employee.settle()

    def _answer(self, request: ApprovalRequest, way: str) -> None:
        asked = (
            self._mailed(request) if "mail" in way else self._messaged(request) if way == "whatsapp" else ""
        )
        if not asked and way in ("mail", "whatsapp", "no by mail"):
            way = "fte"
        self.ways[way] += 1
        if way in ("vault", "no"):
            folder = Folder.APPROVED if way == "vault" else Folder.REJECTED
            path = current_vault().path(f"{Folder.PENDING_APPROVAL}/{request.id}.md")
            path.rename(current_vault().path(f"{folder}/{request.id}.md"))
        elif way == "fte":
            said = self.employee.fte(approvals.app, "approve", request.id, "--approver", "Ann")
            assert "approved" in said, said
        elif way == "whatsapp":
            write(
                self.sandbox,
                f"Yes {self.employee.code()}",
                answers=asked,
                **{"from": OWNERS_NUMBER, "name": "Ann"},
            )
        elif way != "nobody":
            word = f"Yes {self.employee.code()}" if way == "mail" else "No"
            raw = replied(asked, word).replace(
                b"<r1@phone.example>", f"<{request.id}@phone.example>".encode()
            )
            deliver(self.sandbox, raw=base64.b64encode(raw).decode())

    def _mailed(self, request: ApprovalRequest) -> str:
        return next(
            (str(mail["Message-ID"]) for mail in sent(self.sandbox) if request.id in str(mail["Subject"])), ""
        )

    def _messaged(self, request: ApprovalRequest) -> str:
        rows = written(self.sandbox)
        return next((row["id"] for row in reversed(rows) if request.id in str(row.get("text"))), "")

    def _price(self, price: int) -> None:
        page = {"path": "/outside/prices", "text": f"<p>A shop window costs {price} USD this week.</p>"}
        self.sandbox.http.post("/_sandbox/outside", json=page).raise_for_status()

    def _watch_pages(self) -> None:
        self._price(0)
        entry = {"name": "rival", "url": f"{self.sandbox.url}/outside/prices"}
        current_vault().save_root(WATCHED, Note.new({"pages": [entry]}))
