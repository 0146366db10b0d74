"""Derived keys never meet; a wrapped key opens only as what it is."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto import aad, aead, hierarchy
from razdar.core.crypto.aad import Place
from razdar.core.crypto.hierarchy import KekPurpose, KeyGroup
from razdar.core.crypto.material import wipe
from razdar.core.errors import Unopenable
from tests.core.crypto.examples import KEY, NONCE, PLACE, flipped, keys, neighbours, places, unhurried

CLIENT, CUSTOMER = PLACE.client, PLACE.customer
BINDING = hierarchy.customer_binding(CLIENT, CUSTOMER, 1)
KEK = hierarchy.kek(KEY, CLIENT, KekPurpose.CUSTOMER)
WRAPPED = hierarchy.wrap(KEK, KEY, BINDING, NONCE)


@unhurried
@given(keys, places)
def test_all_derived_keys_differ(secret: bytes, place: Place) -> None:
    derived = [hierarchy.kek(secret, client, purpose) for client in (place.client, place.row) for purpose in KekPurpose]
    derived += [hierarchy.subkey(secret, group) for group in KeyGroup]
    derived += [hierarchy.file_key(secret, aad.pack(0x41, 1, other)) for other in (place, *neighbours(place))]
    derived += [hierarchy.installation_subkey(secret, purpose) for purpose in (b"a", b"b", b"identity")]
    derived += [hierarchy.root_wrapping_key(secret)]
    distinct = {bytes(key) for key in derived}
    assert len(distinct) == len(derived) - (len(KekPurpose) if place.client == place.row else 0)
    assert secret not in distinct
    assert all(type(key) is bytearray and len(key) == 32 for key in derived)


@unhurried
@given(keys, keys, st.uuids(), st.uuids(), st.integers(1, 65535))
def test_a_wrapped_key_comes_back(kek: bytes, key: bytes, client: UUID, customer: UUID, version: int) -> None:
    binding = hierarchy.customer_binding(client, customer, version)
    wrapped = hierarchy.wrap(kek, key, binding, NONCE)
    opened = hierarchy.unwrap(kek, wrapped, binding)
    assert type(opened) is bytearray
    assert opened == key
    assert len(wrapped) == hierarchy.WRAPPED_BYTES == 61


@pytest.mark.parametrize(
    "binding",
    [
        hierarchy.customer_binding(CUSTOMER, CLIENT, 1),
        hierarchy.customer_binding(CLIENT, CUSTOMER, 2),
        hierarchy.customer_binding(CLIENT, CLIENT, 1),
        hierarchy.index_binding(CLIENT, 1),
        hierarchy.epoch_binding(CLIENT, 1),
        hierarchy.installation_binding(),
        b"",
    ],
)
def test_a_wrapped_key_opens_as_nothing_else(binding: bytes) -> None:
    with pytest.raises(Unopenable):
        hierarchy.unwrap(KEK, WRAPPED, binding)


@unhurried
@given(st.integers(0, len(WRAPPED) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(index: int, mask: int) -> None:
    with pytest.raises(Unopenable):
        hierarchy.unwrap(KEK, flipped(WRAPPED, index, mask), BINDING)


@pytest.mark.parametrize("wrapped", [b"", WRAPPED[:-1], WRAPPED + b"\0", bytes(61)])
def test_what_is_no_wrapped_key_does_not_open(wrapped: bytes) -> None:
    with pytest.raises(Unopenable):
        hierarchy.unwrap(KEK, wrapped, BINDING)


def test_keys_of_another_client_or_purpose_open_nothing() -> None:
    for other in (hierarchy.kek(KEY, CUSTOMER, KekPurpose.CUSTOMER), hierarchy.kek(KEY, CLIENT, KekPurpose.INDEX)):
        with pytest.raises(Unopenable):
            hierarchy.unwrap(other, WRAPPED, BINDING)


def test_a_wiped_key_derives_and_wraps_nothing() -> None:
    key = bytearray(KEY)
    wipe(key)
    assert key == bytes(32)
    for use in (
        lambda: hierarchy.subkey(key, KeyGroup.CONTENT),
        lambda: hierarchy.kek(key, CLIENT, KekPurpose.INDEX),
        lambda: hierarchy.installation_subkey(key, b"x"),
        lambda: hierarchy.wrap(KEK, key, BINDING, NONCE),
        lambda: hierarchy.wrap(key, KEY, BINDING, NONCE),
    ):
        with pytest.raises(ValueError, match="not wiped"):
            use()
    with pytest.raises(Unopenable):
        hierarchy.unwrap(key, WRAPPED, BINDING)


@pytest.mark.parametrize("version", [0, -1, 65536])
def test_impossible_versions_are_refused(version: int) -> None:
    with pytest.raises(ValueError, match="65535"):
        hierarchy.customer_binding(CLIENT, CUSTOMER, version)


@pytest.mark.parametrize("field", [-1, 65536])
def test_impossible_fields_are_refused(field: int) -> None:
    with pytest.raises(ValueError, match="65535"):
        hierarchy.index_binding(CLIENT, field)


def test_a_subkey_without_a_purpose_is_refused() -> None:
    with pytest.raises(ValueError, match="purpose"):
        hierarchy.installation_subkey(KEY, b"")


# --- Batches ----------------------------------------------------------------------------------------------------------

bindings = st.binary(min_size=35, max_size=35)


@given(st.lists(st.tuples(st.binary(min_size=32, max_size=32).filter(any), bindings), max_size=5))
def test_a_batch_is_unwrapped_as_its_keys_are_one_by_one(keys: list[tuple[bytes, bytes]]) -> None:
    wrapped = [hierarchy.wrap(KEK, key, binding, NONCE) for key, binding in keys]
    batch = hierarchy.Unwrapper(KEK)
    for (key, binding), each in zip(keys, wrapped, strict=True):
        for form in (each, bytearray(each), memoryview(each)):
            assert batch.unwrap(form, binding) == hierarchy.unwrap(KEK, form, binding) == key


@given(st.integers(0, 60), st.integers(1, 255))
def test_in_a_batch_what_was_altered_does_not_open_and_the_next_does(place: int, flip: int) -> None:
    batch = hierarchy.Unwrapper(KEK)
    altered = bytearray(WRAPPED)
    altered[place] ^= flip
    for bad in (altered, WRAPPED[:-1], WRAPPED + b"x", b"", bytes(61)):
        with pytest.raises(Unopenable):
            batch.unwrap(bad, BINDING)
    with pytest.raises(Unopenable):
        batch.unwrap(WRAPPED, BINDING + b"x")
    assert batch.unwrap(WRAPPED, BINDING) == hierarchy.unwrap(KEK, WRAPPED, BINDING)


def test_a_batch_under_a_wiped_key_is_refused() -> None:
    with pytest.raises(Unopenable):
        hierarchy.Unwrapper(bytearray(32))


def test_a_wrapped_key_of_zeros_is_none() -> None:
    zeros = b"\x01" + aead.seal(KEK, bytes(32), b"\x01" + BINDING, NONCE)
    with pytest.raises(Unopenable):
        hierarchy.Unwrapper(KEK).unwrap(zeros, BINDING)
