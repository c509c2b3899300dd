"""The sandbox as a whole: what it lists, what survives, who can reach it."""

import json
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from sandbox.server import create_app
from sandbox.store import Key, Store
from tests.sandbox_fixture import ODOO_HEADERS, SandboxClient, SandboxProcess

NOW = datetime(2026, 11, 15, 9, 30, tzinfo=UTC)


def test_every_request_is_listed_with_its_body_status_and_effect(sandbox: SandboxClient) -> None:
    sandbox.odoo_as_client("res.partner", "create", vals_list=[{"name": "Listed Ltd"}])
    sandbox.odoo_as_client("res.partner", "search_count", domain=[])
    first, second = sandbox.journal(service="odoo")
    assert first["body"] == {"vals_list": [{"name": "Listed Ltd"}]}
    assert (first["status"], first["effect"], first["changed"]) == (200, True, ["odoo.res.partner"])
    assert (second["status"], second["effect"]) == (200, False)


def test_a_refused_change_is_no_effect(sandbox: SandboxClient) -> None:
    answer = sandbox.http.post(
        "/json/2/res.partner/create",
        json={"vals_list": [{"name": "A"}, {"email": "b"}]},
        headers=ODOO_HEADERS,
    )
    assert answer.status_code == 422
    (entry,) = sandbox.journal()
    assert (entry["status"], entry["effect"]) == (422, False)
    assert sandbox.odoo("res.partner", "search", domain=[["name", "=", "A"]]) == []


def test_a_load_that_ends_in_messages_is_no_effect(sandbox: SandboxClient) -> None:
    sandbox.odoo_as_client(
        "res.partner", "load", fields=["id", "email"], data=[["fte.nameless", "a@b.example"]]
    )
    assert [entry["effect"] for entry in sandbox.journal()] == [False]


def test_the_journal_can_be_filtered(sandbox: SandboxClient) -> None:
    sandbox.odoo_as_client("res.partner", "create", vals_list=[{"name": "Needle"}])
    sandbox.odoo_as_client("res.partner", "search", domain=[])
    sandbox.http.get("/web/version")
    assert len(sandbox.journal()) == 3
    assert len(sandbox.journal(body="Need.e")) == 1
    assert len(sandbox.journal(method="GET")) == 1
    assert len(sandbox.journal(effect=True)) == 1
    last = sandbox.journal()[-1]["id"]
    assert sandbox.journal(after=last) == []
    assert sandbox.http.get("/_sandbox/journal", params={"status": "x"}).status_code == 422


def test_long_bodies_are_kept_in_part(sandbox: SandboxClient) -> None:
    sandbox.odoo_as_client("ir.attachment", "create", vals_list=[{"name": "big", "datas": "QUJD" * 50_000}])
    (entry,) = sandbox.journal()
    assert isinstance(entry["body"], str)
    assert len(entry["body"]) == 64_000


def test_an_unknown_path_is_listed_too(sandbox: SandboxClient) -> None:
    assert sandbox.http.get("/nowhere").status_code == 404
    assert sandbox.journal()[0]["service"] == "unknown"


def test_admin_and_services_mark_their_answers_as_demo_data(sandbox: SandboxClient) -> None:
    health = sandbox.http.get("/_sandbox/health")
    assert health.json()["sandbox"] is True
    for answer in (health, sandbox.http.get("/web/version")):
        assert answer.headers["x-sandbox"] == "demo data"


def test_reset_brings_the_demo_company_back(sandbox: SandboxClient) -> None:
    before = sandbox.odoo("account.move", "search_count", domain=[])
    made = sandbox.odoo("account.move", "create", vals_list=[{"move_type": "in_invoice"}])
    sandbox.reset()
    assert sandbox.journal() == []
    assert sandbox.odoo("account.move", "search_count", domain=[]) == before
    assert sandbox.odoo("account.move", "create", vals_list=[{"move_type": "in_invoice"}]) == made


def test_a_state_that_is_put_back_is_whole_and_in_order_after_a_restart(tmp_path: Path) -> None:
    store = Store(tmp_path)
    table = store.table("posts")
    for key in range(4):
        table.put(key, {"said": key})
    kept, before = store.snapshot(), list(table.rows().items())
    for _ in range(3):
        store.restore(kept)
        assert list(table.rows().items()) == before
        table.update(0, said="changed")
        table.remove(1)
        table.put(1, {"said": "anew"})
        table.remove(3)
        table.put(9, {"said": "more"})
    store.restore(kept)
    store.close()
    again = Store(tmp_path)
    assert list(again.table("posts").rows().items()) == before
    again.close()


def test_rows_are_found_by_a_column_after_every_kind_of_change(tmp_path: Path) -> None:
    store = Store(tmp_path)
    table = store.table("lines")

    def found(value: int) -> list[Key]:
        keys = sorted(table.keys_where("move", value), key=str)
        assert keys == sorted((key for key, row in table.rows().items() if row.get("move") == value), key=str)
        return keys

    assert found(1) == []
    for key in range(6):
        table.put(key, {"move": key % 2})
    kept = store.snapshot()
    table.update(0, move=1)
    table.remove(3)
    assert found(1) == [0, 1, 5]
    with pytest.raises(KeyError):
        _move_and_fail(store)
    assert found(1) == [0, 1, 5]
    assert found(2) == []
    store.restore(kept)
    assert found(1) == [1, 3, 5]
    store.close()


