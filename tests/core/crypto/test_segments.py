"""Segments: each opens in its own place only, and a list of them is all of a stream or is refused."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto import segments, stream_keys, streams
from razdar.core.crypto.segments import Content, Mark, SegmentPlace, check_order
from razdar.core.crypto.streams import NO_TAG, Kind, Marker, Next, Reason
from razdar.core.errors import Unopenable
from tests.core.crypto.examples import KEY, NONCE, flipped, nonces, unhurried

SEGMENT_KEY = bytes(stream_keys.segment_key(KEY))
PLACE = SegmentPlace(UUID(int=21), UUID(int=22), 3, 240_000, 80_000, False, bytes(range(16)))
NEXT = Next(60, bytes(range(16, 32)))
CONTENT = Content((Mark(Marker(Kind.GAP, Reason.LATE, 1600), 250_000, 1_777_777_777_777),), b"fLaC" + bytes(200), NEXT)
SEALED = segments.seal(SEGMENT_KEY, PLACE, CONTENT, NONCE)
NEIGHBOURS = [
    replace(PLACE, call=PLACE.stream, stream=PLACE.call),
    replace(PLACE, call=UUID(int=9)),
    replace(PLACE, stream=UUID(int=9)),
    replace(PLACE, number=4),
    replace(PLACE, first=240_001),
    replace(PLACE, frames=79_999),
    replace(PLACE, first=PLACE.frames, frames=PLACE.first),
    replace(PLACE, last=True),
    replace(PLACE, previous=NO_TAG),
    replace(PLACE, previous=b"short"),
    replace(PLACE, number=-1),
    replace(PLACE, number=1 << 32),
]

marks = st.builds(
    Mark,
    st.builds(Marker, st.sampled_from(Kind), st.sampled_from(Reason), st.integers(0, 1 << 40)),
    st.integers(0, 1 << 40),
    st.integers(0, 1 << 50),
)

nexts = st.builds(Next, st.integers(0, 1 << 62), st.binary(min_size=16, max_size=16))


@unhurried
@given(st.lists(marks, max_size=20), st.binary(max_size=2000), nexts, nonces)
def test_what_was_sealed_opens_in_its_place(found: list[Mark], sound: bytes, follows: Next, nonce: bytes) -> None:
    content = Content(tuple(found), sound, follows)
    sealed = segments.seal(SEGMENT_KEY, PLACE, content, nonce)
    assert segments.open_segment(KEY, PLACE, sealed) == content
    assert len(sealed) == 1 + 28 + 24 + 2 + 26 * len(found) + len(sound)


@pytest.mark.parametrize("place", NEIGHBOURS)
def test_it_opens_nowhere_else(place: SegmentPlace) -> None:
    with pytest.raises(Unopenable):
        segments.open_segment(KEY, place, SEALED)


@pytest.mark.parametrize("key", [KEY[::-1], SEGMENT_KEY, bytes(32), b""])
def test_another_key_opens_nothing(key: bytes) -> None:
    with pytest.raises(Unopenable):
        segments.open_segment(key, PLACE, SEALED)


def test_the_key_of_records_is_another() -> None:
    sealer = streams.Sealer(KEY, streams.Place(PLACE.call, PLACE.stream))
    sealer.part()
    assert stream_keys.record_key(KEY) != SEGMENT_KEY
    with pytest.raises(Unopenable):
        segments.open_segment(KEY, PLACE, b"\x61" + sealer.sound(b"a", 1)[13:])


@unhurried
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(index: int, mask: int) -> None:
    with pytest.raises(Unopenable):
        segments.open_segment(KEY, PLACE, flipped(SEALED, index, mask))


@pytest.mark.parametrize("cut", [*range(40), len(SEALED) - 1])
def test_cut_or_extended_it_does_not_open(cut: int) -> None:
    for changed in (SEALED[:cut], SEALED + bytes(cut + 1)):
        with pytest.raises(Unopenable):
            segments.open_segment(KEY, PLACE, changed)


@pytest.mark.parametrize(
    "plaintext",
    [
        b"",
        bytes(23),
        *(bytes(24) + rest for rest in (b"", b"\0", b"\0\1", b"\0\1" + bytes(25))),
        *(bytes(24) + rest for rest in (b"\0\1\x09" + bytes(25), b"\0\1\1\xff" + bytes(24))),
    ],
)
def test_content_that_is_none_does_not_open(plaintext: bytes) -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    bound = segments._bound(0x61, PLACE)
    sealed = b"\x61" + NONCE + AESGCM(SEGMENT_KEY).encrypt(NONCE, plaintext, bound)
    with pytest.raises(Unopenable):
        segments.open_segment(KEY, PLACE, sealed)


def test_bounds_of_a_segment() -> None:
    long = replace(PLACE, frames=80_001)
    silence = Content((), b"", NEXT)
    assert segments.open_segment(KEY, long, segments.seal(SEGMENT_KEY, long, silence, NONCE)) == silence
    for place, content, words in (
        (long, CONTENT, "ten seconds"),
        (replace(PLACE, frames=streams.MOST_FRAMES + 1), silence, "a day"),
        (PLACE, Content(CONTENT.marks * 1001, b"", NEXT), "a thousand"),
    ):
        with pytest.raises(ValueError, match=words):
            segments.seal(SEGMENT_KEY, place, content, NONCE)
    with pytest.raises(ValueError, match="not wiped"):
        segments.seal(bytes(32), PLACE, CONTENT, NONCE)


def claims(count: int) -> list[tuple[SegmentPlace, bytes]]:
    """A whole stream of some segments."""
    made: list[tuple[SegmentPlace, bytes]] = []
    previous, first = NO_TAG, 0
    for number in range(count):
        place = SegmentPlace(UUID(int=21), UUID(int=22), number, first, 80_000 - number, number == count - 1, previous)
        previous, first = bytes((number + 1,)) * 16, first + place.frames
        made.append((place, previous))
    return made


Change = Callable[[list[tuple[SegmentPlace, bytes]]], list[tuple[SegmentPlace, bytes]]]
CHANGES: dict[str, Change] = {
    "nothing": lambda _: [],
    "cut at the end": lambda all_: all_[:-1],
    "cut at the beginning": lambda all_: all_[1:],
    "cut in the middle": lambda all_: all_[:1] + all_[2:],
    "exchanged": lambda all_: [all_[1], all_[0], *all_[2:]],
    "repeated": lambda all_: [*all_[:2], *all_[1:]],
    "repeated at the end": lambda all_: [*all_, all_[-1]],
    "of another stream": lambda all_: [*all_[:2], (replace(all_[2][0], stream=UUID(int=9)), all_[2][1]), all_[3]],
    "of another call": lambda all_: [*all_[:2], (replace(all_[2][0], call=UUID(int=9)), all_[2][1]), all_[3]],
    "another before it": lambda all_: [*all_[:2], (all_[2][0], b"x" * 16), all_[3]],
    "overlapping": lambda all_: [*all_[:2], (replace(all_[2][0], first=1), all_[2][1]), all_[3]],
}


def test_a_whole_stream_is_whole() -> None:
    check_order(claims(1))
    check_order(claims(4))
    check_order(claims(4)[:2], whole=False)
    check_order([], whole=False)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_is_not_all_of_a_stream_is_refused(change: Change) -> None:
    with pytest.raises(Unopenable):
        check_order(change(claims(4)))
