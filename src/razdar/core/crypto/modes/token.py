"""*token*: the row holds a random surrogate; the value is kept apart from it (suite 0x51).

::

    row  = suite 0x51 | key version 2, big-endian | token 16
    kept = suite 0x51 | key version 2, big-endian | nonce 12 | ciphertext | tag 16       bound: place 55 | token 16

The token is drawn, not computed: from it alone nothing can be learned, and equal values have different tokens. What is
kept is sealed under the group's subkey of the customer key like every value, and bound to the row's place and to its
token, so that neither rows nor tokens can be exchanged for each other.
"""

from razdar.core.crypto import aad, frame, suites
from razdar.core.crypto.aad import Place
from razdar.core.crypto.modes.base import MODES, Keys
from razdar.core.crypto.suites import TOKEN
from razdar.core.errors import Unopenable

TOKEN_BYTES = 16


class Token:
    searchable = False
    suites = frozenset({TOKEN})

    def seal(self, keys: Keys, plaintext: bytes, place: Place) -> bytes:
        version, subkey = keys.newest()
        token, head = keys.random(TOKEN_BYTES), frame.pack(TOKEN, version)
        bound = aad.pack(TOKEN, version, place) + token
        keys.keep(token, head + suites.by_id(TOKEN).seal(subkey, plaintext, bound, keys.nonce()))
        return head + token

    def open(self, keys: Keys, blob: bytes, place: Place) -> bytes:
        token = token_of(blob)
        _, version = frame.unpack(blob)
        kept = keys.kept(token)
        if frame.unpack(kept) != (TOKEN, version):
            raise Unopenable
        bound = aad.pack(TOKEN, version, place) + token
        return suites.by_id(TOKEN).open(keys.of_version(version), memoryview(kept)[frame.LENGTH :], bound)


def token_of(blob: bytes) -> bytes:
    """The surrogate that a row holds.

    Raises:
        Unopenable: not a row in this mode.
    """
    suite_id, _ = frame.unpack(blob)
    if suite_id != TOKEN or len(blob) != frame.LENGTH + TOKEN_BYTES:
        raise Unopenable
    return bytes(blob[frame.LENGTH :])


MODES.register("token")(Token())
