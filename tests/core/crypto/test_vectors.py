"""The formats, held by vectors that were computed apart from this code.

HKDF and HMAC came from the standard library, Argon2id from argon2-cffi, chunked encryption from the C2SP text;
streams and segments from their layouts and a bare AES-GCM.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from razdar.core.crypto import (
    aad,
    age,
    blind,
    blobs,
    bound,
    files,
    hierarchy,
    passphrase,
    segments,
    stream_keys,
    streams,
)
from razdar.core.crypto.aad import Place
from razdar.core.crypto.hierarchy import KekPurpose, KeyGroup
from razdar.core.crypto.modes import MODES
from razdar.core.crypto.passphrase import FLOOR
from razdar.core.crypto.segments import Content, Mark, SegmentPlace
from razdar.core.crypto.streams import Kind, Marker, Next, Reason
from tests.core.crypto.by_text import by_the_text
from tests.core.crypto.holding import Holding

FOLDER = Path(__file__).parent / "vectors"


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in json.loads((FOLDER / name).read_text())["cases"]]


def place_of(case: dict[str, Any], member: str = "place") -> Place:
    place = case[member]
    ids = {name: UUID(place[name]) for name in ("client", "customer", "row")}
    return Place(table=place["table"], field=place["field"], **ids)


def raw(case: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(case[name])


@pytest.mark.parametrize("case", cases("blob_v1.json"))
def test_blob(case: dict[str, Any]) -> None:
    place, subkey, plaintext = place_of(case), raw(case, "subkey"), raw(case, "plaintext")
    assert aad.pack(0x11, case["version"], place) == raw(case, "aad")
    assert blobs.seal(subkey, case["version"], plaintext, place, raw(case, "nonce")) == raw(case, "blob")
    assert blobs.open_blob(subkey, raw(case, "blob"), place) == plaintext


@pytest.mark.parametrize("case", cases("sealed_v1.json"))
def test_sealed(case: dict[str, Any]) -> None:
    """The encapsulated key is HPKE's own; `test_hpke` opens the same vectors by the text."""
    place, held = place_of(case), Holding({case["version"]: raw(case, "seed")})
    assert hierarchy.sealing_seed(raw(case, "customer_key")) == raw(case, "seed")
    assert aad.pack(0x22, case["version"], place) == raw(case, "aad")
    held.private = held.of_version  # type: ignore[method-assign]
    assert MODES["sealed"].open(held, raw(case, "blob"), place) == raw(case, "plaintext")


@pytest.mark.parametrize("case", cases("dual_control_v1.json"))
def test_dual_control(case: dict[str, Any]) -> None:
    """Each layer by the standard library's hash and a bare AES-GCM; the age file with the person's identity."""
    place, blob, bound = place_of(case), raw(case, "blob"), raw(case, "aad")
    assert aad.pack(0x31, case["version"], place) == bound
    length = int.from_bytes(blob[3:5])
    file, outer = blob[5 : 5 + length], blob[5 + length :]
    text = b"".join(age.decrypt([age.Identity.parse(case["identity"])], [file])).decode()
    assert text.endswith(f"key {case['second_key']}\n")
    covered = b"razdar dual outer v1" + bound + sha256(file).digest()
    inner = AESGCM(raw(case, "second_key")).decrypt(outer[:12], outer[12:], covered)
    plaintext = AESGCM(raw(case, "subkey")).decrypt(inner[:12], inner[12:], b"razdar dual inner v1" + bound)
    assert plaintext == raw(case, "plaintext")
    held = Holding({case["version"]: raw(case, "subkey")})
    held.given = raw(case, "second_key")
    assert MODES["dual_control"].open(held, blob, place) == plaintext


