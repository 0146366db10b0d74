"""Identifiers for new rows: UUIDv7 from this machine's clock and random source."""

import os
import time
from uuid import UUID

from razdar.core import ids


def uuid7() -> UUID:
    """A new UUIDv7 (RFC 9562, section 5.7); sorts by the millisecond it was made in."""
    return ids.uuid7(time.time_ns() // 1_000_000, os.urandom(10))
