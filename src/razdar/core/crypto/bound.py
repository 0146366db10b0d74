"""A value of the installation itself, sealed under a subkey of it and bound to its owner: names and one-time-code seeds
of staff, session payloads.

::

    suite 1 | sealed by the suite
    bound data = "razdar bound v1" | suite 1 | SHA-256(context)

The context says whose value it is and what kind; the caller builds it so that no two owners share one (fixed-width ids
first). Hashing gives it a fixed width. A value copied to another owner does not open.
"""

from hashlib import sha256

from razdar.core.crypto import suites
from razdar.core.crypto.material import Key, Octets
from razdar.core.errors import Unopenable

_LABEL = b"razdar bound v1"


def seal_bound(key: Key, plaintext: bytes, context: bytes, nonce: bytes) -> bytes:
    """Seal a value for its owner; 29 bytes longer than the plaintext.

    Args:
        key: a subkey of the installation for this purpose.
        plaintext: the value; may be empty.
        context: owner and kind.
        nonce: 12 bytes never used before with this key.

    Raises:
        ValueError: no context, a wiped key, or a nonce of another length.
    """
    if not context:
        raise ValueError("a bound value has an owner")
    sealed = suites.by_id(suites.AES_256_GCM).seal(key, plaintext, _aad(suites.AES_256_GCM, context), nonce)
    return bytes((suites.AES_256_GCM,)) + sealed


def open_bound(key: Key, sealed: Octets, context: bytes) -> bytes:
    """Open a value for the owner it was found at.

    Raises:
        Unopenable: anything at all is wrong.
    """
    if not sealed or not context:
        raise Unopenable
    suite_id = sealed[0]
    return suites.by_id(suite_id).open(key, memoryview(sealed)[1:], _aad(suite_id, context))


def _aad(suite_id: int, context: bytes) -> bytes:
    return _LABEL + bytes((suite_id,)) + sha256(context).digest()