def _move_and_fail(store: Store) -> None:
    table = store.table("lines")
    with store.transaction():
        table.update(0, move=2)
        table.remove(5)
        table.put(7, {"move": 1})
        table.update("absent", move=1)


def test_the_same_day_gives_the_same_company(tmp_path: Path) -> None:
    dumps = []
    for name in ("one", "two"):
        app = create_app(tmp_path / name, clock=lambda: NOW)
        rows = app.state.store.snapshot().stored_rows
        dumps.append(sorted((table, str(key), body) for _place, table, key, body in rows))
        app.state.store.close()
    assert dumps[0] == dumps[1]


def test_a_service_that_a_later_version_brings_begins_in_a_state_that_lacks_it(tmp_path: Path) -> None:
    store = create_app(tmp_path, clock=lambda: NOW).state.store
    posts = len(store.table("x_posts").rows())
    mails = store.table("gmail_messages").rows()
    assert posts
    for key in store.table("x_posts").rows():
        store.table("x_posts").remove(key)
    store.table("_seeded").remove("sandbox.x")
    store.close()
    again = create_app(tmp_path, clock=lambda: NOW).state.store
    assert len(again.table("x_posts").rows()) == posts
    assert again.table("gmail_messages").rows() == mails
    again.close()


def test_state_faults_and_journal_survive_a_kill(sandbox_process: SandboxProcess) -> None:
    made = sandbox_process.odoo_as_client("res.partner", "create", vals_list=[{"name": "Kept Ltd"}])
    sandbox_process.fault("status", path="/web/version", status=503)
    sandbox_process.kill()
    sandbox_process.start()
    assert (
        sandbox_process.odoo_as_client("res.partner", "read", ids=made, fields=["name"])[0]["name"]
        == "Kept Ltd"
    )
    assert [entry["effect"] for entry in sandbox_process.journal(path="create")] == [True]
    assert sandbox_process.http.get("/web/version").status_code == 503


def test_it_listens_on_this_machine_only(sandbox_process: SandboxProcess) -> None:
    import psutil

    listening = [
        connection.laddr.ip
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == sandbox_process.port
    ]
    assert listening == ["127.0.0.1"]


def test_a_failed_inner_transaction_leaves_the_outer_one_whole(tmp_path: Path) -> None:
    store = Store(tmp_path, clock=lambda: NOW)
    table = store.table("things")
    with store.transaction():
        table.put("kept", {"value": 1})
        with pytest.raises(KeyError):
            _change_and_fail(store)
    store.close()
    again = Store(tmp_path, clock=lambda: NOW)
    assert again.table("things").rows() == {"kept": {"value": 1}}
    again.close()


def _change_and_fail(store: Store) -> None:
    table = store.table("things")
    with store.transaction():
        table.put("kept", {"value": 2})
        table.put("gone", {"value": 3})
        table.update("absent", value=4)


def test_ids_are_never_given_twice(tmp_path: Path) -> None:
    store = Store(tmp_path, clock=lambda: NOW)
    table = store.table("things")
    first = table.add({"name": "a"})
    table.remove(first)
    store.close()
    again = Store(tmp_path, clock=lambda: NOW)
    assert again.table("things").add({"name": "b"}) == first + 1
    again.close()


def test_rows_keep_their_order_over_a_restart(tmp_path: Path) -> None:
    store = Store(tmp_path, clock=lambda: NOW)
    table = store.table("things")
    for key in ("c", "a", "b"):
        table.put(key, {"key": key})
    table.update("c", changed=True)
    store.close()
    again = Store(tmp_path, clock=lambda: NOW)
    assert list(again.table("things").rows()) == ["c", "a", "b"]
    again.close()


def test_threads_do_not_lose_each_others_rows(tmp_path: Path) -> None:
    store = Store(tmp_path, clock=lambda: NOW)
    threads = [
        threading.Thread(target=lambda: [store.table("things").add({}) for _ in range(50)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.table("things")) == 200
    store.close()
    stored = sqlite3.connect(tmp_path / "sandbox.sqlite")
    assert stored.execute("select count(*) from rows").fetchone() == (200,)
    stored.close()


def test_what_a_caller_changes_in_a_row_stays_with_the_caller(tmp_path: Path) -> None:
    store = Store(tmp_path, clock=lambda: NOW)
    row = {"names": ["a"]}
    store.table("things").put("x", row)
    row["names"].append("b")
    store.table("things")["x"]["names"].append("c")
    assert store.table("things")["x"] == {"names": ["a"]}
    store.close()


def test_a_cut_connection_in_process_is_an_error_too(tmp_path: Path) -> None:
    app = create_app(tmp_path, clock=lambda: NOW)

    async def ask() -> None:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://sandbox.invalid"
        ) as client:
            await client.post("/_sandbox/faults", content=json.dumps({"kind": "refuse_before"}))
            await client.get("/web/version")

    import asyncio

    with pytest.raises(ConnectionResetError):
        asyncio.run(ask())
    app.state.store.close()
