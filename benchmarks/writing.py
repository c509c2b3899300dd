"""Each writing tool of the MCP server beside the bare calls that suffice, in one run on one server.

`python -m benchmarks.writing [--rounds 5] [--invoices 200]` asks the Odoo of `ODOO_URL`, `ODOO_DB` and `ODOO_KEY`, and
leaves its records there; the stand-in server has not all of the bare calls. Ours looks up, decides by the policy, keeps
intent, receipt and audit record, creates once, posts and reads back; the bare calls create and post. Two floors stand
beside: the bare calls and one record of the audit log, on the disk; and the raw calls that the same guarantees take in
Odoo itself, one after the other: who is meant is looked for, it is made under an external id, so that it is made once,
and read back.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import httpx

from benchmarks.odoo_server import bare, load, post, prefect_server, server
from blocks.odoo.client import OdooAccount
from domain.accounting.invoice_batch import MOST_INVOICES
from domain.audit.event import AuditEvent, AuditStatus
from tasks.audit.log import audit_log
from tasks.vault.vault import current_vault, init_vault

Work = Callable[[], Awaitable[Any]]
DAYS = 30
MOVE_FIELDS = [
    "name",
    "state",
    "partner_id",
    "invoice_date",
    "amount_total",
    "amount_residual",
    "payment_state",
]
ASKS_AGAIN_SECONDS = 0.25
"""An agent asks how its task stands no faster: each question takes this process 10 ms that the work waits for."""
SETTLED_SECONDS = 0.5
"""After ours, its run is written down beside the answer: the bare call does not pay for that."""


class Writing:
    """The same writes twice: by bare calls and by the tools."""

    def __init__(self, http: httpx.AsyncClient, agent: Any) -> None:
        self.http, self.agent = http, agent
        today = datetime.now(UTC).date()
        self.today, self.due = today.isoformat(), (today + timedelta(days=DAYS)).isoformat()
        self.partner, self.open_by_hand, self.guarded, self.open_of_ours = 0, 0, 0, 0

    async def start(self) -> None:
        """A customer to write invoices to."""
        self.name = f"Benchmark {time.time_ns()}"
        (self.partner,) = await post(
            self.http, "res.partner", "create", vals_list=[{"name": self.name, "customer_rank": 1}]
        )

    def kinds(self) -> dict[str, tuple[Work, Work, Work]]:
        """Of each kind of write the bare calls, those with guarantees, and ours."""
        return {
            "create_customer": (self.bare_customer, self.guarded_customer, self.our_customer),
            "create_invoice": (self.bare_invoice, self.guarded_invoice, self.our_invoice),
            "record_payment": (self.bare_payment, self.guarded_payment, self.our_payment),
        }

    async def bare_customer(self) -> None:
        """One call."""
        values = {"name": f"Bare {time.time_ns()}", "customer_rank": 1}
        await post(self.http, "res.partner", "create", vals_list=[values])

    async def guarded_customer(self) -> None:
        """Looked for, made once, read back."""
        name = f"Guarded {time.time_ns()}"
        await self._found(name)
        values = {"name": name, "is_company": "1", "customer_rank": "1"}
        await self._made("res.partner", [values], ["name", "email", "vat", "active"])

    async def our_customer(self) -> None:
        """The tool."""
        await self._tool("create_customer", name=f"Ours {time.time_ns()}")

    async def bare_invoice(self) -> None:
        """Two calls."""
        values = bare_values(self.partner, self.today, self.due)
        ids = await post(self.http, "account.move", "create", vals_list=[values])
        await post(self.http, "account.move", "action_post", ids=ids)
        self.open_by_hand = ids[0]

    async def guarded_invoice(self) -> None:
        """The customer looked for, the invoice made once, posted and read back."""
        await self._found(self.name)
        (self.guarded,) = await self._invoiced([self.partner])

    async def our_invoice(self) -> None:
        """The tool."""
        item = {"description": f"Boards {time.time_ns()}", "price": "1.00", "tax_percent": "0"}
        done = await self._tool("create_invoice", customer=self.name, items=[item], due_date=self.due)
        self.open_of_ours = done["invoice_id"]

    async def bare_payment(self) -> None:
        """Two calls of Odoo's own assistant, on the bare invoice."""
        context = {"active_model": "account.move", "active_ids": [self.open_by_hand]}
        model = "account.payment.register"
        ids = await post(self.http, model, "create", vals_list=[{"amount": 1.0}], context=context)
        await post(self.http, model, "action_create_payments", ids=ids, context=context)

    async def guarded_payment(self) -> None:
        """What is open looked for, paid, and both read back."""
        await post(self.http, "account.move", "read", ids=[self.guarded], fields=MOVE_FIELDS)
        context = {"active_model": "account.move", "active_ids": [self.guarded]}
        model = "account.payment.register"
        ids = await post(self.http, model, "create", vals_list=[{"amount": 1.0}], context=context)
        await post(self.http, model, "action_create_payments", ids=ids, context=context)
        await post(self.http, "account.move", "read", ids=[self.guarded], fields=MOVE_FIELDS)
        of_it = [["reconciled_invoice_ids", "in", [self.guarded]]]
        await post(
            self.http, "account.payment", "search_read", domain=of_it, fields=["name", "state", "amount"]
        )

    async def our_payment(self) -> None:
        """The tool, on our invoice."""
        await self._tool("record_payment", invoice_id=self.open_of_ours, amount="1.00", method="bank")

    async def bare_batch(self, number: int) -> None:
        """Two calls for all."""
        values = bare_values(self.partner, self.today, self.due)
        ids = await post(self.http, "account.move", "create", vals_list=[values] * number)
        await post(self.http, "account.move", "action_post", ids=ids)

    async def guarded_batch(self, names: list[str]) -> None:
        """The customers looked for at once, the invoices made once, posted and read back at once."""
        found = await post(
            self.http, "res.partner", "search_read", domain=[["name", "in", names]], fields=["name", "active"]
        )
        await self._invoiced([row["id"] for row in found])

    async def our_batch(self, names: list[str]) -> None:
        """The tool for many, one invoice to each customer."""
        item = {"description": "Boards", "price": "1.00", "tax_percent": "0"}
        invoices = [{"customer": name, "items": [item], "due_date": self.due} for name in names]
        await self._tool("create_invoices", invoices=invoices)

    async def customers(self, number: int) -> list[str]:
        """So many new ones."""
        values = [{"name": f"Many {time.time_ns()} {one}", "customer_rank": 1} for one in range(number)]
        await post(self.http, "res.partner", "create", vals_list=values)
        return [str(value["name"]) for value in values]

    async def _found(self, name: str) -> None:
        """Who has that name."""
        domain, fields = [["name", "ilike", name]], ["name", "vat", "email", "active"]
        context = {"active_test": False}
        await post(self.http, "res.partner", "search_read", domain=domain, fields=fields, context=context)

    async def _invoiced(self, partners: list[int]) -> list[int]:
        """An invoice over 1.00 to each, made once, posted and read back."""
        every = [
            {
                "move_type": "out_invoice",
                "partner_id/.id": str(partner),
                "invoice_date": self.today,
                "invoice_date_due": self.due,
                "invoice_line_ids/name": "Boards",
                "invoice_line_ids/quantity": "1",
                "invoice_line_ids/price_unit": "1.0",
                "invoice_line_ids/tax_ids/.id": "",
            }
            for partner in partners
        ]
        ids = await self._made("account.move", every, MOVE_FIELDS)
        await post(self.http, "account.move", "action_post", ids=ids)
        await post(self.http, "account.move", "read", ids=ids, fields=MOVE_FIELDS)
        return ids

    async def _made(self, model: str, every: list[dict[str, str]], fields: list[str]) -> list[int]:
        """Each once, by its external id, and read back."""
        named = [{"id": f"benchmark.{time.time_ns()}_{at}"} | values for at, values in enumerate(every)]
        data = [list(values.values()) for values in named]
        made = await post(self.http, model, "load", fields=list(named[0]), data=data)
        if not made["ids"]:
            raise RuntimeError(made["messages"])
        await post(self.http, model, "read", ids=made["ids"], fields=fields)
        return list(made["ids"])

    async def _tool(self, tool: str, **arguments: Any) -> Any:
        answer = (await self.agent.call_tool(tool, arguments)).structured_content
        while answer["status"] == "under_way":
            await asyncio.sleep(ASKS_AGAIN_SECONDS)
            answer = (
                await self.agent.call_tool("get_task_status", {"task_id": answer["task_id"]})
            ).structured_content
        if answer["status"] != "done":
            raise RuntimeError(answer["said"])
        return answer["evidence"]


