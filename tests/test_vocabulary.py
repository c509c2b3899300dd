"""The words of CONTRIBUTING.md: one name for one thing, in code, messages, docs and tests."""

import ast
import re
import subprocess
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
BANNED = {
    r"(?<!reply )desks?": "the Vault",
    r"(?<!Prefect's )(?<!container )engines?": "the Prefect server",
    r"couriers?|parcels?": "outbox delivery",
    r"last words": "see the end of the log",
    r"how-?manieth": "attempt number",
    r"untold": "not sent yet",
    r"strangers?": "unknown sender, unknown payee",
    r"met again": "tried again by the next run",
}
"""Pattern of what is not said -> what is said instead."""

OWN_MEANING = re.compile(
    r"(sandbox|tests/sandbox|(tests/)?domain/(mail|receipts))/|domain/accounting/spending\.py|uv\.lock|tests/recordings/"
    r"|docs/accounting\.md|CHANGELOG\.md|blocks/(database|database_copies|ledger_schema)\.py|tests/(prepared_ledger\.py|tasks/reliability/(ledgers/|test_ledger_schema))|benchmarks/(made_bills\.py|data/routing_\w+\.txt)|tests/test_vocabulary\.py"
)
"""Where these are the words of mails, goods and fonts, former names, or SQLAlchemy's engine."""

NAMES_OF_OTHERS = re.compile(
    r"prefect\.(flow_|task_)?engine|_starter_engine|EngineCommandStarter|EngineConfig|create_engine|execution_engine|PandasExecutionEngine|set_layout_engine|inference_engine|database\.engine\(\)"
    r"""|__tablename__ = "parcels"|mapped_column\("(courier|untold)"|"parcels_queue"|FROM parcels"""
)
"""Names that are not ours to choose: a library's, and those of tables that hold data."""


def written() -> list[Path]:
    """Every text file that git keeps."""
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in names.splitlines() if not OWN_MEANING.match(name)]


def spoken(line: str) -> str:
    """A line with its identifiers taken apart: `keep_desk` and `EngineAway` hold words, too."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", NAMES_OF_OTHERS.sub("", line))


def test_every_word_is_the_trade_s_own() -> None:
    banned = re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in BANNED), re.IGNORECASE)
    found = []
    for path in written():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
            for number, line in enumerate(lines, start=1)
            if banned.search(spoken(line))
        ]
    assert not found, "\n".join(found)


def test_a_banned_word_is_found_in_names_too() -> None:
    banned = re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in BANNED), re.IGNORECASE)
    assert banned.search(spoken("def keep_desk() -> EngineAwayError:"))
    assert not banned.search(spoken("python -m prefect.engine"))


PRODUCT = ("domain", "blocks", "tasks", "flows", "deployments", "mcp_servers", "sandbox")


def test_the_name_of_a_class_means_one_thing() -> None:
    places = defaultdict(list)
    for package in PRODUCT:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places[node.name].append(str(path.relative_to(ROOT)))
    assert len(places) > len(PRODUCT)
    assert not {name: paths for name, paths in places.items() if len(paths) > 1}
