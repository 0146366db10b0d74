"""age files: the published examples, every size there and back, and nothing altered, cut or foreign opens."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto import age, bech32
from razdar.core.crypto.age import CHUNK_BYTES, Identity, Recipient
from razdar.core.crypto.age_keys import PlainIdentity, Stanza, decode_base64, encode_base64
from razdar.core.errors import BadInput, Unopenable
from tests.core.crypto.examples import flipped, unhurried

VECTORS = json.loads((Path(__file__).parent / "vectors" / "age_keys.json").read_text())
HYBRID = Identity.parse(VECTORS["hybrid"]["identity"])
SECOND = Identity.parse(VECTORS["hybrid_2"]["identity"])
PLAIN = Identity.parse(VECTORS["plain"]["identity"])
KINDS = pytest.mark.parametrize("identity", [HYBRID, PLAIN], ids=["hybrid", "plain"])


def sealed(data: bytes, *identities: Identity) -> bytes:
    return b"".join(age.encrypt([identity.recipient for identity in identities], [data], os.urandom))


def opened(file: bytes, *identities: Identity, step: int = 1 << 20) -> bytes:
    return b"".join(age.decrypt(identities, (file[at : at + step] for at in range(0, len(file), step))))


# --- As published -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hybrid", "hybrid_2"])
def test_the_published_identity_has_the_published_recipient(name: str) -> None:
    # The end is a checksum of the whole text.
    text = Identity.parse(VECTORS[name]["identity"]).recipient.text
    assert text.startswith(VECTORS[name]["recipient_begins"])
    assert text.endswith(VECTORS[name]["recipient_ends"])


def test_the_published_plain_identity_has_the_published_recipient() -> None:
    assert PLAIN.recipient.text == VECTORS["plain"]["recipient"]
    assert PLAIN.reveal() == VECTORS["plain"]["identity"]


def test_the_published_stanza_opens_for_its_identity_alone() -> None:
    body = decode_base64(VECTORS["hybrid"]["body"])
    stanza = Stanza(("mlkem768x25519", VECTORS["hybrid"]["argument"]), body)
    file_key = HYBRID.unwrap(stanza)
    assert file_key is not None
    assert len(file_key) == 16
    assert SECOND.unwrap(stanza) is None
    assert PLAIN.unwrap(stanza) is None


def test_a_file_built_by_hand_from_the_specification_opens() -> None:
    """The way age's own test vectors are built: another implementation of header, MAC and payload."""
    file_key, nonce = b"YELLOW SUBMARINE", bytes(range(16))

    def derive(salt: bytes | None, info: bytes) -> bytes:
        return HKDF(SHA256(), 32, salt, info).derive(file_key)

    stanza = PLAIN.recipient.wrap(bytearray(file_key), os.urandom)
    lines = ["age-encryption.org/v1", "-> grease %x{ 1", "", f"-> X25519 {stanza.arguments[1]}"]
    head = "\n".join([*lines, encode_base64(stanza.body), "---"]).encode()
    mac = hmac.new(derive(None, b"header"), head, hashlib.sha256).digest()
    cipher = ChaCha20Poly1305(derive(nonce, b"payload"))
    payload = cipher.encrypt(bytes(11) + b"\1", b"age", None)
    assert opened(head + b" " + encode_base64(mac).encode() + b"\n" + nonce + payload, PLAIN) == b"age"


# --- There and back ---------------------------------------------------------------------------------------------------

SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES]


@KINDS
@pytest.mark.parametrize("size", SIZES)
def test_any_size_comes_back(identity: Identity, size: int) -> None:
    data = os.urandom(size)
    assert opened(sealed(data, identity), identity, step=777) == data


@unhurried
@given(st.lists(st.binary(max_size=300), max_size=8), st.integers(1, 500))
def test_pieces_of_any_size_in_and_out(pieces: list[bytes], step: int) -> None:
    file = b"".join(age.encrypt([PLAIN.recipient], pieces, os.urandom))
    assert opened(file, PLAIN, step=step) == b"".join(pieces)