@pytest.mark.parametrize("case", cases("token_v1.json"))
def test_token(case: dict[str, Any]) -> None:
    place, kept, bound = place_of(case), raw(case, "kept"), raw(case, "aad")
    assert aad.pack(0x51, case["version"], place) == bound
    head = b"\x51" + case["version"].to_bytes(2)
    assert raw(case, "blob") == head + raw(case, "token")
    plaintext = AESGCM(raw(case, "subkey")).decrypt(kept[3:15], kept[15:], bound + raw(case, "token"))
    assert (kept[:3], plaintext) == (head, raw(case, "plaintext"))
    held = Holding({case["version"]: raw(case, "subkey")})
    held.store[raw(case, "token")] = kept
    assert MODES["token"].open(held, raw(case, "blob"), place) == plaintext


@pytest.mark.parametrize("case", cases("bound_v1.json"))
def test_bound(case: dict[str, Any]) -> None:
    key, plaintext, context = raw(case, "key"), raw(case, "plaintext"), raw(case, "context")
    assert bound.seal_bound(key, plaintext, context, raw(case, "nonce")) == raw(case, "sealed")
    assert bound.open_bound(key, raw(case, "sealed"), context) == plaintext


@pytest.mark.parametrize("case", cases("blind_v1.json"))
def test_blind(case: dict[str, Any]) -> None:
    assert blind.index(raw(case, "key"), [raw(case, "value")]) == [raw(case, "index")]


@pytest.mark.parametrize("case", cases("hierarchy_v1.json"))
def test_derived_keys(case: dict[str, Any]) -> None:
    client = UUID(case["client"])
    for purpose, expected in case["keks"].items():
        assert hierarchy.kek(raw(case, "epoch_secret"), client, KekPurpose(purpose)).hex() == expected
    for group, expected in case["subkeys"].items():
        assert hierarchy.subkey(raw(case, "customer_key"), KeyGroup(group)).hex() == expected
    bound_place = aad.pack(0x41, case["file_version"], place_of(case, "file_place"))
    content = bytes.fromhex(case["subkeys"]["content"])
    assert hierarchy.file_key(content, bound_place) == raw(case, "file_key")
    installation = hierarchy.installation_subkey(raw(case, "installation_secret"), raw(case, "installation_purpose"))
    assert installation == raw(case, "installation_subkey")
    assert hierarchy.root_wrapping_key(raw(case, "root_secret")) == raw(case, "root_wrapping_key")
    assert set(case["subkeys"]) == set(KeyGroup)
    assert set(case["keks"]) == set(KekPurpose)


@pytest.mark.parametrize("case", cases("hierarchy_v1.json"))
def test_wrapped_keys(case: dict[str, Any]) -> None:
    client, customer = UUID(case["client"]), UUID(case["customer"])
    bindings = {
        "customer": hierarchy.customer_binding(client, customer, case["customer_version"]),
        "index": hierarchy.index_binding(client, case["index_field"]),
        "epoch": hierarchy.epoch_binding(client, case["epoch_number"]),
        "installation": hierarchy.installation_binding(),
    }
    assert {name: binding.hex() for name, binding in bindings.items()} == case["bindings"]
    for kind in ("customer", "index"):
        kek, key, wrapped = (
            bytes.fromhex(case["keks"][kind]),
            raw(case, f"{kind}_key"),
            raw(case, f"wrapped_{kind}_key"),
        )
        assert hierarchy.wrap(kek, key, bindings[kind], raw(case, "wrap_nonce")) == wrapped
        assert hierarchy.unwrap(kek, wrapped, bindings[kind]) == key


@pytest.mark.parametrize("case", cases("file_v1.json"))
def test_file(case: dict[str, Any]) -> None:
    place, subkey = place_of(case), raw(case, "content_subkey")
    plaintext = bytes((7 * index + 3) % 251 for index in range(case["size"]))
    context = aad.pack(0x41, case["version"], place)
    key = bytes(hierarchy.file_key(subkey, context))
    sealed = b"\x41" + case["version"].to_bytes(2) + by_the_text(key, context, raw(case, "salt"), plaintext)
    assert sha256(sealed).hexdigest() == case["sha256"]
    assert sealed.hex() == case.get("sealed", sealed.hex())
    with files.open_file(subkey, place, lambda start, length: sealed[start : start + length], len(sealed)) as file:
        assert file.read() == plaintext


