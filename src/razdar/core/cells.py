"""What a cell of the disclosure matrix may say.

The rules hold for a single cell, for a whole draft and for one person's exception, wherever they are written down.
"""

from collections.abc import Iterator
from enum import StrEnum

from razdar.core.disclosure import NOTHING, Category, Cell, DataClass, Level, Purpose, Role, info
from razdar.core.duties import ROLE_PERMISSIONS, opens_data
from razdar.core.errors import BadInput
from razdar.core.permissions import Permission

_HIDDEN = {Category.SETTING, Category.TECHNICAL, Category.STAFF}
CLASSES = tuple(c for c in DataClass if info(c).category not in _HIDDEN and info(c).storable)
"""What a cell can be about: data of customers that may be stored."""
ROLES = tuple(role for role in Role if opens_data(role))
"""Whose cells matter: the others have no page that shows customers' data."""
PURPOSES = tuple(p for p in Purpose if p is not Purpose.PROCESSING)
_CONTENT = (DataClass.RECORDING, DataClass.TRANSCRIPT)
_REVEALS = {True: Permission.INTERACTIONS_ORIGINAL_PLAY, False: Permission.CUSTOMERS_FIELD_REVEAL}


class Problem(StrEnum):
    """What is wrong with a cell."""

    NO_CLASS = "no_class"
    NO_ROLE = "no_role"
    NO_PURPOSE = "no_purpose"
    WRONG_PURPOSE = "wrong_purpose"
    NO_REVEAL = "no_reveal"
    NO_MASK = "no_mask"


SENTENCES = {
    Problem.NO_CLASS: "This kind of data has no cell in the matrix.",
    Problem.NO_ROLE: "This role opens no customer data, so a cell would change nothing.",
    Problem.NO_PURPOSE: "Choose at least one purpose; without one nothing is shown.",
    Problem.WRONG_PURPOSE: "This purpose is the system's own and is never offered to a person.",
    Problem.NO_REVEAL: "This role has no right to reveal, so nothing could be asked for.",
    Problem.NO_MASK: "Time and course of a contact have no mask: they are shown, or not shown at all.",
}


def problems(role: Role, data_class: DataClass, cell: Cell) -> Iterator[Problem]:
    """What is wrong with a cell; nothing is, with one that shows nothing."""
    if data_class not in CLASSES:
        yield Problem.NO_CLASS
    if not cell.level:
        return
    if role not in ROLES:
        yield Problem.NO_ROLE
    if not cell.purposes:
        yield Problem.NO_PURPOSE
    if not cell.purposes <= set(PURPOSES):
        yield Problem.WRONG_PURPOSE
    if data_class is DataClass.CALL_META and cell.level is not Level.CLEAR:
        yield Problem.NO_MASK
    if cell.level is Level.ON_REQUEST and _REVEALS[data_class in _CONTENT] not in ROLE_PERMISSIONS[role]:
        yield Problem.NO_REVEAL


def check(role: Role, data_class: DataClass, cell: Cell) -> None:
    """Refuse a cell that breaks a rule.

    Raises:
        BadInput: with the sentence of the first rule.
    """
    for problem in problems(role, data_class, cell):
        raise BadInput(SENTENCES[problem])


def tidied(cell: Cell) -> Cell:
    """The cell as it is stored: one that shows nothing says nothing else either."""
    return cell if cell.level else NOTHING
