"""Expiry date and security code that stand right behind a card number without a word for them: "..., 12/29, 123".

Rules:
1. The number passes Luhn, or was concealed before ("[card]"). Between the parts stand signs alone, or a short word.
2. Without an expiry date three digits are a security code, and four after an American Express number.
"""

from collections.abc import Iterator

from razdar.core.redaction.bridges import alternatives, listed
from razdar.core.redaction.checks import luhn
from razdar.core.redaction.detection import detector
from razdar.core.redaction.detectors.announced import is_money
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

_CARD = rb"(\[card\]|[0-9](?:[ -]?[0-9]){11,17}[0-9])"
_BOTH = "and|with|e|i|do|و"
_DATE = "exp|expiry|expires|expiring|valid|valid thru|date|até|val|validade|ważna do|انقضا"
_CODE = "code|cvv|cvc|cvv2"
_BEFORE, _AFTER = rb"[^a-z0-9\x80-\xff]{1,6}(?:(?:", rb")[^a-z0-9\x80-\xff]{1,4})?"
_APART = _BEFORE + alternatives(listed(f"{_BOTH}|{_DATE}")) + _AFTER
_THEN = _BEFORE + alternatives(listed(f"{_BOTH}|{_CODE}")) + _AFTER
_EXPIRY = rb"((?:0[1-9]|1[0-2]) ?[/|:.-]? ?(?:20)?[2-4][0-9]|[1-9] ?[/|:.-] ?(?:20)?[2-4][0-9])"
_END = rb"(?:[^0-9./-]|[./-][^0-9]|[./-]?$)"
_WITH_EXPIRY = _CARD + _APART + _EXPIRY + rb"(?:" + _THEN + rb"([0-9]{3,4}))?" + _END
_CODE_ALONE = _CARD + rb"[ ,;|/:_\n-]{1,4}([0-9]{3,4})" + _END
_dated, _coded = pattern(_WITH_EXPIRY), pattern(_CODE_ALONE)
_AMERICAN_EXPRESS = (b"34", b"37")
SCORE = 0.8


@detector("card.expiry", gate=_WITH_EXPIRY)
def find_expiry(scan: Scan) -> Iterator[Span]:
    """A card number, its expiry date and perhaps its code."""
    for match in _dated.finditer(scan.view):
        if _is_card(match[1]):
            yield Span(match.start(2), match.end(2), SpanType.EXPIRY, SCORE, (Why.SHAPE,))
            if match[3] is not None:
                yield Span(match.start(3), match.end(3), SpanType.CVV, SCORE, (Why.SHAPE, Why.LENGTH))


@detector("card.code", gate=_CODE_ALONE)
def find_code(scan: Scan) -> Iterator[Span]:
    """A card number and its code."""
    for match in _coded.finditer(scan.view):
        four = len(match[2]) == 4
        if not _is_card(match[1]) or (four and not match[1].startswith(_AMERICAN_EXPRESS)):
            continue
        if not is_money(scan, match.start(2), match.end(2)):
            yield Span(match.start(2), match.end(2), SpanType.CVV, SCORE, (Why.SHAPE, Why.LENGTH))


def _is_card(number: bytes) -> bool:
    return number.startswith(b"[") or luhn(number.translate(None, b" -").decode("ascii"))
