"""*standard*: AES-256-GCM under the group's subkey of the customer key."""

from razdar.core.crypto.aad import Place
from razdar.core.crypto.modes import symmetric
from razdar.core.crypto.modes.base import MODES, Keys


class Standard:
    searchable = False
    suites = symmetric.SUITES

    def seal(self, keys: Keys, plaintext: bytes, place: Place) -> bytes:
        return symmetric.seal(keys, plaintext, place)

    def open(self, keys: Keys, blob: bytes, place: Place) -> bytes:
        return symmetric.open_(keys, blob, place)


MODES.register("standard")(Standard())
