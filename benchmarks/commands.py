"""How soon each command of every day answers, beside the floor: `python benchmarks/commands.py`."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

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


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as home:
        subprocess.run([*FTE, "vault", "init", f"{home}/Vault"], capture_output=True, check=True)
        floor = seconds(FLOOR, home)
        print(f"{'floor: typer and rich.table':30} {floor:5.2f} s")
        for words, goal in GOALS.items():
            taken = seconds([*FTE, *words.split()], home)
            print(f"{'fte ' + words:30} {taken:5.2f} s  {taken / floor:4.1f} x the floor  goal {goal} s")


if __name__ == "__main__":
    main()
