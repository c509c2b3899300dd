"""A stream under a passphrase: AES-256-GCM in chunks; a chunk that is changed, moved or missing does not go unseen.

The key is scrypt's of passphrase and salt. Each chunk's nonce is a random prefix, its number and whether it is the
last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizar); the header is authenticated with every chunk.
"""

import io
import os
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from domain.errors import RejectedError

MAGIC = b"fte-sealed-1\n"
SALT_BYTES, PREFIX_BYTES, TAG_BYTES = 16, 7, 16
CHUNK_BYTES = 1 << 20
COST = 1 << 16
"""scrypt's n: 64 MB and a fifth of a second for each guess."""


class WrongPassphraseError(RejectedError):
    """It does not open, or what it seals was changed; nobody can tell which."""

    def __init__(self) -> None:
        super().__init__("the passphrase does not open this backup, or the backup was changed or cut short")


class SealedWriter(io.RawIOBase):
    """Encrypts what is written to it; `close` writes the last chunk and leaves the target open."""

    def __init__(self, target: IO[bytes], passphrase: str) -> None:
        """Writes the header."""
        salt, self._prefix = os.urandom(SALT_BYTES), os.urandom(PREFIX_BYTES)
        self._target, self._header = target, MAGIC + salt + self._prefix
        self._cipher, self._number, self._waiting = _cipher(passphrase, salt), 0, bytearray()
        target.write(self._header)

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override] # any buffer
        """Keep it, and write every chunk that is full and not the last."""
        self._waiting += data
        while len(self._waiting) > CHUNK_BYTES:
            self._put(bytes(self._waiting[:CHUNK_BYTES]), is_last=False)
            del self._waiting[:CHUNK_BYTES]
        return len(data)

    def finish(self) -> None:
        """Write the last chunk: without it nothing can be read to its end."""
        self._put(bytes(self._waiting), is_last=True)

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, is_last=is_last)
        self._target.write(self._cipher.encrypt(nonce, chunk, self._header))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Decrypts what a `SealedWriter` wrote.

    Raises:
        WrongPassphraseError: on reading, at the first chunk that is not as it was written.
    """

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        """Reads the header; `is_sealed` was asked before."""
        self._header = source.read(len(MAGIC) + SALT_BYTES + PREFIX_BYTES)
        salt, self._prefix = self._header[len(MAGIC) : -PREFIX_BYTES], self._header[-PREFIX_BYTES:]
        self._source, self._cipher, self._number = source, _cipher(passphrase, salt), 0
        self._chunk, self._next = b"", source.read(CHUNK_BYTES + TAG_BYTES)
        self._is_over = False

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # any buffer
        """As much as is decrypted already."""
        while not self._chunk and not self._is_over:
            self._open_next()
        count = min(len(buffer), len(self._chunk))
        buffer[:count], self._chunk = self._chunk[:count], self._chunk[count:]
        return count

    def _open_next(self) -> None:
        sealed, self._next = self._next, self._source.read(CHUNK_BYTES + TAG_BYTES)
        self._is_over = not self._next
        nonce = _nonce(self._prefix, self._number, is_last=self._is_over)
        try:
            self._chunk = self._cipher.decrypt(nonce, sealed, self._header)
        except InvalidTag as error:
            raise WrongPassphraseError from error
        self._number += 1


def is_sealed(beginning: bytes) -> bool:
    """Whether a file with this beginning needs a passphrase."""
    return beginning.startswith(MAGIC)


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode()))


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])
