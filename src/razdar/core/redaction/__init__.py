"""Finding and concealing personal and payment data in text, transcripts and sound.

``find`` is the one entrance for text; ``redact`` and ``redact_turns`` conceal what a ``Policy`` does not keep, and
``sensitive`` tells whether there is anything of the kind. ``load_transcript`` and ``redact_transcript`` are for
transcripts with word times; ``audio`` mutes. A named-entity engine may be handed over to all of them (see
``entities``). Adding a detector or a spoken language is one file (see ``detection`` and
``numerals``).
"""

from razdar.core.redaction.applying import Applied, Redacted, redact, redact_turns, sensitive
from razdar.core.redaction.customer import KnownCustomer
from razdar.core.redaction.dialogue import find_turns
from razdar.core.redaction.engine import find
from razdar.core.redaction.entities import BadEntity, Entity, EntityEngine
from razdar.core.redaction.masking import UNREAD, conceal, token
from razdar.core.redaction.own import OwnPattern
from razdar.core.redaction.policy import NEVER_KEPT, Action, Policy
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
    "NEVER_KEPT",
    "UNREAD",
    "Action",
    "Applied",
    "BadEntity",
    "Entity",
    "EntityEngine",
    "Interval",
    "KnownCustomer",
    "OwnPattern",
    "Policy",
    "Redacted",
    "RedactedTranscript",
    "RedactedWord",
    "Span",
    "SpanType",
    "Transcript",
    "Turn",
    "Why",
    "Word",
    "conceal",
    "find",
    "find_turns",
    "load_transcript",
    "redact",
    "redact_transcript",
    "redact_turns",
    "sensitive",
    "token",
]
