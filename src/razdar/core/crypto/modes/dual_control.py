"""*dual control*: two keys, of which the installation holds one (suite 0x31).

::

    inner = AES-256-GCM(group subkey, value)         bound: "razdar dual inner v1" | place 55
    outer = AES-256-GCM(second key, inner)           bound: "razdar dual outer v1" | place 55 | SHA-256(age file)
    blob  = suite 0x31 | key version 2 | length of the age file 2 | age file | outer
                                                     (integers big-endian; each layer is nonce 12 | ciphertext | tag 16)

The second key is random, made for this one value, and forgotten; what is left of it lies in the age file (``age``),
sealed to persons whose identities no process here holds. To open, one of them decrypts the age file with a tool of
their own, reads what the key is for, and gives the key back. The key opens this value in its place and nothing else;
and without the customer's key it opens nothing at all.

What the age file holds is text that a person can read, so that they see what they give away::

    razdar second key v1
    client 00000000-...
    customer 00000000-...
    table 1, field 30, row 00000000-...
    key <64 hexadecimal digits>
"""

import re
import struct
from hashlib import sha256

from razdar.core.crypto import aad, age, frame, suites
from razdar.core.crypto.aad import Place
from razdar.core.crypto.material import KEY_BYTES, Octets, wipe
from razdar.core.crypto.modes.base import MODES, Keys
from razdar.core.crypto.suites import DUAL_CONTROL
from razdar.core.errors import BadInput, Unopenable

_INNER, _OUTER = b"razdar dual inner v1", b"razdar dual outer v1"
_SIZE = struct.Struct(">H")
_TITLE = "razdar second key v1"
_KEY_LINE = re.compile(r"^\s*(?:key )?([0-9a-fA-F]{64})\s*$", re.MULTILINE)
_LONGEST_TEXT = 2000


class DualControl:
    searchable = False
    suites = frozenset({DUAL_CONTROL})

    def seal(self, keys: Keys, plaintext: bytes, place: Place) -> bytes:
        version, subkey = keys.newest()
        bound, suite = aad.pack(DUAL_CONTROL, version, place), suites.by_id(DUAL_CONTROL)
        second = bytearray(keys.random(KEY_BYTES))
        try:
            file = b"".join(age.encrypt(keys.recipients(), [second_text(place, second)], keys.random))
            inner = suite.seal(subkey, plaintext, _INNER + bound, keys.nonce())
            outer = suite.seal(second, inner, _OUTER + bound + sha256(file).digest(), keys.nonce())
        finally:
            wipe(second)
        return frame.pack(DUAL_CONTROL, version) + _SIZE.pack(len(file)) + file + outer

    def open(self, keys: Keys, blob: bytes, place: Place) -> bytes:
        version, file, outer = _parts(blob)
        bound, suite = aad.pack(DUAL_CONTROL, version, place), suites.by_id(DUAL_CONTROL)
        subkey = keys.of_version(version)  # a destroyed customer key is found before anybody is asked for a second one
        inner = suite.open(keys.second(), outer, _OUTER + bound + sha256(file).digest())
        return suite.open(subkey, inner, _INNER + bound)


def second_key_file(blob: Octets) -> bytes:
    """The age file inside a blob, for the person who keeps the second key.

    Raises:
        Unopenable: not a blob under dual control.
    """
    return bytes(_parts(blob)[1])


def second_text(place: Place, key: Octets) -> bytes:
    """What the age file holds: what the key is for, and the key."""
    where = f"table {place.table}, field {place.field}, row {place.row}"
    lines = (_TITLE, f"client {place.client}", f"customer {place.customer}", where, f"key {bytes(key).hex()}")
    return "".join(f"{line}\n" for line in lines).encode()


def parse_second(text: str) -> bytearray:
    """The second key from the text in the age file, or from its key line alone; the caller wipes it.

    Raises:
        BadInput: there is no such line, or more than one.
    """
    found = _KEY_LINE.findall(text[:_LONGEST_TEXT])
    if len(found) != 1:
        raise BadInput("A second key is one line of 64 hexadecimal digits.")
    return bytearray.fromhex(found[0])


def _parts(blob: Octets) -> tuple[int, memoryview, memoryview]:
    """Key version, age file and outer layer."""
    suite_id, version = frame.unpack(blob)
    view = memoryview(blob)[frame.LENGTH :]
    if suite_id != DUAL_CONTROL or len(view) < _SIZE.size:
        raise Unopenable
    (length,) = _SIZE.unpack_from(view)
    file, outer = view[_SIZE.size : _SIZE.size + length], view[_SIZE.size + length :]
    if not outer or bytes(file[: len(age.VERSION)]) != age.VERSION:
        raise Unopenable
    return version, file, outer


MODES.register("dual_control")(DualControl())
