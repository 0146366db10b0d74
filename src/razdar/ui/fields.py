"""Form fields for days and whole numbers, as the reader of the page types them.

Digits of any script are taken, everywhere. A day is typed by the Iranian calendar on Persian pages and chosen with the
browser's own control elsewhere; both forms are understood on every page, because an address with a filter in it is
handed from colleague to colleague, and the language can be changed while it is open. The two calendars cannot be
confused: no year is known in both.
"""

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from razdar.core import jalali
from razdar.core.digits import latin
from razdar.ui import formats

_SEPARATORS = "\u066c\u00a0\u202f\u2009 ,"
_GROUPED = re.compile(rf"[+-]?[0-9]{{1,3}}(?:[{_SEPARATORS}][0-9]{{2,3}})*[{_SEPARATORS}][0-9]{{3}}")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DIRECTIONS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069"))


def _plain(text: str) -> str:
    """Latin digits, without blanks around and marks of direction, which come along when something is copied."""
    return latin(text).translate(_DIRECTIONS).strip()


class DayInput(forms.DateInput):
    """A day: typed on Persian pages, the browser's own control elsewhere."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = formats.language() == "fa"
        context["widget"]["type"] = "text" if typed else "date"
        if typed:
            example = formats.day_in_numbers(timezone.localdate())
            own = {"dir": "ltr", "autocomplete": "off", "placeholder": example}
            context["widget"]["attrs"] = own | context["widget"]["attrs"]
        return context

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, datetime):
            value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
        if isinstance(value, str):
            try:
                value = jalali.read(value) or value
            except ValueError:
                return str(value)
        return formats.day_in_numbers(value) if isinstance(value, date) else str(value) if value else None


class DayField(forms.DateField):
    """A day by the calendar of the page."""

    widget = DayInput
    default_error_messages = {  # noqa: RUF012 (the library's own shape)
        "invalid": _("Enter the day as year, month and day: %(example)s."),
        "no_such_day": _("There is no such day in the calendar."),
    }

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str):
            return super().to_python(value)
        if not _plain(value):
            return None
        try:
            found = jalali.read(value)
        except ValueError:
            raise ValidationError(self.error_messages["no_such_day"], code="no_such_day") from None
        if found is None:
            example = {"example": formats.day_in_numbers(timezone.localdate())}
            raise ValidationError(self.error_messages["invalid"], code="invalid", params=example)
        return found


class WholeInput(forms.TextInput):
    """A whole number: a browser's number control refuses the digits of other scripts, so this is a text with digits."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "off", "dir": "ltr", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        return formats.digits(str(value)) if isinstance(value, int) else value or None


class WholeField(forms.IntegerField):
    """A whole number in the digits of any script, with or without groups.

    Refused is what means a fraction to one reader and a group to another: a point anywhere, a comma in Polish.
    """

    widget = WholeInput

    def to_python(self, value: Any) -> int | None:
        if not isinstance(value, str):
            return super().to_python(value)
        plain = _plain(value)
        if not plain:
            return None
        if _GROUPED.fullmatch(plain) and not ("," in plain and formats.language() == "pl"):
            plain = re.sub(f"[{_SEPARATORS}]", "", plain)
        if not _WHOLE.fullmatch(plain):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(plain)


class CodeField(forms.RegexField):
    """A number or code that is compared as it is written: its digits may be typed in any script."""

    def to_python(self, value: Any) -> str:
        return latin(super().to_python(value) or "")


class IsoDayField(forms.CharField):
    """A day that is kept as text, ``1984-03-31``. What is no day goes on as it was typed: the record's own rule, which
    knows what a date of birth can be, answers it."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        try:
            found = jalali.read(text)
        except ValueError:
            found = None
        return found.isoformat() if found else text
