"""Finished files: any range opens as the library's own decryptor says; anything changed anywhere does not."""

import io
import os
import random
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from cryptography.cobblestone import Cobblestone256Decryptor
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.crypto import cobblestone, files
from razdar.core.crypto.material import wipe
from razdar.core.errors import Unopenable
from tests.core.crypto.by_text import CHUNK, SEALED_CHUNK, by_the_text
from tests.core.crypto.examples import KEY, PLACE, flipped, neighbours, unhurried

SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 700_001]


@cache
def plain(size: int) -> bytes:
    return random.Random(size).randbytes(size)  # noqa: S311


@cache
def sealed(size: int) -> bytes:
    return b"".join(files.seal_file(KEY, 3, PLACE, plain(size)))


def ranges_of(data: bytes) -> Callable[[int, int], bytes]:
    return lambda start, length: data[start : start + length]


def opened(data: bytes) -> io.RawIOBase:
    return files.open_file(KEY, PLACE, ranges_of(data), len(data))


@pytest.mark.parametrize("size", SIZES)
def test_comes_back_whole(size: int) -> None:
    with opened(sealed(size)) as file:
        assert file.read() == plain(size)
        assert file.read() == b""
    assert len(sealed(size)) == 3 + 56 + size + 16 * (size // CHUNK + 1)
    assert files.key_version(sealed(size)) == 3


@unhurried
@given(st.binary(max_size=3 * CHUNK), st.binary(max_size=90), st.data())
def test_every_range_agrees_with_the_library(plaintext: bytes, context: bytes, data: st.DataObject) -> None:
    message = b"".join(cobblestone.encrypt(KEY, context, plaintext))
    decryptor = Cobblestone256Decryptor(KEY, context)
    whole = decryptor.update(message) + decryptor.finalize()
    with cobblestone.Reader(KEY, context, ranges_of(message), len(message)) as reader:
        assert reader.size == len(whole) == len(plaintext)
        for _ in range(5):
            start = data.draw(st.integers(0, len(whole) + 10))
            length = data.draw(st.integers(0, len(whole) + 10))
            reader.seek(start)
            assert reader.read(length) == whole[start : start + length]
            assert reader.tell() == max(start, min(start + length, len(whole))) if start <= len(whole) else start


def test_random_ranges_of_a_long_file() -> None:
    whole, chance = plain(700_001), random.Random(7)  # noqa: S311
    with opened(sealed(700_001)) as file:
        for _ in range(200):
            start, length = chance.randrange(len(whole)), chance.randrange(1, 100_000)
            file.seek(start)
            assert file.read(length) == whole[start : start + length]


@pytest.mark.parametrize("piece", [1, 1000, CHUNK, 65_536, 200_000])
def test_pieces_of_any_size_make_the_same_file(piece: int) -> None:
    whole = plain(3 * CHUNK)
    pieces = [whole[start : start + piece] for start in range(0, len(whole), piece)]
    with opened(b"".join(files.seal_file(KEY, 3, PLACE, pieces))) as file:
        assert file.read() == whole


@pytest.mark.parametrize("size", [0, CHUNK, 3 * CHUNK, 40_000])
def test_cut_anywhere_it_does_not_open(size: int) -> None:
    whole = sealed(size)
    chunk_ends = [3 + 56 + number * SEALED_CHUNK for number in range(size // CHUNK + 1)]
    cuts = {*range(80), *chunk_ends, *(end + 16 for end in chunk_ends), *range(7, len(whole), 1009)}
    for cut in sorted(cut for cut in cuts if cut < len(whole)):
        with pytest.raises(Unopenable):
            opened(whole[:cut])


@pytest.mark.parametrize("more", [1, 15, 16, 17, SEALED_CHUNK, SEALED_CHUNK + 16])
@pytest.mark.parametrize("size", [0, CHUNK, 40_000])
def test_extended_it_does_not_open(size: int, more: int) -> None:
    for tail in (bytes(more), os.urandom(more), (sealed(size) * 2)[-more:]):
        with pytest.raises(Unopenable):
            opened(sealed(size) + tail)


def test_chunks_in_another_order_do_not_open() -> None:
    whole = sealed(3 * CHUNK)
    start = 3 + 56
    first, second = whole[start : start + SEALED_CHUNK], whole[start + SEALED_CHUNK : start + 2 * SEALED_CHUNK]
    exchanged = whole[:start] + second + first + whole[start + 2 * SEALED_CHUNK :]
    repeated = whole[:start] + first + first + whole[start + 2 * SEALED_CHUNK :]
    for changed in (exchanged, repeated):
        with opened(changed) as file, pytest.raises(Unopenable):
            file.read()


def test_a_chunk_of_another_file_does_not_open() -> None:
    other = b"".join(files.seal_file(KEY, 3, PLACE, plain(40_000)))
    mixed = sealed(40_000)[: 3 + 56 + SEALED_CHUNK] + other[3 + 56 + SEALED_CHUNK :]
    with pytest.raises(Unopenable):
        opened(mixed)


@unhurried
@given(st.integers(0, 3 + 56 + 40_000 + 3 * 16 - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed_when_its_chunk_is_read(index: int, mask: int) -> None:
    with pytest.raises(Unopenable), opened(flipped(sealed(40_000), index, mask)) as file:
        file.read()


def test_sound_chunks_of_a_damaged_file_still_open() -> None:
    damaged = flipped(sealed(40_000), 3 + 56 + SEALED_CHUNK + 5)
    with opened(damaged) as file:
        assert file.read(CHUNK) == plain(40_000)[:CHUNK]
        with pytest.raises(Unopenable):
            file.read(1)
        file.seek(2 * CHUNK)
        assert file.read() == plain(40_000)[2 * CHUNK :]
        file.seek(CHUNK)
        with pytest.raises(Unopenable):
            file.read(1)


def test_does_not_open_elsewhere_or_under_another_key() -> None:
    whole = sealed(40_000)
    for place in neighbours(PLACE):
        with pytest.raises(Unopenable):
            files.open_file(KEY, place, ranges_of(whole), len(whole))
    for key in (KEY[::-1], bytes(32), b""):
        with pytest.raises(Unopenable):
            files.open_file(key, PLACE, ranges_of(whole), len(whole))


@pytest.mark.parametrize("suite", sorted(set(range(256)) - {0x41}))
def test_another_suite_does_not_open(suite: int) -> None:
    with pytest.raises(Unopenable):
        opened(bytes((suite,)) + sealed(CHUNK)[1:])


def test_reads_only_what_is_needed() -> None:
    asked: list[tuple[int, int]] = []
    whole = sealed(700_001)

    def read_range(start: int, length: int) -> bytes:
        asked.append((start, length))
        return whole[start : start + length]

    with files.open_file(KEY, PLACE, read_range, len(whole)) as file:
        last = 700_001 // CHUNK
        assert asked == [(0, 3), (3, 56), (3 + 56 + last * SEALED_CHUNK, 700_001 % CHUNK + 16)]
        asked.clear()
        file.seek(5 * CHUNK + 100)
        file.read(200)
        file.read(200)
        assert asked == [(3 + 56 + 5 * SEALED_CHUNK, SEALED_CHUNK)]
        asked.clear()
        file.read(3 * CHUNK)
        assert asked == [(3 + 56 + 6 * SEALED_CHUNK, 3 * SEALED_CHUNK)]
        asked.clear()
        file.seek(0)
        file.read()
        assert max(length for _, length in asked) <= 16 * SEALED_CHUNK


@pytest.mark.parametrize("missing", [1, 5])
def test_a_store_that_answers_short_is_noticed(missing: int) -> None:
    whole = sealed(40_000)
    with pytest.raises(Unopenable):
        files.open_file(KEY, PLACE, lambda start, length: whole[start : start + length - missing], len(whole))


def test_errors_of_the_store_pass_through() -> None:
    def read_range(start: int, length: int) -> bytes:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        files.open_file(KEY, PLACE, read_range, 100)


def test_is_a_read_only_seekable_file() -> None:
    with opened(sealed(40_000)) as file:
        assert file.readable()
        assert file.seekable()
        assert not file.writable()
        assert file.seek(-10, os.SEEK_END) == 39_990
        assert file.seek(-10, os.SEEK_CUR) == 39_980
        assert len(file.read()) == 20
        assert file.seek(50_000) == 50_000
        assert file.read(10) == b""
        with pytest.raises(ValueError, match="position"):
            file.seek(-1)
        buffered = io.BufferedReader(file)
        buffered.seek(100)
        assert buffered.read(50) == plain(40_000)[100:150]
        buffered.detach()


def test_closing_wipes_it() -> None:
    message = b"".join(cobblestone.encrypt(KEY, b"", plain(40_000)))
    reader = cobblestone.Reader(KEY, b"", ranges_of(message), len(message))
    held_key, held_plain = reader._key, reader._plain
    assert any(held_key)
    assert any(held_plain)
    reader.close()
    reader.close()
    assert not any(held_key)
    assert not any(held_plain)
    for use in (lambda: reader.read(1), lambda: reader.seek(0), reader.tell):
        with pytest.raises(ValueError, match="closed"):
            use()


def test_the_subkey_may_be_wiped_at_once() -> None:
    key = bytearray(KEY)
    pieces = files.seal_file(key, 3, PLACE, plain(40_000))
    wipe(key)
    whole = b"".join(pieces)
    key = bytearray(KEY)
    file = files.open_file(key, PLACE, ranges_of(whole), len(whole))
    wipe(key)
    with file:
        assert file.read() == plain(40_000)


def test_a_wiped_subkey_seals_nothing() -> None:
    with pytest.raises(ValueError, match="not wiped"):
        files.seal_file(bytes(32), 1, PLACE, b"x")
    with pytest.raises(ValueError, match="not wiped"):
        cobblestone.encrypt(bytes(32), b"", b"x")


def test_what_a_failing_source_leaves_opens_for_nobody() -> None:
    def source() -> Iterator[bytes]:
        yield plain(40_000)
        raise ConnectionError

    written = bytearray()

    def write(pieces: Iterator[bytes]) -> None:
        for piece in pieces:
            written.extend(piece)

    with pytest.raises(ConnectionError):
        write(files.seal_file(KEY, 3, PLACE, source()))
    assert len(written) > CHUNK
    with pytest.raises(Unopenable):
        opened(bytes(written))


def test_two_seals_of_one_file_share_nothing() -> None:
    again = b"".join(files.seal_file(KEY, 3, PLACE, plain(CHUNK)))
    assert again[3:27] != sealed(CHUNK)[3:27]
    assert again[59:200] != sealed(CHUNK)[59:200]


@pytest.mark.parametrize("size", SIZES)
def test_opens_what_the_text_describes(size: int) -> None:
    message = by_the_text(KEY, b"context", bytes(range(24)), plain(size))
    with cobblestone.Reader(KEY, b"context", ranges_of(message), len(message)) as reader:
        assert reader.read() == plain(size)


@pytest.mark.parametrize(
    "size", [56, 71, 56 + SEALED_CHUNK, 56 + SEALED_CHUNK + 15, 56 + SEALED_CHUNK * (1 << 38) + 16]
)
def test_impossible_lengths_are_refused(size: int) -> None:
    with pytest.raises(Unopenable):
        cobblestone.plain_size(size)


def test_the_longest_message_has_its_length() -> None:
    assert cobblestone.plain_size(56 + SEALED_CHUNK * ((1 << 38) - 1) + SEALED_CHUNK - 1) == (1 << 52) - 1
