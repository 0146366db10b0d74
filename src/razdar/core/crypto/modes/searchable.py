"""*searchable*: sealed like standard, and the vault keeps a truncated blind index of the normalised value beside it.

The index is made in batches by the key agent, which never hands out its key; this mode only says that there is one.
What it gives away, and standard does not: that two rows of one client and field may hold the same value.
"""

from razdar.core.crypto.aad import Place
from razdar.core.crypto.modes import symmetric
from razdar.core.crypto.modes.base import MODES, Keys


class Searchable:
    searchable = True
    suites = symmetric.SUITES

    def seal(self, keys: Keys, plaintext: bytes, place: Place) -> bytes:
        return symmetric.seal(keys, plaintext, place)

    def open(self, keys: Keys, blob: bytes, place: Place) -> bytes:
        return symmetric.open_(keys, blob, place)


MODES.register("searchable")(Searchable())
