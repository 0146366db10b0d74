"""Keys, places and changed bytes for the tests of sealing."""

from collections.abc import Iterator
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st

from razdar.core.crypto.aad import Place

unhurried = settings(deadline=None)

keys = st.binary(min_size=32, max_size=32).filter(any)
nonces = st.binary(min_size=12, max_size=12)
versions = st.integers(1, 65535)
places = st.builds(Place, st.uuids(), st.uuids(), st.integers(0, 65535), st.integers(0, 65535), st.uuids())

KEY = bytes(range(1, 33))
NONCE = bytes(range(12))
PLACE = Place(UUID(int=1), UUID(int=2), 3, 4, UUID(int=5))


def neighbours(place: Place) -> Iterator[Place]:
    """Places that differ in exactly one member, and those with two ids exchanged."""
    other = UUID(int=place.client.int ^ 1)
    yield place._replace(client=other)
    yield place._replace(customer=UUID(int=place.customer.int ^ 1))
    yield place._replace(table=place.table ^ 1)
    yield place._replace(field=place.field ^ 1)
    yield place._replace(row=UUID(int=place.row.int ^ 1))
    if place.client != place.customer:
        yield place._replace(client=place.customer, customer=place.client)
    if place.table != place.field:
        yield place._replace(table=place.field, field=place.table)


def flipped(sealed: bytes, index: int, mask: int = 1) -> bytes:
    """One byte changed."""
    changed = bytearray(sealed)
    changed[index] ^= mask
    return bytes(changed)
