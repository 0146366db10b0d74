"""How numbers and times are kept in the key store's columns.

SQLite stores an integer in as few bytes as it needs, so a row would grow when its epoch goes from 1 to 2, and a row
that grows may move and leave a copy behind. Numbers of epochs and versions of roots are therefore kept with 2^24 added:
from 1 to 2^31 - 2^24 - 1 every one takes 4 bytes (sqlite.org/fileformat2.html, section 2.1, serial type 4).
"""

from datetime import UTC, datetime

OFFSET = 1 << 24
MOST = (1 << 31) - 1 - OFFSET


def wide(number: int) -> int:
    """A number as its column holds it.

    Raises:
        ValueError: outside 1 to ``MOST``.
    """
    if not 1 <= number <= MOST:
        raise ValueError("a number of an epoch or a root is outside its range")
    return number + OFFSET


def narrow(column: int) -> int:
    """A number from its column."""
    return column - OFFSET


def millis(at: datetime) -> int:
    """A time as its column holds it: milliseconds since 1970-01-01 UTC."""
    return round(at.timestamp() * 1000)


def moment(column: int) -> datetime:
    """A time from its column."""
    return datetime.fromtimestamp(column / 1000, UTC)
