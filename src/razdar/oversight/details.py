"""What an event says beside its fields, as name and value that people read. What has no words stays a code."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from razdar.core.disclosure import DataClass, Role
from razdar.core.ledger.events import MAX_AT_MS
from razdar.oversight.labels import DETAIL_LABELS, VALUE_LABELS
from razdar.ui.labels import CLASS_LABELS, ROLE_LABELS
from razdar.ui.templatetags.razdar_ui import clock, day_text

Pair = tuple[str, str]
TIMES = frozenset({"before_ms", "minute", "until"})
"""Details that are milliseconds since 1970."""
LENGTHS = frozenset({"by_ms", "duration_ms"})
"""Details that are milliseconds."""


def pairs(detail: tuple[tuple[str, str | int], ...]) -> tuple[Pair, ...]:
    """The details in words, in their order; the two ends of a piece of sound as one range."""
    found = dict(detail)
    return tuple(_pair(name, value, found) for name, value in detail if not (name == "to_ms" and "from_ms" in found))


def _pair(name: str, value: str | int, found: Mapping[str, str | int]) -> Pair:
    if name == "from_ms" and "to_ms" in found:
        return _("Part"), f"{_clock(value)}–{_clock(found['to_ms'])}"
    if name in LENGTHS:
        return str(DETAIL_LABELS[name]), _clock(value)
    if name in TIMES and isinstance(value, int) and 0 <= value <= MAX_AT_MS:
        at = timezone.localtime(datetime.fromtimestamp(value / 1000, UTC))
        return str(DETAIL_LABELS[name]), f"{day_text(at)} {date_format(at, 'H:i')}"
    if name == "role" and value in set(Role):
        return str(DETAIL_LABELS[name]), str(ROLE_LABELS[Role(value)])
    if value == "changed" and name in set(DataClass):
        return str(CLASS_LABELS[DataClass(name)]), _("changed")
    return str(DETAIL_LABELS.get(name, name)), str(VALUE_LABELS.get((name, str(value)), value))


def _clock(milliseconds: str | int) -> str:
    return clock(milliseconds / 1000) if isinstance(milliseconds, int) else milliseconds
