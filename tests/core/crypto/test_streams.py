"""Live streams: what was written is read; whatever was cut, exchanged, repeated or brought from elsewhere is not."""

import struct
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto import hierarchy, hpke, stream_keys, streams
from razdar.core.crypto.streams import FIRST, HEAD_BYTES, Kind, Marker, Next, Opener, Place, Reason, Record, Sealer
from razdar.core.errors import Unopenable
from tests.core.crypto.examples import KEY, flipped, keys, unhurried
from tests.core.crypto.recorded import PLACE, trusting, unnumbered

OTHERS = (
    replace(PLACE, call=UUID(int=99)),
    replace(PLACE, stream=UUID(int=99)),
    Place(PLACE.stream, PLACE.call),
)
END = Marker(Kind.END, Reason.HUNG_UP, 12_000)

Written = bytes | Marker

markers = st.builds(
    Marker,
    st.sampled_from([Kind.GAP, Kind.PAUSE, Kind.RESUME]),
    st.sampled_from(Reason),
    st.integers(0, streams.MOST_FRAMES),
)
written = st.lists(st.binary(min_size=1, max_size=4000) | markers, max_size=8)


def records(sealer: Sealer, what: list[Written], start: int = 0) -> list[bytes]:
    return [
        sealer.marker(one, 1000 + at) if isinstance(one, Marker) else sealer.sound(one, 1000 + at)
        for at, one in enumerate(what, start)
    ]


def sealed_parts(parts: list[list[Written]], key: bytes = KEY, place: Place = PLACE) -> list[bytes]:
    sealer = Sealer(key, place)
    return [sealer.part() + b"".join(records(sealer, part)) for part in parts]


def opened(
    parts: list[bytes], key: bytes = KEY, place: Place = PLACE, first: int = 0, begins: Next | None = FIRST
) -> tuple[list[Record], Opener]:
    opener = Opener(key, place, first, begins)
    return [record for part in parts for record in opener.read(part)], opener


def plain(found: list[Record]) -> list[Written]:
    return [record.marker or record.sound for record in found]


SAID: list[Written] = [b"\x7f" * 4000, Marker(Kind.GAP, Reason.LATE, 1600), b"\x01", b"\x02" * 1000, END]
ONE = sealed_parts([SAID])[0]
LENGTHS = [4 + 9 + 12 + size + 16 for size in (4000, 9, 1, 1000, 9)]
BOUNDARIES = [HEAD_BYTES + sum(LENGTHS[:count]) for count in range(len(LENGTHS) + 1)]


@unhurried
@given(st.lists(written, min_size=1, max_size=4), keys)
def test_what_was_said_comes_back_with_its_markers_in_order(parts: list[list[Written]], key: bytes) -> None:
    made = sealed_parts([*parts, [END]], key)
    found, opener = opened(made, key)
    assert plain(found) == [one for part in parts for one in part] + [END]
    assert (opener.ended, opener.torn) == (True, False)


@unhurried
@given(st.lists(written, min_size=2, max_size=4), st.data())
def test_reading_may_begin_with_any_part(parts: list[list[Written]], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(parts) - 1))
    made = sealed_parts(parts)
    begins = opened(made[:first])[1].next
    found, opener = opened(made[first:], first=first, begins=begins)
    assert plain(found) == [one for part in parts[first:] for one in part]
    assert (opener.ended, opener.torn) == (False, False)


def test_the_length_is_what_the_format_says() -> None:
    assert BOUNDARIES[-1] == len(ONE)
    assert HEAD_BYTES == 65


@pytest.mark.parametrize("cut", [*range(len(ONE) - 30, len(ONE)), *range(80), *BOUNDARIES, 2000, 4066, 4070])
def test_a_torn_tail_ends_cleanly_and_gives_nothing_of_what_was_torn(cut: int) -> None:
    found, opener = opened([ONE[:cut]])
    whole = max((index for index, end in enumerate(BOUNDARIES) if end <= cut), default=0)
    assert plain(found) == SAID[:whole]
    assert opener.torn == (cut not in BOUNDARIES)
    assert opener.ended == (cut == len(ONE))


