"""An invented customer with an invented call, as a role would see them: for deciding what a role shall see.

The values are masked by the code that masks every page (`razdar.core.disclosure.showing`). No customer is opened, and
nobody becomes somebody else: the viewer of a sample belongs to no client, and no door opens for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from razdar.core.disclosure import (
    Cell,
    DataClass,
    Held,
    Level,
    Purpose,
    Role,
    Shown,
    Viewer,
    level_for,
    on_page,
    rendition_opens,
    show,
)
from razdar.core.duties import ROLE_PERMISSIONS
from razdar.core.permissions import Permission
from razdar.customers.fields import FIELDS, HANDLES
from razdar.customers.selectors import purpose_of
from razdar.identity.viewers import for_sample

VALUES: Mapping[DataClass, str] = {
    DataClass.SURNAME: "Sampleford",
    DataClass.GENDER: "other",
    DataClass.GIVEN_NAME: "Exemplaria",
    DataClass.BIRTH_DATE: "1980-02-29",
    DataClass.NATIONAL_ID: "00000000000",
    DataClass.POSTAL_ADDRESS: "1 Invented Street, Nowhere",
    DataClass.REFERENCE_NO: "SAMPLE-0001",
    DataClass.PHONE: "+12025550100",
    DataClass.WHATSAPP_ID: "+12025550101",
    DataClass.EMAIL: "somebody@example.org",
}
"""Nobody's: numbers that are set aside for examples, a name that nobody has."""

WORDS = ("My card number is 4000 0000 0000 0002.", "My card number is ••••••••.")
"""What is said in the invented call: as it was said, and redacted."""
_CALL = (DataClass.RECORDING, DataClass.TRANSCRIPT)


@dataclass(frozen=True)
class Heard:
    """What there is of the invented call.

    Attributes:
        there: whether it is told that there is one at all.
        original, redacted: whether this rendition opens.
        on_request: whether the original can be asked for, and whether a second person must agree.
    """

    data_class: DataClass
    there: bool
    original: bool
    redacted: bool
    on_request: bool
    second_person: bool
    words: str = ""


@dataclass(frozen=True)
class Sample:
    """What somebody in a role would see, beside a contact of the customer.

    Attributes:
        purpose: for which the role works.
        fields: the card, masked; classes that are shown to nobody in the role are absent.
        call: recording and transcript of the call.
    """

    role: Role
    purpose: Purpose
    fields: tuple[Shown, ...]
    call: tuple[Heard, ...]


@dataclass(frozen=True)
class Pair:
    """One thing of the sample, as it is seen now and as it would be seen."""

    data_class: DataClass
    now: Shown | Heard | None
    then: Shown | Heard | None
    is_call: bool

    @property
    def differs(self) -> bool:
        return self.now != self.then


def seen_by(role: Role, cells: Mapping[DataClass, Cell]) -> Sample:
    """What a role would see by a row of the matrix, of the pages that it can open at all."""
    viewer, may = for_sample(role, cells), ROLE_PERMISSIONS[role]
    purpose = purpose_of(viewer)
    fields = tuple(_fields(viewer, purpose)) if Permission.CUSTOMERS_CARD_VIEW in may else ()
    call = tuple(_heard(viewer, each, purpose) for each in _CALL) if Permission.INTERACTIONS_RECORD_VIEW in may else ()
    if Permission.CUSTOMERS_FIELD_MATCH not in may:
        fields = tuple(replace(each, matchable=False) for each in fields)
    return Sample(role, purpose, fields, call)


def side_by_side(now: Sample, then: Sample) -> tuple[Pair, ...]:
    """Every field of the card and everything of the call, now and then; what neither shows is left out."""
    pairs = (Pair(c, _of(now, c), _of(then, c), c in _CALL) for c in (*FIELDS, *HANDLES, *_CALL))
    return tuple(pair for pair in pairs if pair.now or pair.then)


def _fields(viewer: Viewer, purpose: Purpose) -> Iterator[Shown]:
    for data_class in (*FIELDS, *HANDLES):
        held = Held(data_class, str(data_class))
        level = on_page(level_for(viewer, data_class, purpose, assigned=True), held)
        if level:
            yield show(viewer, held, level, VALUES[data_class], assigned=True)


def _heard(viewer: Viewer, data_class: DataClass, purpose: Purpose) -> Heard:
    cell, level = viewer.cell(data_class), viewer.level(data_class, purpose)
    original, redacted = (rendition_opens(level, purpose, redacted=each) for each in (False, True))
    on_request = cell.level is Level.ON_REQUEST
    words = WORDS[0] if original else WORDS[1] if redacted else ""
    return Heard(
        data_class,
        there=bool(cell.level),
        original=original,
        redacted=redacted,
        on_request=on_request,
        second_person=on_request and cell.second_person,
        words=words if data_class is DataClass.TRANSCRIPT else "",
    )


def _of(sample: Sample, data_class: DataClass) -> Shown | Heard | None:
    found = next((each for each in sample.call if each.data_class is data_class and each.there), None)
    return found or next((each for each in sample.fields if each.data_class is data_class), None)
