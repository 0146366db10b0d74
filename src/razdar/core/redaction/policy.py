"""What becomes of what was found: a client's policy.

Rules:
1. Every type has an action: *mask* (``[card]``), *token* (``<NAME_BCDF>``: the same value has the same token as long as
   the key is the same), *drop* (nothing stands there), or *keep*.
2. ``NEVER_KEPT`` is masked or dropped under every policy: PCI DSS 3.3.1 and 3.4 for the card, and what opens a door for
   the rest. Neither an allow-list nor a client's own pattern changes it. It has no tokens either: the token of a
   three-digit code is found by trying a thousand codes, by whoever comes by the key.
3. ``Policy.DEFAULT`` keeps what points at nobody once names and numbers are gone: dates, ages, organisations and places
   (towns, countries), of which conversations are full and without which they cannot be understood. It masks all else:
   also dates of birth, which together with a postcode name most people; belief and origin, since the text stays with
   somebody's record (GDPR Art. 9); and every web address, since a page may be a person's own, and what follows its host
   holds account names and keys.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from razdar.core.errors import BadInput
from razdar.core.redaction.folding import plain
from razdar.core.redaction.own import MOST_PATTERNS, OwnPattern, matches
from razdar.core.redaction.spans import Span, SpanType, resolve

NEVER_KEPT = frozenset({SpanType.CARD, SpanType.CVV, SpanType.PIN, SpanType.PASSWORD, SpanType.SECRET})
HARMLESS = frozenset({SpanType.DATE, SpanType.AGE, SpanType.ORG, SpanType.LOCATION})
MOST_ALLOWED = 10_000
LONGEST_ALLOWED = 200


class Action(StrEnum):
    """What is put in place of a finding."""

    MASK = "mask"
    TOKEN = "token"  # noqa: S105
    DROP = "drop"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Policy:
    """What becomes of each type of finding, and what else a client wants found or left alone.

    Attributes:
        actions: for the types of which it differs from ``Policy.DEFAULT``; completed when it is made.
        allowed: exact texts that stay, without regard to case, accents and the script of digits: a client's own hot
            line, say.
        patterns: what else is to be found.

    Raises:
        BadInput: something that can never be kept is to be kept or to have a token, or there is too much of something.
    """

    DEFAULT: ClassVar["Policy"]

    actions: Mapping[SpanType, Action] = field(default_factory=dict)
    allowed: Iterable[str] = frozenset()
    patterns: tuple[OwnPattern, ...] = ()
    _allowed: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        usual = {kind: Action.KEEP if kind in HARMLESS else Action.MASK for kind in SpanType}
        actions = {**usual, **self.actions}
        if any(actions[kind] in (Action.KEEP, Action.TOKEN) for kind in NEVER_KEPT):
            raise BadInput("Cards, their codes, PINs, passwords and one-time codes can only be masked or dropped.")
        texts = frozenset(self.allowed)
        if len(texts) > MOST_ALLOWED or any(len(text) > LONGEST_ALLOWED for text in texts):
            raise BadInput("At most 10,000 texts of 200 characters can be allowed.")
        if len(self.patterns) > MOST_PATTERNS:
            raise BadInput("A policy has at most 64 patterns.")
        for name, value in (("actions", MappingProxyType(actions)), ("allowed", texts)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_allowed", frozenset(plain(text.strip()) for text in texts))

    def action(self, span: Span, text: str) -> Action:
        """What becomes of a finding in a text."""
        if span.type in NEVER_KEPT:
            return self.actions[span.type]
        if self._allowed and plain(text[span.start : span.end].strip()) in self._allowed:
            return Action.KEEP
        return self.actions[span.type]

    def conceals(self, span: Span, text: str) -> bool:
        """Whether a finding may not be shown."""
        return self.action(span, text) is not Action.KEEP

    def with_own(self, text: str, spans: list[Span], view: bytes) -> list[Span]:
        """The findings together with those of the client's own patterns.

        What is of ``NEVER_KEPT`` wins over these, and so does what is surer than ``own.SCORE``: an IBAN or a national
        number whose check digits hold and that a word names. Of a longer finding a pattern takes its part; the rest of
        a strong one stays concealed (see ``spans``).

        Raises:
            TooSlow: the patterns took too long.
        """
        if not self.patterns:
            return spans
        found = [span._replace(score=1.0) if span.type in NEVER_KEPT else span for span in spans]
        return resolve([*found, *matches(text, self.patterns)], view)


Policy.DEFAULT = Policy()
