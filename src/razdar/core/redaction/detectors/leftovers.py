"""Digits right beside what stands for a concealed value: "[cvv]123", "47[pin]".

Rules:
1. They were a part of the value, whatever cut it, and are concealed as what it was. A sign of a blank is a border.
"""

import re
from collections.abc import Iterator

from razdar.core.redaction.detection import detector
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import TOKENS, Span, SpanType, Why

SCORE = 0.7
_KINDS = {kind.value: kind for kind in SpanType} | {kind.name.lower(): kind for kind in SpanType}
_BEFORE = re.compile(r"[0-9]{1,20}$")
_AFTER = re.compile(r"[0-9]{1,20}")
_REACH = 21


@detector("leftovers", gate=rb"[0-9][\[<][a-z]|[a-z][\]>][0-9]")
def find(scan: Scan) -> Iterator[Span]:
    """Digits that touch a token."""
    text = scan.plain
    for token in TOKENS.finditer(text):
        kind = _KINDS[token.group().strip("[]<>").partition("_")[0]]
        before = _BEFORE.search(text, max(0, token.start() - _REACH), token.start())
        after = _AFTER.match(text, token.end())
        for match in (before, after):
            if match is not None and not scan.touches_word(*match.span()):
                yield Span(*match.span(), kind, SCORE, (Why.REST,))
