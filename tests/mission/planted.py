"""What tests put into an installation and look for afterwards: a customer and a note typed in, a call taken in.

Values are unmistakable, so that finding one is no accident, and reach nobody: numbers lie in ranges kept free for
fiction (Ofcom: 020 7946 0000 to 0999, 07700 900000 to 900999), the domain is RFC 2606's, the card is a test card.
"""

import json
import re
import time
import wave
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np

from tests.mission.founding import FIRST
from tests.mission.house import House

RATE, SECONDS = 8000, 16
# As the pages call them; what an agent gets, and what not.
CUSTOMER: Mapping[str, str] = MappingProxyType(
    {
        "Surname": "Quorrelby",
        "Gender": "female",
        "Given name": "Hesperine",
        "Date of birth": "1961-07-23",
        "National id": "83910274655",
        "Postal address": "14 Vellumgate Row, Ostermarsh",
        "Client's own reference": "KX-5530917",
        "Phone number": "+442079460958",
        "WhatsApp id": "447700900731",
        "E-mail address": "h.quorrelby.private@example.org",
    }
)
# Somebody else whose values have other lengths; no test looks for these on a disk.
NEIGHBOUR: Mapping[str, str] = MappingProxyType(
    {
        "Surname": "Ng",
        "Gender": "male",
        "Given name": "Bo",
        "Date of birth": "1988-01-02",
        "National id": "441",
        "Postal address": "Quay 9",
        "Client's own reference": "N7",
        "Phone number": "+442079460112",
        "WhatsApp id": "447700900118",
        "E-mail address": "n@example.net",
    }
)
REFERENCE = "Client's own reference"
SEEN_BY_AGENTS = ("Surname", "Gender")
_FIELDS = {
    "Surname": "surname",
    "Gender": "gender",
    "Given name": "given_name",
    "Date of birth": "birth_date",
    "National id": "national_id",
    "Postal address": "postal_address",
    "Client's own reference": "reference_no",
    "Phone number": "phone",
    "WhatsApp id": "whatsapp_id",
    "E-mail address": "email",
}
NOTED = "Thistlemarl"
WORD = "Pelargonium"
CARD = ("6011", "0009", "9013", "9424")
_SAID = (*f"the {WORD} kettle arrived broken my card number is".split(), *CARD, "thank", "you")
_STEP = SECONDS / len(_SAID)
_TAKEN_IN = re.compile(r"sealed as ([0-9a-f-]{36})")
_WORD_SECONDS = 0.5
REDACTED_WITHIN = 90


@dataclass(frozen=True)
class Call:
    """A call that was taken in and redacted.

    Attributes:
        id: of the interaction.
        sound: its samples as they were, 16 bit, little-endian, both channels.
        player: address of the redacted recording's sound.
    """

    id: str
    sound: bytes = field(repr=False)
    player: str


class Planted:
    """What is in one house, put there when it is first asked for."""

    def __init__(self, house: House) -> None:
        self.house = house

    @cached_property
    def customer(self) -> str:
        """Id of the customer with the values of `CUSTOMER`."""
        return type_in(self.house, CUSTOMER)

    @cached_property
    def neighbour(self) -> str:
        """Id of the customer with the values of `NEIGHBOUR`."""
        return type_in(self.house, NEIGHBOUR)

    @cached_property
    def note(self) -> str:
        """Words of a note that an agent wrote about the customer."""
        return write_note(self.house, self.customer, f"Asked for the {NOTED} catalogue by post.")

    @cached_property
    def call(self) -> Call:
        """A call of the customer in which a card number is said."""
        assert self.customer
        return take_in(self.house, CUSTOMER[REFERENCE])


def type_in(house: House, values: Mapping[str, str], desk: str = "agent") -> str:
    """Type a customer into the form for it; the customer's id."""
    form = {_FIELDS[label]: value for label, value in values.items()}
    answer = house.desk(desk).submit("/customers/new/", form)
    if answer.status == 422:  # somebody with one of the values is stored already, and this is somebody else
        answer = house.desk(desk).submit("/customers/new/", {**form, "anyway": "on"})
    found = re.fullmatch(r"/customers/([0-9a-f-]{36})/", answer.path)
    if found is None:
        raise RuntimeError(f"the customer was not stored: {answer.status} at {answer.path}")
    return found[1]


def write_note(house: House, customer: str, text: str, person: str = "agent") -> str:
    """Write a note on the desk, as somebody who has just found the customer; its words."""
    desk, page = house.desk(person), f"/desk/customers/{customer}/"
    desk.submit("/customers/", search("Phone number"))
    desk.get(page)
    answer = desk.post(f"{page}notes/", {"text": text})
    if answer.status != 200 or text not in desk.get(page).text:
        raise RuntimeError(f"the note was not stored: {answer.status}")
    return text


def search(by: str) -> dict[str, str]:
    """What is typed to find the customer by one exact value."""
    return {"by": _FIELDS[by], "value": CUSTOMER[by]}


def take_in(house: House, reference: str) -> Call:
    """Take a call in by the command, and wait until it has been redacted."""
    sound, transcript = house.folder / "call.wav", house.folder / "call.json"
    samples = _write(sound, transcript)
    arguments = ("--client", FIRST, "--customer", reference, "--agent", "agent", "--transcript", str(transcript))
    printed = house.cli("import-call", str(sound), *arguments)
    for file in (sound, transcript):
        file.unlink()
    found = _TAKEN_IN.search(printed)
    if found is None:
        raise RuntimeError(printed)
    return Call(found[1], samples, _player(house, found[1]))


def card_seconds() -> tuple[float, float]:
    """From when to when the card number is said."""
    first = _SAID.index(CARD[0])
    return first * _STEP, (first + len(CARD) - 1) * _STEP + _WORD_SECONDS


def _write(sound: Path, transcript: Path) -> bytes:
    """Noise that no other file holds, and words spread over it."""
    samples = np.random.default_rng().integers(-3000, 3000, (RATE * SECONDS, 2)).astype("<i2").tobytes()
    with wave.open(str(sound), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples)
    words = [{"w": w, "s": n * _STEP, "e": n * _STEP + _WORD_SECONDS, "c": 1} for n, w in enumerate(_SAID)]
    transcript.write_text(json.dumps({"version": 1, "language": "en", "words": words}))
    return samples


def _player(house: House, interaction: str) -> str:
    deadline = time.monotonic() + REDACTED_WITHIN
    while time.monotonic() < deadline:
        page = house.desk("reviewer").get(f"/calls/{interaction}/").text
        if found := re.search(r'data-src="([^"]+)"', page):
            return found[1]
        time.sleep(0.25)
    raise RuntimeError("the call was not redacted")
