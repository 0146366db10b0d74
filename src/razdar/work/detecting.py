"""Personal data in what somebody types: what kinds, and where. Nothing that is looked at here is stored or logged.

Card numbers, verification codes, PINs, passwords and one-time codes never reach a store (PCI DSS 3.3.1 and 3.4 for
cards): they are replaced by their kind, and no choice changes that. Everything else may be kept,
after whoever typed it has said so. What counts as personal data, and what stands in its place, says
the client's policy.
"""

import os
from dataclasses import dataclass

from razdar.core.redaction import NEVER_KEPT, UNREAD, Policy, SpanType, conceal, find, redact, sensitive

__all__ = ["LONGEST", "NEVER_KEPT", "Found", "concealed", "findings", "plain", "storable", "typed"]

LONGEST = 4000
_MOST_PASSES = 4
"""What stood beside something that was taken out may be read as one with what is left, so it is looked at again."""


@dataclass(frozen=True)
class Found:
    """One finding. It does not hold what was found.

    Attributes:
        kind: what it is.
        start, end: where, in UTF-16 code units, as browsers count.
        line, column: where it begins, from 1, as people count.
        kept: whether it may be stored.
    """

    kind: SpanType
    start: int
    end: int
    line: int
    column: int
    kept: bool


def typed(text: str) -> str:
    """A text as its author sees it: the line ends of browsers made one, and nothing that cannot be stored."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def plain(text: str) -> str:
    """A text as it is stored, before anything is taken out."""
    return typed(text).strip()[:LONGEST]


def findings(text: str, policy: Policy) -> tuple[Found, ...]:
    """What of a text is personal data or payment data, in its order."""
    return tuple(
        Found(
            kind=span.type,
            start=_units(text[: span.start]),
            end=_units(text[: span.end]),
            line=text.count("\n", 0, span.start) + 1,
            column=span.start - (text.rfind("\n", 0, span.start) + 1) + 1,
            kept=span.type not in NEVER_KEPT,
        )
        for span in sensitive(text, policy=policy)
    )


def storable(text: str) -> str:
    """The text without what must never be stored."""
    for _ in range(_MOST_PASSES):
        spans = [span for span in find(text) if span.type in NEVER_KEPT]
        if not spans:
            return text
        text = conceal(text, spans)
    return UNREAD


def concealed(text: str, policy: Policy) -> str:
    """The text with nothing in it that the policy does not keep; tokens tell values of this text alone apart."""
    return redact(storable(text), policy, key=os.urandom(32)).text


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
