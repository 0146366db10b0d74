"""Windows on digit strings, for identifiers of a fixed length."""

from collections.abc import Sequence

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


def weighted_sums(string: DigitString, starts: Sequence[int], weights: Sequence[int]) -> list[int]:
    """For each window: the sum of its digits times the weights; the window is as long as the weights."""
    if not starts:
        return []
    digits = np.frombuffer(string.digits, dtype=np.uint8).astype(np.int64) - 0x30
    windows = np.lib.stride_tricks.sliding_window_view(digits, len(weights))[np.asarray(starts)]
    sums: list[int] = (windows @ np.asarray(weights)).tolist()
    return sums
