"""A sealed finished file: a recording, a redacted rendition, an attachment.

::

    suite 1 | key version 2, big-endian | message of the suite

With suite 0x41 the message is a Cobblestone-256 message (56 bytes, and 16 more for every 16 KiB). Its key is derived
from the customer's content subkey for this one ``Place``; the same 55 bytes that bind a blob are its context. So a file
opens only as the file of the row it was made for. Streams of calls that are still running are not sealed this way: a
chunk is 16 KiB and nothing leaves the encryptor before it is full.
"""

import io
import itertools
from collections.abc import Iterator

from razdar.core.crypto import aad, frame, hierarchy, suites
from razdar.core.crypto.aad import Place
from razdar.core.crypto.cobblestone import ReadRange
from razdar.core.crypto.material import Key, Octets, usable, wipe
from razdar.core.crypto.suites import Source
from razdar.core.errors import Unopenable

HEADER_BYTES = frame.LENGTH


def seal_file(content_subkey: Key, version: int, place: Place, source: Source) -> Iterator[bytes]:
    """Seal a file, piece by piece.

    The subkey has been used when this returns and may be wiped before the first piece is asked for. Pieces are to be
    written in order; if the source fails midway, what was written so far opens for nobody and should be removed.

    Args:
        content_subkey: the content subkey of the customer key.
        version: the customer key's version, 1 to 65535.
        place: the row the file belongs to.
        source: the plaintext, whole or in pieces of any size.

    Raises:
        ValueError: an argument out of range, or a wiped key.
    """
    context = aad.pack(suites.COBBLESTONE_256, version, place)
    key = hierarchy.file_key(content_subkey, context)
    try:
        pieces = suites.by_id(suites.COBBLESTONE_256).seal_file(key, context, source)
    finally:
        wipe(key)
    return itertools.chain((frame.pack(suites.COBBLESTONE_256, version),), pieces)


def open_file(content_subkey: Key, place: Place, read_range: ReadRange, size: int) -> io.RawIOBase:
    """Open a sealed file as a read-only, seekable file; close it to wipe its key.

    Its length has been proved when this returns; each 16 KiB is opened when it is read. The subkey may be wiped when
    this returns.

    Args:
        content_subkey: the content subkey of the customer key of the version ``key_version`` names.
        place: the row the file was found at.
        read_range: ``(start, length)`` to exactly these bytes of the sealed object; its own errors pass through.
        size: length of the sealed object in bytes.

    Raises:
        Unopenable: anything at all is wrong; also later, while reading, when a changed part is touched.
    """
    if size < HEADER_BYTES or not usable(content_subkey):
        raise Unopenable
    suite, version = frame.unpack(read_range(0, HEADER_BYTES))
    context = aad.pack(suite, version, place)
    key = hierarchy.file_key(content_subkey, context)
    try:
        return suites.by_id(suite).open_file(
            key,
            context,
            lambda start, length: read_range(start + HEADER_BYTES, length),
            size - HEADER_BYTES,
        )
    finally:
        wipe(key)


def key_version(head: Octets) -> int:
    """Which version of the customer key the file names, from its first 3 bytes or more; not yet authenticated.

    Raises:
        Unopenable: not the beginning of a sealed file.
    """
    return frame.unpack(head)[1]
