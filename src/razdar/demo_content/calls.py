"""The demo's recorded calls, and the strings by which a scan recognises that one of them lies about unprotected.

Sound: FLAC, 16 bit, 8000 Hz, channel 0 agent, channel 1 customer. Transcript: JSON
`{"version": 1, "language": "en", "words": [{"w": text, "s": start, "e": end, "c": channel}, ...]}`, seconds, by start.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files


@dataclass(frozen=True)
class SpokenWord:
    """One word with its punctuation; times in seconds from the beginning of the sound."""

    text: str
    start: float
    end: float
    channel: int


@dataclass(frozen=True)
class DemoCall:
    """One inbound call: whose it is, who took it, and how long before the demo's start it began.

    A call that began just now is streamed into the recorder as an exchange would; the others are taken in from files.
    """

    name: str
    title: str
    client_index: int
    customer_reference: str
    agent_username: str
    started_ago: timedelta

    @property
    def live(self) -> bool:
        """Whether it is recorded while it is spoken."""
        return not self.started_ago

    def audio(self) -> bytes:
        """The FLAC file."""
        return _read(f"{self.name}.flac")

    def transcript(self) -> bytes:
        """The transcript file, UTF-8 JSON."""
        return _read(f"{self.name}.json")

    def words(self) -> tuple[SpokenWord, ...]:
        """The transcript's words, in order of start."""
        entries = json.loads(self.transcript())["words"]
        return tuple(SpokenWord(entry["w"], entry["s"], entry["e"], entry["c"]) for entry in entries)


CALLS = (
    DemoCall(
        "payment-by-card",
        "Water bill paid by card",
        0,
        "QU-104221",
        "agent.quillmere",
        timedelta(hours=3, minutes=12),
    ),
    DemoCall(
        "delivery-change",
        "Delivery moved to Saturday",
        1,
        "TH-204256",
        "agent.tarnwick",
        timedelta(hours=5, minutes=41),
    ),
    DemoCall(
        "cancellation-complaint",
        "Plan cancelled after missed visits",
        0,
        "QU-104319",
        "agent.quillmere",
        timedelta(0),
    ),
)

_PLANTED = (
    # Names as stored (surname alone) and as said.
    "Thornquist",
    "Rosalind Thornquist",
    "Wexcombe",
    "Tobias Wexcombe",
    "Zimorowicz",
    "Jadwiga Zimorowicz",
    "Niemczyk",
    "سلیمانی",
    "चतुर्वेदी",
    "Вдовиченко",
    "翠螺路",
    # Numbers as stored and as people and machines write them.
    "+442079460417",
    "442079460417",
    "020 7946 0417",
    "02079460417",
    "+13125550148",
    "(312) 555-0148",
    "312-555-0148",
    "3125550148",
    "+491713920046",
    "0171 3920046",
    "51912307648",
    "6011000990139424",
    "6011 0009 9013 9424",
    "6011-0009-9013-9424",
    # The same as said.
    "zero two zero, seven nine four six",
    "five five five, oh one four eight",
    "five one nine one two three, zero seven six four eight",
    "six zero one one, zero zero zero nine",
    "nine zero one three, nine four two four",
    # E-mail addresses, written and said.
    "rosalind.thornquist@example.org",
    "tobias.wexcombe@example.org",
    "j.zimorowicz@example.net",
    "tobias dot wexcombe at example dot org",
    # Words that occur in these calls and nowhere else.
    "Larkenmoor",
    "Glimmerstone",
    "Corvanelle",
    "Sallowfield",
    "Ostravelle",
    "Szafirowa",
)


def planted() -> tuple[str, ...]:
    """Forty strings of the demo's customers and calls that must be found nowhere in storage, logs or messages.

    Search them as UTF-8, without regard to case. Phrases are as a transcript reads with one blank between its words.
    """
    return _PLANTED


def _read(name: str) -> bytes:
    return (files("razdar.demo_content") / "calls" / name).read_bytes()
