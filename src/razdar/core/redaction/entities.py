"""The one interface of named-entity engines: an optional second opinion, above all on names of people and places.

An engine is somebody else's model. None is built in and none is asked unless the caller hands it over (``entities=``);
where its model lies and how its library is kept in its place is the caller's business. An adapter is anything with
``find``.

Rules:
1. What an engine says is checked. An answer outside the text, of a kind that nobody knows or without a proper score is
   no answer: ``BadEntity`` is raised, and ``redact`` lets nothing of such a text leave.
2. It never outvotes a rule: its score counts up to ``SURE``, below every check digit and cue. What a rule leaves of its
   finding is concealed all the same.
3. Its findings pass the same policy, and are widened to whole characters, as all others.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from razdar.core.redaction.spans import Span, SpanType, Why

SURE = 0.7


class Entity(NamedTuple):
    """What an engine found, in code points of the text.

    Attributes:
        start, end: ``0 <= start < end``, end exclusive.
        type: name of a ``SpanType``, for example ``PERSON``.
        score: from 0 to 1.
    """

    start: int
    end: int
    type: str
    score: float


class EntityEngine(Protocol):
    """An engine that is loaded."""

    def find(self, text: str, lang: str | None) -> Iterable[Entity]:
        """What it sees in a text.

        Args:
            lang: BCP 47 tag of the text's language, or None where nobody knows it.
        """
        ...


class BadEntity(ValueError):
    """An engine gave an answer that makes no sense. It is not quoted."""


def found_by(engine: EntityEngine | None, text: str, lang: str | None) -> list[Span]:
    """What an engine finds, as candidates beside those of the rules; nothing without an engine.

    Raises:
        BadEntity: rule 1. Whatever the engine raises, besides.
    """
    if engine is None or not any(map(str.isalpha, text)):
        return []
    return list(_checked(engine.find(text, lang), text))


def _checked(found: Iterable[Entity], text: str) -> Iterator[Span]:
    for start, end, kind, score in found:
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
            raise BadEntity("an entity outside its text")
        if kind not in SpanType.__members__ or not 0 <= score <= 1:
            raise BadEntity("an entity of no known kind, or without a score")
        inside = text[start:end]
        first, last = start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())
        if first < last:
            yield Span(first, last, SpanType[kind], min(score, SURE), (Why.ENTITY,))
