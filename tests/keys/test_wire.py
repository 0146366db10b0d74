"""What crosses the socket comes out as it went in, and nothing else is taken for it."""

import pickle
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.errors import BadInput, KeysLocked, NotFound, RazdarError, SecondKeyNeeded, Throttled, Unopenable
from razdar.keys import codecs, wire
from razdar.keys.codecs import FRAME_BYTES, HEADER, Reader, Writer, codec
from razdar.keys.records import BookLine, BookPage, BoundStreams, KeyRef, KeysStatus, Outcome, StreamRef

moments = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
texts = st.text(st.characters(codec="utf-8"), max_size=50)
refs = st.builds(KeyRef, st.uuids(), st.uuids(), st.integers(-(2**31), 2**31 - 1))
lines = st.builds(
    BookLine, moments, texts, texts, st.uuids(), st.uuids(), st.integers(0, 2**62), st.sampled_from(Outcome)
)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    str: texts,
    bytes: st.binary(max_size=100),
    UUID: st.uuids(),
    datetime: moments,
    KeyRef: refs,
    list[KeyRef]: st.lists(refs),
    list[bytearray]: st.lists(st.binary(min_size=32, max_size=32).map(bytearray)),
    list[StreamRef]: st.lists(st.builds(StreamRef, st.uuids(), st.uuids(), st.uuids())),
    BoundStreams: st.builds(
        BoundStreams, st.lists(st.uuids()).map(tuple), st.lists(st.integers(1, 99)).map(tuple), st.booleans()
    ),
    list[bytes]: st.lists(st.binary(max_size=40)),
    dict[UUID, KeyRef]: st.dictionaries(st.uuids(), refs),
    datetime | None: st.none() | moments,
    tuple[int, str]: st.tuples(st.integers(0, 9), texts),
    BookPage: st.builds(BookPage, st.lists(lines, max_size=5).map(tuple), st.binary(max_size=40)),
    KeysStatus: st.builds(
        KeysStatus, texts, *[st.integers(0, 99)] * 4, st.lists(texts, max_size=3).map(tuple), st.integers(0, 9)
    ),
}


def body(writer: Writer) -> bytes:
    frame = bytes(writer.frame())
    (length,) = HEADER.unpack_from(frame)
    assert length == len(frame) - HEADER.size
    return frame[HEADER.size :]


@pytest.mark.parametrize("hint", VALUES, ids=str)
@given(st.data())
def test_what_is_written_is_read(hint: Any, data: st.DataObject) -> None:
    value = data.draw(VALUES[hint])
    writer = Writer()
    codec(hint).put(writer, value)
    reader = Reader(memoryview(body(writer)))
    assert codec(hint).take(reader) == value
    reader.end()


@pytest.mark.parametrize("call", wire.CALLS.values(), ids=lambda call: call.name)
@given(st.binary(max_size=300))
def test_nonsense_is_refused_or_read_as_what_would_be_written(call: wire.Call[Any], data: bytes) -> None:
    """Every body has one reading at most, and that reading is written as the same bytes."""
    try:
        arguments = call.take_arguments(Reader(memoryview(data)))
    except BadInput:
        return
    writer = Writer()
    call.put_arguments(writer, arguments)
    assert body(writer) == bytes((call.number,)) + data


@pytest.mark.parametrize("call", wire.CALLS.values(), ids=lambda call: call.name)
@given(st.binary(max_size=300))
def test_a_nonsense_answer_is_bad_input(call: wire.Call[Any], data: bytes) -> None:
    for take in (call.take_result, wire.take_error):
        with suppress(BadInput):
            take(Reader(memoryview(data)))


@given(st.binary(min_size=16, max_size=16))
def test_an_id_is_the_same_however_it_was_made(octets: bytes) -> None:
    made, usual = codecs._uuid(octets), UUID(bytes=octets)
    assert made == usual
    assert (hash(made), str(made), made.bytes, made.is_safe) == (hash(usual), str(usual), usual.bytes, usual.is_safe)
    assert pickle.loads(pickle.dumps(made)) == usual  # noqa: S301 - the test's own


@given(st.lists(refs, max_size=20), st.integers(0, 800))
def test_a_batch_that_was_cut_is_refused(batch: list[KeyRef], cut: int) -> None:
    writer = Writer()
    wire.UNWRAP.put_arguments(writer, (batch, "test"))
    whole = body(writer)[1:]
    if cut < len(whole):
        with pytest.raises(BadInput):
            wire.UNWRAP.take_arguments(Reader(memoryview(whole[:cut])))


def test_a_count_that_cannot_be_is_not_believed() -> None:
    for hint in (list[KeyRef], list[bytearray], list[bytes], list[bool], str):
        with pytest.raises(BadInput):
            codec(hint).take(Reader(memoryview(b"\xff\xff\xff\xff" + bytes(64))))


def test_a_frame_has_an_end() -> None:
    with pytest.raises(BadInput):
        codec(bytes).put(Writer(), bytes(FRAME_BYTES))


def test_buffers_are_overwritten() -> None:
    writer = Writer()
    writer.put(b"k" * 3000)
    outgrown, _ = writer.reserve(0)
    writer.put(b"k" * 3000)
    grown, _ = writer.reserve(0)
    assert grown is not outgrown
    assert not any(outgrown)
    writer.wipe()
    assert not any(grown)


@pytest.mark.parametrize(
    "error",
    [
        NotFound("There is no such client."),
        BadInput("no"),
        Unopenable(),
        SecondKeyNeeded(),
        KeysLocked("x"),
        Throttled("y"),
        ValueError("z"),
    ],
)
def test_an_error_crosses_as_its_class_and_sentence(error: RazdarError | ValueError) -> None:
    writer = Writer()
    wire.put_error(writer, error)
    came = wire.take_error(Reader(memoryview(body(writer)[1:])))
    assert type(came) is type(error)
    assert str(came) == str(error)


def test_every_method_of_the_agent_has_a_call() -> None:
    from razdar.keys.agent import Agent

    methods = {name for name in dir(Agent) if not name.startswith("_")}
    assert methods - {"book"} == {call.name for call in wire.CALLS.values()} - {"hello", "book_page"}


def test_no_call_hands_out_what_wraps() -> None:
    """Customer keys and those of their streams, subkeys of the installation, stamps of writers; nothing else."""
    kinds = (codec(bytearray), codec(list[bytearray]), codec(tuple[str, UUID, bytearray]))
    secret = [call.name for call in wire.CALLS.values() if call.result in kinds]
    assert secret == ["unwrap", "installation_subkey", "new_writer", "stamp_key", "unwrap_streams"]
