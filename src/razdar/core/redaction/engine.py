"""The search: every detector that has anything to look for over one text, then one choice among what they say."""

from bisect import bisect_left
from collections.abc import Iterator

from razdar.core.redaction import lookalikes
from razdar.core.redaction.customer import Known, known_customer
from razdar.core.redaction.entities import EntityEngine, found_by
from razdar.core.redaction.equipment import finders, readers, scanned
from razdar.core.redaction.known.matching import occurrences
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why, resolve

MANY = 64
"""From so many digits on all readers that take long strings are asked."""


def find(
    text: str, *, lang: str | None = None, customer: Known | None = None, entities: EntityEngine | None = None
) -> list[Span]:
    """Personal and payment data in a text.

    Args:
        text: any text, written or transcribed.
        lang: BCP 47 tag of its language if known; chooses spoken numbers and numbering plans. Name the country where
        people call from too, if it is not one where the language is spoken: "en-DE".
        customer: whom the text is about, if known, as a ``KnownCustomer`` or a plain mapping; all forms of it are
        found too.
        entities: a named-entity engine that is asked as well, if there is one.

    Returns:
        Spans in code points of ``text``, sorted, without overlaps. Linear time; never raises, whatever the text.

    Raises:
        BadEntity: the engine gave nonsense. Whatever the engine raises, besides.
    """
    return search(scanned(text, lang), customer, entities)


def search(scan: Scan, customer: Known | None = None, entities: EntityEngine | None = None) -> list[Span]:
    """``find`` for a scan that the caller goes on using."""
    found = candidates(scan)
    known = known_customer(customer)
    if known is not None:
        found.extend(occurrences(scan, known))
    found.extend(found_by(entities, scan.text, scan.lang))
    return resolve(found, scan.view)


def candidates(scan: Scan) -> list[Span]:
    """All that the detectors say, before a choice is made among what overlaps."""
    return [*_in_text(scan), *_in_numbers(scan), *_misread(scan)]


def _misread(scan: Scan) -> Iterator[Span]:
    """What else there is once letters are read as the digits they look like."""
    rows = lookalikes.rows(scan) if scan.is_open(lookalikes.NAME) else []
    if not rows:
        return
    starts = [start for start, _ in rows]
    text = lookalikes.as_digits(scan, rows)
    for first, last in lookalikes.stretches(scan.view, rows):
        for span in candidates(scanned(text[first:last], scan.lang)):
            start, end = span.start + first, span.end + first
            before = bisect_left(starts, end) - 1
            if span.type is not SpanType.NUMBER and before >= 0 and rows[before][1] > start:
                yield span._replace(start=start, end=end, score=span.score * lookalikes.LESS_SURE)


def _in_text(scan: Scan) -> Iterator[Span]:
    behind, ungated = finders()
    for gate in scan.open:
        finder = behind.get(gate)
        if finder is not None:
            yield from finder(scan)
    for finder in ungated:
        yield from finder(scan)


def _in_numbers(scan: Scan) -> Iterator[Span]:
    """What the digit strings are, and what of the text was too much to be read."""
    for string in scan.strings:
        if scan.is_exhausted:
            yield _unread(string.starts[0], len(scan.text))
            break
        company = scan.company(string.starts[0], string.ends[-1])
        for read in readers(min(len(string), MANY)):
            yield from read(scan, string, company)
    for start, end in scan.endless:
        yield _unread(start, end)
    unread = scan.unread_from
    if unread is not None:
        yield _unread(unread, len(scan.text))


def _unread(start: int, end: int) -> Span:
    return Span(start, end, SpanType.NUMBER, 0.5, (Why.UNCHECKED,))
