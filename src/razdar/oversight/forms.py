"""The filter over the log."""

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
from razdar.core.ledger import Mode
from razdar.oversight.labels import MODE_LABELS

Choices = Sequence[tuple[str, str | Promise]]


class FilterForm(forms.Form):
    """Empty fields do not narrow. Dates are whole days in the installation's time zone, both included."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, people: Choices, actions: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        modes = [(mode.value, label) for mode, label in MODE_LABELS.items()]
        self.fields["actor"] = _choice(gettext("Who"), gettext("Everybody"), people)
        self.fields["action"] = _choice(gettext("What"), gettext("Everything"), actions)
        self.fields["mode"] = _choice(gettext("How"), gettext("In any way"), modes)
        self.order_fields(["actor", "action", "mode", "since", "until"])

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
        )


def _choice(label: str, every: str, found: Choices) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", every), *found])


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
