"""What a picture may cost: time, memory, one at a time; and what is said where it costs more."""

import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from blocks import documents
from tests.blocks.test_documents import picture, saved

ANSWER = """print('{"lines": [["TOTAL 5.00", 0, 0, 9, 9, 0, 0.99]]}')"""
ROOT = Path(documents.__file__).parent.parent
PATIENCE_SECONDS = 60
linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only here are a process's time and memory bounded"
)


@pytest.fixture(autouse=True)
def _own_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No other process's pictures are waited for, and ours keep nobody waiting."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> Path:
    """A worker of our own in place of the real one, which it can reach as `real`."""
    script = tmp_path / "worker.py"
    reach = [
        "import os, sys",
        f"sys.path.insert(0, {str(ROOT / 'blocks')!r})",
        "import picture_worker as real",
    ]
    script.write_text("\n".join([*reach, *lines]))
    monkeypatch.setattr(documents, "PICTURE_WORKER", replace(documents.PICTURE_WORKER, script=script))
    return script


@linux
@pytest.mark.parametrize("limit", [{"memory_bytes": 200_000_000}, {"cpu_seconds": 1}])
def test_a_picture_that_costs_too_much_waits_for_a_person(
    monkeypatch: pytest.MonkeyPatch, limit: dict[str, int]
) -> None:
    monkeypatch.setattr(documents, "PICTURE_WORKER", replace(documents.PICTURE_WORKER, **limit))
    with pytest.raises(documents.OcrFailedError, match="needs a person: the picture could not be read"):
        documents.read_image(picture(*(f"PAPER A4 NUMBER {row} 4.50" for row in range(40))))


@linux
def test_the_reading_itself_has_these_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tmp_path / "seen"
    report = f"open({str(seen)!r}, 'w').write(repr([resource.getrlimit(one)[0] for one in kinds]))"
    kinds = "kinds = (resource.RLIMIT_CPU, resource.RLIMIT_AS)"
    worker(tmp_path, monkeypatch, "import resource", kinds, report, "print('{\"lines\": []}')")
    with pytest.raises(documents.NothingWrittenError):
        documents.read_image(picture("x"))
    assert seen.read_text() == "[240, 3000000000]"


def test_a_reading_that_is_killed_waits_for_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker(tmp_path, monkeypatch, f"os.kill(os.getpid(), {int(signal.SIGKILL)})")
    with pytest.raises(documents.OcrFailedError, match=r"needs a person.*ended by signal 9"):
        documents.read_image(picture("x"))


def test_after_a_killed_reading_the_next_picture_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = tmp_path / "once"
    kill = f"if not os.path.exists({str(once)!r}): open({str(once)!r}, 'w'); os.kill(os.getpid(), 9)"
    worker(tmp_path, monkeypatch, kill, ANSWER)
    with pytest.raises(documents.OcrFailedError):
        documents.read_image(picture("x"))
    assert [(line.text, line.sure) for line in documents.read_image(picture("x"))] == [("TOTAL 5.00", 0.99)]


def chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def png(width: int, height: int, *extra: bytes) -> bytes:
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    pixels = chunk(b"IDAT", zlib.compress(b"\x00" * min(width * height, 1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(extra) + pixels + chunk(b"IEND", b"")


BOMBS: dict[str, Callable[[], bytes]] = {
    "a small file that says it is gigantic": lambda: png(60_000, 60_000),
    "text that unpacks to a gigabyte": lambda: png(
        20, 20, chunk(b"zTXt", b"a\x00\x00" + zlib.compress(b"\x00" * 200_000_000, 9))
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_picture_bomb_is_refused(bomb: str) -> None:
    with pytest.raises(
        (documents.DocumentTooLargeError, documents.BrokenDocumentError, documents.OcrFailedError),
        match="needs a person",
    ):
        documents.read_image(BOMBS[bomb]())


def test_no_more_pages_are_read_than_a_bill_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tmp_path / "seen"
    pages = "real.pages_of(sys.stdin.buffer.read(), *map(int, sys.argv[1:]))"
    worker(tmp_path, monkeypatch, f"open({str(seen)!r}, 'w').write(str(len(list({pages}))))", ANSWER)
    sheets = [Image.new("L", (300, 200), 255) for _ in range(40)]
    documents.read_image(saved(sheets[0], "TIFF", save_all=True, append_images=sheets[1:]))
    assert seen.read_text() == str(documents.MAX_SCANNED_PAGES)


HOLD = """
import sys
from blocks import documents
documents.PICTURE_WORKER = documents.Worker(sys.argv[1], 240, 3_000_000_000)
documents.read_image(b"x")
"""


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Another process that reads a picture until somebody writes into the pipe it waits at."""
    gate, began = tmp_path / "gate", tmp_path / "began"
    os.mkfifo(gate)
    script = worker(
        tmp_path, monkeypatch, f"open({str(began)!r}, 'w').close()", f"open({str(gate)!r}).read()"
    )
    monkeypatch.undo()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    quick = tmp_path / "quick.py"
    quick.write_text(ANSWER)
    monkeypatch.setattr(documents, "PICTURE_WORKER", replace(documents.PICTURE_WORKER, script=quick))
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(script)], cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    until(began.exists)
    yield process, gate
    process.kill()
    process.wait()
    open_gate(gate)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def open_gate(gate: Path) -> None:
    try:
        os.close(os.open(gate, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:  # nobody waits any more
        return


def is_free() -> bool:
    try:
        documents.read_image(picture("x"))
    except documents.PicturesQueueError:
        return False
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="needs a named pipe")
def test_one_picture_is_read_at_a_time_and_a_long_queue_says_so(
    other: tuple[subprocess.Popen[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "QUEUE_SECONDS", 0.3)
    with pytest.raises(
        documents.PicturesQueueError, match=r"other pictures were being read for 0\.3 seconds; drop this"
    ):
        documents.read_image(picture("x"))
    open_gate(other[1])
    monkeypatch.setattr(documents, "QUEUE_SECONDS", PATIENCE_SECONDS)
    assert is_free()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a named pipe")
def test_a_reading_whose_caller_was_killed_still_counts_until_it_ends(
    other: tuple[subprocess.Popen[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    process, gate = other
    process.send_signal(signal.SIGKILL)
    process.wait()
    monkeypatch.setattr(documents, "QUEUE_SECONDS", 0.3)
    assert not is_free()
    open_gate(gate)
    monkeypatch.setattr(documents, "QUEUE_SECONDS", PATIENCE_SECONDS)
    assert is_free()


def test_what_reads_pictures_is_loaded_only_for_a_picture(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("ACME LTD\nInvoice 4711\nTotal 12.00")
    code = (
        "import sys, pathlib; from tasks.mail.understand import read_document;"
        f"read_document(pathlib.Path({str(tmp_path / 'note.txt')!r}));"
        "print([one for one in ('rapidocr', 'onnxruntime', 'cv2', 'PIL', 'pillow_heif') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_broken_picture_is_refused_without_loading_the_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    report = f"open({str(seen)!r}, 'w').write(repr('rapidocr' in sys.modules))"
    worker(tmp_path, monkeypatch, "real.main(sys.argv[1:])", report)
    with pytest.raises(documents.BrokenDocumentError):
        documents.read_image(b"\x89PNG\r\n\x1a\nbroken")
    assert seen.read_text() == "False"
