"""Within one piece of work an equal read is asked once, and never across a change."""

import httpx
import pytest
from pydantic import SecretStr

from blocks.odoo import repeats
from blocks.odoo.client import OdooAccount, OdooClient
from blocks.odoo.errors import OdooCallError, OdooRefusedError
from blocks.odoo.repeats import each_read_once, forget_reads

ACCOUNT = OdooAccount(url="http://odoo.example", database="books", api_key=SecretStr("key"))
ABSENT = {"name": "builtins.ValueError", "message": "External ID not found in the system: fte.bill_1"}


class Counting(httpx.AsyncBaseTransport):
    """Answers every request with how many there have been."""

    def __init__(self) -> None:
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if request.url.path.endswith("check_object_reference"):
            return httpx.Response(500, json=ABSENT)
        if request.url.path.endswith("unlink"):
            return httpx.Response(422, json={"message": "no"})
        return httpx.Response(200, json=self.asked)


@pytest.fixture
def line() -> Counting:
    return Counting()


def client(line: Counting, database: str = "books") -> OdooClient:
    return OdooClient(ACCOUNT.model_copy(update={"database": database}), transport=line)


async def read(line: Counting, number: int = 1, model: str = "account.move", database: str = "books") -> int:
    return int(await client(line, database).call(model, "read", [number], fields=["name"]))


async def test_an_equal_read_is_asked_once_by_all_clients_of_one_piece_of_work(line: Counting) -> None:
    with each_read_once():
        assert [await read(line), await read(line)] == [1, 1]
        assert [await read(line, 2), await read(line, database="other")] == [2, 3]


async def test_outside_and_in_the_next_piece_of_work_everything_is_asked(line: Counting) -> None:
    assert [await read(line), await read(line)] == [1, 2]
    with each_read_once():
        assert await read(line) == 3
    with each_read_once():
        assert await read(line) == 4


async def test_after_a_change_everything_is_read_anew_even_when_the_change_fails(line: Counting) -> None:
    with each_read_once():
        await read(line)
        await client(line).call("account.move", "action_post", [1])
        assert await read(line) == 3
        with pytest.raises(OdooRefusedError):
            await client(line).call("account.move", "unlink", [1])
        assert await read(line) == 5


async def test_what_another_process_may_have_changed_can_be_forgotten(line: Counting) -> None:
    with each_read_once():
        await read(line)
        await read(line, model="res.company")
        forget_reads("account.move")
        assert [await read(line), await read(line, model="res.company")] == [3, 2]
        forget_reads()
        assert await read(line, model="res.company") == 4


async def test_an_old_answer_is_not_believed(line: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "BELIEVED_SECONDS", -1.0)
    with each_read_once():
        assert [await read(line), await read(line)] == [1, 2]


async def test_that_there_is_no_such_record_is_an_answer_too(line: Counting) -> None:
    with each_read_once():
        for _ in range(2):
            with pytest.raises(OdooCallError, match="not found"):
                await client(line).call(
                    "ir.model.data", "check_object_reference", module="fte", xml_id="bill_1"
                )
    assert line.asked == 1


async def test_who_the_user_is_is_believed_for_a_minute_and_only_of_that_key(line: Counting) -> None:
    async def who(key: str) -> int:
        account = ACCOUNT.model_copy(update={"api_key": SecretStr(key), "database": "of this test"})
        with each_read_once():
            return int(await OdooClient(account, transport=line).call("res.users", "context_get"))

    assert [await who("one"), await who("one"), await who("two")] == [1, 1, 2]
