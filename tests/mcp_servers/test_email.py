"""Mail as tools over the wire: to the owner by itself, to others through a person, each call once."""

import asyncio
import json
from email.message import EmailMessage

import pytest

from tests.employee_fixture import Employee
from tests.mcp_servers.agent import agent_over_stdio
from tests.sandbox_fixture import SandboxClient
from tests.tasks.actions.test_mail import OWN, sent, text_of


async def test_an_agent_writes_to_others_only_through_a_person(employee: Employee) -> None:
    sandbox = SandboxClient(employee.sandbox)
    before = {mail["Message-ID"] for mail in sent(sandbox)}

    def written() -> list[EmailMessage]:
        """Since then, requests to the owner aside."""
        new = [mail for mail in sent(sandbox) if mail["Message-ID"] not in before]
        return [mail for mail in new if "Auto-Submitted" not in mail]

    visit = {"name": "Ann", "day": "Monday", "time": "9:00", "place": None, "business": "Northwind Lane"}
    template = {"template": "appointment", "values": visit, "to": ["ann@sender.example"]}
    async with agent_over_stdio(employee, "email") as agent:
        tools = {tool.name for tool in (await agent.session.list_tools()).tools}
        assert tools == {"send_email", "send_template", "list_templates", "get_task_status"}
        own = await agent.call("send_email", to=[OWN], subject="For you", body="All is well.")
        assert own["status"] == "done", own
        listed = await agent.call("list_templates")
        assert {"name": "received", "subject": "We have received your message"}.items() <= next(
            one for one in listed["templates"] if one["name"] == "received"
        ).items()
        assert listed["problems"] == []
        asked = await agent.call("send_template", **template)
        again = await agent.call("send_template", **template)
        assert (asked["status"], again["task_id"]) == ("waiting_for_approval", asked["task_id"])
        assert [mail["Subject"] for mail in written()] == ["For you"]
        request = json.loads(
            employee.fte("approvals", "show", asked["approvals"][0]["request_id"], "--json").stdout
        )
        assert "#### To ann\\@sender.example" in request["shown"]
        assert "We expect you on Monday at 9:00" in request["shown"]
        employee.fte("approvals", "approve", request["id"], "--approver", "Ann")
        await asyncio.to_thread(employee.until, lambda: len(written()) == 2, 60)
        done = await agent.decided(asked["task_id"])
        assert (done["status"], done["evidence"]["subject"]) == ("done", "Our appointment on Monday")
        for tool, arguments, why in [
            ("send_template", template | {"values": {"name": "Ann"}}, "'day' is not among those given"),
            ("send_template", template | {"template": "none"}, "there is no template Templates/Mail/none.md"),
            (
                "send_email",
                {"to": ["x@y.example\nBcc: z@y.example"], "subject": "s", "body": "b"},
                "one line",
            ),
            ("send_email", {"to": ["nobody"], "subject": "s", "body": "b"}, "is no address"),
            ("send_email", {"to": [OWN], "subject": "s\nBcc: z@y.example", "body": "b"}, "one line"),
            ("send_email", {"to": [OWN], "subject": "s", "body": "b", "approved": True}, "not known here"),
        ]:
            assert why in await agent.refused(tool, **arguments)
    first, second = written()
    assert "Where:" not in text_of(second)
    assert (first["To"], second["To"]) == (OWN, "ann@sender.example")


@pytest.mark.long
async def test_while_gmail_is_away_a_mail_waits_and_a_lost_one_is_looked_for(employee: Employee) -> None:
    sandbox = SandboxClient(employee.sandbox)

    def subjects() -> list[str]:
        mails = sandbox.http.get("/_sandbox/gmail/messages").json()["messages"]
        return [mail["subject"] for mail in mails if "SENT" in mail["labels"]]

    async with agent_over_stdio(employee, "email") as agent:
        employee.fault(kind="status", status=503, service="gmail", times=500)
        waits = await agent.answer("send_email", to=[OWN], subject="While away", body="All is well.")
        assert waits["status"] in {"waiting_for_service", "under_way"}
        employee.clear_faults()
        await asyncio.to_thread(employee.until, lambda: "While away" in subjects(), 90)
        employee.fault(kind="refuse_before", path="/messages/send$", times=1)
        lost = await agent.answer("send_email", to=[OWN], subject="Lost on the way", body="All is well.")
        assert lost["status"] in {"waiting_for_service", "under_way"}
        await asyncio.to_thread(employee.until, lambda: "Lost on the way" in subjects(), 120)
        done = await agent.call("get_task_status", task_id=lost["task_id"])
    assert done["status"] in {"done", "waiting_for_service"}
    assert (subjects().count("While away"), subjects().count("Lost on the way")) == (1, 1)