def test_every_recipient_opens_it_and_nobody_else() -> None:
    file = sealed(b"keys", HYBRID, SECOND)
    assert opened(file, HYBRID) == opened(file, SECOND) == opened(file, PLAIN, SECOND) == b"keys"
    for stranger in ([PLAIN], [Identity.generate(os.urandom)], []):
        with pytest.raises(Unopenable):
            opened(file, *stranger)


def test_it_is_made_and_opened_as_it_is_read() -> None:
    """Neither way holds more than a chunk or two."""
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield bytes(CHUNK_BYTES)

    out = age.encrypt([PLAIN.recipient], endless(), os.urandom)
    plain = age.decrypt([PLAIN], out)
    for number in range(1, 6):
        assert next(plain) == bytes(CHUNK_BYTES)
        assert taken <= number + 3


def test_two_files_of_the_same_share_nothing() -> None:
    one, two = sealed(b"same", HYBRID), sealed(b"same", HYBRID)
    assert one[200:260] != two[200:260]
    assert one[-16:] != two[-16:]


# --- Refusals ---------------------------------------------------------------------------------------------------------


@KINDS
def test_any_changed_byte_is_noticed(identity: Identity) -> None:
    file = sealed(b"keys of many", identity)
    places = range(0, len(file), 1 if len(file) < 400 else 13)
    for place in [*places, *range(len(file) - 120, len(file))]:
        with pytest.raises(Unopenable):
            opened(flipped(file, place), identity)


@KINDS
def test_any_cut_is_noticed(identity: Identity) -> None:
    file = sealed(b"keys of many", identity)
    for end in {*range(0, len(file), 7), *range(len(file) - 40, len(file))}:
        with pytest.raises(Unopenable):
            opened(file[:end], identity)
    with pytest.raises(Unopenable):
        opened(file + b"\0", identity)


def test_chunks_cannot_be_moved_left_out_or_cut() -> None:
    file = sealed(os.urandom(3 * CHUNK_BYTES + 5), PLAIN)
    size = CHUNK_BYTES + 16
    start = len(file) - 3 * size - 21
    head, chunks = file[:start], [file[start + n * size : start + (n + 1) * size] for n in range(4)]
    for order in ([1, 0, 2, 3], [0, 2, 3], [0, 1, 2], [0, 1, 1, 2, 3], [3], [0, 1, 2, 3, 3]):
        with pytest.raises(Unopenable):
            opened(head + b"".join(chunks[n] for n in order), PLAIN)


def test_an_empty_last_chunk_after_others_is_refused() -> None:
    class Keyed:
        """Draws the same key and nonce again."""

        def __call__(self, count: int) -> bytes:
            return bytes(range(1, count + 1))

    file = b"".join(age.encrypt([PLAIN.recipient], [bytes(CHUNK_BYTES)], Keyed()))
    start = len(file) - CHUNK_BYTES - 16
    cipher = ChaCha20Poly1305(HKDF(SHA256(), 32, Keyed()(16), b"payload").derive(Keyed()(16)))
    first = cipher.encrypt(bytes(12), bytes(CHUNK_BYTES), None)
    empty = cipher.encrypt((1).to_bytes(11, "big") + b"\1", b"", None)
    with pytest.raises(Unopenable):
        opened(file[:start] + first + empty, PLAIN)


HEADERS = {
    "crlf": lambda h: h.replace(b"\n", b"\r\n"),
    "another version": lambda h: h.replace(b"/v1", b"/v2"),
    "no stanza": lambda h: h.split(b"\n")[0] + b"\n" + h[h.index(b"---") :],
    "padding": lambda h: h.replace(b"\n--- ", b"=\n--- "),
    "double space": lambda h: h.replace(b"-> X25519 ", b"-> X25519  "),
    "third argument": lambda h: h.replace(b"-> X25519 ", b"-> X25519 x "),
    "another kind": lambda h: h.replace(b"X25519", b"x25519"),
    "endless line": lambda h: h.replace(b"-> X25519", b"-> X25519" + b"x" * 9000),
    "passphrase beside it": lambda h: h.replace(b"---", b"-> scrypt x 1\n\n---"),
    "not ascii": lambda h: h.replace(b"-> X25519", b"-> X25519\xff"),
}


