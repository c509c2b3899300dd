"""What came of the expectations of a source's frames at its last reading: one file each in the state of this mode."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from blocks.settings import settings
from domain.frame_check import FrameCheck
from tasks.frames.suite import CheckedFrame
from tasks.vault.atomic import disk_errors, put_over, write_beside

_CHECKS = TypeAdapter(tuple[FrameCheck, ...])


def keep_checks(source: str, checked: Sequence[CheckedFrame]) -> None:
    """Keep them instead of those of the source's last reading."""
    now, path = datetime.now(UTC), _path(source)
    content = _CHECKS.dump_json(tuple(one.result(now) for one in checked), indent=1)
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        put_over(write_beside(path, content, "checks"), path)


def kept_checks(source: str) -> tuple[FrameCheck, ...]:
    """Those of the source's last reading; none where it was not read since they are kept."""
    path = _path(source)
    try:
        with disk_errors(path):
            return _CHECKS.validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return ()


def _path(source: str) -> Path:
    return settings().state / "checks" / f"{source}.json"
