"""What an event says beside its fields, as name and value that people read. What has no words stays a code.

Ids are shortened as pseudonyms are everywhere; the page of a single entry asks for them whole.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.urls import get_resolver
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from razdar.core.disclosure import Cell, DataClass, Level, Purpose, Role
from razdar.core.ledger.events import MAX_AT_MS
from razdar.identity.cell_words import in_words
from razdar.identity.mode_changes import MODE_LABELS
from razdar.oversight.labels import DETAIL_LABELS, VALUE_LABELS
from razdar.ui import formats
from razdar.ui.findings import ACTIONS, KINDS
from razdar.ui.labels import CLASS_LABELS, PERMISSION_LABELS, PURPOSE_LABELS, ROLE_LABELS
from razdar.ui.shell import COMMANDS, NAVIGATION, Command, Destination

Pair = tuple[str, str]
TIMES = frozenset({"before_ms", "minute", "until", "until_ms"})
"""Details that are milliseconds since 1970."""
LENGTHS = frozenset({"by_ms", "duration_ms"})
"""Details that are milliseconds."""

PLACES = frozenset({"index", "minimum", "version", "generation"})
"""Details that are numbers of something, and no amounts."""
_MODES = {str(mode): label for mode, label in MODE_LABELS.items()}
_CLASSES = {str(data_class): label for data_class, label in CLASS_LABELS.items()}
_PERMISSIONS = {str(permission): label for permission, label in PERMISSION_LABELS.items()}
_PURPOSES = {str(purpose): label for purpose, label in PURPOSE_LABELS.items()}
_FOUND = {f"found_{kind.name.lower()}": label for kind, label in KINDS.items()}
_ROLES = {str(role): label for role, label in ROLE_LABELS.items()}
_WORDS: Mapping[str, tuple[Mapping[str, Promise], ...]] = {
    "after": (_MODES,),
    "before": (_MODES,),
    "data_class": (_CLASSES,),
    "kind": (_CLASSES,),
    "needed": (_PERMISSIONS,),
    "purpose": (_PURPOSES,),
    "role": (_ROLES,),
}
"""Details whose values are codes of the core."""

_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ARGUMENT: Final = re.compile(r"%\(\w+\)s")
_CELLS: Final = re.compile(
    "/".join(
        rf"(?P<level_{side}>[a-z_]+)(?P<second_{side}>\+second)?:(?P<purposes_{side}>[a-z_.]*)"
        for side in ("before", "after")
    )
)


def pairs(detail: tuple[tuple[str, str | int], ...], *, whole: bool = False) -> tuple[Pair, ...]:
    """The details in words, in their order; the two ends of a piece of sound as one range.

    Args:
        detail: name and value as the entry holds them.
        whole: ids are not shortened.
    """
    found = dict(detail)
    return tuple(
        _pair(name, value if whole else _shortened(value), found)
        for name, value in detail
        if not (name == "to_ms" and "from_ms" in found)
    )


def _shortened(value: str | int) -> str | int:
    """The part of an id that people read; anything else as it is."""
    return UUID(value).hex[-8:] if isinstance(value, str) and _ID.fullmatch(value) else value


def _pair(name: str, value: str | int, found: Mapping[str, str | int]) -> Pair:
    if name == "from_ms" and "to_ms" in found:
        return _("Part"), f"{_clock(value)}–{_clock(found['to_ms'])}"
    if name in LENGTHS:
        return str(DETAIL_LABELS[name]), _clock(value)
    if name in TIMES and isinstance(value, int) and 0 <= value <= MAX_AT_MS:
        at = timezone.localtime(datetime.fromtimestamp(value / 1000, UTC))
        return str(DETAIL_LABELS[name]), f"{formats.day(at)} {formats.time_of_day(at)}"
    return _name(name), _value(name, value)


def _name(name: str) -> str:
    """What a detail is called; one of a field by the field, one of a cell of the matrix by role and field, one of what
    redaction finds by its kind."""
    if name in DETAIL_LABELS:
        return str(DETAIL_LABELS[name])
    if name in set(DataClass):
        return str(CLASS_LABELS[DataClass(name)])
    if name in _FOUND:
        return str(_FOUND[name])
    role = next(
        (each for each in Role if name.startswith(f"{each}_") and name[len(each) + 1 :] in set(DataClass)), None
    )
    return f"{ROLE_LABELS[role]} · {CLASS_LABELS[DataClass(name[len(role) + 1 :])]}" if role else name


def _cells(value: str) -> str | None:
    """What a cell of the matrix was and is, from the code that `razdar.vault.matrices` writes; None if it is none."""
    found = _CELLS.fullmatch(value)
    if found is None:
        return None
    try:
        before, after = (
            Cell(
                Level[found[f"level_{side}"].upper()],
                _purposes(found[f"purposes_{side}"]),
                bool(found[f"second_{side}"]),
            )
            for side in ("before", "after")
        )
    except (KeyError, ValueError):
        return None
    return _("before: %(before)s; now: %(after)s") % {"before": in_words(before), "after": in_words(after)}


def _actions(value: str) -> str:
    """What became of a kind of finding and becomes of it now, from the code that `razdar.identity.redacting` writes."""
    labels = {action.value: str(label) for action, label in ACTIONS.items()}
    before, _slash, after = value.partition("/")
    both = {"before": labels.get(before, before), "after": labels.get(after, after)}
    return _("before: %(before)s; now: %(after)s") % both


def _purposes(codes: str) -> frozenset[Purpose]:
    return frozenset(map(Purpose, filter(None, codes.split("."))))


def _value(name: str, value: str | int) -> str:
    if (name, str(value)) in VALUE_LABELS:
        return str(VALUE_LABELS[name, str(value)])
    if name == "with":
        return formats.listed(
            VALUE_LABELS.get(("step", step), VALUE_LABELS.get(("kind", step), step)) for step in str(value).split(".")
        )
    if isinstance(value, int):
        return formats.number(value) if name in DETAIL_LABELS and name not in PLACES else formats.digits(str(value))
    if name == "purposes":
        return formats.listed(_PURPOSES.get(each, each) for each in value.split("."))
    if name == "page":
        return _page(value)
    return (
        (_actions(value) if name in _FOUND else None)
        or next((str(labels[value]) for labels in _WORDS.get(name, ()) if value in labels), None)
        or (_("changed") if value == "changed" else _cells(value))
        or value
    )


def _clock(milliseconds: str | int) -> str:
    return formats.clock(milliseconds / 1000) if isinstance(milliseconds, int) else milliseconds


def _page(view: str) -> str:
    """What a page is called where people go to it; else its address, with a mark for each record in it."""
    places: tuple[Destination | Command, ...] = (*NAVIGATION.values(), *COMMANDS.values())
    known = next((place.label for place in places if place.url_name == view), None)
    if known is not None:
        return str(known)
    resolver, prefix = get_resolver(), "/"
    *namespaces, name = view.split(":")
    for namespace in namespaces:
        if namespace not in resolver.namespace_dict:
            return view
        more, resolver = resolver.namespace_dict[namespace]
        prefix += more
    found = resolver.reverse_dict.getlist(name)
    return prefix + _ARGUMENT.sub("…", found[0][0][0][0]) if found else view
