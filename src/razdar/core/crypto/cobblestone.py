"""Cobblestone-256: C2SP chunked encryption (c2sp.org/chunked-encryption) with SHA-512 and AES-256-GCM.

::

    message     = salt 24 | commitment 32 | chunk 0 | chunk 1 | ... | last chunk
    chunk       = 16384 bytes of plaintext + 16 bytes of tag; the last holds 0 to 16383 bytes
    key 32 | base nonce 12 | commitment 32
                = HKDF-Expand-SHA512(input key, info)
    info        = "c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM" | 0x00 | salt | context
    nonce of k  = base nonce XOR k (big-endian); no additional data

Plaintext byte ``i`` is byte ``i mod 16384`` of chunk ``i div 16384``; chunk ``k`` starts at ``56 + k * 16400``.
The chunk number sits in the nonce, so chunks that are moved, repeated or taken from another message do not open; the
short last chunk marks the end, so a message cut or extended anywhere does not open; the commitment ties the message to
one key.

Writing is the library's own encryptor. The library reads only from front to back; playing a recording needs any
position, so reading is the ``Reader`` below, and the tests hold it against the library's decryptor.
"""

import hmac
import io
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from cryptography.cobblestone import Cobblestone256Encryptor
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from razdar.core.crypto import aead
from razdar.core.crypto.material import KEY_BYTES, NONCE_BYTES, Key, Octets, usable, wipe
from razdar.core.errors import Unopenable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ReadRange: TypeAlias = Callable[[int, int], Octets]
"""``read_range(start, length)``: exactly these bytes of the sealed object."""

CHUNK = 16 * 1024
SEALED_CHUNK = CHUNK + aead.TAG_BYTES
SALT_BYTES = 24
COMMITMENT_BYTES = 32
PREFIX = SALT_BYTES + COMMITMENT_BYTES
MAX_CHUNKS = 1 << 38

_INFO = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"
_PIECE = 64 * 1024
"""Input per library call; larger ones were measured at less than half the speed."""
_SPAN = 16
"""Chunks fetched by one range read at most: 256 KiB."""


def encrypt(key: Key, context: bytes, source: Octets | Iterable[bytes]) -> Iterator[bytes]:
    """Encrypt one message, piece by piece.

    The key has been taken when this returns and may be wiped before the first piece is asked for. If the source fails
    midway the message has no last chunk: what was written so far opens for nobody.

    Raises:
        ValueError: a wiped or malformed key.
    """
    if not usable(key):
        raise ValueError("a key is 32 bytes and not wiped")
    pieces = (source,) if isinstance(source, bytes | bytearray | memoryview) else source
    return _encrypt(Cobblestone256Encryptor(key, context), pieces)


def _encrypt(encryptor: Cobblestone256Encryptor, pieces: Iterable[Octets]) -> Iterator[bytes]:
    for piece in pieces:
        view = memoryview(piece)
        for start in range(0, len(view), _PIECE):
            if sealed := encryptor.update(view[start : start + _PIECE]):
                yield sealed
    yield encryptor.finalize()


def plain_size(sealed_size: int) -> int:
    """Length of the plaintext of a message of ``sealed_size`` bytes.

    Raises:
        Unopenable: no message has this length.
    """
    chunks, rest = divmod(sealed_size - PREFIX, SEALED_CHUNK)
    if sealed_size < PREFIX or rest < aead.TAG_BYTES or chunks >= MAX_CHUNKS:
        raise Unopenable
    return chunks * CHUNK + rest - aead.TAG_BYTES


