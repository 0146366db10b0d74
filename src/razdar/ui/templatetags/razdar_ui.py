"""Tags for pages: values as they may be shown, dates, icons, forms, the frame.

No tag can see more than it is given: ``masked`` writes the text of a :class:`~razdar.core.disclosure.Shown`, which the
door has already masked. Values are isolated from the direction of the text around them (Unicode Bidirectional
Algorithm, UAX 9, 2.7): numbers and addresses run left to right in every language.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from razdar.core.disclosure import DataClass, Level, Purpose, Role, Shown
from razdar.ui import formats
from razdar.ui.appearance import appearance_of
from razdar.ui.banners import Banner, banners_for
from razdar.ui.labels import CLASS_LABELS, LEVEL_LABELS, PURPOSE_LABELS, ROLE_LABELS
from razdar.ui.palette import Entry, entries_for
from razdar.ui.shell import Group, Link, Shell, drawers_for, links_for, shell_of
from razdar.ui.undo import url_in

register = template.Library()

LEFT_TO_RIGHT = frozenset(
    {
        DataClass.ACCOUNT_NO,
        DataClass.CARD_EXPIRY,
        DataClass.EMAIL,
        DataClass.IBAN,
        DataClass.IP_ADDRESS,
        DataClass.NATIONAL_ID,
        DataClass.PAN,
        DataClass.PASSPORT_NO,
        DataClass.PHONE,
        DataClass.REFERENCE_NO,
        DataClass.WHATSAPP_ID,
    }
)

# Language codes that a browser needs spelled out to choose the right glyphs.
_FULL_TAGS = {"zh-hant": "zh-Hant-TW", "zh-hans": "zh-Hans-CN"}

PILL_ICONS = {
    "ok": "check-circle",
    "warn": "exclamation-triangle",
    "bad": "x-octagon",
    "info": "info-circle",
    "idle": "dash-circle",
    "locked": "lock",
}


@register.simple_tag
def html_lang() -> str:
    """The BCP 47 tag of the active language."""
    language = get_language() or settings.LANGUAGE_CODE
    return _FULL_TAGS.get(language, language)


@register.simple_tag(takes_context=True)
def page_shell(context: template.RequestContext) -> Shell | None:
    request = context.get("request")
    return shell_of(request) if isinstance(request, HttpRequest) else None


@register.simple_tag(takes_context=True)
def page_links(context: template.RequestContext) -> list[Link]:
    request = context.get("request")
    return links_for(request) if isinstance(request, HttpRequest) else []


@register.simple_tag(takes_context=True)
def page_banners(context: template.RequestContext) -> list[Banner]:
    request = context.get("request")
    return banners_for(request) if isinstance(request, HttpRequest) else []


@register.simple_tag(takes_context=True)
def page_nav(context: template.RequestContext) -> dict[str, Any]:
    """The navigation of the bar: links by themselves, and drawers of links."""
    request = context.get("request")
    links, drawers = drawers_for(request) if isinstance(request, HttpRequest) else ([], [])
    return {"links": links, "drawers": drawers}


@register.simple_tag(takes_context=True)
def page_own(context: template.RequestContext) -> list[Link]:
    """The person's own pages."""
    return [link for link in page_links(context) if link.group is Group.OWN]


@register.simple_tag(takes_context=True)
def page_entries(context: template.RequestContext) -> list[Entry]:
    """What the command palette holds."""
    request = context.get("request")
    return entries_for(request) if isinstance(request, HttpRequest) else []


@register.simple_tag(takes_context=True)
def appearance(context: template.Context) -> str:
    """``light`` or ``dark`` where this browser chose; empty for what the system says."""
    request = context.get("request")
    return appearance_of(request) if isinstance(request, HttpRequest) else ""


@register.simple_tag(takes_context=True)
def when_dark(context: template.Context) -> str:
    """The media query under which the sheets of the dark hold."""
    return {"light": "not all", "dark": "all"}.get(appearance(context), "(prefers-color-scheme: dark)")


@register.simple_tag
def waiting_count(shell: Shell) -> int:
    """How many requests wait for the viewer's decision."""
    return shell.waiting.count() if shell.waiting else 0


@register.simple_tag
def now_ms() -> str:
    """The server's clock, in milliseconds since 1970: what a browser's clock says is its owner's word."""
    return str(int(timezone.now().timestamp() * 1000))


@register.simple_tag
def moment_now() -> SafeString:
    return ltr(timezone.now().astimezone(UTC).isoformat(sep=" ", timespec="seconds"))


@register.filter
def undo_url(message: object) -> str:
    """Where a message of what was done can be taken back; empty where it cannot."""
    return url_in(str(getattr(message, "extra_tags", "") or ""))


@register.simple_tag
def page_languages() -> list[dict[str, Any]]:
    """The languages of the installation, each with its own name for itself and its direction."""
    return [{**get_language_info(code), "tag": _FULL_TAGS.get(code, code)} for code, _name in settings.LANGUAGES]


