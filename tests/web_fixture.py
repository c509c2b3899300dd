"""A web server on this machine that counts as public, with files that a test puts there."""

import gzip
import http.server
import threading
from collections.abc import Iterator
from functools import cache

import pytest

from blocks import web_file

Pages = dict[str, tuple[int, dict[str, str], bytes]]


@cache
def _pages() -> Pages:
    """Made when they are first asked for: the largest takes a processor a third of a second."""
    return {
        "/pictures/our%20boat.jpg": (200, {}, b"boat"),
        "/moved": (302, {"location": "/pictures/our%20boat.jpg"}, b""),
        "/inside": (302, {"location": "http://192.168.1.1/router"}, b""),
        "/file": (302, {"location": "file:///etc/passwd"}, b""),
        "/round": (302, {"location": "/round"}, b""),
        "/large": (200, {}, b"x" * 2_000_001),
        "/busy": (503, {"retry-after": "120"}, b""),
        "/metadata": (302, {"location": "http://169.254.169.254/latest/meta-data/"}, b""),
        "/local": (307, {"location": "//localhost.localdomain:22/"}, b""),
        "/password": (302, {"location": "http://admin:secret@example.com/"}, b""),
        "/bomb": (200, {"content-encoding": "gzip"}, gzip.compress(b"0" * 50_000_000)),
        "/twice": (200, {"content-encoding": "gzip, gzip"}, gzip.compress(gzip.compress(b"0" * 1_000))),
        "/packed": (200, {"content-encoding": "gzip"}, gzip.compress(b"boat " * 30_000)),
        "/half": (200, {"content-encoding": "gzip"}, gzip.compress(b"boat " * 30_000)[:50]),
        "/short": (200, {"content-length": "1000"}, b"boat"),
        "/slow": (200, {"content-length": "1000"}, b"boat"),
    }


class Web(http.server.BaseHTTPRequestHandler):
    """Some addresses; what each shows can be changed."""

    asked: list[tuple[str, str]]
    pages: Pages
    closed: threading.Event

    def do_GET(self) -> None:
        self.asked.append((self.headers["host"], self.path))
        status, headers, content = self.pages.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "content-length" not in headers:
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        if self.path == "/slow":
            self.closed.wait()

    def log_message(self, *_words: object) -> None:
        """Nothing."""


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its address; nothing else of private networks counts as public."""
    monkeypatch.setattr(Web, "asked", [], raising=False)
    monkeypatch.setattr(Web, "closed", threading.Event(), raising=False)
    monkeypatch.setattr(Web, "pages", dict(_pages()), raising=False)
    public = web_file.is_public_number
    monkeypatch.setattr(web_file, "is_public_number", lambda number: number == "127.0.0.1" or public(number))
    monkeypatch.setenv("NO_PROXY", "*")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    Web.closed.set()
    server.shutdown()
    server.server_close()
