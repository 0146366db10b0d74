"""Notes, keys, cosignatures, checkpoints: others' examples, strict reading, no signature taken for another."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.errors import BadInput, Unverifiable
from razdar.core.ledger import checkpoints, notes
from razdar.core.ledger.alone import formats as alone
from razdar.core.ledger.checkpoints import Checkpoint
from razdar.core.ledger.notes import Algorithm, Note, Signature, SignerName, VerifierKey
from tests.core.ledger import logs

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text())

names = st.text(st.characters(codec="utf-8", exclude_characters="+"), min_size=1, max_size=12).filter(
    lambda text: text.split() == [text] and text.isprintable()
)
lines = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)
texts = st.lists(lines, min_size=1, max_size=5).map(lambda found: "".join(f"{line}\n" for line in found))
signatures = st.builds(
    Signature, names.map(SignerName), st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)
all_notes = st.builds(Note, texts, st.lists(signatures, min_size=1, max_size=4).map(tuple))


@given(all_notes)
def test_reading_gives_back_what_was_written(note: Note) -> None:
    assert notes.parse(note.encode()) == note


@given(all_notes, st.data())
def test_whatever_is_read_as_a_note_is_that_note(note: Note, data: st.DataObject) -> None:
    raw = bytearray(note.encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = notes.parse(bytes(raw))
    except BadInput:
        return
    assert found.encode() == raw


GOOD = "text\n\n— a AAAAAAA=\n"


@pytest.mark.parametrize(
    "text",
    [
        "", "text\n", "text\n\n", GOOD[:-1], GOOD.replace("—", "-"), GOOD.replace(" a ", "  a "), GOOD + "\n",
        GOOD.replace(" a ", " a+b "), GOOD.replace("AAAAAAA=", "AAAAAA=="), GOOD.replace("AAAAAAA=", "AAAAAAB="),
        GOOD.replace("text", "te\txt"), GOOD.replace("text", "te\rxt"), GOOD.replace("text", "te\x00xt"),
        GOOD.replace("\n\n", "\n"), GOOD + "trailing\n", GOOD + "— a AAAAAAA=", "text\n\n" + "— a AAAAAAA=\n" * 101,
        GOOD.replace("AAAAAAA=", "AAA AAAA="), "x" * 1_000_000 + GOOD, GOOD.replace(" a ", " a\u2003b "),
    ],
)  # fmt: skip
def test_malformed_notes_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        notes.parse(text.encode())
    assert notes.parse(GOOD.encode())


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(BadInput):
        notes.parse(b"\xff" + GOOD.encode())


@pytest.mark.parametrize("name", ["", "a b", "a+b", " a", "a\n", "a\u00a0b", "a\u200b"])
def test_such_names_are_refused(name: str) -> None:
    with pytest.raises(BadInput):
        SignerName(name)


def test_the_example_of_go() -> None:
    example = VECTORS["note"]
    key, note = VerifierKey.parse(example["key"]), notes.parse(example["note"].encode())
    assert key.check(note) is None
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(example["seed"]))
    assert notes.sign(note.text, key.name, logs.public(private), private.sign).encode() == example["note"].encode()
    with pytest.raises(Unverifiable):
        key.check(Note("If you think so,\n", note.signatures))


@pytest.mark.parametrize("case", VECTORS["rfc8032"], ids=lambda case: case["name"])
def test_signatures_of_rfc_8032(case: dict[str, str]) -> None:
    """The second Ed25519, in the single file, by the vectors; and not one bit of them changed."""
    public, message, signature = (bytes.fromhex(case[name]) for name in ("public", "message", "signature"))
    verifies = alone.Ed25519.verifies
    assert verifies(public, message, signature)
    assert not verifies(public, message + b"\0", signature)
    for bit in range(0, 512, 31):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        assert not verifies(public, message, bytes(changed))
    # Malleability: the same scalar modulo the group's order (RFC 8032 section 5.1.7, step 1).
    scalar = int.from_bytes(signature[32:], "little") + alone.Ed25519.ORDER
    assert not verifies(public, message, signature[:32] + scalar.to_bytes(32, "little"))
    assert not verifies(public, message, signature[:-1])


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=60), st.data())
def test_both_verifiers_agree_on_signatures(seed: bytes, message: bytes, data: st.DataObject) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    signature = bytearray(private.sign(message))
    if data.draw(st.booleans()):
        signature[data.draw(st.integers(0, 63))] ^= data.draw(st.integers(1, 255))
    key = VerifierKey(SignerName("a"), Algorithm.ED25519, logs.public(private))
    note = Note(message.hex() + "\n", (Signature(key.name, key.key_id, bytes(signature)),))
    good = bytes(signature) == private.sign(message)
    assert alone.Ed25519.verifies(key.public_key, message, bytes(signature)) is good
    with pytest.raises(Unverifiable):
        key.check(note)


@given(names, st.sampled_from(Algorithm), st.binary(min_size=32, max_size=32))
def test_keys_are_read_as_written(name: str, algorithm: Algorithm, public: bytes) -> None:
    key = VerifierKey(SignerName(name), algorithm, public)
    assert VerifierKey.parse(key.format()) == key
    assert key.fingerprint.startswith(key.key_id.hex())


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("+d4", "+d5"), lambda text: text[:-4], lambda text: text.replace("razdar", "other"),
        lambda text: text.replace("+A", "+B"), lambda text: text.upper(), lambda text: text + "+", lambda _: "",
        lambda text: text.replace("+d4e035c3+", "+"), lambda text: text + "\n",
    ],
)  # fmt: skip
def test_malformed_keys_are_refused(change: object) -> None:
    with pytest.raises(BadInput):
        VerifierKey.parse(change(logs.LOG_KEY.format()))  # type: ignore[operator]


def test_a_cosignature_says_when() -> None:
    note = logs.checkpoint([b"entry"])
    cosigned = note.with_signatures(logs.cosign(note, 1_679_315_147_000))
    assert logs.WITNESS_KEY.check(notes.parse(cosigned.encode())) == 1_679_315_147
    signed = f"cosignature/v1\ntime 1679315147\n{note.text}".encode()
    logs.WITNESS_SECRET.public_key().verify(cosigned.signatures[1].value[8:], signed)
    again = cosigned.with_signatures(logs.cosign(note, 1_679_315_200_000))
    assert logs.WITNESS_KEY.check(again) == 1_679_315_200
    assert again.with_signatures(*again.signatures) == again


def test_a_signature_of_one_kind_is_none_of_the_other() -> None:
    """A witness's plain signature over the same text, under the number of its cosignatures."""
    note = logs.checkpoint([b"entry"])
    for value in (
        logs.WITNESS_SECRET.sign(note.text.encode()),
        bytes(8) + logs.WITNESS_SECRET.sign(note.text.encode()),
    ):
        forged = note.with_signatures(Signature(logs.WITNESS_KEY.name, logs.WITNESS_KEY.key_id, value))
        with pytest.raises(Unverifiable):
            logs.WITNESS_KEY.check(forged)


