"""`fte mail` as a person uses it."""

import json

from tests.employee_fixture import Employee
from tests.sandbox_fixture import SandboxClient
from tests.tasks.actions.test_mail import OWN, sent, text_of

VISIT = ["--set", "day=Monday", "--set", "time=9:00", "--set", "place=", "--set", "business=Our shop"]


def test_a_mail_in_a_templates_words_is_sent_once(employee: Employee) -> None:
    sandbox = SandboxClient(employee.sandbox)
    words = ["mail", "send", "--to", OWN, "--template", "appointment", "--set", "name=Ann Lee", *VISIT]
    first, again = employee.fte(*words).stdout, employee.fte(*words).stdout
    task_id = first.split()[0]
    assert "is worked on" in first
    assert f"{task_id} was ordered before" in " ".join(again.split())
    employee.until(lambda: task_id in employee.notes("Done"))
    (mail,) = [one for one in sent(sandbox) if "Ann Lee" in text_of(one)]
    assert mail["Subject"] == "Our appointment on Monday"
    assert "Where" not in text_of(mail)


def test_what_cannot_be_sent_is_one_sentence_and_no_task(employee: Employee) -> None:
    before = employee.tasks()
    for words, said in [
        (["--to", "nobody", "--subject", "s", "--text", "t"], "is no address"),
        (["--to", OWN, "--text", "t"], "subject is missing"),
        (["--to", OWN, "--template", "appointment", "--set", "name=Ann"], "'day' is not among those given"),
        (["--to", OWN, "--template", "appointment", "--set", "name"], "write NAME=VALUE"),
        (["--reply-to", "gmail-18c2f", "--text", "t"], "is no mail of this mailbox"),
    ]:
        refused = employee.fte("mail", "send", *words, ok=False)
        assert refused.returncode != 0
        assert said in " ".join((refused.stdout + refused.stderr).split())
    assert employee.tasks() <= before


def test_the_templates_are_listed(employee: Employee) -> None:
    listed = json.loads(employee.fte("mail", "templates", "--json").stdout)
    [received] = [one for one in listed if one["name"] == "received"]
    assert received["subject"] == "We have received your message"
    assert received["values"] == ["business", "by", "name", "note"]
