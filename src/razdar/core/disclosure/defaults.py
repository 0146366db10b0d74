"""The matrix Razdar is shipped with. Everything not named here is *none*.

An agent gets surname, gender and what the desk itself writes down: its notes, when there was contact and how it ended;
nothing else in clear. A supervisor may ask for identity and contact; a reviewer works with redacted renditions; a
privacy officer opens originals with a second person; the others see the log or nothing.
"""

from collections.abc import Iterable

from razdar.core.disclosure.classes import Category, DataClass, classes_in
from razdar.core.disclosure.levels import Cell, Level, Purpose, Role
from razdar.core.disclosure.matrix import Matrix

P = Purpose
CONTACT_WORK = frozenset({P.SERVICE, P.IDENTIFICATION, P.CALL_BACK, P.COMPLAINT})
REVIEW = frozenset({P.QUALITY, P.COMPLAINT})
OFFICER = frozenset({P.PRIVACY_REQUEST, P.LEGAL, P.COMPLAINT})

OPEN = (DataClass.SURNAME, DataClass.GENDER)
IDENTITY = tuple(c for c in classes_in(Category.IDENTITY) if c not in OPEN)
CONTACT = (*classes_in(Category.CONTACT), DataClass.REFERENCE_NO)
IDS = classes_in(Category.GOVERNMENT_ID)
FINANCIAL = tuple(c for c in classes_in(Category.FINANCIAL) if c is not DataClass.CVV)
SPECIAL = (*classes_in(Category.SPECIAL), DataClass.SECURITY_ANSWER)
CONTENT = (DataClass.TRANSCRIPT, DataClass.RECORDING)
COURSE = (DataClass.CALL_META,)
"""Without it there is no list of contacts, and no page of one."""
WRITTEN = (DataClass.NOTE, *COURSE)


def _cells(role: Role, classes: Iterable[DataClass], cell: Cell) -> dict[tuple[Role, DataClass], Cell]:
    return {(role, data_class): cell for data_class in classes}


def shipped() -> Matrix:
    """Version 1 of a new client's matrix."""
    masked = Cell(Level.MASKED, CONTACT_WORK)
    second = Cell(Level.ON_REQUEST, OFFICER, second_person=True)
    return Matrix(
        1,
        {
            **_cells(Role.AGENT, (*OPEN, *WRITTEN), Cell(Level.CLEAR, CONTACT_WORK)),
            **_cells(Role.AGENT, (*IDENTITY, *CONTACT, *IDS), masked),
            **_cells(Role.SUPERVISOR, (*OPEN, *WRITTEN), Cell(Level.CLEAR, CONTACT_WORK | REVIEW)),
            **_cells(Role.SUPERVISOR, (*IDENTITY, *CONTACT), Cell(Level.ON_REQUEST, CONTACT_WORK)),
            **_cells(Role.SUPERVISOR, (*IDS, *FINANCIAL), masked),
            **_cells(Role.SUPERVISOR, CONTENT, Cell(Level.PARTIAL, CONTACT_WORK | REVIEW)),
            **_cells(Role.QUALITY_REVIEWER, CONTENT, Cell(Level.PARTIAL, REVIEW)),
            **_cells(Role.QUALITY_REVIEWER, COURSE, Cell(Level.CLEAR, REVIEW)),
            **_cells(Role.PRIVACY_OFFICER, COURSE, Cell(Level.CLEAR, OFFICER)),
            **_cells(Role.PRIVACY_OFFICER, (*OPEN, *IDENTITY, *CONTACT), Cell(Level.ON_REQUEST, OFFICER)),
            **_cells(Role.PRIVACY_OFFICER, (*IDS, *FINANCIAL, *SPECIAL, *CONTENT), second),
        },
    )
