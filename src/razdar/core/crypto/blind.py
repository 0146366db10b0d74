"""Blind index: finding a value again without storing it.

::

    index = first 2 bytes of HMAC-SHA256(index key of client and field, normalised value)      (RFC 2104, FIPS 198-1)

The index of a value is short on purpose. Several values must share one entry, so that neither the table nor a stolen
index key says with certainty who is in it; whoever searches opens the few candidates and compares inside the vault.
A usual planning rule asks for at least 2 and at most sqrt(rows) rows per entry, which for R rows allows between
log2(sqrt(R)) and log2(R/2) bits:

=============  ==============  ========================
rows           allowed bits    rows per entry at 16 bits
=============  ==============  ========================
200,000        9 to 16         3
2,000,000      11 to 19        31
20,000,000     13 to 23        305
=============  ==============  ========================

``BITS`` is 16: inside the rule for tables of 131,072 to 4.29 billion rows, so that nothing is rebuilt as one grows,
and 31 candidates are compared in well under a millisecond. In a smaller table an entry is close to unique; there the
protection is the key alone: one per client and field, never handed out by the key agent, and index rows are kept out of
backups and dropped with the customer.

Low-entropy values (phone numbers have about 30 bits) can be enumerated by whoever holds the index key: it is guarded
like a key-encryption key.

Normalising (E.164, NFKC and case folding, ...) is the caller's: equal values must be equal bytes.
"""

from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from razdar.core.crypto.material import Key, usable
from razdar.core.errors import BadInput

BITS = 16
INDEX_BYTES = BITS // 8


def index(key: Key, normalised: Sequence[bytes]) -> list[bytes]:
    """Index entries of several values, in order, 2 bytes each.

    Args:
        key: the index key of one client and field.
        normalised: values as the caller compares them.

    Raises:
        BadInput: an empty value; it would find everybody without one.
        ValueError: a wiped or malformed key.
    """
    if not usable(key):
        raise ValueError("a key is 32 bytes and not wiped")
    if not all(normalised):
        raise BadInput("An empty value cannot be searched for.")
    keyed = HMAC(key, SHA256())
    return [_tag(keyed.copy(), value) for value in normalised]


def _tag(keyed: HMAC, value: bytes) -> bytes:
    keyed.update(value)
    return keyed.finalize()[:INDEX_BYTES]
