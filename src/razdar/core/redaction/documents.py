"""A policy as a document, and what one changes of another.

The document (JSON) holds what differs from ``Policy.DEFAULT``::

    {"version": 1,
     "actions": {"phone": "token", "date": "mask"},
     "allowed": ["help@example.org"],
     "patterns": [{"expression": "\\\\bQU-\\\\d{6}\\\\b", "type": "reference"}]}

Rules:
1. Read strictly: what is not known, or of another shape, is refused, so that a slip of the pen opens nothing. A
   complaint never quotes: what stands there may be personal data.
2. A client's list of exact texts may hold no text in which a card number, code, PIN or password is found: those are
   concealed whatever the list says, and would only be stored with it.
3. A client's own pattern has no type of ``NEVER_KEPT``: what is told by a pattern alone may be wrong, and what is of
   those types cannot be brought back.
4. A change *opens* where more may be shown after it: a weaker action (``STRENGTH``), a text more on the list, a pattern
   less, or one whose findings are kept or have tokens.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from razdar.core.errors import BadInput
from razdar.core.redaction.engine import find
from razdar.core.redaction.own import MOST_PATTERNS, Clock, OwnPattern
from razdar.core.redaction.policy import NEVER_KEPT, Action, Policy
from razdar.core.redaction.spans import SpanType

VERSION = 1
MOST_BYTES = 4 << 20
STRENGTH: Mapping[Action, int] = MappingProxyType({Action.KEEP: 0, Action.TOKEN: 1, Action.MASK: 2, Action.DROP: 3})
"""A token tells that two values are the same, a mask what kind of thing stood there, and nothing tells least."""


class Part(StrEnum):
    """Which part of a policy a change is about."""

    ACTION = "action"
    ALLOWED = "allowed"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """One thing that a policy changes of another.

    Attributes:
        type: of an action or of a pattern; None for a text of the list.
        before, after: actions; of a text or a pattern what is there, None where it is not.
        opens: whether more may be shown after it (rule 4).
        value: the text, or the pattern's expression.
    """

    part: Part
    type: SpanType | None
    before: Action | None
    after: Action | None
    opens: bool
    value: str = field(default="", repr=False)


def to_json(policy: Policy) -> str:
    """The document of a policy."""
    usual = Policy.DEFAULT.actions
    document = {
        "version": VERSION,
        "actions": {kind.value: does.value for kind, does in policy.actions.items() if does is not usual[kind]},
        "allowed": sorted(policy.allowed),
        "patterns": [{"expression": one.expression, "type": one.type.value} for one in policy.patterns],
    }
    return json.dumps(document, ensure_ascii=True, separators=(",", ":"))


def from_json(text: str, clock: Clock | None = None) -> Policy:
    """The policy of a document.

    Args:
        clock: for its patterns (see ``own``).

    Raises:
        BadInput: it is none (rules 1 to 3), or no policy may be like that.
    """
    if len(text) > MOST_BYTES:
        raise BadInput("This is not a redaction policy as it is written here.")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise BadInput("This is not a redaction policy as it is written here.") from None
    if not isinstance(document, dict) or document.keys() - {"version", "actions", "allowed", "patterns"}:
        raise BadInput("This is not a redaction policy as it is written here.")
    if type(document.get("version")) is not int or document["version"] != VERSION:
        raise BadInput("This is not a redaction policy as it is written here.")
    return checked(
        Policy(
            actions=_actions(document.get("actions", {})),
            allowed=_texts(document.get("allowed", [])),
            patterns=tuple(_patterns(document.get("patterns", []), clock)),
        )
    )


def checked(policy: Policy) -> Policy:
    """The same policy, if a client may have it.

    Raises:
        BadInput: a text of its list holds what is never kept (rule 2), or a pattern is of such a type (rule 3).
    """
    if any(pattern.type in NEVER_KEPT for pattern in policy.patterns):
        raise BadInput("A pattern of your own cannot find what is never kept. Choose another type for it.")
    if any(span.type in NEVER_KEPT for text in policy.allowed for span in find(text)):
        raise BadInput(
            "A text of the list holds a card number, a code, a PIN or a password. These are never kept; leave it out."
        )
    return policy


def changes(before: Policy, after: Policy) -> tuple[PolicyChange, ...]:
    """What one policy changes of another: actions, then texts, then patterns."""
    return (*_of_actions(before, after), *_of_texts(before, after), *_of_patterns(before, after))


def _of_actions(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    for kind in SpanType:
        was, then = before.actions[kind], after.actions[kind]
        if was is not then:
            yield PolicyChange(Part.ACTION, kind, was, then, STRENGTH[then] < STRENGTH[was])


def _of_texts(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    was, then = frozenset(before.allowed), frozenset(after.allowed)
    for text in sorted(was ^ then):
        added = text in then
        was_there, is_there = (None, Action.KEEP) if added else (Action.KEEP, None)
        yield PolicyChange(Part.ALLOWED, None, was_there, is_there, added, text)


def _of_patterns(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    was = {(one.expression, one.type) for one in before.patterns}
    then = {(one.expression, one.type) for one in after.patterns}
    for expression, kind in sorted(was ^ then):
        if (expression, kind) in then:
            opens = STRENGTH[after.actions[kind]] < STRENGTH[Action.MASK]
            yield PolicyChange(Part.PATTERN, kind, None, after.actions[kind], opens, expression)
        else:
            yield PolicyChange(Part.PATTERN, kind, before.actions[kind], None, True, expression)


def _actions(given: Any) -> dict[SpanType, Action]:
    if not isinstance(given, dict):
        raise BadInput("This is not a redaction policy as it is written here.")
    try:
        return {SpanType(kind): Action(does) for kind, does in given.items()}
    except ValueError:
        raise BadInput("This is not a redaction policy as it is written here.") from None


def _texts(given: Any) -> frozenset[str]:
    if not isinstance(given, list) or not all(isinstance(text, str) and text.strip() for text in given):
        raise BadInput("This is not a redaction policy as it is written here.")
    return frozenset(given)


def _patterns(given: Any, clock: Clock | None) -> Iterator[OwnPattern]:
    if not isinstance(given, list) or len(given) > MOST_PATTERNS:
        raise BadInput("This is not a redaction policy as it is written here.")
    kinds = {kind.value: kind for kind in SpanType}
    for one in given:
        if not isinstance(one, dict) or one.keys() != {"expression", "type"}:
            raise BadInput("This is not a redaction policy as it is written here.")
        if not isinstance(one["expression"], str) or one["type"] not in kinds:
            raise BadInput("This is not a redaction policy as it is written here.")
        yield OwnPattern(one["expression"], kinds[one["type"]], clock)
