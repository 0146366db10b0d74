"""Postcodes that stand in an address without a word for them: "60-801 Poznań", "4050-107 Porto".

Rules:
1. A country is one row of ``_FORMS``; it is looked for in texts of its language. What has nothing but digits
   ("10115 Berlin") is no form.
2. The name of a place follows, with a capital. Before it stands a comma, a new line, nothing, or near it a word for an
   address.
3. The address before it ends there (see ``address``).
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from razdar.core.redaction.cues import Cue
from razdar.core.redaction.detection import detector
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

SCORE = 0.78
_FORMS = {
    "pl": rb"[0-9]{2}-[0-9]{3}",
    "pt": rb"[0-9]{4}-[0-9]{3}|[0-9]{5}-[0-9]{3}",
}
"""Language -> form of the postcodes of its countries."""

_GATES = {code: rb"(?:^|[^0-9a-z.-])(" + form + rb"),? [a-z]" for code, form in _FORMS.items()}
_PATTERNS = {code: pattern(gate) for code, gate in _GATES.items()}


def first_postcode(scan: Scan, start: int, end: int) -> int:
    """Where the first postcode within a stretch begins, or its end."""
    form = _PATTERNS.get(scan.language)
    match = None if form is None else form.search(scan.view, start, end)
    return match.start(1) if match is not None and _names_place(scan, match) else end


def find(scan: Scan, form: Any) -> Iterator[Span]:
    """Postcodes of one language."""
    for match in form.finditer(scan.view):
        start, end = match.span(1)
        before = scan.view[max(0, start - 3) : start].rstrip(b" \x01")[-1:]
        if _names_place(scan, match) and (
            before in (b"", b",", b"\n") or scan.company(start, end).near(Cue.ADDRESS, Cue.ZIP)
        ):
            yield Span(start, end, SpanType.ZIP, SCORE, (Why.SHAPE,))


def _names_place(scan: Scan, match: Any) -> bool:
    return scan.text[match.end() - 1].isupper()


for _code, _gate in _GATES.items():
    detector(f"postcodes {_code}", gate=_gate)(partial(find, form=_PATTERNS[_code]))