def bare_values(partner: int, today: str, due: str) -> dict[str, Any]:
    """An invoice over 1.00."""
    line = {"name": "Boards", "quantity": 1, "price_unit": 1.0, "tax_ids": [[6, 0, []]]}
    return {
        "move_type": "out_invoice",
        "partner_id": partner,
        "invoice_date": today,
        "invoice_date_due": due,
        "invoice_line_ids": [[0, 0, line]],
    }


async def compare(here: OdooAccount, rounds: int, many: int) -> None:
    """Each write in turn, bare and ours, the first round being the warming up; then many invoices as one."""
    from fastmcp import Client

    from blocks.odoo.credentials import OdooCredentials
    from mcp_servers.odoo_connector import build_server

    block = OdooCredentials(url=here.url, database=here.database, login="", api_key=here.api_key)
    await block.save("odoo", overwrite=True)
    async with bare(here) as http, Client(build_server()) as agent:
        writing = Writing(http, agent)
        await writing.start()
        taken: dict[str, list[Taken]] = {name: [] for name in writing.kinds()}
        for number in range(rounds + 1):
            for name, works in writing.kinds().items():
                once = await measured(*works)
                if number:
                    taken[name].append(once)
        for name, times in taken.items():
            show(name, Taken._make(map(statistics.median, zip(*times, strict=True))))
        names = await writing.customers(many)
        bare_batch = partial(writing.bare_batch, many)
        works = bare_batch, partial(writing.guarded_batch, names), partial(writing.our_batch, names)
        show(f"{many} invoices as one", await measured(*works))


