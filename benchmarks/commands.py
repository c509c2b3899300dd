"""How soon each command of every day answers, beside the floor: `python benchmarks/commands.py`."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from mcp_servers.serve import SERVERS

ROUNDS = 7
FLOOR = [sys.executable, "-c", "import typer, rich.table"]
FTE = [sys.executable, "-m", "deployments.command_line"]
GOALS = {"--help": 0.4, "--version": 0.4, "status": 0.8, "tasks": 0.8, "approvals list": 0.8}


def seconds(command: list[str], home: str) -> float:
    """The median of several runs, after one that warms the disk's cache."""
    environment = os.environ | {"FTE_HOME": home, "FTE_VAULT": f"{home}/Vault"}
    times = []
    for _ in range(ROUNDS + 1):
        begun = time.perf_counter()
        subprocess.run(command, env=environment, capture_output=True, check=False)
        times.append(time.perf_counter() - begun)
    return statistics.median(times[1:])


GREETING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "benchmark", "version": "1"},
    },
}
BARE_SERVER = """
import asyncio
from fastmcp import FastMCP
server = FastMCP("bare")
@server.tool
def add(one: int, other: int) -> int:
    return one + other
asyncio.run(server.run_stdio_async(show_banner=False, log_level="WARNING"))
"""
MCP_GOAL = 1.0


def first_answer(command: list[str], home: str) -> tuple[float, float]:
    """Seconds from the start of an MCP server to its answer to the greeting, and of processor; medians of several."""
    environment = os.environ | {"FTE_HOME": home, "FTE_VAULT": f"{home}/Vault"}
    times, worked = [], []
    for _ in range(ROUNDS + 1):
        begun, before = time.perf_counter(), os.times()
        with subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as server:
            if server.stdin and server.stdout:
                server.stdin.write(json.dumps(GREETING).encode() + b"\n")
                server.stdin.flush()
                server.stdout.readline()
            times.append(time.perf_counter() - begun)
            server.kill()
        after = os.times()
        worked.append(sum(after[2:4]) - sum(before[2:4]))
    return statistics.median(times[1:]), statistics.median(worked[1:])


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as home:
        subprocess.run([*FTE, "vault", "init", f"{home}/Vault"], capture_output=True, check=True)
        floor = seconds(FLOOR, home)
        print(f"{'floor: typer and rich.table':30} {floor:5.2f} s")
        for words, goal in GOALS.items():
            taken = seconds([*FTE, *words.split()], home)
            print(f"{'fte ' + words:30} {taken:5.2f} s  {taken / floor:4.1f} x the floor  goal {goal} s")
        bare, least = first_answer([sys.executable, "-c", BARE_SERVER], home)
        print(
            f"{'floor: a bare FastMCP server':30} {bare:5.2f} s  to its first answer, {least:.2f} s of processor"
        )
        for name in SERVERS:
            taken, worked = first_answer([*FTE, "mcp", name], home)
            print(
                f"{'fte mcp ' + name:30} {taken:5.2f} s  {worked:.2f} s of processor, "
                f"{worked / least:4.1f} x the floor  goal {MCP_GOAL} s"
            )


if __name__ == "__main__":
    main()
