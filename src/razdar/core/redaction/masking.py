"""Replacing what was found.

Rules:
1. A token is fixed for its kind: it shows neither length nor any character of what stood there.
2. No character is split (see ``graphemes``): half an emoji or a vowel sign left over would tell what stood there.
3. If searching fails, nothing is known about a text, and ``conceal_all_digits`` takes out every run of four or more
   digits and every row of number words. It uses plain patterns and none of the machinery that failed.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from razdar.core.redaction import spoken
from razdar.core.redaction.graphemes import whole
from razdar.core.redaction.spans import Span, SpanType

NUMBER_TOKEN = "[number]"  # noqa: S105


def token(kind: SpanType) -> str:
    """The word shown in place of a kind of information, for instance ``[card]``."""
    return f"[{kind.value}]"


def conceal(text: str, spans: Sequence[Span]) -> str:
    """The text with each span replaced by its token.

    Args:
        text: the text that was searched.
        spans: sorted, without overlaps, as ``find`` returns them.

    Raises:
        ValueError: spans overlap, are unsorted or reach beyond the text; nothing is returned then.
    """
    end = 0
    for span in spans:
        if not end <= span.start < span.end <= len(text):
            raise ValueError("spans must be sorted, without overlaps and within the text")
        end = span.end
    return replaced(text, ((span.start, span.end, token(span.type)) for span in whole(text, spans)))


def replaced(text: str, places: Iterable[tuple[int, int, str]]) -> str:
    """The text with other words at these places, sorted and without overlaps; all between them is as it was."""
    pieces: list[str] = []
    shown = 0
    for start, end, words in places:
        pieces += (text[shown:start], words)
        shown = end
    pieces.append(text[shown:])
    return "".join(pieces)


def conceal_all_digits(text: str) -> str:
    """The text without any run of four or more digits, for use when ``find`` could not answer."""
    return _spoken_runs().sub(NUMBER_TOKEN, _WRITTEN_RUN.sub(NUMBER_TOKEN, text))


_WRITTEN_RUN = re.compile(r"\d(?:[\W_]{0,4}\d){3,}")


@cache
def _spoken_runs() -> re.Pattern[str]:
    said = "|".join(re.escape(word) for word in sorted(spoken.number_words(None), key=lambda word: (-len(word), word)))
    one = rf"(?:\b(?:{said})\b|\d+)"
    return re.compile(rf"{one}(?:[\W_]{{1,4}}{one})+", re.IGNORECASE)
