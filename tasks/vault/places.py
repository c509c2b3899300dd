"""Where a file may lie: inside the Vault, whatever its name or its links say."""

from pathlib import Path, PurePath, PureWindowsPath

from domain.errors import RejectedError


class OutsideVaultError(RejectedError):
    """A path leads out of the Vault."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path!r} leads out of the Vault; copy the file into the Vault and name it from there"
        )


def inside(root: Path, relative: str | PurePath) -> Path:
    """The path of something in the Vault, which need not exist.

    Raises:
        OutsideVaultError: it is absolute, climbs by .., or goes through a link that leads out.
    """
    text = str(relative) if not isinstance(relative, PurePath) else relative.as_posix()
    parts = text.split("/")
    windows = PureWindowsPath(text)
    if "\\" in text or "\0" in text or ".." in parts or text.startswith("/") or windows.is_absolute():
        raise OutsideVaultError(text)
    path = root / text
    if not stays_inside(root, path):
        raise OutsideVaultError(text)
    return path


def stays_inside(root: Path, path: Path) -> bool:
    """Whether the path, all links followed, is in the Vault."""
    return path.resolve().is_relative_to(root.resolve())
