"""How values are written into frames and read from them (``wire``), by their annotations.

::

    integers   8 bytes, signed          UUIDs    16 bytes
    booleans   1 byte                   moments  milliseconds since 1970 UTC, as an integer
    text, octets   length 4 | bytes     lists, dictionaries    count 4 | members
    optional   0x00, or 0x01 | value    records  their fields in order
    key refs   count 4 | (client 16 | customer 16 | version 4, signed) each
    keys       count 4 | 32 bytes each

All big-endian. Nothing is read but what is written here: no names of classes, no code. Whatever is longer, shorter or
other than it should be is ``BadInput``. Every buffer is overwritten after use; it may have held keys.
"""

import dataclasses
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID, SafeUUID

from razdar.core.crypto.material import KEY_BYTES, wipe
from razdar.core.errors import BadInput
from razdar.keys.records import KeyRef

FRAME_BYTES = 1 << 20
HEADER = struct.Struct(">I")

# The slots of an id, which refuses to be assigned to.
_set_number: Callable[[UUID, int], None] = UUID.__dict__["int"].__set__
_set_safety: Callable[[UUID, SafeUUID], None] = UUID.__dict__["is_safe"].__set__
_COUNT = HEADER
_INTEGER = struct.Struct(">q")
_REF = struct.Struct(">16s16si")
_FIRST_ROOM = 4096
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Writer:
    """A buffer that grows and forgets: what it outgrew is overwritten."""

    def __init__(self) -> None:
        self._room = bytearray(_FIRST_ROOM)
        self._end = HEADER.size

    def reserve(self, size: int) -> tuple[bytearray, int]:
        """The buffer, and where the next ``size`` bytes of it begin.

        Raises:
            BadInput: the frame would be too long.
        """
        start, self._end = self._end, self._end + size
        if self._end > FRAME_BYTES + HEADER.size:
            raise BadInput("This is too much for one question to the key agent.")
        if self._end > len(self._room):
            outgrown, self._room = self._room, bytearray(max(self._end, 2 * len(self._room)))
            self._room[:start] = outgrown[:start]
            wipe(outgrown)
        return self._room, start

    def put(self, data: bytes | bytearray | memoryview) -> None:
        room, start = self.reserve(len(data))
        room[start : self._end] = data

    def frame(self) -> memoryview:
        """The whole frame, its length in front."""
        HEADER.pack_into(self._room, 0, self._end - HEADER.size)
        return memoryview(self._room)[: self._end]

    def wipe(self) -> None:
        wipe(self._room)
        self._end = HEADER.size


class Reader:
    """Reads a body from its beginning to its end."""

    def __init__(self, body: memoryview) -> None:
        self._body = body
        self._at = 0

    def take(self, size: int) -> memoryview:
        """The next bytes.

        Raises:
            BadInput: there are fewer.
        """
        start, self._at = self._at, self._at + size
        if size < 0 or self._at > len(self._body):
            raise malformed()
        return self._body[start : self._at]

    def count(self, smallest: int) -> int:
        """How many members follow, each of at least ``smallest`` bytes; more than can be there are refused."""
        (found,) = _COUNT.unpack(self.take(_COUNT.size))
        if found * smallest > len(self._body) - self._at:
            raise malformed()
        return int(found)

    def end(self) -> None:
        if self._at != len(self._body):
            raise malformed()


@dataclass(frozen=True)
class Codec:
    """How values of one type are written and read.

    Attributes:
        put: writes one.
        take: reads one; raises ``BadInput`` for anything that ``put`` does not write.
        smallest: bytes of the shortest.
    """

    put: Callable[[Writer, Any], None]
    take: Callable[[Reader], Any]
    smallest: int


