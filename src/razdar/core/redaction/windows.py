"""Windows on digit strings, for identifiers of a fixed length."""

import numpy as np

from razdar.core.redaction.numerals import DigitString

LONG_STRING = 64
MOST_GROUPS = 6
"""In a digit string of unreasonable length a window is made of few groups; so time stays linear with a small factor."""


def aligned_windows(string: DigitString, length: int) -> list[int]:
    """Starts of the windows of this length whose both edges are edges of groups."""
    if len(string) < length:
        return []
    if len(string.groups) == 1:
        return [0] if len(string) == length else []
    edges = np.append(np.asarray(string.groups), len(string))
    closing = np.searchsorted(edges, edges[:-1] + length)
    fits = edges[np.minimum(closing, len(edges) - 1)] == edges[:-1] + length
    if len(string) > LONG_STRING:
        fits &= closing - np.arange(len(edges) - 1) <= MOST_GROUPS
    starts: list[int] = edges[:-1][fits].tolist()
    return starts