@pytest.mark.parametrize("case", cases("root_file_v1.json"))
def test_root_file(case: dict[str, Any]) -> None:
    words, secret = raw(case, "passphrase"), raw(case, "secret")
    assert passphrase.seal_root(secret, words, raw(case, "salt"), raw(case, "nonce"), FLOOR) == case["text"]
    assert passphrase.open_root(case["text"], words) == secret


@pytest.mark.parametrize("case", cases("stream_v1.json"))
def test_records_of_a_stream(case: dict[str, Any]) -> None:
    place, key = streams.Place(UUID(case["call"]), UUID(case["stream"])), raw(case, "stream_key")
    assert stream_keys.record_key(key) == raw(case, "record_key")
    sealer = streams.Sealer(key, place)
    parts: list[bytes] = []
    for record in case["records"]:
        if record["part"] == len(parts):
            parts.append(sealer.part())
        part = b""
        if record["kind"] == Kind.SOUND:
            part += sealer.sound(raw(record, "plaintext"), record["at_ms"])
        else:
            marker = raw(record, "plaintext")
            part += sealer.marker(
                Marker(Kind(record["kind"]), Reason(marker[0]), int.from_bytes(marker[1:])), record["at_ms"]
            )
        parts[-1] += part
    assert parts == [bytes.fromhex(part) for part in case["parts"]]
    opener = streams.Opener(key, place)
    assert sum(len(list(opener.read(part))) for part in parts) == len(case["records"])
    for part, segment in zip(case["parts"][1:], case["segments"], strict=False):
        begins = Next(segment["next_sequence"], raw(segment, "next_previous"))
        assert streams.read_head(bytes.fromhex(part)).begins == begins


@pytest.mark.parametrize("case", cases("stream_v1.json"))
def test_segments_of_a_stream(case: dict[str, Any]) -> None:
    key = raw(case, "stream_key")
    assert stream_keys.segment_key(key) == raw(case, "segment_key")
    for one in case["segments"]:
        position = (one["number"], one["first"], one["frames"], one["last"], raw(one, "previous"))
        place = SegmentPlace(UUID(case["call"]), UUID(case["stream"]), *position)
        marks = tuple(Mark(Marker(Kind(kind), Reason(why), long), at, ms) for kind, why, at, long, ms in one["marks"])
        content = Content(marks, raw(one, "sound"), Next(one["next_sequence"], raw(one, "next_previous")))
        assert segments.seal(raw(case, "segment_key"), place, content, raw(one, "nonce")) == raw(one, "sealed")
        assert segments.open_segment(key, place, raw(one, "sealed")) == content


@pytest.mark.parametrize("case", cases("stream_v1.json"))
def test_keys_of_a_stream(case: dict[str, Any]) -> None:
    """Sealed to the epoch's pair while the call runs, wrapped under the customer's key afterwards."""
    client, customer, stream = (UUID(case[name]) for name in ("client", "customer", "stream"))
    assert hierarchy.stream_seed(raw(case, "epoch_secret"), client) == raw(case, "seed")
    assert stream_keys.epoch_of(raw(case, "sealed_key")) == case["epoch"]
    assert stream_keys.open_key(raw(case, "seed"), raw(case, "sealed_key"), client, stream) == raw(case, "stream_key")
    binding = hierarchy.stream_binding(client, customer, case["customer_version"], stream)
    wrapping = hierarchy.stream_wrapping_key(raw(case, "customer_key"))
    assert (wrapping, binding) == (raw(case, "wrapping_key"), raw(case, "binding"))
    assert hierarchy.wrap(wrapping, raw(case, "stream_key"), binding, raw(case, "wrap_nonce")) == raw(case, "wrapped")
    assert hierarchy.unwrap(wrapping, raw(case, "wrapped"), binding) == raw(case, "stream_key")
