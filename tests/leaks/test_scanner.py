"""The scanner itself: each form of a planted thing is found, and what is not planted is not."""

import base64
import bz2
import gzip
import io
import json
import random
import zlib
from collections.abc import Callable
from urllib.parse import quote

import numpy as np
import pytest
import soundfile

from razdar.demo_content.calls import CALLS, DemoCall
from tests.leaks import planted
from tests.leaks.scanner import Scanner, Source
from tests.leaks.sound import LENGTH, THRESHOLD, Samples, Windows, cut, loudest, readings

NAME, SCRIPT, PHONE, SAID = "Rosalind Thornquist", "Вдовиченко", "020 7946 0417", "six zero one one, zero zero"
STRINGS = Scanner([NAME, SCRIPT, PHONE, SAID])
NOISE = random.Random(7).randbytes  # noqa: S311 - the same bytes at every run
CALL = planted.pcm(CALLS[0])
PLACE = loudest(CALL[:, planted.CUSTOMER])
SPEECH = CALL[PLACE - 3000 : PLACE + LENGTH + 3000]
SOUND = Scanner([], list(cut("speech", CALL, planted.CUSTOMER, PLACE)))


def found(data: bytes, scanner: Scanner = STRINGS) -> set[str]:
    """What is found in bytes that lie between others, at an odd offset."""
    return scanner.scan([Source("here", NOISE(20_001) + data + NOISE(5_000))]).found


def transcript(text: str) -> bytes:
    words = [{"w": word, "s": n, "e": n + 1, "c": 1} for n, word in enumerate(text.split())]
    words.insert(2, {"w": "Uh-huh.", "s": 1.5, "e": 1.6, "c": 0})
    return json.dumps({"version": 1, "words": words}).encode()


FORMS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "upper case": lambda text: text.upper().encode(),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "json": lambda text: json.dumps(text).encode(),
    "url": lambda text: quote(text).encode(),
    "form": lambda text: quote(text, safe="").replace("%20", "+").encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "hex of utf-16": lambda text: text.encode("utf-16-le").hex().upper().encode(),
    "base64": lambda text: base64.b64encode(text.encode() + b"xyz"),
    "base64, one byte later": lambda text: base64.b64encode(b"a" + text.encode() + b"xyz"),
    "base64, two bytes later": lambda text: base64.b64encode(b"ab" + text.encode() + b"xyz"),
    "url base64": lambda text: base64.urlsafe_b64encode(b"??" + text.encode() + b"??"),
    "base64 of utf-16": lambda text: base64.b64encode(b"." + text.encode("utf-16-le") + b"."),
    "gzip": lambda text: gzip.compress(text.encode() * 3),
    "zlib": lambda text: zlib.compress(text.encode() * 3, 9),
    "gzip in base64 in zlib": lambda text: zlib.compress(base64.b64encode(gzip.compress(text.encode() * 9))),
    "cut gzip": lambda text: gzip.compress((text + " ").encode() + NOISE(4000))[:-900],
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", [NAME, SCRIPT])
def test_a_string_is_found_in_every_form(form: str, text: str) -> None:
    assert found(FORMS[form](text)) == {text}


