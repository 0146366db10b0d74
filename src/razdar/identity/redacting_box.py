"""Trying out a client's policy: what of a typed text would be concealed, and why.

The text lives for one answer: it is neither stored nor logged, and no event tells of it, since nothing of a customer is
opened. How often one may try is counted, without the text.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.functional import Promise

from razdar.core.disclosure import Viewer
from razdar.core.errors import NotYours
from razdar.core.permissions import Permission
from razdar.core.redaction import Action, Applied, Policy, redact
from razdar.identity import redacting
from razdar.ui.findings import ACTIONS, KINDS, WHYS
from razdar.vault import limits

LONGEST = 4000
LANGUAGES = ("en", "fa", "hi", "pl", "zh-Hant", "pt")
"""Those that redaction knows the words of."""
TRIES = limits.Limit("redaction", 20, timedelta(minutes=1), "Twenty texts a minute can be tried. Wait a little.")


@dataclass(frozen=True)
class Finding:
    """One finding in words.

    Attributes:
        number: from 1, as it stands beside the mark in the text.
        line, column: where it begins, from 1.
        listed: it stays because the client's list of texts holds it.
        why: the evidence for it, the reasons that count.
    """

    number: int
    kind: str | Promise
    line: int
    column: int
    action: str | Promise
    concealed: bool
    listed: bool
    why: tuple[str | Promise, ...]


@dataclass(frozen=True)
class Piece:
    """A piece of the typed text, with its finding if it is one."""

    text: str = field(repr=False)
    finding: Finding | None = None


@dataclass(frozen=True)
class Tried:
    """What would become of a text.

    Attributes:
        text: as it would leave.
        quarantined: it could not be searched, so that nothing of it leaves.
    """

    text: str = field(repr=False)
    pieces: tuple[Piece, ...] = field(repr=False)
    findings: tuple[Finding, ...]
    quarantined: bool

    @property
    def concealed(self) -> int:
        """How much would be concealed."""
        return sum(each.concealed for each in self.findings)


def tried(viewer: Viewer, text: str, language: str = "") -> Tried:
    """What the policy that holds would make of a text.

    Args:
        language: one of `LANGUAGES`, or empty where nobody says.

    Raises:
        NotYours: seeing the policy is not among the viewer's duties. PolicyUnreadable: as `redacting.policy_of`.
        TooManyTries: more than `TRIES` allows.
    """
    if not viewer.may(Permission.VAULT_MATRIX_VIEW):
        raise NotYours("The redaction policy is not among your duties.")
    limits.count(TRIES, viewer.person, viewer.client)
    policy, text = redacting.policy_of(viewer.client), text[:LONGEST]
    done = redact(text, policy, lang=language if language in LANGUAGES else None, key=os.urandom(32))
    findings = tuple(_finding(number, text, span, policy) for number, span in enumerate(done.spans, 1))
    return Tried(done.text, tuple(_pieces(text, done.spans, findings)), findings, done.quarantined)


def _finding(number: int, text: str, span: Applied, policy: Policy) -> Finding:
    concealed = span.action is not Action.KEEP
    return Finding(
        number=number,
        kind=KINDS[span.type],
        line=text.count("\n", 0, span.start) + 1,
        column=span.start - text.rfind("\n", 0, span.start),
        action=ACTIONS[span.action],
        concealed=concealed,
        listed=not concealed and policy.actions[span.type] is not Action.KEEP,
        why=tuple(WHYS[each] for each in dict.fromkeys(span.why)),
    )


def _pieces(text: str, spans: tuple[Applied, ...], findings: tuple[Finding, ...]) -> Iterator[Piece]:
    """The whole text, cut where findings begin and end."""
    ends = [0, *(span.end for span in spans)]
    starts = [*(span.start for span in spans), len(text)]
    for place, (end, start) in enumerate(zip(ends, starts, strict=True)):
        if end < start:
            yield Piece(text[end:start])
        if place < len(spans):
            yield Piece(text[spans[place].start : spans[place].end], findings[place])
