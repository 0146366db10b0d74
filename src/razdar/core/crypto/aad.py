"""Where a sealed value belongs, as additional authenticated data.

::

    offset  width  member        type
    0       1      suite         u8
    1       2      key version   u16, big-endian
    3       16     client        UUID, RFC 9562 byte order
    19      16     customer      UUID
    35      2      table         u16
    37      2      field         u16
    39      16     row           UUID
    55

Every member has a fixed width and a fixed offset: joined strings would let ``1|23`` pass for ``12|3``. Every member is
immutable for the life of the row: a value moved to another row, customer or client must be sealed anew, and one that is
copied there does not open. Table and field numbers are assigned once and never reused.
"""

import struct
from typing import NamedTuple
from uuid import UUID

_LAYOUT = struct.Struct(">BH16s16sHH16s")
LENGTH = _LAYOUT.size

_U8 = 0xFF
_U16 = 0xFFFF


class Place(NamedTuple):
    """The one cell of the one row a sealed value belongs to. A page makes a hundred, hence a tuple.

    Attributes:
        client: whose customer it is.
        customer: under whose key it is sealed.
        table: number of the table, 0 to 65535.
        field: number of the field within the table, 0 to 65535.
        row: id of the row.
    """

    client: UUID
    customer: UUID
    table: int
    field: int
    row: UUID


def pack(suite_id: int, key_version: int, place: Place) -> bytes:
    """The 55 bytes above.

    Raises:
        ValueError: a suite outside 0 to 255, a key version outside 1 to 65535, a table or field outside 0 to 65535.
    """
    if not (0 <= suite_id <= _U8 and 1 <= key_version <= _U16):
        raise ValueError("suites are 0 to 255, key versions 1 to 65535")
    client, customer, table, field, row = place
    try:
        return _LAYOUT.pack(suite_id, key_version, client.bytes, customer.bytes, table, field, row.bytes)
    except struct.error:
        raise ValueError("table and field numbers are 0 to 65535") from None
