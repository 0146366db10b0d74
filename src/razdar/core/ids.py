"""Identifiers: UUID version 7 (RFC 9562, section 5.7), made in Python so that every supported PostgreSQL will do."""

from uuid import UUID


def uuid7(unix_ms: int, random: bytes) -> UUID:
    """Build a UUIDv7.

    Args:
        unix_ms: milliseconds since 1970-01-01 UTC, 48 bits.
        random: 10 random bytes, of which 74 bits are used.

    Raises:
        ValueError: a wrong number of random bytes, or a time outside 48 bits.
    """
    if len(random) != 10 or not 0 <= unix_ms < 1 << 48:
        raise ValueError("uuid7 needs a 48-bit time and 10 random bytes")
    noise = int.from_bytes(random)
    high = (unix_ms << 16) | 0x7000 | (noise >> 68)
    low = (0b10 << 62) | (noise & ((1 << 62) - 1))
    return UUID(int=(high << 64) | low)
