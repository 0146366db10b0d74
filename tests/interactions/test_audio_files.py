"""Sound from strangers: every accepted form, and a clear sentence for every other."""

import io
import struct
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from razdar.core.errors import BadInput
from razdar.interactions.audio import MOST_SECONDS, read_audio, to_flac

Pcm = NDArray[np.int16]


def tone(frames: int = 8_000, channels: int = 2) -> Pcm:
    wave = (12_000 * np.sin(np.arange(frames) / 7)).astype(np.int16)
    return np.stack([wave, wave // 2][:channels], axis=1)


def encoded(
    pcm: NDArray[np.generic] | None = None, rate: int = 8_000, form: str = "WAV", subtype: str = "PCM_16"
) -> bytes:
    sink = io.BytesIO()
    soundfile.write(sink, tone() if pcm is None else pcm, rate, format=form, subtype=subtype)
    return sink.getvalue()


def wav(data: bytes, *, rate: int = 8_000, channels: int = 1, size: int | None = None, bits: int = 16) -> bytes:
    """A WAV file by hand, with whatever size its header shall claim."""
    width = channels * bits // 8
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * width & 0xFFFFFFFF, width, bits)
    promised = len(data) if size is None else size
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", promised) + data
    return b"RIFF" + struct.pack("<I", len(body) & 0xFFFFFFFF) + body


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("form", ["WAV", "WAVEX", "FLAC", "AU", "AIFF"])
def test_lossless_forms(rate: int, channels: int, form: str) -> None:
    audio = read_audio(encoded(tone(channels=channels), rate, form))
    assert (audio.rate, audio.channels, audio.pcm.dtype) == (rate, channels, np.int16)
    assert np.array_equal(audio.pcm, tone(channels=channels))
    assert audio.duration_ms == 8_000 * 1000 // rate


@pytest.mark.parametrize(
    ("form", "subtype", "close"),
    [
        ("WAV", "PCM_U8", 300),
        ("WAV", "PCM_24", 1),
        ("WAV", "PCM_32", 1),
        ("WAV", "ULAW", 600),
        ("WAV", "ALAW", 600),
        ("WAV", "FLOAT", 1),
        ("WAV", "DOUBLE", 1),
        ("FLAC", "PCM_24", 1),
        ("AU", "ULAW", 600),
        ("OGG", "VORBIS", 4_000),
    ],
)
def test_other_depths_become_sixteen_bit(form: str, subtype: str, close: int) -> None:
    pcm = tone() / 32768 if subtype in {"FLOAT", "DOUBLE"} else tone()
    audio = read_audio(encoded(pcm, form=form, subtype=subtype))
    assert audio.pcm.shape == (8_000, 2)
    assert np.abs(audio.pcm[500:-500].astype(int) - tone()[500:-500]).max() <= close


def test_opus() -> None:
    assert read_audio(encoded(tone(48_000), 48_000, "OGG", "OPUS")).rate == 48_000


def test_loud_floats_are_clipped() -> None:
    loud = np.array([[2.0], [-2.0], [0.0]], dtype=np.float32)
    assert read_audio(encoded(loud, subtype="FLOAT")).pcm[:, 0].tolist() == [32767, -32768, 0]


def test_the_pcm_is_not_printed() -> None:
    assert "pcm" not in f"{read_audio(encoded())}"


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is empty"),
    "text": (lambda: b"hello, this is no sound at all", "not sound"),
    "JSON": (lambda: b'{"version": 1}', "not sound"),
    "MP4 named WAV": (lambda: b"\x00\x00\x00\x18ftypM4A " + bytes(100), "not sound"),
    "RIFF of another kind": (lambda: b"RIFF" + struct.pack("<I", 100) + b"AVI " + bytes(100), "not sound"),
    "four bytes": (lambda: b"RIFF", "not sound"),
    "WAV without sound": (lambda: wav(b"")[:44], "holds no sound"),
    "WAV that ends in its header": (lambda: wav(bytes(100))[:30], "truncated"),
    "WAV cut in the middle": (lambda: encoded()[:9_000], "truncated"),
    "WAV that promises more": (lambda: wav(bytes(1_000), size=2_000), "truncated"),
    "WAV that promises 4 GB": (lambda: wav(bytes(1_000), size=0xFFFFFFF0), "truncated"),
    "WAV of unknown length": (lambda: wav(bytes(1_000), size=0xFFFFFFFF), "truncated"),
    "FLAC cut in the middle": (lambda: encoded(form="FLAC")[:3_000], "truncated|damaged"),
    "FLAC header alone": (lambda: encoded(form="FLAC")[:42], "truncated|damaged"),
    "FLAC with a broken frame": (lambda: _flipped(encoded(form="FLAC")), "damaged|truncated"),
    "FLAC that promises a day": (lambda: _flac_of(24 * 3600 * 8_000), "longer than"),
    "FLAC that promises an hour": (lambda: _flac_of(3600 * 8_000), "truncated|damaged"),
    "Ogg cut in the middle": (
        lambda: encoded(tone(80_000), form="OGG", subtype="VORBIS")[:200],
        "damaged|truncated|no sound",
    ),
    "noise after a FLAC mark": (lambda: b"fLaC" + bytes(range(256)) * 4, "damaged"),
    "noise after an Ogg mark": (lambda: b"OggS" + bytes(range(256)) * 4, "damaged"),
    "eight channels": (lambda: encoded(np.zeros((100, 8), np.int16)), "8 channels"),
    "no channels": (lambda: wav(bytes(100), channels=0), "channels|damaged"),
    "4 kHz": (lambda: encoded(rate=4_000), "4000 samples"),
    "192 kHz": (lambda: encoded(rate=192_000), "192000 samples"),
    "rate of zero": (lambda: wav(bytes(100), rate=0), "samples|damaged"),
    "NaN": (lambda: encoded(np.array([[0.1], [np.nan]], np.float32), subtype="FLOAT"), "not numbers"),
    "infinity": (lambda: encoded(np.array([[0.1], [np.inf]]), subtype="DOUBLE"), "not numbers"),
}


