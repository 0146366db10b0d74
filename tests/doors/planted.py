"""What is planted in the small installation of these tests, and who may meet it by the shipped matrix.

One unique value for every class that is stored, and for a call: a word, a noise and a piece of waveform that stay in
its redacted rendition, and others that stand in the original alone. Beside them what nobody is ever shown: reasons,
claims, passwords, seeds.
"""

import io
import json
from collections.abc import Iterator, Set
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

import numpy as np
import soundfile

from razdar.core.disclosure import Cell, DataClass, Level, Role, shipped
from tests.identity.world import PASSWORD as SIGN_IN_PASSWORD
from tests.leaks.sound import Samples, Window, cut

C = DataClass
MATRIX = shipped()
SOMEBODY = UUID("0192f3a0-0000-7000-8000-000000000001")
"""An id that stands for nothing."""


class Form(Enum):
    """Where a planted value stands."""

    VALUE = "the field itself"
    REDACTED = "in both renditions of a call"
    ORIGINAL = "in the original of a call and not in its redacted rendition"
    SECRET = "never on any page"


@dataclass(frozen=True)
class Planted:
    """One planted value.

    Attributes:
        data_class: the class under which it is stored, and which the event of a look names.
        texts: what a page would hold; empty for a noise.
        spoken: the value is said in the call too, so the original transcript holds it.
    """

    name: str
    data_class: DataClass
    texts: tuple[str, ...] = ()
    form: Form = Form.VALUE
    spoken: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def classes(self) -> frozenset[DataClass]:
        """The classes any of which explains that the value was seen."""
        return frozenset({self.data_class, C.TRANSCRIPT} if self.spoken else {self.data_class})

    def may_be_met(self, role: Role | None, opened: Set[DataClass]) -> bool:
        """Whether the matrix shows it to a role, to whom these classes of this very record have been opened."""
        if role is None or self.form is Form.SECRET:
            return False
        if self.classes & opened:
            return True
        level = MATRIX.cell(role, self.data_class).level
        return level is Level.CLEAR or (self.form is Form.REDACTED and level is Level.PARTIAL)


def cell(role: Role | None, data_class: DataClass) -> Cell:
    return MATRIX.cell(role, data_class) if role else Cell()


def opened(role: Role | None, classes: Set[DataClass], *, second: bool) -> frozenset[DataClass]:
    """Those of the classes that an act opens for a role: on request, and by two people where the matrix says so."""
    on_request = {c for c in classes if cell(role, c).level is Level.ON_REQUEST}
    return frozenset(c for c in on_request if second or not cell(role, c).second_person)


# --- The call ---------------------------------------------------------------------------------------------------------

RATE, FRAMES = 8_000, 36_000
BUCKET = FRAMES // 600
"""Frames behind one stroke of the waveform: 7.5 ms."""
LEFT_IN, TAKEN_OUT = (80, 180), (275, 365)
"""The strokes that each noise fills: 0.6 to 1.35 s, and 2.06 to 2.74 s."""
AGENT, CUSTOMER = 0, 1


def _strokes(place: tuple[int, int]) -> list[int]:
    random = np.random.default_rng(place[0])
    return [int(height) for height in random.integers(20, 90, place[1] - place[0])]


def _noise(place: tuple[int, int]) -> Samples:
    """Noise as loud as its strokes say; the first frame of each is exactly as loud."""
    random = np.random.default_rng(place[1])
    loud = np.repeat([height * 327 for height in _strokes(place)], BUCKET)
    shape = random.uniform(-1, 1, len(loud))
    shape[::BUCKET] = 1
    return (loud * shape).astype(np.int16)


def pcm() -> Samples:
    """4.5 seconds, agent left and customer right; the whole of it fits into one served piece."""
    sound = np.zeros((FRAMES, 2), np.int16)
    sound[:, AGENT] = np.random.default_rng(7).integers(-40, 40, FRAMES)
    for place in (LEFT_IN, TAKEN_OUT):
        sound[place[0] * BUCKET : place[1] * BUCKET, CUSTOMER] = _noise(place)
    return sound


