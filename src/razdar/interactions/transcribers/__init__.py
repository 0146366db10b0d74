"""Transcription engines: one file, one registration, one conformance suite.

An engine turns sound into words with times, in memory, and never downloads anything.
"""

from dataclasses import dataclass
from typing import Protocol

from razdar.core.redaction import Transcript
from razdar.core.registry import Registry
from razdar.interactions.audio import Audio


@dataclass(frozen=True, repr=False)
class Call:
    """What an engine gets: the sound, and what came in with it. Printed nowhere."""

    audio: Audio
    supplied: bytes
    language: str


class Transcriber(Protocol):
    """An engine.

    `fits` says whether it can do this call at all; `transcribe` does it, or raises BadInput.
    """

    def fits(self, call: Call) -> bool: ...

    def transcribe(self, call: Call) -> Transcript: ...


TRANSCRIBERS: Registry[Transcriber] = Registry("transcription engine")
"""Asked in order of registration; the first that fits does the work."""
