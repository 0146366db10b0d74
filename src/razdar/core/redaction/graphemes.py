"""Where one character, as a reader sees it, ends: spans are widened to such places before anything is replaced.

Rules (a coarse reading of UAX #29, GB3 to GB13; where in doubt two code points stay together, so that a mask takes too
much and never half a character). Between two code points there is no edge
1. before a mark (Mn, Mc, Me: accents, Arabic vowel points, Devanagari vowel signs and nukta, variation selectors), a
   zero-width joiner or non-joiner, an emoji modifier (skin tone) or a tag;
2. after a zero-width joiner (emoji of several parts, Indic half forms);
3. after a virama (combining class 9), when a letter follows: Indic conjuncts;
4. between the two regional indicators of a flag, counted in pairs from the left;
5. within a Hangul syllable that is written in its parts, and between carriage return and line feed.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from razdar.core.redaction.spans import Span

_JOINER = "\u200d"
_JOINERS = ("\u200c", _JOINER)
_VIRAMA = 9


def whole(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Spans that end nowhere inside a character; of two that come to overlap the later one begins after the earlier.

    Args:
        spans: sorted, without overlaps, within the text.
    """
    if text.isascii() and "\r" not in text:
        yield from spans
        return
    done = 0
    for span in spans:
        start, end = max(span.start, done), max(span.end, done)
        while start > done and not is_edge(text, start):
            start -= 1
        while end < len(text) and not is_edge(text, end):
            end += 1
        if start < end:
            yield span if (start, end) == (span.start, span.end) else span._replace(start=start, end=end)
        done = max(done, end)


def is_edge(text: str, at: int) -> bool:
    """Whether a character may end right before the place; also at both ends of the text."""
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    if before < "\u0300" and after < "\u0300":
        return not (before == "\r" and after == "\n")
    if _extends(after) or before == _JOINER:
        return False
    if _is_regional(before) and _is_regional(after):
        return _regionals_before(text, at) % 2 == 0
    return not (_is_conjunct(before, after) or (_is_jamo(before) and "\u1160" <= after <= "\u11ff"))


@lru_cache(maxsize=4096)
def _extends(char: str) -> bool:
    if unicodedata.category(char) in ("Mn", "Mc", "Me") or char in _JOINERS:
        return True
    return "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f"


def _is_conjunct(before: str, after: str) -> bool:
    return unicodedata.combining(before) == _VIRAMA and unicodedata.category(after) == "Lo"


def _is_jamo(char: str) -> bool:
    return "\u1100" <= char <= "\u11ff" or "\uac00" <= char <= "\ud7a3"


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


_MOST_FLAGS = 64
"""Nobody counts further back in a row of flags; a longer one is taken to begin here."""


def _regionals_before(text: str, at: int) -> int:
    first = at
    while first > max(0, at - _MOST_FLAGS) and _is_regional(text[first - 1]):
        first -= 1
    return at - first
