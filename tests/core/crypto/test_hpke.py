"""Sealing to a public key, held against the texts: X-Wing for the key pair, RFC 9180 for the rest, written out here."""

import hmac
import json
from hashlib import sha3_256, sha256, shake_256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto import hpke
from razdar.core.errors import Unopenable
from tests.core.crypto.examples import KEY, flipped, unhurried

VECTORS = json.loads((Path(__file__).parent / "vectors" / "sealed_v1.json").read_text())
SUITE_ID = b"HPKE" + bytes.fromhex("647a00010002")
"""KEM MLKEM768-X25519, KDF HKDF-SHA256, AEAD AES-256-GCM (draft-ietf-hpke-pq, RFC 9180 section 7)."""


def extract(label: bytes, secret: bytes, salt: bytes = b"") -> bytes:
    """LabeledExtract, RFC 9180 section 4."""
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + SUITE_ID + label + secret, "sha256")


def expand(key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """LabeledExpand, RFC 9180 section 4; one block is enough here."""
    labelled = length.to_bytes(2) + b"HPKE-v1" + SUITE_ID + label + info
    return hmac.digest(key, labelled + b"\x01", "sha256")[:length]


def shared_secret(seed: bytes, encapsulated: bytes) -> bytes:
    """X-Wing's decapsulation (draft-connolly-cfrg-xwing-kem, section 5.5)."""
    expanded = shake_256(seed).digest(96)
    lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    curve = X25519PrivateKey.from_private_bytes(expanded[64:])
    share = encapsulated[1088:]
    parts = (
        lattice.decapsulate(encapsulated[:1088]),
        curve.exchange(X25519PublicKey.from_public_bytes(share)),
        share,
        curve.public_key().public_bytes_raw(),
        b"\\.//^\\",
    )
    return sha3_256(b"".join(parts)).digest()


def by_the_text(seed: bytes, sealed: bytes, info: bytes) -> bytes:
    """Base mode, single shot (RFC 9180, sections 5.1 and 6.1)."""
    context = b"\x00" + extract(b"psk_id_hash", b"") + extract(b"info_hash", info)
    secret = extract(b"secret", b"", shared_secret(seed, sealed[:1120]))
    key, nonce = expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)
    return AESGCM(key).decrypt(nonce, sealed[1120:], b"")


def test_the_key_pair_is_that_of_the_published_vector() -> None:
    """X-Wing, appendix C, first vector: the seed and what becomes of it."""
    published = VECTORS["xwing"]
    public = hpke.public_key(bytes.fromhex(published["seed"]))
    assert len(public) == hpke.PUBLIC_BYTES == 1216
    assert public.hex().startswith(published["public_begins"])
    assert sha256(public).hexdigest() == published["public_sha256"]


@unhurried
@given(seed=st.binary(min_size=32, max_size=32).filter(any), plaintext=st.binary(max_size=99), info=st.binary())
def test_what_we_seal_opens_by_the_text(seed: bytes, plaintext: bytes, info: bytes) -> None:
    sealed = hpke.seal(hpke.public_key(seed), plaintext, info)
    assert by_the_text(seed, sealed, info) == hpke.open_(seed, sealed, info) == plaintext


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_vectors_open_by_the_text(case: dict[str, Any]) -> None:
    sealed, seed = bytes.fromhex(case["blob"])[3:], bytes.fromhex(case["seed"])
    info = b"razdar sealed v1" + bytes.fromhex(case["aad"])
    assert by_the_text(seed, sealed, info) == bytes.fromhex(case["plaintext"])


def test_another_binding_another_seed_or_a_changed_byte_opens_nothing() -> None:
    sealed = hpke.seal(hpke.public_key(KEY), b"secret", b"here")
    for seed, blob, info in (
        (KEY, sealed, b"there"),
        (KEY, sealed, b""),
        (KEY[::-1], sealed, b"here"),
        (bytes(32), sealed, b"here"),
        (KEY[:-1], sealed, b"here"),
        (KEY, b"", b"here"),
        (KEY, bytes(len(sealed)), b"here"),
        (KEY, sealed[:1088] + bytes(32) + sealed[1120:], b"here"),
        *((KEY, flipped(sealed, index), b"here") for index in range(0, len(sealed), 7)),
    ):
        with pytest.raises(Unopenable):
            hpke.open_(seed, blob, info)


@pytest.mark.parametrize("public", [b"", bytes(1216), b"\x01" * 1215])
def test_what_is_no_public_key_is_refused(public: bytes) -> None:
    with pytest.raises(ValueError, match="public key"):
        hpke.seal(public, b"secret", b"")


def test_a_wiped_seed_has_no_public_key() -> None:
    with pytest.raises(ValueError, match="wiped"):
        hpke.public_key(bytes(32))
