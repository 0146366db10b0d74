"""Blob v1: opens in its own cell under its own key, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto import blobs, hierarchy, suites
from razdar.core.crypto.aad import Place
from razdar.core.crypto.hierarchy import KeyGroup
from razdar.core.errors import Unopenable
from tests.core.crypto.examples import KEY, NONCE, PLACE, flipped, keys, neighbours, nonces, places, unhurried, versions

BLOB = blobs.seal(KEY, 7, b"Kowalska", PLACE, NONCE)


@unhurried
@given(keys, versions, st.binary(max_size=300), places, nonces)
def test_opens_where_it_was_made(key: bytes, version: int, plaintext: bytes, place: Place, nonce: bytes) -> None:
    blob = blobs.seal(key, version, plaintext, place, nonce)
    assert blobs.open_blob(key, blob, place) == plaintext
    assert blobs.key_version(blob) == version
    assert len(blob) == len(plaintext) + 31


@unhurried
@given(keys, versions, st.binary(max_size=40), places, nonces)
def test_does_not_open_anywhere_else(key: bytes, version: int, plaintext: bytes, place: Place, nonce: bytes) -> None:
    blob = blobs.seal(key, version, plaintext, place, nonce)
    for other in neighbours(place):
        with pytest.raises(Unopenable):
            blobs.open_blob(key, blob, other)


@unhurried
@given(st.integers(0, len(BLOB) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(index: int, mask: int) -> None:
    with pytest.raises(Unopenable):
        blobs.open_blob(KEY, flipped(BLOB, index, mask), PLACE)


@pytest.mark.parametrize("length", range(len(BLOB)))
def test_a_shortened_blob_does_not_open(length: int) -> None:
    with pytest.raises(Unopenable):
        blobs.open_blob(KEY, BLOB[:length], PLACE)


@given(st.binary(min_size=1, max_size=40))
def test_a_lengthened_blob_does_not_open(more: bytes) -> None:
    with pytest.raises(Unopenable):
        blobs.open_blob(KEY, BLOB + more, PLACE)


@unhurried
@given(st.binary(max_size=200))
def test_noise_does_not_open(noise: bytes) -> None:
    with pytest.raises(Unopenable):
        blobs.open_blob(KEY, noise, PLACE)


@pytest.mark.parametrize("suite", sorted(set(range(256)) - {suites.AES_256_GCM}))
def test_another_suite_does_not_open(suite: int) -> None:
    with pytest.raises(Unopenable):
        blobs.open_blob(KEY, bytes((suite,)) + BLOB[1:], PLACE)


@unhurried
@given(keys, places, nonces)
def test_a_subkey_opens_nothing_of_another_group(key: bytes, place: Place, nonce: bytes) -> None:
    subkeys = {group: hierarchy.subkey(key, group) for group in KeyGroup}
    for group, subkey in subkeys.items():
        blob = blobs.seal(subkey, 1, b"secret", place, nonce)
        assert blobs.open_blob(subkey, blob, place) == b"secret"
        for other in set(KeyGroup) - {group}:
            with pytest.raises(Unopenable):
                blobs.open_blob(subkeys[other], blob, place)


@pytest.mark.parametrize("key", [bytes(32), b"", KEY[:31], KEY + b"x"])
def test_a_wiped_or_malformed_key_neither_seals_nor_opens(key: bytes) -> None:
    with pytest.raises(ValueError, match="not wiped"):
        blobs.seal(key, 1, b"x", PLACE, NONCE)
    with pytest.raises(Unopenable):
        blobs.open_blob(key, BLOB, PLACE)


def test_a_nonce_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="12 bytes"):
        blobs.seal(KEY, 1, b"x", PLACE, NONCE[:11])


@pytest.mark.parametrize("blob", [b"", b"\x11", b"\x11\x00", b"\x11\x00\x00" + BLOB[3:]])
def test_what_names_no_key_version_is_no_blob(blob: bytes) -> None:
    with pytest.raises(Unopenable):
        blobs.key_version(blob)


def test_the_error_says_nothing() -> None:
    with pytest.raises(Unopenable) as caught:
        blobs.open_blob(KEY, flipped(BLOB, -1), PLACE)
    assert str(caught.value) == "This value cannot be opened."
    assert caught.value.__cause__ is None
