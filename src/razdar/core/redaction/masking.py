"""Replacing what was found.

Rules:
1. A token is fixed for its kind: it shows neither length nor any character of what stood there.
2. No character is split (see ``graphemes``): half an emoji or a vowel sign left over would tell what stood there.
3. If searching fails, nothing is known about a text, and ``UNREAD`` stands in place of all of it.
"""

from collections.abc import Iterable, Sequence

from razdar.core.redaction.graphemes import whole
from razdar.core.redaction.spans import Span, SpanType

UNREAD = "[unread]"


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
