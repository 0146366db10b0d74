"""Public keys of customers, for writers that must not read: made inside the key agent, from the newest customer key.

Nothing is stored: the pair follows from the customer key (``hierarchy.sealing_seed``) and ends with it. A public key
opens nothing, so handing it out is not an unwrap, and the book does not count it as one.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from razdar.core.crypto import hierarchy, hpke
from razdar.core.crypto.material import wipe
from razdar.keys.records import KeyRef, PublicKey


def public_keys(refs: Mapping[UUID, KeyRef], keys: Sequence[bytearray]) -> dict[UUID, PublicKey]:
    """Key version and public key of each customer, in the order given.

    Args:
        refs: which key is whose.
        keys: the customer keys, in the same order; overwritten before this returns.
    """
    try:
        return {
            customer: PublicKey(ref.version, _public(key))
            for (customer, ref), key in zip(refs.items(), keys, strict=True)
        }
    finally:
        wipe(*keys)


def _public(customer_key: bytearray) -> bytes:
    seed = hierarchy.sealing_seed(customer_key)
    try:
        return hpke.public_key(seed)
    finally:
        wipe(seed)
