"""Documents that tasks are about, kept under the digest of their content."""

import hashlib
from pathlib import Path

from domain.vault.folder import Folder
from domain.vault.names import safe_name
from tasks.vault.atomic import disk_words, put_new, put_over, write_beside
from tasks.vault.locks import locked, private_folder
from tasks.vault.places import OutsideVaultError, inside, stays_inside

SHORT_DIGEST = 16


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
        put_over(write_beside(index, stored.encode(), tag), index)
    return stored


def _content(root: Path, document: Path) -> bytes:
    in_vault = document.absolute().is_relative_to(root.absolute())
    if in_vault and not stays_inside(root, document):
        raise OutsideVaultError(str(document))
    with disk_words(document):
        return document.read_bytes()


def _known(root: Path, index: Path, digest: str) -> str | None:
    if not index.exists():
        return None
    stored = index.read_text()
    return stored if _holds(inside(root, stored), digest) else None


def _holds(path: Path, digest: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


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
