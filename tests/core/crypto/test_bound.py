"""Values of the installation: they open for their owner only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto import bound
from razdar.core.errors import Unopenable
from tests.core.crypto.examples import KEY, NONCE, flipped, keys, nonces, unhurried

SEALED = bound.seal_bound(KEY, b"JBSWY3DPEHPK3PXP", b"owner", NONCE)
contexts = st.binary(min_size=1, max_size=80)


@unhurried
@given(keys, st.binary(max_size=200), contexts, nonces)
def test_opens_for_its_owner(key: bytes, plaintext: bytes, context: bytes, nonce: bytes) -> None:
    sealed = bound.seal_bound(key, plaintext, context, nonce)
    assert bound.open_bound(key, sealed, context) == plaintext
    assert len(sealed) == len(plaintext) + 29


@unhurried
@given(contexts.filter(lambda context: context != b"owner"))
def test_does_not_open_for_another(context: bytes) -> None:
    with pytest.raises(Unopenable):
        bound.open_bound(KEY, SEALED, context)


@unhurried
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(index: int, mask: int) -> None:
    with pytest.raises(Unopenable):
        bound.open_bound(KEY, flipped(SEALED, index, mask), b"owner")


@pytest.mark.parametrize("length", range(len(SEALED)))
def test_a_shortened_value_does_not_open(length: int) -> None:
    with pytest.raises(Unopenable):
        bound.open_bound(KEY, SEALED[:length], b"owner")


def test_nobodys_value_is_refused() -> None:
    with pytest.raises(ValueError, match="owner"):
        bound.seal_bound(KEY, b"x", b"", NONCE)
    with pytest.raises(Unopenable):
        bound.open_bound(KEY, SEALED, b"")