def test_nothing_is_read_after_a_torn_part_or_after_the_end() -> None:
    first, second = sealed_parts([[b"a", b"b"], [b"c"]])
    for parts in ([first[:-1], second], [ONE, second], [ONE, ONE], [b"", first]):
        with pytest.raises(Unopenable):
            opened(parts)


def test_whatever_follows_the_end_in_its_part_is_noticed() -> None:
    for more in (b"\0", ONE[HEAD_BYTES : BOUNDARIES[1]], ONE[BOUNDARIES[-2] :]):
        with pytest.raises(Unopenable):
            opened([ONE + more])


@unhurried
@given(st.integers(0, len(ONE) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(index: int, mask: int) -> None:
    """A longer length in the last record looks like a torn one: then what is missing is the marker *end*."""
    try:
        found, opener = opened([flipped(ONE, index, mask)])
    except Unopenable:
        return
    assert opener.torn
    assert not opener.ended
    assert plain(found) == SAID[: len(found)]


@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("second", range(5))
def test_records_cut_out_exchanged_or_repeated_are_noticed(first: int, second: int) -> None:
    pieces = [ONE[start:end] for start, end in pairwise(BOUNDARIES)]
    exchanged = list(pieces)
    exchanged[first], exchanged[second] = exchanged[second], exchanged[first]
    changes = [pieces[:first] + pieces[first + 1 :], [*pieces[: second + 1], pieces[first], *pieces[second + 1 :]]]
    for changed in [*changes, exchanged]:
        if changed != pieces:
            with pytest.raises(Unopenable):
                opened([ONE[:HEAD_BYTES] + b"".join(changed)])


def test_parts_left_out_exchanged_or_repeated_are_noticed() -> None:
    a, b, c = sealed_parts([[b"a"], [b"b"], [b"c"]])
    for parts in ([a, c], [b, a], [a, a], [a, b, b], [b, c], [c]):
        with pytest.raises(Unopenable):
            opened(parts)


def test_records_do_not_open_in_another_part_of_the_same_stream() -> None:
    a, b = sealed_parts([[b"a"], [b"b"]])
    for head, body in ((a, b), (b, a)):
        with pytest.raises(Unopenable):
            opened([head[:HEAD_BYTES] + body[HEAD_BYTES:]], first=int(head is b), begins=streams.read_head(head).begins)


MIDDLE: list[list[Written]] = [[bytes((10 * part + at,)) for at in range(3)] for part in range(6)]


@dataclass(frozen=True)
class Forged:
    """A part that somebody put together who knows every tag and no key.

    Attributes:
        source: the part its records are of.
        cut: how many of them are left out in front.
        renumbered: its head says the number that is expected next, and not its source's.
        linked: its head says that it begins with the record that is expected next, and not with its own first.
    """

    source: int
    cut: int = 0
    renumbered: bool = False
    linked: bool = False

    def made(self, parts: list[bytes], number: int, expected: Next) -> bytes:
        whole = parts[self.source]
        found = [record for part in parts[: self.source] for record in split(part)] + split(whole)[: self.cut]
        begins = Next(len(found), found[-1][-16:] if found else streams.NO_TAG)
        begins = expected if self.linked else begins
        head = bytearray(whole[:HEAD_BYTES])
        struct.pack_into(">IQ16s", head, 37, number if self.renumbered else self.source, *astuple(begins))
        return bytes(head) + b"".join(split(whole)[self.cut :])


def split(part: bytes) -> list[bytes]:
    """The records of a part."""
    rest, found = part[HEAD_BYTES:], []
    while rest:
        (length,) = struct.unpack_from(">I", rest)
        found.append(rest[: 4 + length])
        rest = rest[4 + length :]
    return found


def read_forged(forged: list[Forged], first: int = 2) -> list[Written]:
    """What is read of forged parts when reading begins with part 2 and ends with the first that does not open."""
    parts = sealed_parts(MIDDLE)
    opener = Opener(KEY, PLACE, first, opened(parts[:first])[1].next)
    found: list[Record] = []
    with suppress(Unopenable):
        for number, one in enumerate(forged, first):
            found += opener.read(one.made(parts, number, opener.next or FIRST))
    return plain(found)


forgeries = st.builds(Forged, st.integers(0, 5), st.integers(0, 2), st.booleans(), st.booleans())


@unhurried
@given(st.lists(forgeries, min_size=1, max_size=4))
def test_read_from_the_middle_only_what_follows_opens(forged: list[Forged]) -> None:
    found = read_forged(forged)
    follows = [one for part in MIDDLE[2:] for one in part]
    assert found == follows[: len(found)]
    assert len(found) % 3 == 0


REPLAYED = [Forged(1, renumbered=True)]
SKIPPED = [Forged(4, renumbered=True), Forged(5, renumbered=True)]
BEHEADED = [Forged(2, cut=1), Forged(3)]
ATTACKS = {"replayed": REPLAYED, "skipped": SKIPPED, "beheaded": BEHEADED}


@pytest.mark.parametrize("forged", ATTACKS.values(), ids=ATTACKS.keys())
def test_parts_that_are_replayed_skipped_or_cut_open_nothing(forged: list[Forged]) -> None:
    assert read_forged(forged) == []
    assert read_forged([Forged(2), Forged(3)]) == MIDDLE[2] + MIDDLE[3]


def test_where_it_is_not_known_what_comes_next_nothing_opens() -> None:
    parts = sealed_parts(MIDDLE)
    with pytest.raises(Unopenable):
        opened(parts[2:], first=2, begins=None)


def test_control_believed_heads_let_a_beginning_be_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Opener, "read", trusting)
    assert read_forged(BEHEADED) == MIDDLE[2][1:] + MIDDLE[3]
    assert read_forged(REPLAYED) == read_forged(SKIPPED) == []


def test_control_without_the_parts_number_replayed_and_skipped_parts_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Opener, "read", trusting)
    monkeypatch.setattr(streams, "_bound", unnumbered)
    assert read_forged(REPLAYED) == MIDDLE[1]
    assert read_forged(SKIPPED) == MIDDLE[4] + MIDDLE[5]


