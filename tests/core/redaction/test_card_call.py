"""A card number said in three turns and read back by the agent: it is in no rendition of the call.

The text, the sound (its energy where the digits were said, and what a recogniser makes of it) and the drawn waveform.
"""

import io
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from razdar.core.redaction import Transcript, audio, load_transcript, redact_transcript
from razdar.core.redaction.transcript import Interval, RedactedTranscript
from razdar.demo_content.calls import CALLS
from tests.weakening import fails

(CALL,) = (call for call in CALLS if call.name == "payment-by-card")
SAID = (
    ("six", "zero", "one", "one"),
    ("zero", "zero", "zero", "nine", "nine", "zero", "one", "three"),
    ("nine", "four", "two", "four"),
)
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
ROOM_MS = 60
"""How far within a concealed stretch the sound must be gone: its edges are where the fades meet."""
BUCKETS = 2_000


@cache
def sound() -> tuple[NDArray[np.int16], int]:
    pcm, rate = soundfile.read(io.BytesIO(CALL.audio()), dtype="int16", always_2d=True)
    return pcm, rate


@cache
def transcript() -> Transcript:
    pcm, rate = sound()
    return load_transcript(CALL.transcript(), duration_ms=len(pcm) * 1000 // rate, channels=2)


@cache
def redacted() -> RedactedTranscript:
    return redact_transcript(transcript())


@cache
def muted() -> NDArray[np.int16]:
    pcm, rate = sound()
    return audio.mute(pcm, rate, redacted().muted)


def stretches() -> list[tuple[Interval, tuple[str, ...]]]:
    """When parts of the number are said, by whomever, and which."""
    words = transcript().words
    plain = ["".join(filter(str.isalpha, word.text.lower())) for word in words]
    by_channel = [[place for place, word in enumerate(words) if word.channel == channel] for channel in (0, 1)]
    found = []
    for part in SAID:
        for places in by_channel:
            for at in range(len(places) - len(part) + 1):
                said = places[at : at + len(part)]
                if [plain[place] for place in said] == list(part):
                    found.append((Interval(words[said[0]].start_ms, words[said[-1]].end_ms), part))
    return sorted(found)


def test_it_is_said_in_three_turns_and_read_back() -> None:
    assert len(stretches()) >= len(SAID) + 1


def test_the_text_does_not_hold_it() -> None:
    shown = " ".join(word.text for word in redacted().words).lower()
    for part in SAID:
        assert " ".join(part[:4]) not in shown.replace(",", "")
    assert "[card]" in shown


def test_where_it_was_said_there_is_no_energy_on_either_side() -> None:
    pcm, rate = sound()
    for one, _said in stretches():
        inside = slice((one.start_ms + ROOM_MS) * rate // 1000, (one.end_ms - ROOM_MS) * rate // 1000)
        assert np.abs(pcm[inside]).max() > 1000
        assert not muted()[inside].any()


def test_the_drawn_waveform_is_flat_there() -> None:
    pcm, rate = sound()
    drawn, original = audio.peaks(muted(), BUCKETS), audio.peaks(pcm, BUCKETS)
    bucket_ms = len(pcm) * 1000 / rate / BUCKETS
    for one, _said in stretches():
        inside = slice(int(one.start_ms / bucket_ms) + 1, int(one.end_ms / bucket_ms) - 1)
        assert original[:, inside].max() > 3
        assert not drawn[:, inside].any()


def test_a_recogniser_hears_it_in_the_original_and_not_in_the_redacted_sound() -> None:
    """With pocketsphinx (``pip install razdar[pocketsphinx]``): a grammar of digits, so it hears them if it can."""
    sphinx = pytest.importorskip("pocketsphinx", reason="the optional test engine is not installed")
    pcm, rate = sound()
    for one, said in stretches():
        before = max(_in_order(heard, said) for heard in _heard(sphinx, pcm, rate, one))
        after = max(_in_order(heard, said) for heard in _heard(sphinx, muted(), rate, one))
        assert before >= len(said) * 3 // 4
        assert after <= 1  # asked for digits only, it hears one in silence, too


def test_sound_that_is_not_muted_would_be_noticed() -> None:
    fails(
        f"{__name__.replace('.', '/')}.py::test_where_it_was_said_there_is_no_energy_on_either_side",
        patch="razdar.core.redaction.audio:mute",
        with_="tests.core.redaction.weak:unmuted",
        words="assert",
    )


def _heard(sphinx: Any, pcm: NDArray[np.int16], rate: int, one: Interval) -> Iterator[list[str]]:
    """The digits that are heard in a stretch on each side."""
    grammar = f"#JSGF V1.0; grammar digits; public <digits> = [ ({' | '.join(DIGITS)}) + ];"
    cut = pcm[max(0, one.start_ms - 200) * rate // 1000 : (one.end_ms + 200) * rate // 1000]
    for channel in range(pcm.shape[1]):
        decoder = sphinx.Decoder(samprate=16_000, lm=None, loglevel="FATAL")
        decoder.add_jsgf_string("digits", grammar)
        decoder.activate_search("digits")
        decoder.start_utt()
        decoder.process_raw(np.repeat(cut[:, channel], 16_000 // rate).astype(np.int16).tobytes(), False, True)
        decoder.end_utt()
        hypothesis = decoder.hyp()
        yield [] if hypothesis is None else [word for word in hypothesis.hypstr.split() if word in DIGITS]


def _in_order(heard: Sequence[str], said: Sequence[str]) -> int:
    """How many of the digits that were said were heard, in their order."""
    best = [0] * (len(said) + 1)
    for word in heard:
        last = 0
        for place, digit in enumerate(said, 1):
            last, best[place] = best[place], max(best[place], best[place - 1], last + (word == digit))
    return best[-1]