def _flipped(data: bytes) -> bytes:
    """Bits turned in the middle of the sound."""
    broken = bytearray(data)
    for at in range(len(data) // 2, len(data) // 2 + 40):
        broken[at] ^= 0xFF
    return bytes(broken)


def _flac_of(frames: int) -> bytes:
    """A short FLAC file whose header claims so many frames (36 bits at byte 21)."""
    data = bytearray(encoded(form="FLAC"))
    data[21] = data[21] & 0xF0 | frames >> 32
    data[22:26] = (frames & 0xFFFFFFFF).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize("name", list(BAD))
def test_bad_files(name: str) -> None:
    make, sentence = BAD[name]
    with pytest.raises(BadInput, match=sentence) as caught:
        read_audio(make())
    assert str(caught.value).endswith(".")
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_promise_alone_takes_no_memory() -> None:
    bombs = [_flac_of(MOST_SECONDS * 8_000), wav(bytes(1_000), size=0x7FFFFFF0)]
    tracemalloc.start()
    for bomb in bombs:
        with pytest.raises(BadInput):
            read_audio(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * 2**20


@given(st.binary(max_size=300), st.sampled_from(["WAV", "FLAC", "OGG", "AU", "AIFF"]), st.integers(0, 400))
@settings(deadline=None)
def test_damage_anywhere_is_refused_in_words_or_decoded(noise: bytes, form: str, at: int) -> None:
    subtype = "VORBIS" if form == "OGG" else "PCM_16"
    data = encoded(tone(2_000), form=form, subtype=subtype)
    damaged = data[:at] + noise + data[at + len(noise) :]
    with suppress(BadInput):
        assert read_audio(damaged).pcm.dtype == np.int16


def test_flac_loses_nothing() -> None:
    pcm = np.random.default_rng(2).integers(-32768, 32767, (5_000, 2), dtype=np.int16)
    again = read_audio(to_flac(pcm, 8_000))
    assert np.array_equal(again.pcm, pcm)
    assert again.rate == 8_000


@pytest.mark.heavy
def test_an_hour_of_two_channels_in_reasonable_memory() -> None:
    hour = encoded(np.tile(tone(8_000), (3600, 1)), form="FLAC")
    decoded = 3600 * 8_000 * 2 * 2
    tracemalloc.start()
    audio = read_audio(hour)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert audio.duration_ms == 3_600_000
    assert peak < 2.3 * decoded
