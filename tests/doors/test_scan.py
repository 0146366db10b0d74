"""The scanner itself: it finds what is planted in every dress, and takes an enumeration's choices for no disclosure."""

import base64
import html
import io
import json
from urllib.parse import quote

import pytest
import soundfile

from tests.doors import planted as p
from tests.doors.planted import Planted
from tests.doors.scan import Scanner

SCANNER = Scanner((*p.OF_THE_CUSTOMER, p.REASON))
ADDRESS = p.BY_CLASS[p.C.POSTAL_ADDRESS]
TEXT = ADDRESS.texts[0]


def flac() -> bytes:
    file = io.BytesIO()
    soundfile.write(file, p.pcm(), p.RATE, format="FLAC", subtype="PCM_16")
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.upper().encode("utf-16-le"),
        html.escape("".join(f"&#{ord(letter)};" for letter in TEXT)).encode(),
        quote(quote(TEXT)).encode(),
        json.dumps({"a": json.dumps(TEXT)}).encode(),
        html.escape(json.dumps(TEXT)).encode(),
        "".join(f"\\u{ord(letter):04x}" for letter in TEXT).encode(),
        *(base64.b64encode(b"x" * shift + TEXT.encode() + b"yz") for shift in range(3)),
        base64.urlsafe_b64encode(json.dumps("ü" + TEXT).encode() * 3),
        TEXT.encode().hex().encode(),
    ],
)
def test_a_text_is_found_in_every_dress(data: bytes) -> None:
    assert ADDRESS in SCANNER.found(b"<p>before " + data + b" after</p>")


@pytest.mark.parametrize("data", [p.call()[0], p.pcm().tobytes(), b"x" + p.pcm().tobytes(), flac()])
def test_sound_is_found_raw_and_coded(data: bytes) -> None:
    assert SCANNER.found(b"200 OK\n" + data) >= {p.OPEN_NOISE, p.HIDDEN_NOISE}


def test_silence_in_its_place_is_not_found() -> None:
    sound = p.pcm()
    sound[p.TAKEN_OUT[0] * p.BUCKET : p.TAKEN_OUT[1] * p.BUCKET] = 0
    assert SCANNER.found(sound.tobytes()) == {p.OPEN_NOISE}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'<option value="female">Female</option><option value="male" selected>Male</option>', set()),
        (b'<option value="female" selected>Female</option>', {p.GENDER}),
        (b'<option value="female">Female</option><b>Female</b>', {p.GENDER}),
    ],
)
def test_a_choice_that_nobody_made_is_no_disclosure(data: bytes, found: set[Planted]) -> None:
    assert SCANNER.found(data) == found


def test_every_planted_value_is_unlike_the_others() -> None:
    for each in (*p.OF_THE_CUSTOMER, p.REASON, p.CLAIM):
        for text in each.texts:
            assert SCANNER.found(text.encode()) <= {each}
