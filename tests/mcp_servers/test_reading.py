"""Every answer fits an agent: under 4,000 tokens however large the books are, with all of it on further pages."""

import asyncio
import datetime as dt
import json
from decimal import Decimal
from itertools import cycle
from types import SimpleNamespace
from typing import Any

import pytest
from fastmcp import Client
from fastmcp.exceptions import ToolError
from pydantic import BaseModel

from domain.accounting.ledger import AccountType, JournalLine, Ledger, LedgerAccount
from domain.accounting.report import FiguresOrigin, FinancialReport, ReportRow, ReportType, RowKind
from domain.social.mention import Mention
from domain.social.post import Platform
from domain.social.published import Published
from domain.social.trend import Trend
from domain.vault.note import Note
from domain.web.change import PageChange
from domain.web.page import PageLink, PageText, Paragraph
from domain.web.watched import NOTE
from mcp_servers import serve
from mcp_servers.reading import MOST_TOKENS, NoSuchPageError, pieces, report_page
from tasks.accounting import reports
from tasks.planning.task_status import TaskReport, TaskStatus
from tasks.social.mentions import FoundPosts
from tasks.social.trends import TrendsRead
from tasks.vault.vault import current_vault, init_vault
from tasks.web.kept import KeptPage, SeenChange
from tests.books import PAYABLE, RECEIVABLE

CHARACTERS_OF_A_TOKEN = 4
"""The usual estimate; ours is stricter."""
LINES, OPEN_ITEMS, ACCOUNTS = 3_000, 1_000, 600
DAY = dt.date(2026, 10, 31)
ORIGIN = FiguresOrigin(source="books", read_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC), is_sandbox=True)


def long_report(rows: int, **row: Any) -> FinancialReport:
    """A statement with more rows than anybody reads."""
    amounts = {name: Decimal("123456.78") for name in ("not due", "1-30", "31-60", "total")}
    details = [
        ReportRow(
            kind=RowKind.DETAIL,
            label=f'INV/2026/{number:05} Größe & Co. "{number}"',
            day=DAY,
            invoice_id=number,
            amounts=amounts,
            line_count=40,
            line_ids=tuple(range(number, number + 40)),
            **row,
        )
        for number in range(1, rows + 1)
    ]
    total = ReportRow(kind=RowKind.TOTAL, label="Total", key="total", amounts=amounts, line_count=rows)
    return FinancialReport(
        report_type=ReportType.RECEIVABLE_AGEING,
        title="Receivables",
        last=DAY,
        currency="EUR",
        origin=ORIGIN,
        columns=tuple(amounts),
        rows=(*details, total),
    )


def tokens(answer: BaseModel | dict[str, Any]) -> float:
    plain = (
        answer.model_dump_json() if isinstance(answer, BaseModel) else json.dumps(answer, ensure_ascii=False)
    )
    return len(plain) / CHARACTERS_OF_A_TOKEN


@pytest.mark.parametrize("detail", [False, True])
def test_the_pages_together_are_the_whole_and_each_has_the_totals(*, detail: bool) -> None:
    report = long_report(1_000)
    first = report_page(report, 1, detail=detail)
    pages = [report_page(report, number, detail=detail) for number in range(1, first.part.pages + 1)]
    assert max(map(tokens, pages)) < MOST_TOKENS
    assert all(page.rows[-1].key == "total" for page in pages)
    shown = [row.invoice_id for page in pages for row in page.rows if not row.key]
    assert shown == [row.invoice_id for row in report.rows if not row.key]
    assert [len(row.line_ids) for row in pages[0].rows[:1]] == [20 if detail else 0]
    assert {page.part.in_all for page in pages} == {1_001}
    with pytest.raises(NoSuchPageError, match=f"the last one is {len(pages)}"):
        report_page(report, len(pages) + 1, detail=detail)


def test_a_short_report_is_one_page() -> None:
    page = report_page(long_report(3), 1, detail=True)
    assert (page.part.pages, len(page.rows)) == (1, 4)


def test_pieces_of_a_text_are_the_text_whatever_is_in_it() -> None:
    text = 'a\n"Größe" 漢字 🙂\udc80' * 700
    found = list(pieces(text, 1_000))
    assert "".join(found) == text
    assert max(len(json.dumps(piece, ensure_ascii=False).encode(errors="replace")) for piece in found) < 1_010
    assert list(pieces("", 1_000)) == [""]