@cache
def codec(hint: Any) -> Codec:
    """The codec of an annotation.

    Raises:
        TypeError: a type that is not for the wire.
    """
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _record(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _converted(codec(str), lambda value: str(value.value), hint)
    return _of_members(get_origin(hint), get_args(hint))


def _of_members(origin: Any, members: tuple[Any, ...]) -> Codec:
    if origin is tuple and members[-1] is not Ellipsis:
        return _fixed([codec(member) for member in members])
    if origin in (list, tuple, _SEQUENCE):
        return _listed(codec(members[0]), tuple if origin is tuple else list)
    if origin is dict:
        return _dictionary(codec(members[0]), codec(members[1]))
    if origin in (Union, UnionType) and members[1:] == (type(None),):
        return _optional(codec(members[0]))
    raise TypeError(f"{origin} is not for the wire")


def malformed() -> BadInput:
    return BadInput("What was said to the key agent is not in its language.")


# --- Codecs of single types -------------------------------------------------------------------------------------------


def _put_integer(writer: Writer, value: int) -> None:
    try:
        writer.put(_INTEGER.pack(value))
    except struct.error:
        raise BadInput("This number is too large for the key agent.") from None


def _put_octets(writer: Writer, value: bytes | bytearray | memoryview) -> None:
    writer.put(_COUNT.pack(len(value)))
    writer.put(value)


def _take_octets(reader: Reader) -> memoryview:
    return reader.take(reader.count(1))


def _take_text(reader: Reader) -> str:
    try:
        return str(_take_octets(reader), "utf-8")
    except UnicodeDecodeError:
        raise malformed() from None


def _put_text(writer: Writer, value: str) -> None:
    try:
        _put_octets(writer, value.encode())
    except UnicodeEncodeError:
        raise BadInput("This text cannot be sent to the key agent.") from None


def _take_boolean(reader: Reader) -> bool:
    value = bytes(reader.take(1))
    if value not in (b"\0", b"\1"):
        raise malformed()
    return value == b"\1"


def _take_moment(reader: Reader) -> datetime:
    (millis,) = _INTEGER.unpack(reader.take(8))
    try:
        moment: datetime = _EPOCH + millis * _MILLISECOND
    except OverflowError:
        raise malformed() from None
    return moment


def _put_moment(writer: Writer, value: datetime) -> None:
    _put_integer(writer, (value - _EPOCH) // _MILLISECOND)


def _put_refs(writer: Writer, refs: Sequence[KeyRef]) -> None:
    room, start = writer.reserve(_COUNT.size + _REF.size * len(refs))
    _COUNT.pack_into(room, start, len(refs))
    start += _COUNT.size
    try:
        for ref in refs:
            _REF.pack_into(room, start, ref.client.bytes, ref.customer.bytes, ref.version)
            start += _REF.size
    except struct.error:
        raise BadInput("A key has no such version.") from None


def _take_refs(reader: Reader) -> list[KeyRef]:
    count = reader.count(_REF.size)
    last, client = b"", UUID(int=0)
    refs = []
    for owner, customer, version in _REF.iter_unpack(reader.take(count * _REF.size)):
        if owner != last:  # most batches are of one client
            last, client = owner, _uuid(owner)
        refs.append(KeyRef(client, _uuid(customer), version))
    return refs


def _uuid(octets: bytes) -> UUID:
    """The id of 16 bytes, as ``UUID(bytes=...)`` makes it; that one looks at seven ways of being called first."""
    made = object.__new__(UUID)
    _set_number(made, int.from_bytes(octets))
    _set_safety(made, SafeUUID.unknown)
    return made


def _put_ref(writer: Writer, ref: KeyRef) -> None:
    _put_refs(writer, (ref,))


def _take_ref(reader: Reader) -> KeyRef:
    refs = _take_refs(reader)
    if len(refs) != 1:
        raise malformed()
    return refs[0]


def _put_keys(writer: Writer, keys: Sequence[bytearray]) -> None:
    room, start = writer.reserve(_COUNT.size + KEY_BYTES * len(keys))
    _COUNT.pack_into(room, start, len(keys))
    start += _COUNT.size
    for key in keys:
        room[start : start + KEY_BYTES] = key
        start += KEY_BYTES


def _take_keys(reader: Reader) -> list[bytearray]:
    whole = reader.take(reader.count(KEY_BYTES) * KEY_BYTES)
    return [bytearray(whole[start : start + KEY_BYTES]) for start in range(0, len(whole), KEY_BYTES)]


def _listed(member: Codec, make: Callable[[list[Any]], Any]) -> Codec:
    def put(writer: Writer, values: Sequence[object]) -> None:
        writer.put(_COUNT.pack(len(values)))
        for value in values:
            member.put(writer, value)

    def take(reader: Reader) -> Any:
        return make([member.take(reader) for _ in range(reader.count(member.smallest))])

    return Codec(put, take, _COUNT.size)


def _fixed(members: Sequence[Codec]) -> Codec:
    def put(writer: Writer, values: Sequence[object]) -> None:
        for member, value in zip(members, values, strict=True):
            member.put(writer, value)

    return Codec(
        put,
        lambda reader: tuple(member.take(reader) for member in members),
        sum(member.smallest for member in members),
    )


def _dictionary(key: Codec, value: Codec) -> Codec:
    def put(writer: Writer, values: dict[Any, Any]) -> None:
        writer.put(_COUNT.pack(len(values)))
        for name, item in values.items():
            key.put(writer, name)
            value.put(writer, item)

    def take(reader: Reader) -> dict[Any, Any]:
        return {key.take(reader): value.take(reader) for _ in range(reader.count(key.smallest + value.smallest))}

    return Codec(put, take, _COUNT.size)


def _optional(inner: Codec) -> Codec:
    def put(writer: Writer, value: object) -> None:
        writer.put(b"\0" if value is None else b"\1")
        if value is not None:
            inner.put(writer, value)

    return Codec(put, lambda reader: inner.take(reader) if _take_boolean(reader) else None, 1)


def _record(kind: type) -> Codec:
    hints = get_type_hints(kind)
    members = [(field.name, codec(hints[field.name])) for field in dataclasses.fields(kind)]

    def put(writer: Writer, value: object) -> None:
        for name, member in members:
            member.put(writer, getattr(value, name))

    def take(reader: Reader) -> Any:
        return kind(*(member.take(reader) for _, member in members))

    return Codec(put, take, sum(member.smallest for _, member in members))


def _converted(inner: Codec, out: Callable[[Any], Any], back: Callable[[Any], Any]) -> Codec:
    def take(reader: Reader) -> Any:
        try:
            return back(inner.take(reader))
        except ValueError:
            raise malformed() from None

    return Codec(lambda writer, value: inner.put(writer, out(value)), take, inner.smallest)


_SEQUENCE = get_origin(Sequence[int])
_PLAIN: dict[Any, Codec] = {
    type(None): Codec(lambda _writer, _value: None, lambda _reader: None, 0),
    bool: Codec(lambda writer, value: writer.put(b"\1" if value else b"\0"), _take_boolean, 1),
    int: Codec(_put_integer, lambda reader: _INTEGER.unpack(reader.take(8))[0], 8),
    str: Codec(_put_text, _take_text, 4),
    bytes: Codec(_put_octets, lambda reader: bytes(_take_octets(reader)), 4),
    bytearray: Codec(_put_octets, lambda reader: bytearray(_take_octets(reader)), 4),
    datetime: Codec(_put_moment, _take_moment, 8),
    UUID: Codec(lambda writer, value: writer.put(value.bytes), lambda reader: UUID(bytes=bytes(reader.take(16))), 16),
    KeyRef: Codec(_put_ref, _take_ref, 40),
    Sequence[KeyRef]: Codec(_put_refs, _take_refs, 4),
    list[bytearray]: Codec(_put_keys, _take_keys, 4),
}
