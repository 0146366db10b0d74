"""The three bytes every sealed value and file begins with: suite 1 | version of the customer key 2, big-endian.

They are read before anything is opened, to find the key; they are authenticated by opening, because both are part of
the bound data (``aad``).
"""

import struct

from razdar.core.crypto.material import Octets
from razdar.core.errors import Unopenable

_LAYOUT = struct.Struct(">BH")
LENGTH = _LAYOUT.size


def pack(suite_id: int, version: int) -> bytes:
    """The three bytes; the caller has checked the ranges by building the bound data first."""
    return _LAYOUT.pack(suite_id, version)


def unpack(sealed: Octets) -> tuple[int, int]:
    """Suite and key version of something sealed.

    Raises:
        Unopenable: too short, or key version 0, which is never given.
    """
    if len(sealed) < LENGTH:
        raise Unopenable
    suite_id, version = _LAYOUT.unpack_from(sealed)
    if version == 0:
        raise Unopenable
    return suite_id, version
