"""What the recording player draws, as frozen values that a selector fills and the template writes out.

Opening the page must not fetch audio: the address is a data attribute, and the script makes the audio element only
when Play is pressed. Peaks are computed from the very rendition that is served, so that the picture holds no more
than the sound; times of regions and words are seconds of that rendition.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """A redacted stretch. ``label`` says what kind of value was removed, never the value."""

    start: float
    end: float
    label: str


@dataclass(frozen=True)
class Word:
    """One spoken word of the redacted transcript; ``redacted`` words carry a placeholder as text."""

    text: str
    start: float
    end: float
    redacted: bool = False


@dataclass(frozen=True)
class Turn:
    """What one side said without a break. ``lane`` 0 is the agent, 1 the customer."""

    lane: int
    speaker: str
    start: float
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Player:
    """Everything the player shows.

    Attributes:
        audio_url: where the rendition is fetched from, only after Play.
        duration: seconds.
        peaks: per lane, loudness of equal stretches, 0 to 100; empty lanes draw nothing.
        lanes: names of the lanes, agent first.
        regions: redacted stretches in order.
        turns: the transcript in order; empty when the viewer may not read it.
        note: a sentence about the rendition ("Card numbers are silenced").
    """

    audio_url: str
    duration: float
    peaks: Sequence[Sequence[int]]
    lanes: tuple[str, ...]
    regions: tuple[Region, ...] = ()
    turns: tuple[Turn, ...] = ()
    note: str = ""

    @property
    def peaks_json(self) -> str:
        return json.dumps([list(lane) for lane in self.peaks], separators=(",", ":"))

    @property
    def regions_json(self) -> str:
        return json.dumps([[region.start, region.end] for region in self.regions], separators=(",", ":"))
