"""From a value and a viewer to what a page may show: the rules of masking, apart from where values are stored.

The door of the vault masks by these functions, and so does a simulation of a role. There is no second masking code.
"""

from dataclasses import dataclass

from razdar.core.disclosure.classes import DataClass, info
from razdar.core.disclosure.levels import Level, Purpose
from razdar.core.disclosure.masks import MASK, partial
from razdar.core.disclosure.viewer import Shown, Viewer


@dataclass(frozen=True)
class Held:
    """What is known of a stored value before it is opened.

    Attributes:
        key: the address of the field inside its record.
        present: whether there is a value at all.
        second_key: whether it opens only with a key that another person keeps.
    """

    data_class: DataClass
    key: str
    present: bool = True
    second_key: bool = False


def level_for(viewer: Viewer, data_class: DataClass, purpose: Purpose, *, assigned: bool) -> Level:
    """The level that holds for a purpose; who works for this customer at no contact or case meets at most the mask."""
    level = viewer.level(data_class, purpose)
    return level if assigned else min(level, Level.MASKED)


def on_page(level: Level, held: Held) -> Level:
    """The level on a page: what needs a second key is opened by a reveal and no other way."""
    return min(level, Level.MASKED) if held.second_key else level


def text_at(level: Level, held: Held, value: str) -> str:
    """The value, its partial mask or its mask; empty where there is none."""
    if level is Level.CLEAR:
        return value
    if not held.present:
        return ""
    return partial(held.data_class, value) if level is Level.PARTIAL else MASK


def may_be_revealed(level: Level, *, second_key: bool) -> bool:
    """Whether a level lets a value be asked for; under dual control even what is clear has to be."""
    return level is Level.ON_REQUEST or (second_key and level is Level.CLEAR)


def rendition_opens(level: Level, purpose: Purpose, *, redacted: bool) -> bool:
    """Whether a rendition of a recording or transcript opens without being asked for.

    The redacted one opens at *partly masked*, and for quality review also to who has the original on request.
    """
    if level is Level.CLEAR:
        return True
    return redacted and (level is Level.PARTIAL or (level is Level.ON_REQUEST and purpose is Purpose.QUALITY))


def show(viewer: Viewer, held: Held, level: Level, value: str, *, assigned: bool) -> Shown:
    """One field as a page may show it.

    Args:
        level: as `on_page` said.
        value: the plain text; not looked at below *partly masked*.
    """
    cell = viewer.cell(held.data_class)
    reachable = held.present and assigned
    matchable = info(held.data_class).matchable and not held.second_key
    return Shown(
        data_class=held.data_class,
        key=held.key,
        level=level,
        text=text_at(level, held, value),
        present=held.present,
        revealable=reachable and may_be_revealed(cell.level, second_key=held.second_key),
        matchable=reachable and level is not Level.CLEAR and matchable,
        second_person=cell.second_person,
        second_key=held.second_key,
    )
