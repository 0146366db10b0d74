"""The search: every detector over one text, then one choice among what they say."""

from razdar.core.redaction import detectors
from razdar.core.redaction.customer import KnownCustomer, occurrences
from razdar.core.redaction.detection import DETECTORS
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why, resolve

__all__ = ["detectors", "find"]


def find(text: str, *, lang: str | None = None, customer: KnownCustomer | None = None) -> list[Span]:
    """Personal and payment data in a text.

    Args:
        text: any text, written or transcribed.
        lang: BCP 47 tag of its language if known; chooses spoken numbers and numbering plans.
        customer: whom the text is about, if known; what we know of them is found as well.

    Returns:
        Spans in code points of ``text``, sorted, without overlaps. Linear time; never raises, whatever the text.
    """
    return search(Scan(text, lang), customer)


def search(scan: Scan, customer: KnownCustomer | None = None) -> list[Span]:
    """``find`` for a scan that the caller goes on using."""
    candidates = [span for detector in DETECTORS.values() for span in detector(scan)]
    if customer is not None:
        candidates.extend(occurrences(scan, customer))
    unread = scan.numbers.unread_from
    if unread is not None:
        candidates.append(Span(unread, len(scan.text), SpanType.NUMBER, 0.5, (Why.UNCHECKED,)))
    return resolve(candidates, scan.view)
