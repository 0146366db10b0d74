"""Tags for pages: values as they may be shown, dates, icons, forms, the frame.

No tag can see more than it is given: ``masked`` writes the text of a :class:`~razdar.core.disclosure.Shown`, which the
door has already masked. Values are isolated from the direction of the text around them (Unicode Bidirectional
Algorithm, UAX 9, 2.7): numbers and addresses run left to right in every language.
"""

from datetime import UTC, date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, ngettext, pgettext
from django.utils.translation import gettext as _

from razdar.core.disclosure import DataClass, Level, Role, Shown
from razdar.ui.labels import CLASS_LABELS, LEVEL_LABELS, ROLE_LABELS
from razdar.ui.shell import Link, Shell, links_for, shell_of

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


@register.simple_tag
def page_languages() -> list[dict[str, Any]]:
    """The languages of the installation, each with its own name for itself and its direction."""
    return [{**get_language_info(code), "tag": _FULL_TAGS.get(code, code)} for code, _name in settings.LANGUAGES]


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative picture; the words beside it carry the meaning."""
    sprite = static("ui/vendor/bootstrap-icons/sprite.svg")
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', sprite, name)


@register.simple_tag
def ltr(value: object) -> SafeString:
    """A value that reads left to right in every language: numbers, addresses, references, file names."""
    return format_html('<bdi dir="ltr">{}</bdi>', value)


@register.simple_tag
def moment(value: date | datetime | None, *, seconds: bool = False) -> SafeString:
    """A point in time in the installation's zone; the exact UTC time stays readable by machines."""
    if value is None:
        return format_html("{}", "–")
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}"><bdi>{}</bdi></time>', value.isoformat(), day_text(value))
    local = timezone.localtime(value)
    clock = "H:i:s" if seconds else "H:i"
    return format_html(
        '<time datetime="{}"><bdi>{}</bdi> <bdi dir="ltr">{}</bdi></time>',
        value.astimezone(UTC).isoformat(timespec="seconds"),
        day_text(local),
        date_format(local, clock),
    )


@register.simple_tag
def ago(value: datetime) -> SafeString:
    """How long ago something was; the exact UTC time stays readable by machines, and by people who point at it."""
    passed = max(0, int((timezone.now() - value).total_seconds()))
    exact = value.astimezone(UTC).isoformat(timespec="seconds")
    return format_html('<time datetime="{0}" title="{0}">{1}</time>', exact, _ago_text(passed))


def _ago_text(seconds: int) -> str:
    if seconds < 1:
        return _("just now")
    if seconds < 60:
        return _("%(number)s s ago") % {"number": seconds}
    if seconds < 3600:
        return _("%(number)s min ago") % {"number": seconds // 60}
    hours, days = seconds // 3600, seconds // 86400
    if days:
        return ngettext("%(number)s day ago", "%(number)s days ago", days) % {"number": days}
    return ngettext("%(number)s hour ago", "%(number)s hours ago", hours) % {"number": hours}


def day_text(value: date) -> str:
    # Translators: the format of a date, in the letters of Django's date filter.
    return date_format(value, pgettext("date format", "j M Y"))


def clock(seconds: float) -> str:
    """Minutes and seconds, or hours too, as on a clock."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.simple_tag
def duration(seconds: float) -> SafeString:
    """A length, as on a clock."""
    return ltr(clock(seconds))


@register.inclusion_tag("ui/components/masked.html")
def masked(shown: Shown) -> dict[str, Any]:
    """One value at the level it may be shown at; nothing at all for level *none*."""
    hidden = shown.present and shown.level in {Level.MASKED, Level.ON_REQUEST}
    return {
        "visible": shown.level is not Level.NONE,
        "present": shown.present,
        "hidden": hidden,
        "partial": shown.level is Level.PARTIAL,
        "text": "" if hidden else shown.text,
        "direction": "ltr" if shown.data_class in LEFT_TO_RIGHT else "auto",
    }


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


@register.inclusion_tag("ui/components/pill.html")
def pill(kind: str, text: str) -> dict[str, str]:
    """A status: colour, picture and words, so that colour never carries it alone."""
    return {"kind": kind, "text": text, "icon": PILL_ICONS[kind]}


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
