"""Long numbers that nobody explains.

Nobody says a number of nine digits or more for its own sake: it is somebody's account, an old identity number, a card
with a digit too few. Where no other detector knows it and no word beside it says that it is harmless, it is concealed.

Rules:
1. One unbroken written row of digits; what is grouped or said has a form that others judge.
2. A currency beside it, or a word for an amount or a thing within ``HARMLESS_WITHIN``, ends this. The score is the
   lowest: whoever can say what a number is names it.
"""

from collections.abc import Iterator

from razdar.core.redaction.cues import Company, Cue
from razdar.core.redaction.detection import reader
from razdar.core.redaction.detectors.announced import is_money
from razdar.core.redaction.numerals import DigitString
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import WORTH_TELLING, Span, SpanType, Why

SHORTEST = 9
LONGEST = 40
HARMLESS_WITHIN = 40


@reader("unexplained", shortest=SHORTEST, longest=LONGEST)
def read(scan: Scan, string: DigitString, company: Company) -> Iterator[Span]:
    """Rows of digits that may be anybody's."""
    start, end = string.starts[0], string.ends[-1]
    if len(string.groups) > 1 or string.spoken[0] or scan.touches_word(start, end):
        return
    if not company.near(Cue.AMOUNT, Cue.THING, within=HARMLESS_WITHIN) and not is_money(scan, start, end):
        yield Span(start, end, SpanType.NUMBER, WORTH_TELLING, (Why.UNCHECKED, Why.LENGTH))
