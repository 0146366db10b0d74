"""*sealed*: HPKE to the customer's public key (suite 0x22). Whoever writes holds nothing that opens.

::

    blob = suite 0x22 | key version 2, big-endian | encapsulated key 1120 | ciphertext | tag 16
    info = "razdar sealed v1" | the 55 bytes of ``aad.pack``

The key pair belongs to one version of the customer key and ends with it. HPKE's base mode does not say who sealed:
whoever has the public key can make a value that opens in its place. It stands nowhere in the database; the key agent
gives it to the processes that write.
"""

from razdar.core.crypto import aad, frame, suites
from razdar.core.crypto.aad import Place
from razdar.core.crypto.modes.base import MODES, Keys
from razdar.core.crypto.suites import HPKE_HYBRID
from razdar.core.errors import Unopenable

_LABEL = b"razdar sealed v1"


class SealedTo:
    searchable = False
    suites = frozenset({HPKE_HYBRID})

    def seal(self, keys: Keys, plaintext: bytes, place: Place) -> bytes:
        version, public = keys.public()
        info = _LABEL + aad.pack(HPKE_HYBRID, version, place)
        return frame.pack(HPKE_HYBRID, version) + suites.by_id(HPKE_HYBRID).seal(public, plaintext, info, b"")

    def open(self, keys: Keys, blob: bytes, place: Place) -> bytes:
        suite_id, version = frame.unpack(blob)
        if suite_id not in self.suites:
            raise Unopenable
        info = _LABEL + aad.pack(suite_id, version, place)
        return suites.by_id(suite_id).open(keys.private(version), memoryview(blob)[frame.LENGTH :], info)


MODES.register("sealed")(SealedTo())
