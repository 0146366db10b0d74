"""Linear-time patterns over 8-bit views."""

from typing import Any

import re2

MOST_MEMORY = 64 * 2**20
"""What RE2 may use for one pattern or set; with too little a set fails to compile."""


def options() -> Any:
    """RE2 over bytes, one byte a character; quiet, since a pattern that fails says so by its exception."""
    chosen = re2.Options()
    chosen.encoding = re2.Options.Encoding.LATIN1
    chosen.log_errors = False
    chosen.never_nl = False
    chosen.max_mem = MOST_MEMORY
    return chosen


def pattern(expression: bytes) -> Any:
    """A linear-time pattern over 8-bit views.

    Raises:
        re2.error: the expression is not one that RE2 can run.
    """
    return re2.compile(expression, options())