class Taken(NamedTuple):
    """Seconds of one write, each way."""

    bare: float
    record: float
    guarded: float
    ours: float
    processor: float
    """Of ours, what this process computed; the rest waited for Odoo, the disk, the Prefect server or a processor."""


async def measured(bare_work: Work, guarded_work: Work, our_work: Work) -> Taken:
    """All, one after the other, and one audit record."""
    await asyncio.sleep(SETTLED_SECONDS)
    by_hand, record, guarded = await _timed(bare_work), await _timed(_record), await _timed(guarded_work)
    computed = time.process_time()
    ours = await _timed(our_work)
    return Taken(by_hand, record, guarded, ours, time.process_time() - computed)


async def _record() -> None:
    event = AuditEvent(action="benchmark", status=AuditStatus.INFO, actor="benchmark", details={})
    await asyncio.to_thread(audit_log().append, event, datetime.now(UTC))


async def _timed(work: Work) -> float:
    begun = time.perf_counter()
    await work()
    return time.perf_counter() - begun


def show(name: str, taken: Taken) -> None:
    """One line."""
    by_hand, record, guarded, ours, processor = taken
    print(
        f"{name:<20} bare {by_hand:6.3f} s   and one audit record {by_hand + record:6.3f} s   with the same guarantees "
        f"{guarded:6.3f} s   ours {ours:6.3f} s ({processor:.2f} s computing)   "
        f"{ours / by_hand:5.1f} x   {ours / guarded:5.1f} x   {load()}"
    )


def main() -> None:
    """Compare on one server, with a Prefect server and a Vault of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--invoices", type=int, default=MOST_INVOICES)
    asked = parser.parse_args()
    if not os.environ.get("ODOO_URL"):
        parser.error("say with ODOO_URL, ODOO_DB and ODOO_KEY which Odoo; its records stay there")
    with server() as here, tempfile.TemporaryDirectory() as folder:
        os.environ |= {"FTE_HOME": folder, "FTE_VAULT": f"{folder}/Vault"}
        init_vault(current_vault().root)
        with prefect_server():
            asyncio.run(compare(here, asked.rounds, asked.invoices))


if __name__ == "__main__":
    main()