def test_one_bad_signature_of_a_known_key_spoils_the_note() -> None:
    note = logs.checkpoint([b"entry"])
    assert logs.LOG_KEY.check(note) is None
    bad = Signature(logs.LOG_KEY.name, logs.LOG_KEY.key_id, bytes(64))
    with pytest.raises(Unverifiable):
        logs.LOG_KEY.check(note.with_signatures(bad))
    stranger = Signature(logs.LOG_KEY.name, bytes(4), bytes(64))
    assert logs.LOG_KEY.check(note.with_signatures(stranger)) is None
    with pytest.raises(Unverifiable):
        logs.WITNESS_KEY.check(note)


@pytest.mark.parametrize("time", [-1, 1 << 63])
def test_a_time_out_of_range_is_not_signed(time: int) -> None:
    with pytest.raises(BadInput):
        notes.cosign(logs.checkpoint([]), "w", bytes(32), time, lambda _: bytes(64))


origins = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)
all_checkpoints = st.builds(
    Checkpoint,
    origins,
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(origins, max_size=2).map(tuple),
)


@given(all_checkpoints)
def test_checkpoints_are_read_as_written(checkpoint: Checkpoint) -> None:
    assert checkpoints.parse_text(checkpoint.text()) == checkpoint


ROOT = notes.to_base64(bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "", "a\n", f"a\n1\n{ROOT}", f"\n1\n{ROOT}\n", f"a\n01\n{ROOT}\n", f"a\n-1\n{ROOT}\n", f"a\n1\n{ROOT}\n\n",
        f"a\n1\n{ROOT}\nb\n\nc\n", f"a\n+1\n{ROOT}\n", f"a\n٣\n{ROOT}\n", f"a\n1\n{ROOT[:-4]}\n", f"a\n\n{ROOT}\n",
        f"a\n{2**63}\n{ROOT}\n", f"a\n1 \n{ROOT}\n", f"a\n1\n{ROOT} \n",
    ],
)  # fmt: skip
def test_malformed_checkpoints_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        checkpoints.parse_text(text)


def test_a_checkpoint_is_believed_from_its_own_log_alone() -> None:
    note = logs.checkpoint([b"entry"])
    assert checkpoints.read(note, logs.LOG_KEY).size == 1
    foreign = Checkpoint("other/log", 1, bytes(32)).signed(logs.NAME, logs.LOG_KEY.public_key, logs.LOG_SECRET.sign)
    with pytest.raises(Unverifiable):
        checkpoints.read(foreign, logs.LOG_KEY)
    longer = Checkpoint(f"{logs.NAME}x/log/1", 1, bytes(32))
    with pytest.raises(Unverifiable):
        checkpoints.read(longer.signed(logs.NAME, logs.LOG_KEY.public_key, logs.LOG_SECRET.sign), logs.LOG_KEY)
