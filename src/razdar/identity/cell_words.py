"""What cells of the disclosure matrix, and changes of them, are in words: for pages, requests and whoever decides."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from razdar.core.disclosure import Cell, Change, DataClass, Level, Purpose, Role
from razdar.ui import formats
from razdar.ui.labels import CLASS_LABELS, LEVEL_LABELS, PURPOSE_LABELS, ROLE_LABELS

_BECOMES: Mapping[Level, Promise] = {
    Level.NONE: gettext_lazy("The field is on no page of this role any more."),
    Level.MASKED: gettext_lazy("A mask says that there is a value, and nothing of it."),
    Level.PARTIAL: gettext_lazy("A part of the value is shown; of recordings and transcripts, the redacted version."),
    Level.ON_REQUEST: gettext_lazy("The value can be revealed, one customer at a time, with a purpose and a reason."),
    Level.CLEAR: gettext_lazy("The value is shown as it is."),
}


@dataclass(frozen=True)
class Effect:
    """One thing that a change brings.

    Attributes:
        opens: whether somebody sees more by it; else somebody sees less.
    """

    opens: bool
    text: str


@dataclass(frozen=True)
class Line:
    """One changed cell as a page shows it."""

    role: Role
    data_class: DataClass
    before: Cell
    after: Cell
    opens: bool
    closes: bool
    effects: tuple[Effect, ...]

    @property
    def role_name(self) -> Promise:
        return ROLE_LABELS[self.role]

    @property
    def class_name(self) -> Promise:
        return CLASS_LABELS[self.data_class]

    @property
    def before_text(self) -> str:
        return in_words(self.before)

    @property
    def after_text(self) -> str:
        return in_words(self.after)


def in_words(cell: Cell) -> str:
    """A cell in one line: level, second person, purposes."""
    second = _("with a second person") if cell.second_person else ""
    return " · ".join(part for part in (str(LEVEL_LABELS[cell.level]), second, purposes_of(cell.purposes)) if part)


def in_short(cell: Cell) -> str:
    """What stands beside the level where there is little room."""
    second = _("second person") if cell.second_person else ""
    count = len(cell.purposes)
    many = (
        ngettext("%(number)s purpose", "%(number)s purposes", count) % {"number": formats.number(count)}
        if cell.level
        else ""
    )
    return " · ".join(part for part in (second, many) if part)


def purposes_of(purposes: Iterable[Purpose]) -> str:
    """Purposes by name, in the order of their codes."""
    return formats.listed(PURPOSE_LABELS[purpose] for purpose in sorted(purposes))


def line(change: Change) -> Line:
    """A change with what it brings."""
    effects = tuple(effects_of(change.before, change.after))
    return Line(change.role, change.data_class, change.before, change.after, change.opens, change.closes, effects)


def effects_of(before: Cell, after: Cell) -> Iterator[Effect]:
    """What replacing one cell by another brings, each thing a sentence."""
    if before.level != after.level:
        yield Effect(after.level > before.level, str(_BECOMES[after.level]))
    if not after.level:
        return
    for opens, purposes in ((True, after.purposes - before.purposes), (False, before.purposes - after.purposes)):
        if purposes:
            text = _("Now also for: %(purposes)s.") if opens else _("No longer for: %(purposes)s.")
            yield Effect(opens, text % {"purposes": purposes_of(purposes)})
    if before.level and before.second_person != after.second_person:
        waits = _("A reveal waits until a second person has agreed.")
        yield Effect(before.second_person, _("A reveal waits for nobody any more.") if before.second_person else waits)


def sentence(found: Line) -> str:
    """A changed cell in one line, with whether it opens or closes; for requests that somebody decides."""
    said = {
        "role": found.role_name,
        "value": found.class_name,
        "before": found.before_text,
        "after": found.after_text,
    }
    if found.opens:
        return _("Opens more. %(role)s, %(value)s: %(before)s becomes %(after)s") % said
    return _("Shows less. %(role)s, %(value)s: %(before)s becomes %(after)s") % said


def titled(role: Role, data_class: DataClass) -> Promise:
    """A cell by name."""
    return format_lazy("{role} · {value}", role=ROLE_LABELS[role], value=CLASS_LABELS[data_class])