@pytest.mark.parametrize("written", ["+442079460417", "0207 9460417", "(020) 7946-0417", "+44 20 7946 0417"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_number_is_found_however_it_is_grouped(written: str, encoding: str) -> None:
    assert found(written.encode(encoding)) == {PHONE}


def test_what_a_transcript_says_is_found_though_its_words_lie_apart() -> None:
    assert found(transcript(f"it is {SAID} nine. And {NAME}, yes")) == {SAID, NAME}


def test_digits_said_are_the_number() -> None:
    said = transcript("my number is oh two zero, seven nine four six zero four one seven. Thanks")
    assert found(said) == {PHONE}


def test_what_is_not_planted_is_not_found() -> None:
    other = "Rosalind Thornquill, 020 7946 0418, Вдовиченка".encode()
    assert found(other + other.decode().encode("utf-16-le") + transcript("six zero one one zero nine")) == set()


def test_equal_bytes_are_searched_once_and_counted_twice() -> None:
    report = STRINGS.scan([Source("one", b"Rosalind Thornquist"), Source("two", b"Rosalind Thornquist")])
    assert (report.sources, report.size, report.places[NAME]) == (2, 38, ["one"])


def test_a_form_that_cannot_be_unpacked_is_not_found() -> None:
    """Where it ends: bzip2 is none of the containers that are known."""
    assert found(bz2.compress(NAME.encode() * 9)) == set()


# --- Sound ------------------------------------------------------------------------------------------------------------


def file(samples: Samples, **kind: str) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, 8000, **kind)
    return out.getvalue()


def mu_law(samples: Samples) -> bytes:
    """The bytes that follow the header of a mu-law file."""
    wave = file(samples, format="WAV", subtype="ULAW")
    return wave[wave.index(b"data") + 8 :][: samples.size]


CUSTOMER = SPEECH[:, planted.CUSTOMER]
SOUNDS: dict[str, Callable[[], bytes]] = {
    "flac": lambda: file(SPEECH, format="FLAC"),
    "cut flac": lambda: file(CALL, format="FLAC")[:-5000],
    "vorbis": lambda: file(SPEECH, format="OGG", subtype="VORBIS"),
    "opus": lambda: file(SPEECH, format="OGG", subtype="OPUS"),
    "wave": lambda: file(CUSTOMER, format="WAV"),
    "wave, mu-law": lambda: file(SPEECH, format="WAV", subtype="ULAW"),
    "wave, 24 bit": lambda: file(SPEECH, format="WAV", subtype="PCM_24"),
    "wave in gzip": lambda: gzip.compress(file(CUSTOMER, format="WAV")),
    "raw": CUSTOMER.tobytes,
    "raw, odd": lambda: b"." + CUSTOMER.tobytes(),
    "raw, both channels": SPEECH.tobytes,
    "mu-law": lambda: mu_law(CUSTOMER),
    "mu-law, both channels": lambda: mu_law(SPEECH),
    "a tenth as loud": lambda: (CUSTOMER * -0.1).astype(np.int16).tobytes(),
    "flac in base64": lambda: base64.b64encode(file(SPEECH, format="FLAC")),
}


@pytest.mark.parametrize("kind", SOUNDS)
def test_speech_is_found_in_every_coding(kind: str) -> None:
    assert found(SOUNDS[kind](), SOUND) == {"speech"}


def test_mu_law_is_that_of_the_sound_library() -> None:
    decoded, _ = soundfile.read(io.BytesIO(file(CUSTOMER, format="WAV", subtype="ULAW")), dtype="int16")
    *_, own = readings(mu_law(CUSTOMER))
    assert np.array_equal(own, decoded)


def test_the_threshold_lies_between_what_is_speech_and_what_is_not() -> None:
    """Every planted window, searched one by one: the measure that `sound` reports."""
    exact = Windows(planted.windows(), one_by_one=True)
    noise = max(max(exact.scores(reading).values()) for reading in readings(NOISE(2 << 20)))
    text = b"".join(json.dumps(call.words(), default=str).encode() for call in CALLS) * 4
    texts = max(max(exact.scores(reading).values()) for reading in readings(text))
    rng = np.random.default_rng(11)
    hiss = rng.normal(0, 0.1 * CALL.astype(np.float64).std(), CALL.shape)
    true = exact.scores((CALL + hiss).astype(np.int16)[:, planted.CUSTOMER])
    own = [score for name, score in true.items() if name.startswith(CALLS[0].name) and "agent" not in name]
    assert max(noise, texts) < 0.3 < THRESHOLD < 0.9 < min(own)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_the_quick_search_leaves_no_planted_window_out(call: DemoCall) -> None:
    sound, quick = planted.pcm(call), Windows(planted.windows())
    hits = quick.found(sound[:, 0]) | quick.found(sound[:, 1])
    assert hits >= {window.name for window in planted.windows() if window.name.startswith(call.name)}
