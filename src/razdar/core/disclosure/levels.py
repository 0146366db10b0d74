"""Disclosure levels, roles and purposes: the axes of the matrix."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How much of a value a role gets. Ordered: a higher level never shows less."""

    NONE = 0
    """The field is absent: not in the page, the search, the export, the message."""
    MASKED = 1
    """Its presence is shown by a mask of fixed width."""
    PARTIAL = 2
    """The class's partial mask; of a recording or transcript, the redacted rendition."""
    ON_REQUEST = 3
    """Masked, and can be revealed: one field, one customer, a purpose, a reason, a short time."""
    CLEAR = 4
    """Shown."""


class Role(StrEnum):
    """A set of duties of a person at one client."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    QUALITY_REVIEWER = "quality_reviewer"
    PRIVACY_OFFICER = "privacy_officer"
    SECURITY_OFFICER = "security_officer"
    AUDITOR = "auditor"
    CLIENT_OBSERVER = "client_observer"
    ADMINISTRATOR = "administrator"
    TECHNICIAN = "technician"
    INTEGRATION = "integration"


class Purpose(StrEnum):
    """Why somebody looks. Every look names one (GDPR art. 5(1)(b))."""

    SERVICE = "service"
    IDENTIFICATION = "identification"
    CALL_BACK = "call_back"
    QUALITY = "quality"
    COMPLAINT = "complaint"
    PRIVACY_REQUEST = "privacy_request"
    LEGAL = "legal"
    SECURITY = "security"
    PROCESSING = "processing"
    """The pipeline's own work on what came in; never offered to a person."""


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix.

    Attributes:
        level: what is shown.
        purposes: the purposes for which it is shown; any other purpose meets the mask.
        second_person: a reveal waits until somebody else has approved it.
    """

    level: Level = Level.NONE
    purposes: frozenset[Purpose] = frozenset()
    second_person: bool = False


NOTHING = Cell()