class Reader(io.RawIOBase):
    """A sealed message as a read-only, seekable file.

    Opening checks the commitment and opens the last chunk, which proves the length; other chunks are fetched and opened
    when they are read. ``readinto`` fills the whole buffer unless the end is reached. Not for use by several threads at
    once. ``close`` wipes the keys and the last plaintext; use it as a context manager.

    Args:
        key: 32 bytes; only read during construction.
        context: the context the message was encrypted with.
        read_range: the sealed object; its own errors pass through.
        size: length of the sealed object in bytes.

    Raises:
        Unopenable: wrong key or context, or a message that was cut, extended, reordered or changed. Reading raises it
            as soon as a changed chunk is touched.
    """

    _key: bytearray = bytearray()
    _plain: bytearray = bytearray()

    def __init__(self, key: Key, context: bytes, read_range: ReadRange, size: int) -> None:
        super().__init__()
        self.size = plain_size(size)
        self._read_range = read_range
        self._position = 0
        self._sealed = memoryview(b"")
        self._sealed_from = 0
        self._plain = bytearray(CHUNK)
        self._plain_index = -1
        self._key, self._base_nonce = _message_keys(key, context, self._fetch(0, PREFIX))
        self._chunk(self.size // CHUNK, self.size // CHUNK)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        self._require_open()
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        self._require_open()
        origins = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}
        if whence not in origins or origins[whence] + offset < 0:
            raise ValueError("no such position")
        self._position = origins[whence] + offset
        return self._position

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        self._require_open()
        view = memoryview(buffer).cast("B")
        start, end = self._position, min(self._position + len(view), self.size)
        while self._position < end:
            index, offset = divmod(self._position, CHUNK)
            chunk = self._chunk(index, (end - 1) // CHUNK)[offset : offset + end - self._position]
            done = self._position - start
            view[done : done + len(chunk)] = chunk
            self._position += len(chunk)
        return max(self._position - start, 0)

    def readall(self) -> bytes:
        return self.read(max(self.size - self._position, 0)) or b""

    def close(self) -> None:
        wipe(self._key, self._plain)
        super().close()

    def _require_open(self) -> None:
        if self.closed:
            raise ValueError("the file is closed")

    def _chunk(self, index: int, last_wanted: int) -> memoryview:
        """Plaintext of one chunk; ``last_wanted`` says how far one range read may reach ahead."""
        length = min(CHUNK, self.size - index * CHUNK)
        into = memoryview(self._plain)[:length]
        if index != self._plain_index:
            self._plain_index = -1
            aead.open_into(self._key, self._nonce(index), self._sealed_chunk(index, length, last_wanted), None, into)
            self._plain_index = index
        return into

    def _sealed_chunk(self, index: int, length: int, last_wanted: int) -> memoryview:
        start = PREFIX + index * SEALED_CHUNK
        stop = start + length + aead.TAG_BYTES
        if not self._sealed_from <= start <= stop <= self._sealed_from + len(self._sealed):
            last = min(last_wanted, index + _SPAN - 1)
            reach = min((last + 1) * CHUNK, self.size) + (last + 1) * aead.TAG_BYTES + PREFIX
            self._sealed, self._sealed_from = self._fetch(start, reach - start), start
        return self._sealed[start - self._sealed_from : stop - self._sealed_from]

    def _fetch(self, start: int, length: int) -> memoryview:
        got = memoryview(self._read_range(start, length))
        if len(got) != length:
            raise Unopenable
        return got

    def _nonce(self, index: int) -> bytes:
        return (self._base_nonce ^ index).to_bytes(NONCE_BYTES)


def _message_keys(key: Key, context: bytes, prefix: memoryview) -> tuple[bytearray, int]:
    """Chunk key and base nonce of a message, after its commitment was checked."""
    if not usable(key):
        raise Unopenable
    salt, commitment = bytes(prefix[:SALT_BYTES]), prefix[SALT_BYTES:]
    derived = bytearray(KEY_BYTES + NONCE_BYTES + COMMITMENT_BYTES)
    HKDFExpand(SHA512(), len(derived), _INFO + salt + context).derive_into(key, derived)
    try:
        if not hmac.compare_digest(derived[KEY_BYTES + NONCE_BYTES :], commitment):
            raise Unopenable
        return derived[:KEY_BYTES], int.from_bytes(derived[KEY_BYTES : KEY_BYTES + NONCE_BYTES])
    finally:
        wipe(derived)
