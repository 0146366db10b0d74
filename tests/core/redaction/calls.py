"""Conversations for the tests: lines of speech turned into words with times."""

import json
from collections.abc import Sequence

from razdar.core.redaction import RedactedTranscript, Transcript, load_transcript

WORD_MS = 300
GAP_MS = 50
AGENT, CUSTOMER = 0, 1

Line = tuple[int, int, str]
"""Channel, start in milliseconds, what is said: one word each 350 ms."""


def document(lines: Sequence[Line]) -> dict[str, object]:
    words = [
        {
            "w": word,
            "s": (start + place * (WORD_MS + GAP_MS)) / 1000,
            "e": (start + place * (WORD_MS + GAP_MS) + WORD_MS) / 1000,
            "c": channel,
        }
        for channel, start, text in lines
        for place, word in enumerate(text.split())
    ]
    return {"version": 1, "language": "en", "words": words}


def transcript(*lines: Line, duration_ms: int = 120_000) -> Transcript:
    return load_transcript(json.dumps(document(lines)).encode(), duration_ms=duration_ms, channels=2)


def said(redacted: RedactedTranscript, channel: int) -> str:
    return " ".join(word.text for word in redacted.words if word.channel == channel)


def muted(redacted: RedactedTranscript, channel: int) -> list[tuple[int, int]]:
    return [(one.start_ms, one.end_ms) for one in redacted.muted[channel]]
