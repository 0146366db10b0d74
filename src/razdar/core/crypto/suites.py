"""The one table from suite number to algorithm.

Every field blob, body blob, staff value and finished file names its suite in its first byte, and is sealed and opened
by what ``suites.by_id`` answers for it *at that moment*. Callers write ``suites.by_id(...)`` and never import the
function by name, so that there is exactly one place through which plaintext becomes ciphertext, and a test can show
what the disk would look like without it.

====  ==================  ========================================
0x11  AES-256-GCM         values: sealed = nonce 12 | ciphertext | tag 16
0x22  HPKE hybrid         values, to a public key: sealed = encapsulated key 1120 | ciphertext | tag 16
0x31  dual control        values, twice AES-256-GCM: each layer sealed as in 0x11 (``modes.dual_control``)
0x41  Cobblestone-256     finished files: C2SP chunked encryption
0x51  token               values kept apart from their row, as in 0x11 (``modes.token``)
0x61  live stream         records and segments of a call, as in 0x11 (``streams``, ``segments``)
====  ==================  ========================================

An unknown number, or a suite asked for what it does not do, is ``Unopenable``. Numbers are never reused.
Wrapped keys do not pass here: they are the business of ``hierarchy``.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from razdar.core.crypto import aead, cobblestone, hpke
from razdar.core.crypto.cobblestone import ReadRange
from razdar.core.crypto.material import Key, Octets
from razdar.core.errors import Unopenable

Source: TypeAlias = Octets | Iterable[bytes]

AES_256_GCM = 0x11
HPKE_HYBRID = 0x22
DUAL_CONTROL = 0x31
COBBLESTONE_256 = 0x41
TOKEN = 0x51
STREAM = 0x61


def _refuse(*_: object) -> NoReturn:
    raise Unopenable


@dataclass(frozen=True, slots=True)
class Suite:
    """What one suite can do; what it is not given, it refuses.

    Attributes:
        seal: ``(key, plaintext, aad, nonce) -> sealed``; the nonce is 12 bytes never used before with the key. With
            0x22 the key is the public key, and no nonce is looked at.
        open: ``(key, sealed, aad) -> plaintext``. With 0x22 the key is the seed of the key pair.
        seal_file: ``(key, context, source) -> pieces``; has taken the key when it returns.
        open_file: ``(key, context, read_range, size) -> file``; has taken the key when it returns; read-only, seekable.
    """

    seal: Callable[[Key, bytes, bytes, bytes], bytes] = _refuse
    open: Callable[[Key, Octets, bytes], bytes] = _refuse
    seal_file: Callable[[Key, bytes, Source], Iterator[bytes]] = _refuse
    open_file: Callable[[Key, bytes, ReadRange, int], io.RawIOBase] = _refuse


_SUITES = {
    AES_256_GCM: Suite(seal=aead.seal, open=aead.open_),
    HPKE_HYBRID: Suite(seal=hpke.seal, open=hpke.open_),
    DUAL_CONTROL: Suite(seal=aead.seal, open=aead.open_),
    COBBLESTONE_256: Suite(seal_file=cobblestone.encrypt, open_file=cobblestone.Reader),
    TOKEN: Suite(seal=aead.seal, open=aead.open_),
    STREAM: Suite(seal=aead.seal, open=aead.open_),
}


def by_id(suite_id: int) -> Suite:
    """The suite of this number.

    Raises:
        Unopenable: there is none.
    """
    try:
        return _SUITES[suite_id]
    except KeyError:
        raise Unopenable from None