@pytest.mark.parametrize("change", HEADERS.values(), ids=HEADERS)
def test_malformed_headers_are_refused(change: object) -> None:
    file = sealed(b"x", PLAIN)
    end = file.index(b"\n", file.index(b"--- ")) + 1
    assert callable(change)
    with pytest.raises(Unopenable):
        opened(change(file[:end]) + file[end:], PLAIN)


@unhurried
@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused(garbage: bytes) -> None:
    for file in (garbage, b"age-encryption.org/v1\n" + garbage, b"age-encryption.org/v1\n-> X25519 " + garbage):
        with pytest.raises(Unopenable):
            opened(file, PLAIN, HYBRID)


def test_a_share_of_small_order_is_refused() -> None:
    with pytest.raises(Unopenable):
        PLAIN.unwrap(Stanza(("X25519", encode_base64(bytes(32))), bytes(32)))


@pytest.mark.parametrize("argument", ["", "AA", encode_base64(bytes(1119)), encode_base64(bytes(1121))])
def test_a_misshapen_stanza_of_our_kind_is_refused(argument: str) -> None:
    with pytest.raises(Unopenable):
        HYBRID.unwrap(Stanza(("mlkem768x25519", argument), bytes(32)))


@pytest.mark.parametrize("recipients", [[], [HYBRID.recipient, PLAIN.recipient]], ids=["nobody", "mixed"])
def test_the_weakest_recipient_is_never_mixed_in(recipients: list[Recipient]) -> None:
    with pytest.raises(BadInput):
        age.encrypt(recipients, [b"x"], os.urandom)


# --- Texts ------------------------------------------------------------------------------------------------------------


@KINDS
def test_texts_come_back_and_mistypings_do_not(identity: Identity) -> None:
    text, secret = identity.recipient.text, identity.reveal()
    assert Recipient.parse(f" {text}\n").text == text
    assert Identity.parse(f"# made today\n# public key: {text}\n{secret}\n").recipient.text == text
    for wrong in (text[:-1], text.upper(), text[:40] + "q" + text[41:] if text[40] != "q" else text + "q", "", secret):
        with pytest.raises(BadInput):
            Recipient.parse(wrong)
    for wrong in (secret[:-1], secret.lower(), secret + "Q", "", text, f"{secret}\n{secret}"):
        with pytest.raises(BadInput):
            Identity.parse(wrong)


def test_an_identity_does_not_show_itself() -> None:
    identity = Identity.generate(os.urandom)
    assert identity.recipient.post_quantum
    for shown in (repr(identity), str(identity), f"{identity}"):
        assert identity.reveal() not in shown
    identity.close()
    assert not any(identity._seed)


def test_a_recipient_anybody_could_open_is_refused() -> None:
    low = Recipient.parse(bech32.encode("age", bytes(32)))
    with pytest.raises(BadInput):
        age.encrypt([low], [b"x"], os.urandom)
    with pytest.raises(BadInput):
        PlainIdentity(bytes(32))


@given(st.binary(min_size=1, max_size=200), st.sampled_from(["age", "AGE-SECRET-KEY-"]))
def test_bech32_there_and_back(data: bytes, prefix: str) -> None:
    text = bech32.encode(prefix, data)
    assert bech32.decode(prefix, text) == data
    assert text in {text.lower(), text.upper()}


@given(st.binary(min_size=32, max_size=32), st.data())
def test_bech32_notices_a_mistyped_letter(data: bytes, draw: st.DataObject) -> None:
    text = bech32.encode("age", data)
    place = draw.draw(st.integers(4, len(text) - 1))
    letter = draw.draw(st.sampled_from([c for c in "qpzry9x8gf2tvdw0s3jn54khce6mua7l" if c != text[place]]))
    with pytest.raises(BadInput):
        bech32.decode("age", text[:place] + letter + text[place + 1 :])