@pytest.mark.parametrize("place", OTHERS)
def test_another_stream_does_not_open(place: Place) -> None:
    foreign = sealed_parts([SAID], place=place)[0]
    for parts in ([foreign], [ONE[:HEAD_BYTES] + foreign[HEAD_BYTES:]], [foreign[:HEAD_BYTES] + ONE[HEAD_BYTES:]]):
        with pytest.raises(Unopenable):
            opened(parts)
    with pytest.raises(Unopenable):
        opened([ONE], place=place)


def test_another_streams_record_does_not_open_under_the_same_key() -> None:
    """Not even at the same sequence: the call and the stream are bound."""
    foreign = sealed_parts([SAID], place=OTHERS[1])[0]
    with pytest.raises(Unopenable):
        opened([ONE[: BOUNDARIES[2]] + foreign[BOUNDARIES[2] : BOUNDARIES[3]] + ONE[BOUNDARIES[3] :]])


@pytest.mark.parametrize("key", [KEY[::-1], bytes(32), b"short"])
def test_another_key_opens_nothing(key: bytes) -> None:
    with pytest.raises(Unopenable):
        opened([ONE], key=key)


def test_a_head_that_claims_another_beginning_is_noticed() -> None:
    a, b = sealed_parts([[b"a"], [b"b"]])
    head = streams.read_head(b)
    assert (head.place, head.part, head.begins.sequence) == (PLACE, 1, 1)
    for offset, layout, value in ((41, ">Q", 2), (41, ">Q", 0), (37, ">I", 0), (37, ">I", 2), (41, ">Q", 1 << 63)):
        changed = bytearray(b)
        struct.pack_into(layout, changed, offset, value)
        with pytest.raises(Unopenable):
            opened([bytes(changed)], first=1, begins=head.begins)
        with pytest.raises(Unopenable):
            opened([a, bytes(changed)])


