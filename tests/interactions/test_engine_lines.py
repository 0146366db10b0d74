"""The strict reader of what an engine's process says, and sound at another rate."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.interactions.engine_lines import LONGEST_LINE, EngineNonsense, Lines
from razdar.interactions.resampling import resampled

WORD = {"w": "hello", "s": 0.5, "e": 0.75, "p": 0.5}
READY, DONE = b'{"ready": true}', b'{"done": 1}'


def passage(**changes: Any) -> bytes:
    return json.dumps({"channel": 0, "until": 1, "words": [WORD], **changes}).encode()


def word(**changes: Any) -> bytes:
    return passage(words=[{**WORD, **changes}])


def read(*lines: bytes) -> Lines:
    reader = Lines(duration_ms=2000, channels=2)
    for line in lines:
        reader.take(line)
    return reader


def test_a_good_answer_is_read() -> None:
    found = read(READY, passage(), passage(channel=1, words=[]), DONE)
    assert found.done
    (said,) = found.words
    assert (said.text, said.start_ms, said.end_ms, said.channel, said.confidence) == ("hello", 500, 750, 0, 0.5)


WRONG = {
    "not json": (READY, b"hello"),
    "not an object": (READY, b"[]"),
    "not a number": (READY, passage().replace(b"0.75", b"NaN")),
    "nothing": (READY, b""),
    "twice ready": (READY, READY),
    "before ready": (passage(),),
    "a key too many": (READY, passage(more=1)),
    "a key twice": (READY, b'{"done": 0, "done": 0}'),
    "ready is not so": (b'{"ready": 1}',),
    "words is no list": (READY, passage(words={})),
    "a channel that is not there": (READY, passage(channel=2)),
    "a channel before the last": (READY, passage(channel=1), passage()),
    "a channel that is true": (READY, passage(channel=True)),
    "until runs back": (READY, passage(), passage(until=0.5, words=[])),
    "after the sound": (READY, word(e=2.5)),
    "negative": (READY, word(s=-0.1)),
    "backwards": (READY, word(s=0.8)),
    "before the last word": (READY, passage(), passage(words=[{**WORD, "s": 0.4}])),
    "a time that is true": (READY, word(s=True)),
    "a time in letters": (READY, word(s="0.5")),
    "too sure": (READY, word(p=1.5)),
    "no text": (READY, word(w=" ")),
    "text that is none": (READY, word(w=5)),
    "half a sign": (READY, b'{"channel": 0, "until": 1, "words": [{"w": "\\ud800", "s": 0, "e": 1, "p": 1}]}'),
    "a line end in a word": (READY, word(w="a\nb")),
    "a long word": (READY, word(w="x" * 201)),
    "a long line": (READY, b'{"x": "' + b"x" * LONGEST_LINE + b'"}'),
    "a wrong count": (READY, passage(), b'{"done": 2}'),
    "after the end": (READY, passage(), DONE, passage()),
    "an unknown failure": (b'{"failed": "hello"}',),
    "deep": (READY, b"[" * 100_000),
}


@pytest.mark.parametrize("lines", WRONG.values(), ids=WRONG)
def test_anything_else_is_nonsense(lines: tuple[bytes, ...]) -> None:
    read(*lines[:-1])
    with pytest.raises(EngineNonsense) as caught:
        read(*lines)
    assert "hello" not in str(caught.value)


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_no_bytes_bring_it_to_any_other_error(lines: list[bytes]) -> None:
    try:
        read(READY, *lines)
    except EngineNonsense:
        return


ANYTHING = st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(), st.lists)


@given(st.dictionaries(st.sampled_from(["w", "s", "e", "p"]), ANYTHING))
def test_what_is_read_lies_in_the_sound(changes: dict[str, Any]) -> None:
    try:
        found = read(READY, word(**changes)).words
    except EngineNonsense:
        return
    assert all(0 <= one.start_ms <= one.end_ms <= 2000 and one.text.strip() for one in found)


@pytest.mark.parametrize(("rate", "wanted"), [(8000, 16_000), (44_100, 16_000), (48_000, 16_000), (11_025, 16_000)])
def test_a_tone_is_the_same_tone_at_another_rate(rate: int, wanted: int) -> None:
    tone, expected = (
        (8000 * np.sin(2 * np.pi * 440 * np.arange(2 * each) / each)).astype(np.int16) for each in (rate, wanted)
    )
    made = resampled(tone, rate, wanted)
    assert len(made) == len(expected)
    inner = slice(200, -200)
    assert np.abs(made[inner].astype(int) - expected[inner]).max() < 120
