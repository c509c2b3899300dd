"""Pages fetched and read as `fte web read` does it, beside bare httpx and trafilatura, in one run.

`python -m benchmarks.web [--pages 40]`, over the sandbox's stand-in web in this process; the hosts' own pauses are left
out. The difference buys robots.txt, the looks at each address, unpacking in small parts, and a process for each page.
"""

import argparse
import asyncio
import os
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import httpx

WORDS = "our machines are faster than ever and deliver to every customer within a day"


def page_of(number: int) -> str:
    """An article of some 20 kB."""
    said = "".join(f"<p>Part {part}: {WORDS}, number {number}.</p>" for part in range(200))
    return f"<html lang=en><head><title>Page {number}</title></head><body><main>{said}</main></body></html>"


def bare(address: str) -> str:
    """The libraries alone."""
    import trafilatura

    return str(trafilatura.extract(httpx.get(address).text, url=address, include_links=True))


def main() -> None:
    """Print the medians of both."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--pages", type=int, default=40)
    count = reader.parse_args().pages
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"FTE_HOME": folder, "FTE_VAULT": f"{folder}/Vault", "NO_PROXY": "*"}
        os.environ["FTE_SANDBOX_PORT"] = str(served(Path(folder)))
        measure(count, f"http://127.0.0.1:{os.environ['FTE_SANDBOX_PORT']}")


def measure(count: int, base: str) -> None:
    """Read each page in both ways, in turns."""
    from tasks.web import fetch

    async def no_wait(_service: str) -> None:
        """Its turn is now."""

    fetch.wait_turn = no_wait  # type: ignore[assignment]
    ours, theirs = [], []
    for number in range(count):
        address = f"{base}/outside/{number}"
        page = {"path": f"/outside/{number}", "text": page_of(number)}
        httpx.post(f"{base}/_sandbox/outside", json=page).raise_for_status()
        begun = time.perf_counter()
        found = asyncio.run(fetch.read_address(address))
        ours.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        said = bare(address)
        theirs.append(time.perf_counter() - begun)
        if (
            found.text is None
            or f"number {number}." not in found.text.text
            or f"number {number}." not in said
        ):
            raise SystemExit(f"page {number} was not read")
    print(
        f"{count} pages of {len(page_of(0)) // 1000} kB, median: read_address {median(ours) * 1000:.0f} ms, "
    )
    print(f"httpx and trafilatura in this process {median(theirs) * 1000:.0f} ms")


def served(folder: Path) -> int:
    """Serve the stand-ins; their port."""
    import uvicorn

    from sandbox.server import create_app

    server = uvicorn.Server(uvicorn.Config(create_app(folder / "sandbox"), port=0, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


if __name__ == "__main__":
    main()
