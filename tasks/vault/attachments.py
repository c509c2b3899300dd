"""Documents that tasks are about, kept under the digest of their content."""

import hashlib
import re
from pathlib import Path

from domain.errors import RejectedError
from domain.vault.folder import Folder
from domain.vault.names import safe_name
from tasks.vault.atomic import disk_errors, put_new, put_over_unsynced, write_beside
from tasks.vault.locks import locked, private_folder
from tasks.vault.places import OutsideVaultError, inside, stays_inside

SHORT_DIGEST = 16
_KEPT = re.compile(rf"(?:\A|/)([0-9a-f]{{{SHORT_DIGEST}}})(?:-\d+)?-(?=[^/]+\Z)")


class DocumentChangedError(RejectedError):
    """A document is not the one that was kept under its name."""

    def __init__(self, relative: str) -> None:
        super().__init__(
            f"{relative} was changed or removed after it was kept, so it is not booked; "
            "put the original back, or set the task to `status: new` to have the changed one read and asked about"
        )


class NotAsApprovedError(RejectedError):
    """A document is not the one that a person approved."""

    def __init__(self, relative: str) -> None:
        super().__init__(f"{relative} is not as it was when it was approved; nothing went out: ask again")


def approved_content(root: Path, relative: str, sha256: str) -> bytes:
    """The content of a kept document, exactly as it was approved.

    Raises:
        NotAsApprovedError: it is another, or gone.
    """
    try:
        content = kept_content(root, relative)
    except DocumentChangedError as error:
        raise NotAsApprovedError(relative) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotAsApprovedError(relative)
    return content


def keep_document(root: Path, document: Path | bytes, name: str) -> str:
    """Copy a document into Attachments/; the same content keeps the path it had first.

    Returns:
        The path in the Vault, with forward slashes.

    Raises:
        OutsideVaultError: the document is a link in the Vault that leads out.
    """
    content = document if isinstance(document, bytes) else _content(root, document)
    digest = hashlib.sha256(content).hexdigest()
    with locked(root, digest) as tag:
        index = private_folder(root, "attachments") / digest
        known = _known(root, index, digest)
        if known:
            return known
        stored = _store(root, content, safe_name(name), digest=digest, tag=tag)
        put_over_unsynced(
            write_beside(index, stored.encode(), tag), index
        )  # without it the name is found again
    return stored


def keep_as_it_is(root: Path, relative: str) -> str:
    """Where the document's present content is kept: in its place, unless it was changed or lies elsewhere."""
    path = inside(root, relative)
    if not path.is_file():
        return relative
    content = _content(root, path)
    if _is_named_for(relative, content):
        return relative
    return keep_document(root, content, _KEPT.sub("", path.name))


def kept_content(root: Path, relative: str) -> bytes:
    """The content that the name was given for.

    Raises:
        DocumentChangedError: it is not there any more.
    """
    path = inside(root, relative)
    content = _content(root, path) if path.is_file() else b""
    if not _is_named_for(relative, content):
        raise DocumentChangedError(relative)
    return content


def _is_named_for(relative: str, content: bytes) -> bool:
    named = _KEPT.search(relative)
    if named is None or not relative.startswith(f"{Folder.ATTACHMENTS}/"):
        return False
    return hashlib.sha256(content).hexdigest().startswith(named[1])


def _content(root: Path, document: Path) -> bytes:
    in_vault = document.absolute().is_relative_to(root.absolute())
    if in_vault and not stays_inside(root, document):
        raise OutsideVaultError(str(document))
    with disk_errors(document):
        return document.read_bytes()


def _known(root: Path, index: Path, digest: str) -> str | None:
    if not index.exists():
        return None
    stored = index.read_text()
    return stored if _holds(inside(root, stored), digest) else None


def _holds(path: Path, digest: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as kept:
        return hashlib.file_digest(kept, "sha256").hexdigest() == digest


def _store(root: Path, content: bytes, name: str, *, digest: str, tag: str) -> str:
    """Write under a free name; a file whose content was changed by hand is evidence too and stays."""
    number = 1
    while True:
        again = "" if number == 1 else f"-{number}"
        relative = f"{Folder.ATTACHMENTS}/{digest[:SHORT_DIGEST]}{again}-{name}"
        target = inside(root, relative)
        if _holds(target, digest):
            return relative
        try:
            put_new(write_beside(target, content, tag), target)
        except FileExistsError:
            number += 1
        else:
            return relative
