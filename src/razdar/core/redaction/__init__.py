"""Finding and concealing personal and payment data in text, transcripts and sound.

``find`` is the one entrance for text, ``load_transcript`` and ``redact_transcript`` for transcripts with word times;
``audio`` mutes. Adding a detector or a spoken language is one file (see ``detection`` and ``numerals``).
"""

from razdar.core.redaction.customer import KnownCustomer
from razdar.core.redaction.dialogue import find_turns
from razdar.core.redaction.engine import find
from razdar.core.redaction.masking import conceal_all_digits, redact, token
from razdar.core.redaction.spans import Span, SpanType, Why
from razdar.core.redaction.words import (
    Interval,
    RedactedTranscript,
    RedactedWord,
    Transcript,
    Turn,
    Word,
    load_transcript,
    redact_transcript,
)

__all__ = [
    "Interval",
    "KnownCustomer",
    "RedactedTranscript",
    "RedactedWord",
    "Span",
    "SpanType",
    "Transcript",
    "Turn",
    "Why",
    "Word",
    "conceal_all_digits",
    "find",
    "find_turns",
    "load_transcript",
    "redact",
    "redact_transcript",
    "token",
]