def call() -> tuple[bytes, bytes]:
    """The recording as a WAV file and its transcript."""
    file = io.BytesIO()
    soundfile.write(file, pcm(), RATE, format="WAV", subtype="PCM_16")
    words = (
        ("hello", 0.1, 0.4, AGENT),
        (OPEN_WORD.texts[0], 0.6, 1.35, CUSTOMER),
        (SURNAME.texts[0], 2.0, 2.8, CUSTOMER),
        (CARD_SAID.texts[0], 3.0, 4.0, CUSTOMER),
    )
    entries = [{"w": text, "s": start, "e": end, "c": channel} for text, start, end, channel in words]
    return file.getvalue(), json.dumps({"version": 1, "language": "en", "words": entries}).encode()


def windows() -> Iterator[Window]:
    """The two noises, to be searched in whatever is served."""
    sound = pcm()
    for planted, place in ((OPEN_NOISE, LEFT_IN), (HIDDEN_NOISE, TAKEN_OUT)):
        yield from cut(planted.name, sound, CUSTOMER, place[0] * BUCKET + 200)


def _waveform(place: tuple[int, int]) -> tuple[str, ...]:
    middle = _strokes(place)[20:50]
    return (",".join(map(str, middle)),)


# --- The values -------------------------------------------------------------------------------------------------------

SURNAME = Planted("surname", C.SURNAME, ("Quillfeather",), spoken=True)
GENDER = Planted("gender", C.GENDER, ("female",))
FIELDS = (
    SURNAME,
    GENDER,
    Planted("given name", C.GIVEN_NAME, ("Zephyrine",)),
    Planted("birth date", C.BIRTH_DATE, ("1971-06-14", "14 Jun 1971", "14.06.1971", "14/06/1971")),
    Planted("national id", C.NATIONAL_ID, ("51912307648",)),
    Planted("address", C.POSTAL_ADDRESS, ("7 Nettlebrook Rise, Ostravelle", "Nettlebrook", "Ostravelle")),
    Planted("reference", C.REFERENCE_NO, ("QX-771204",)),
)
HANDLES = (
    Planted("phone", C.PHONE, ("+442079460777",)),
    Planted("WhatsApp number", C.WHATSAPP_ID, ("+491713920046",)),
    Planted("e-mail", C.EMAIL, ("thistledown@example.org", "thistledown")),
)
OPEN_WORD = Planted("a word of the call", C.TRANSCRIPT, ("glimmerwort",), Form.REDACTED)
CARD_SAID = Planted("a card number said", C.TRANSCRIPT, ("6011000990139424",), Form.ORIGINAL)
OPEN_NOISE = Planted("a noise of the call", C.RECORDING, (), Form.REDACTED)
HIDDEN_NOISE = Planted("the noise while the name is said", C.RECORDING, (), Form.ORIGINAL)
OPEN_WAVE = Planted("waveform of the call", C.RECORDING, _waveform(LEFT_IN), Form.REDACTED)
HIDDEN_WAVE = Planted("waveform while the name is said", C.RECORDING, _waveform(TAKEN_OUT), Form.ORIGINAL)
WORDS, NOISES, WAVES = (OPEN_WORD, CARD_SAID), (OPEN_NOISE, HIDDEN_NOISE), (OPEN_WAVE, HIDDEN_WAVE)

NOTE = Planted("note", C.NOTE, ("asked about the heronry at Wigmarsh", "Wigmarsh"))

REASON = Planted("reason", C.REASON, ("the caller at Pimpernelwick asked for it", "Pimpernelwick"), Form.SECRET)
CLAIM = Planted("claim", C.BIRTH_DATE, ("1903-02-28",), Form.SECRET)
PASSWORD = Planted("password", C.STAFF_HR, (SIGN_IN_PASSWORD,), Form.SECRET)
INVITED = Planted("name of the invited", C.STAFF_HR, ("Wilhelmina Ackerbloom",), Form.SECRET)

APART = "12 Saltmarsh Row, Ennisbeck"
"""The address of another customer, under two keys: no door of these tests shows it."""

OF_THE_CUSTOMER = (*FIELDS, *HANDLES, *WORDS, *NOISES, *WAVES, NOTE)
BY_CLASS = {each.data_class: each for each in (*FIELDS, *HANDLES)}
