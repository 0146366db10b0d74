"""Transcripts as they come in: what is accepted, and a clear sentence for everything else."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.errors import BadInput
from razdar.core.redaction import load_transcript, redact_transcript
from razdar.core.redaction.transcript import MOST_BYTES, MOST_WORDS

SECRET = "kowalska4111"
GOOD: dict[str, Any] = {"w": SECRET, "s": 0.5, "e": 1.0, "c": 0}


def load(data: bytes) -> Any:
    return load_transcript(data, duration_ms=10_000, channels=2)


def with_words(*words: object, **more: object) -> bytes:
    return json.dumps({"version": 1, "language": "en", "words": list(words), **more}).encode()


def test_a_good_one() -> None:
    later = {"w": "there", "s": 0.9, "e": 1.2, "c": 1}
    again = {"w": "Hi", "s": 1, "e": 1, "c": 0, "confidence": 0.3}
    transcript = load(b"\xef\xbb\xbf" + with_words(GOOD, again, later, note="x"))
    assert [(w.text, w.start_ms, w.end_ms, w.channel) for w in transcript.words] == [
        (SECRET, 500, 1000, 0),
        ("there", 900, 1200, 1),
        ("Hi", 1000, 1000, 0),
    ]
    assert load(transcript.to_json().encode()) == transcript
    assert SECRET not in f"{transcript} {transcript.words[0]}"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"{", "not JSON"),
        (b"\xff\xfe{\x00}\x00", "not JSON"),
        (SECRET.encode(), "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"version":1,"words":[{"w":"a","s":' + b"9" * 5000 + b',"e":1,"c":0}]}', "not JSON"),
        (b" " * (MOST_BYTES + 1), "larger than"),
        (b"[]", "must be an object"),
        (b"null", "must be an object"),
        (b'{"version":1}', "must be an object"),
        (b'{"version":1,"words":{}}', "must be an object"),
        (b'{"words":[]}', '"version": 1'),
        (b'{"version":true,"words":[]}', '"version": 1'),
        (b'{"version":2,"words":[]}', '"version": 1'),
        (with_words(), "has no words"),
        (with_words(GOOD, language="english please"), "language tag"),
        (with_words(GOOD, language=7), "language tag"),
        (with_words("hello"), "Word 1 .* not an object"),
        (with_words(GOOD, {**GOOD, "w": 7}), "Word 2 .* no text"),
        (with_words({**GOOD, "w": " "}), "no text"),
        (with_words({**GOOD, "w": "x" * 201}), "longer than"),
        (with_words({**GOOD, "c": 2}), "channel"),
        (with_words({**GOOD, "c": -1}), "channel"),
        (with_words({**GOOD, "c": True}), "channel"),
        (with_words({**GOOD, "c": 0.0}), "channel"),
        (with_words({**GOOD, "s": "0.5"}), "not a number"),
        (with_words({**GOOD, "s": True}), "not a number"),
        (with_words({**GOOD, "e": None}), "not a number"),
        (with_words({**GOOD, "s": -0.1}), "negative"),
        (with_words({**GOOD, "e": 1e300}), "impossible"),
        (b'{"version":1,"words":[{"w":"a","s":NaN,"e":1,"c":0}]}', "not finite"),
        (b'{"version":1,"words":[{"w":"a","s":0,"e":Infinity,"c":0}]}', "not finite"),
        (b'{"version":1,"words":[{"w":"a","s":0,"e":1e999,"c":0}]}', "impossible"),
        (with_words({**GOOD, "s": 2.0}), "ends before it starts"),
        (with_words({**GOOD, "s": 2, "e": 3}, GOOD), "Word 2 .* starts before"),
        (with_words({**GOOD, "e": 11.2}), "do not belong together"),
    ],
)
def test_bad_ones(data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as caught:
        load(data)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_too_many_words() -> None:
    one = b'{"w":"a","s":0,"e":0,"c":0}'
    with pytest.raises(BadInput, match="more than"):
        load(b'{"version":1,"words":[' + b",".join([one] * (MOST_WORDS + 1)) + b"]}")


def test_a_second_beyond_the_end_is_forgiven() -> None:
    assert load(with_words({**GOOD, "e": 10.9})).words[0].end_ms == 10_900


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 20_000) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("wsec"), inner, max_size=4),
    max_leaves=10,
)


@given(st.binary(max_size=60) | st.builds(lambda words: with_words(*words), st.lists(JSON, max_size=5)))
def test_anything_is_accepted_or_refused_in_words(data: bytes) -> None:
    with suppress(BadInput):
        redact_transcript(load(data))