ALONG = frozenset({"arrow-left", "arrow-right", "box-arrow-right", "chevron-left", "chevron-right"})
"""Pictures that are mirrored where one reads from right to left."""


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative picture; the words beside it carry the meaning. What points along the line points with the line."""
    sprite, kind = static("ui/vendor/bootstrap-icons/sprite.svg"), "icon icon-along" if name in ALONG else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', kind, sprite, name
    )


@register.simple_tag
def ltr(value: object) -> SafeString:
    """A value that reads left to right in every language: numbers, addresses, references, file names."""
    return format_html('<bdi dir="ltr">{}</bdi>', value)


@register.simple_tag
def keys(combination: str) -> SafeString:
    """Keys that are pressed together, as they are written on a keyboard: ``{% keys "Alt+N" %}``."""
    pressed = format_html_join("+", "<kbd>{}</kbd>", ((key,) for key in combination.split("+")))
    return format_html('<bdi dir="ltr" class="keys">{}</bdi>', pressed)


@register.simple_tag
def moment(value: date | datetime | None, *, seconds: bool = False) -> SafeString:
    """A point in time in the zone of the viewer's client; the exact UTC time stays readable by machines."""
    if value is None:
        return format_html("{}", "–")
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}"><bdi>{}</bdi></time>', value.isoformat(), formats.day(value))
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}"><bdi>{}</bdi> <bdi dir="ltr">{}</bdi></time>',
        value.astimezone(UTC).isoformat(timespec="seconds"),
        formats.day(local),
        formats.time_of_day(local, seconds=seconds),
    )


@register.simple_tag
def days(first: date, last: date) -> SafeString:
    """A range of days, both included."""
    return format_html("<bdi>{}</bdi>", formats.days(first, last))


@register.simple_tag
def ago(value: datetime) -> SafeString:
    """How long ago something was; the exact UTC time stays readable by machines, and by people who point at it."""
    passed = max(0, int((timezone.now() - value).total_seconds()))
    exact = value.astimezone(UTC).isoformat(timespec="seconds")
    return format_html('<time datetime="{0}" title="{0}">{1}</time>', exact, formats.ago(passed))


@register.simple_tag
def duration(seconds: float) -> SafeString:
    """A length, as on a clock."""
    return ltr(formats.clock(seconds))


@register.filter
def number(value: float | Decimal | None) -> object:
    """A number as the reader writes it. A whole one still counts, so that a plural can be chosen by it."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    return formats.Counted(value) if isinstance(value, int) else formats.number(value)


@register.simple_tag
def comma() -> str:
    """What stands between two things of a list."""
    return formats.comma()


@register.filter
def listed(things: Iterable[object]) -> str:
    """Several things in a row."""
    return formats.listed(things)


@register.filter
def percent(share: float | Decimal) -> str:
    """A share of 1, as percent."""
    return formats.percent(share)


@register.filter
def size(count: int) -> str:
    """Bytes, in the unit they are told in."""
    return formats.size(count)


@register.filter
def digits_alone(text: object) -> str:
    """A library's sentence with its numbers in the digits of the language."""
    return formats.digits_alone(str(text))


@register.simple_tag
def browser_formats() -> str:
    """What scripts hand to ``Intl``, so that they write like the server."""
    return formats.browser_tag()


@register.inclusion_tag("ui/components/masked.html")
def masked(shown: Shown) -> dict[str, Any]:
    """One value at the level it may be shown at; nothing at all for level *none*."""
    hidden = shown.present and shown.level in {Level.MASKED, Level.ON_REQUEST}
    return {
        "visible": shown.level is not Level.NONE,
        "present": shown.present,
        "hidden": hidden,
        "partial": shown.level is Level.PARTIAL,
        "text": "" if hidden else _as_read(shown),
        "direction": "ltr" if shown.data_class in LEFT_TO_RIGHT else "auto",
    }


def _as_read(shown: Shown) -> str:
    """A date of birth by the calendar of the page; every other value exactly as it is kept."""
    if shown.data_class is not DataClass.BIRTH_DATE or formats.language() != "fa":
        return shown.text
    try:
        return formats.day_in_numbers(date.fromisoformat(shown.text))
    except ValueError:
        return shown.text


@register.filter
def pseudonym(value: UUID) -> str:
    """The part of a pseudonym that people read: its random end, because ids made together begin alike."""
    return value.hex[-8:]


@register.filter
def class_label(value: str) -> str:
    """A data class as people call it."""
    return str(CLASS_LABELS.get(DataClass(value), value))


@register.filter
def role_label(value: str) -> str:
    """A role as people call it; ``system`` for jobs."""
    return str(ROLE_LABELS[Role(value)]) if value in set(Role) else _("System")


@register.filter
def level_label(value: int) -> str:
    """A level as people call it."""
    return str(LEVEL_LABELS[Level(value)])


@register.filter
def purpose_label(value: str) -> str:
    """A purpose as people call it."""
    return str(PURPOSE_LABELS[Purpose(value)])


@register.inclusion_tag("ui/components/pill.html")
def pill(kind: str, text: str) -> dict[str, str]:
    """A status: colour, picture and words, so that colour never carries it alone."""
    return {"kind": kind, "text": text, "icon": PILL_ICONS[kind]}


@register.simple_tag
def pill_icon(kind: str) -> SafeString:
    """The picture of a status alone; words stand beside it."""
    return icon(PILL_ICONS[kind])


@register.inclusion_tag("ui/components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """One form field: label, control, help, errors, all tied together for screen readers."""
    widget = bound.field.widget
    grouped = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    return {
        "field": bound,
        "kind": _kind(widget),
        "control": "" if grouped else bound.as_widget(attrs={"class": _control_class(widget, bound)}),
        "choices": _choices(bound) if grouped else [],
    }


def _kind(widget: object) -> str:
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "group"
    return "check" if isinstance(widget, CheckboxInput) else "plain"


def _control_class(widget: object, bound: BoundField) -> str:
    shape = "form-control"
    if isinstance(widget, CheckboxInput):
        shape = "form-check-input"
    elif isinstance(widget, Select):
        shape = "form-select"
    elif isinstance(widget, FileInput):
        shape = "form-control form-control-file"
    return f"{shape} is-invalid" if bound.errors else shape


def _choices(bound: BoundField) -> list[BoundWidget]:
    for choice in (choices := list(bound)):
        choice.data["attrs"]["class"] = "form-check-input"
    return choices