@unhurried
@given(st.binary(max_size=200))
def test_nonsense_is_unopenable_or_torn(nonsense: bytes) -> None:
    for part in (nonsense, ONE[:HEAD_BYTES] + nonsense):
        try:
            found, opener = opened([part])
        except Unopenable:
            continue
        assert found == []
        assert opener.torn == (part != ONE[:HEAD_BYTES])


def test_the_same_second_of_two_streams_is_sealed_differently_and_hides_its_sound() -> None:
    a, b = (sealed_parts([[b"\xff" * 4000]], place=place)[0] for place in (PLACE, OTHERS[1]))
    assert a[HEAD_BYTES:] != b[HEAD_BYTES:]
    assert b"\xff" * 8 not in a


def test_a_wiped_sealer_seals_nothing() -> None:
    sealer = Sealer(KEY, PLACE)
    with pytest.raises(ValueError, match="belong to a part"):
        sealer.sound(b"a", 0)
    sealer.part()
    sealer.marker(END, 0)
    for attempt in (lambda: sealer.sound(b"a", 0), lambda: sealer.marker(END, 0)):
        with pytest.raises(ValueError, match="not wiped"):
            attempt()
    with pytest.raises(ValueError, match="not wiped"):
        Sealer(bytes(32), PLACE)


@pytest.mark.parametrize("sound", [b"", b"a" * 4001])
def test_a_record_has_its_bounds(sound: bytes) -> None:
    sealer = Sealer(KEY, PLACE)
    sealer.part()
    with pytest.raises(ValueError, match="1 to 4,000"):
        sealer.sound(sound, 0)
    for marker in (
        Marker(Kind.SOUND, Reason.NONE, 0),
        Marker(Kind.GAP, Reason.LATE, -1),
        Marker(Kind.GAP, Reason.LATE, 1 << 40),
    ):
        with pytest.raises(ValueError, match="a marker is not sound"):
            sealer.marker(marker, 0)


# --- The stream's key -------------------------------------------------------------------------------------------------

CLIENT, STREAM = UUID(int=31), UUID(int=32)
SEED = bytes(hierarchy.stream_seed(KEY, CLIENT))
SEALED = stream_keys.seal_key(hpke.public_key(SEED), 7, KEY, CLIENT, STREAM)


def test_a_streams_key_opens_with_the_epochs_seed_alone() -> None:
    assert len(SEALED) == stream_keys.SEALED_KEY_BYTES == 1173
    assert stream_keys.epoch_of(SEALED) == 7
    assert stream_keys.open_key(SEED, SEALED, CLIENT, STREAM) == KEY
    other = bytes(hierarchy.stream_seed(KEY, STREAM))
    for seed, client, stream in (
        (other, CLIENT, STREAM),
        (SEED, STREAM, STREAM),
        (SEED, CLIENT, CLIENT),
        (SEED, STREAM, CLIENT),
        (bytes(32), CLIENT, STREAM),
    ):
        with pytest.raises(Unopenable):
            stream_keys.open_key(seed, SEALED, client, stream)


@unhurried
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_a_changed_sealed_key_does_not_open(index: int, mask: int) -> None:
    with pytest.raises(Unopenable):
        stream_keys.open_key(SEED, flipped(SEALED, index, mask), CLIENT, STREAM)


@pytest.mark.parametrize("sealed", [b"", SEALED[:-1], SEALED + b"\0"], ids=["none", "shorter", "longer"])
def test_a_sealed_key_of_another_length_does_not_open(sealed: bytes) -> None:
    with pytest.raises(Unopenable):
        stream_keys.open_key(SEED, sealed, CLIENT, STREAM)


def test_sealing_needs_a_key_and_an_epoch() -> None:
    public = hpke.public_key(SEED)
    for epoch, key in ((0, KEY), (1 << 32, KEY), (1, bytes(32)), (1, b"short")):
        with pytest.raises(ValueError, match="32 bytes and not wiped"):
            stream_keys.seal_key(public, epoch, key, CLIENT, STREAM)
