"""Stable numbers of the tables that hold sealed values.

A sealed value is bound to client, customer, table, field and row. The numbers are part of that binding: they are
never changed and never reused. The number of a field is the number of its data class.
"""

from enum import IntEnum


class Table(IntEnum):
    CUSTOMER = 1
    HANDLE = 2
    RECORDING = 3
    TRANSCRIPT = 4
    GRANT = 5
    INTERACTION = 6
    REDACTED_RECORDING = 7
    REDACTED_TRANSCRIPT = 8
    NOTE = 20
    NOTE_BEFORE = 21
    NOTE_DRAFT = 22
    ACCESS_REQUEST = 23


REDACTED = frozenset({Table.REDACTED_RECORDING, Table.REDACTED_TRANSCRIPT})
"""Renditions that hold no personal data: what *partial* means for recordings and transcripts."""
