"""What the recording player draws, as frozen values that a selector fills and the template writes out.

Opening the page must not fetch audio: the address is a data attribute, and the script makes the audio element only
when Play is pressed. Peaks are computed from the very rendition that is served, so that the picture holds no more
than the sound; times of regions and words are seconds of that rendition.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RegionKind(StrEnum):
    """Why a stretch is silent."""

    REDACTED = "redacted"
    """Personal data was taken out."""
    GAP = "gap"
    """Nothing was received: a connection or a recorder was away."""
    PAUSE = "pause"
    """Recording was paused on purpose, for instance while a card number was given."""


@dataclass(frozen=True)
class Region:
    """A silent stretch. ``label`` says what kind of value was removed, or why there is nothing; never a value."""

    start: float
    end: float
    label: str
    kind: RegionKind = RegionKind.REDACTED


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

    @property
    def end(self) -> float:
        return max((word.end for word in self.words), default=self.start)


@dataclass(frozen=True)
class Original:
    """That the original is shown, and how it ends.

    Attributes:
        until: when its time is over; None where the viewer needs no grant.
        seconds: how long that is from now.
    """

    until: datetime | None = None
    seconds: int = 0


@dataclass(frozen=True)
class Player:
    """Everything the player shows.

    Attributes:
        audio_url: where the rendition is fetched from, only after Play.
        duration: seconds.
        peaks: per lane, loudness of equal stretches, 0 to 100; empty lanes draw nothing.
        lanes: names of the lanes, agent first.
        regions: silent stretches in order.
        turns: the transcript in order; empty when the viewer may not read it.
        note: a sentence about the rendition ("Card numbers are silenced").
        check_url: answers with the badge that says whether the recording is as it was sealed; nothing plays before.
        original: there when this is the original rendition.
    """

    audio_url: str
    duration: float
    peaks: Sequence[Sequence[int]]
    lanes: tuple[str, ...]
    regions: tuple[Region, ...] = ()
    turns: tuple[Turn, ...] = ()
    note: str = ""
    check_url: str = ""
    original: Original | None = None

    @property
    def peaks_json(self) -> str:
        return json.dumps([list(lane) for lane in self.peaks], separators=(",", ":"))

    @property
    def regions_json(self) -> str:
        regions = [[region.start, region.end, region.kind] for region in self.regions]
        return json.dumps(regions, separators=(",", ":"))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of regions there are, for the legend."""
        there = {region.kind for region in self.regions}
        return tuple(kind.value for kind in RegionKind if kind in there)