@pytest.fixture(scope="module")
def large() -> reports.ReportedBooks:
    """Entries of two lines over a long chart of accounts, with open items of many partners."""
    chart = {
        number: LedgerAccount(number, str(number), f"{kind.value} of branch {number}", kind)
        for number, kind in zip(range(100, 100 + ACCOUNTS), cycle(AccountType), strict=False)
        if kind is not AccountType.OFF_BALANCE
    }
    of = {kind: [key for key, one in chart.items() if one.account_type is kind] for kind in AccountType}
    others = [key for key, one in chart.items() if one.account_type not in {RECEIVABLE, PAYABLE}]
    lines = []
    for number in range(LINES // 2):
        kind = RECEIVABLE if number % 2 else PAYABLE
        is_open, amount = number < OPEN_ITEMS, Decimal(number % 9_000 + 1)
        first = of[kind][number % len(of[kind])] if is_open else others[number % len(others)]
        pair = (
            (first, amount if kind is RECEIVABLE else -amount),
            (others[-1 - number % len(others)], -amount),
        )
        lines += [
            JournalLine(
                line_id=number * 2 + place,
                move_id=number,
                move=f"INV/2026/{number}",
                day=DAY - dt.timedelta(days=number % 600),
                account_id=account,
                balance=balance if place == 0 else -pair[0][1],
                amount_currency=balance if place == 0 else -pair[0][1],
                currency="USD",
                label="Consulting in October",
                partner_id=number % 2_000 + 1 if place == 0 else None,
                partner=f"Größe & Partner {number % 2_000}" if place == 0 else "",
                due_on=DAY,
            )
            for place, (account, balance) in enumerate(pair)
        ]
    return reports.ReportedBooks(Ledger("USD", chart, tuple(lines)), ORIGIN)


@pytest.fixture
def asked(large: reports.ReportedBooks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a tool reads is more than an agent can read."""
    init_vault(current_vault().root)

    async def connected_books(*_: Any, **__: Any) -> reports.ReportedBooks:
        return large

    monkeypatch.setattr("tasks.actions.connected.connected_books", connected_books)


STATEMENTS = [
    ("generate_financial_report", {"report_type": kind.value, "date_range": "2026-10"}) for kind in ReportType
]
BOOKS = [
    ("get_financial_summary", {"period": "2026"}),
    ("get_accounts_receivable", {}),
    ("get_accounts_payable", {}),
    *STATEMENTS,
]


@pytest.mark.usefixtures("asked")
async def test_every_statement_of_large_books_fits_an_agent_and_has_its_last_page() -> None:
    async with Client(serve.build_server("odoo")) as client:
        for tool, arguments in BOOKS:
            answer = await client.call_tool(tool, arguments)
            assert len(answer.content[0].text) / CHARACTERS_OF_A_TOKEN < MOST_TOKENS, (tool, arguments)
            assert tokens(answer.structured_content or {}) < MOST_TOKENS, (tool, arguments)
        with pytest.raises(ToolError, match="there is no page"):
            await client.call_tool("get_accounts_payable", {"page": 100_000, "detail": True})


NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
LONG = 'Größe "und" 漢字 ' * 500


async def much_said(_query: str) -> FoundPosts:
    post = Published(id="1", text=LONG, created_at=NOW, url="https://x.com/a/status/1")
    return FoundPosts(
        posts=[Mention(platform=Platform.X, author="@a", post=post, reply_to=None)] * 100, cost=Decimal(1)
    )


async def many_trends() -> TrendsRead:
    return TrendsRead(trends=[Trend(name=LONG[:300], category="News")] * 50, cost=Decimal(1))


async def many_invoices(_task_id: str) -> TaskReport:
    one = {"invoice_id": 1, "name": "INV/2026/00001", "customer": "Größe & Partner", "amount_total": "99.00"}
    evidence = {"count": 200, "invoices": [one | {"state": "posted", "customer_id": 7}] * 200}
    return TaskReport(task_id="order-" + "0" * 16, status=TaskStatus.DONE, said=LONG, evidence=evidence)


def many_changes(*_: Any) -> list[SeenChange]:
    added = [Paragraph(text=LONG, link=f"https://a.example/{number}{'a' * 900}") for number in range(30)]
    change = PageChange(added=tuple(added))
    return [SeenChange(NOW, change)] * 300


async def long_page(_url: str, **_: Any) -> Any:
    paragraphs = tuple(Paragraph(text=f"{number} {LONG}") for number in range(40))
    links = (PageLink(shown=LONG[:200], address="https://a.example/" + "b" * 300),) * 200
    text = PageText(title=LONG, paragraphs=paragraphs, links=links)
    return SimpleNamespace(address="https://a.example/", text=text)


PAGE = {"name": "acme", "url": "https://a.example/", "keywords": ["word"] * 20}
OTHERS = [
    ("twitter", "search_mentions", {"query": "a"}, 1),
    ("twitter", "get_trends", {}, 1),
    ("email", "get_task_status", {"task_id": "order-" + "0" * 16}, 3),
    ("email", "list_templates", {}, 3),
    ("vault", "list_notes", {"folder": "Done"}, 2),
    ("vault", "read_note", {"folder": "Done", "name": "long"}, 3),
    ("web", "watched_pages", {}, 3),
    ("web", "page_changes", {"name": "acme1"}, 50),
    ("web", "read_page", {"url": "https://a.example/"}, 40),
]


@pytest.fixture
def much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large Vault, talkative platforms, long pages."""
    vault = current_vault()
    init_vault(vault.root)
    vault.save_root(NOTE, Note.new({"pages": [{**PAGE, "name": f"acme{number}"} for number in range(100)]}))
    for number in range(300):
        template = f"---\nsubject: 'About {{{{ name }}}} {number} {'x' * 150}'\n---\n\nHello {{{{ name }}}}\n"
        (vault.root / "Templates" / "Mail" / f"t{number}.md").write_text(template)
    for number in range(500):
        (vault.root / "Done" / f"{'n' * 60}{number}.md").write_text("---\na: 1\n---\n")
    (vault.root / "Done" / "long.md").write_text(f"---\na: 1\n---\n{LONG * 4}")
    for place, made in {
        "tasks.social.mentions.search_posts": much_said,
        "tasks.social.trends.read_trends": many_trends,
        "mcp_servers.ordering.told_report": many_invoices,
        "tasks.web.kept.seen_changes": many_changes,
        "tasks.web.kept.kept_page": lambda _: KeptPage(checked_at=NOW, read_at=NOW, title=LONG),
        "tasks.web.fetch.read_address": long_page,
    }.items():
        monkeypatch.setattr(place, made)


@pytest.mark.usefixtures("much")
async def test_every_other_reading_tool_fits_an_agent_page_by_page() -> None:
    for server, tool, arguments, least in OTHERS:
        async with Client(serve.build_server(server)) as client:
            first = (await client.call_tool(tool, arguments)).structured_content or {}
            assert tokens(first) < MOST_TOKENS, tool
            part = first.get("part") or (first.get("evidence") or {}).get("part") or {"pages": 1}
            assert part["pages"] >= least, tool
            if part["pages"] > 1:
                last = await client.call_tool(tool, {**arguments, "page": part["pages"]})
                assert tokens(last.structured_content or {}) < MOST_TOKENS, tool


@pytest.mark.parametrize(
    ("server", "tool", "arguments", "service"),
    [
        ("twitter", "search_mentions", {"query": "a"}, "X, or the Prefect server that keeps its key,"),
        ("twitter", "get_trends", {}, "X, or the Prefect server that keeps its key,"),
        ("web", "read_page", {"url": "https://a.example/"}, "a.example"),
    ],
)
@pytest.mark.usefixtures("much")
async def test_a_service_of_others_that_never_answers_keeps_no_agent_waiting(
    monkeypatch: pytest.MonkeyPatch, server: str, tool: str, arguments: dict[str, Any], service: str
) -> None:
    async def silent(*_: Any, **__: Any) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr("mcp_servers.calls.OTHERS_SECONDS", 0.05)
    for place in (
        "tasks.social.mentions.search_posts",
        "tasks.social.trends.read_trends",
        "tasks.web.fetch.read_address",
    ):
        monkeypatch.setattr(place, silent)
    async with Client(serve.build_server(server)) as client:
        with pytest.raises(
            ToolError, match=rf"^{service} has not answered within .* seconds; nothing was changed"
        ):
            await client.call_tool(tool, arguments)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_financial_summary", {"period": "2026-10"}),
        ("get_accounts_receivable", {}),
        ("get_accounts_payable", {}),
        ("generate_financial_report", {"report_type": "trial_balance", "date_range": "2026-10"}),
    ],
)
async def test_a_prefect_server_that_never_answers_keeps_no_agent_waiting(
    monkeypatch: pytest.MonkeyPatch, tool: str, arguments: dict[str, Any]
) -> None:
    async def silent(_name: str) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr("mcp_servers.odoo_connector.OTHERS_SECONDS", 0.05)
    monkeypatch.setattr("blocks.odoo.access.saved_books", silent)
    async with Client(serve.build_server("odoo")) as client:
        with pytest.raises(ToolError, match=r"^the Prefect server has not answered within 0\.05 seconds"):
            await client.call_tool(tool, arguments)
