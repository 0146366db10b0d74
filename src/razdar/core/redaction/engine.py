"""The search: every detector that has anything to look for over one text, then one choice among what they say."""

from functools import cache

from razdar.core.redaction.customer import Known, known_customer
from razdar.core.redaction.detection import READERS, Read
from razdar.core.redaction.known.matching import occurrences
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why, resolve

MANY = 64
"""From so many digits on all readers that take long strings are asked."""


def find(text: str, *, lang: str | None = None, customer: Known | None = None) -> list[Span]:
    """Personal and payment data in a text.

    Args:
        text: any text, written or transcribed.
        lang: BCP 47 tag of its language if known; chooses spoken numbers and numbering plans.
        customer: whom the text is about, if known, as a ``KnownCustomer`` or a plain mapping; all forms of it are
        found too.

    Returns:
        Spans in code points of ``text``, sorted, without overlaps. Linear time; never raises, whatever the text.
    """
    return search(Scan(text, lang), customer)


def search(scan: Scan, customer: Known | None = None) -> list[Span]:
    """``find`` for a scan that the caller goes on using."""
    candidates: list[Span] = []
    finders = scan.gates.finders
    for gate in scan.open:
        finder = finders.get(gate)
        if finder is not None:
            candidates.extend(finder(scan))
    for finder in scan.gates.ungated:
        candidates.extend(finder(scan))
    for string in scan.strings:
        if scan.is_exhausted:
            candidates.append(Span(string.starts[0], len(scan.text), SpanType.NUMBER, 0.5, (Why.UNCHECKED,)))
            break
        company = scan.company(string.starts[0], string.ends[-1])
        for read in _readers(min(len(string), MANY)):
            candidates.extend(read(scan, string, company))
    known = known_customer(customer)
    if known is not None:
        candidates.extend(occurrences(scan, known))
    candidates.extend(Span(start, end, SpanType.NUMBER, 0.5, (Why.UNCHECKED,)) for start, end in scan.endless)
    if scan.unread_from is not None:
        candidates.append(Span(scan.unread_from, len(scan.text), SpanType.NUMBER, 0.5, (Why.UNCHECKED,)))
    return resolve(candidates, scan.view)


@cache
def _readers(digits: int) -> tuple[Read, ...]:
    """Who judges digit strings of so many digits."""
    return tuple(entry.read for entry in READERS.values() if entry.shortest <= digits <= entry.longest)
