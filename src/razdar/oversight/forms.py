"""The filter over the log, and what for it is exported."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from razdar.audit.selectors import Filters
from razdar.core.disclosure import Purpose
from razdar.core.ledger import Mode
from razdar.oversight.labels import MODE_LABELS
from razdar.oversight.questions import LONGEST, SHORTEST
from razdar.ui.fields import DayField
from razdar.ui.labels import CLASS_LABELS, PURPOSE_LABELS

EXPORTED_FOR = (Purpose.SECURITY, Purpose.LEGAL, Purpose.COMPLAINT, Purpose.PRIVACY_REQUEST, Purpose.QUALITY)

Choices = Sequence[tuple[str, str | Promise]]


class FilterForm(forms.Form):
    """Empty fields do not narrow. Dates are whole days in the time zone of the viewer's client, both included."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)

    def __init__(self, people: Choices, actions: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        modes = [(mode.value, label) for mode, label in MODE_LABELS.items()]
        classes = [(data_class.value, label) for data_class, label in CLASS_LABELS.items()]
        purposes = [(purpose.value, label) for purpose, label in PURPOSE_LABELS.items()]
        self.fields["actor"] = _choice(gettext("Who"), gettext("Everybody"), people)
        self.fields["action"] = _choice(gettext("What"), gettext("Everything"), actions)
        self.fields["mode"] = _choice(gettext("How"), gettext("In any way"), modes)
        self.fields["data_class"] = _choice(gettext("Field"), gettext("Any or none"), classes)
        self.fields["purpose"] = _choice(gettext("Purpose"), gettext("Any or none"), purposes)
        self.order_fields(["actor", "action", "mode", "data_class", "purpose", "customer", "since", "until"])

    def filters(self) -> Filters:
        """What a valid form asks for."""
        data = self.cleaned_data
        until = data["until"] + timedelta(days=1) if data["until"] else None
        return Filters(
            actor=UUID(data["actor"]) if data["actor"] else None,
            action=data["action"],
            mode=Mode(data["mode"]) if data["mode"] else None,
            since=_midnight(data["since"]),
            until=_midnight(until),
            customer=data.get("customer"),
            data_class=data["data_class"],
            purpose=data["purpose"],
            heartbeats=data.get("heartbeats", False),
        )


class LogFilterForm(FilterForm):
    """The filter over a whole log."""

    customer = forms.UUIDField(
        label=_("Customer"),
        required=False,
        help_text=_("The whole pseudonym, or press the lens beside one in the list."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": _("This is not a whole pseudonym.")},
    )
    heartbeats = forms.BooleanField(label=_("Show the log's own signs of life too"), required=False)


class ExportForm(forms.Form):
    """What for the log is exported."""

    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=[("", _("Choose")), *((purpose.value, PURPOSE_LABELS[purpose]) for purpose in EXPORTED_FOR)],
        help_text=_("It is written into the log, beside your pseudonym."),
    )


class QuestionForm(forms.Form):
    """What somebody asks about the log, or answers."""

    text = forms.CharField(
        label=_("Your words"),
        help_text=_("Name customers by their pseudonyms and entries by their numbers. No personal data."),
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
    )


def _choice(label: str, every: str, found: Choices) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", every), *found])


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
