"""Card verification values: three or four digits that only a cue gives away.

PCI DSS 4.0.1, 3.3.1: may not be kept after authorisation, not even encrypted.
"""

from collections.abc import Iterator

from razdar.core.redaction.cues import Cue
from razdar.core.redaction.detection import DETECTORS
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why


@DETECTORS.register("generic.cvv")
def find(scan: Scan) -> Iterator[Span]:
    """Numbers of three or four digits near a word for the security code."""
    for string in scan.numbers.strings:
        if len(string) in (3, 4):
            start, end = string.starts[0], string.ends[-1]
            if scan.cues.near(Cue.CVV, start, end) and not scan.touches_word(start, end):
                yield Span(start, end, SpanType.CVV, 0.7, (Why.CUE, Why.LENGTH))
