"""What narrows the lists of contacts and recordings, and to whom a contact is given. Nothing personal stands here."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from razdar.identity.team import Agent
from razdar.ui.fields import DayField, WholeField
from razdar.work.overview import Narrowed, Order, State

Choices = Sequence[tuple[str, str | Promise]]
ANY = _("Any")
CHANNELS: Mapping[str, Promise] = {"call": _("Call")}
"""What people call a channel; a channel without words is shown as it is."""
DIRECTIONS: Choices = [("", ANY), ("inbound", _("Inbound")), ("outbound", _("Outbound"))]
ORDERS: Mapping[Order, Promise] = {
    Order.NEWEST: pgettext_lazy("order of a list", "Newest first"),
    Order.OLDEST: pgettext_lazy("order of a list", "Oldest first"),
    Order.LONGEST: pgettext_lazy("order of a list", "Longest first"),
    Order.SHORTEST: pgettext_lazy("order of a list", "Shortest first"),
}
STATES: Mapping[State, Promise] = {
    State.RUNNING: pgettext_lazy("state of a contact", "Running"),
    State.OPEN: pgettext_lazy("state of a contact", "Disposition missing"),
    State.CLOSED: pgettext_lazy("state of a contact", "Disposition said"),
    State.LOCKED: pgettext_lazy("state of a recording", "Recording locked"),
    State.READY: pgettext_lazy("state of a recording", "Recording ready"),
    State.DAMAGED: pgettext_lazy("state of a recording", "Recording damaged"),
    State.GONE: pgettext_lazy("state of a recording", "Recording destroyed"),
}
OF_RECORDINGS = (State.LOCKED, State.READY, State.DAMAGED, State.GONE)
_TOO_LONG = 24 * 60


class _Filter(forms.Form):
    """Empty fields do not narrow. Dates are whole days in the time zone of the viewer's client, both included."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    direction = forms.ChoiceField(label=_("Direction"), required=False, choices=DIRECTIONS)
    shortest = WholeField(label=_("At least, minutes"), required=False, min_value=0, max_value=_TOO_LONG)
    longest = WholeField(label=_("At most, minutes"), required=False, min_value=0, max_value=_TOO_LONG)
    order = forms.ChoiceField(
        label=_("Order"), required=False, choices=[(each.value, words) for each, words in ORDERS.items()]
    )
    after = forms.RegexField(regex=r"^\d{1,20}\.[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)

    def __init__(self, channels: Sequence[str], states: Sequence[State], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("state", [(each.value, STATES[each]) for each in states])
        self._choose("channel", [(each, CHANNELS.get(each, each)) for each in channels])

    def _choose(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", ANY), *choices]

    def shown(self) -> list[forms.BoundField]:
        """The fields that people fill in; the mark of a page belongs to the link that leads to it."""
        return [field for field in self if field.name != "after"]

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for beside the order."""
        return any(self.data.get(name) for name in self.fields if name not in {"order", "after"})

    def narrowed(self) -> Narrowed | None:
        """What was asked for; None where something of it cannot be."""
        if not self.is_bound:
            return Narrowed()
        if not self.is_valid():
            return None
        data = self.cleaned_data
        return Narrowed(
            since=_begin(data["since"]),
            until=_begin(data["until"], days=1),
            agent=_id(data.get("agent")),
            code=_id(data.get("code")),
            state=State(data["state"]) if data["state"] else None,
            channel=data["channel"],
            direction=data["direction"],
            shortest_s=None if data["shortest"] is None else data["shortest"] * 60,
            longest_s=None if data["longest"] is None else data["longest"] * 60,
            order=Order(data["order"]) if data["order"] else Order.NEWEST,
            after=data["after"],
        )


class ContactFilter(_Filter):
    """Also by agent and by how contacts ended."""

    agent = forms.ChoiceField(label=_("Agent"), required=False)
    code = forms.ChoiceField(label=_("Disposition"), required=False)
    field_order = ("since", "until", "agent", "code", "state", "channel", "direction", "shortest", "longest", "order")

    def __init__(self, channels: Sequence[str], agents: Choices, codes: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(channels, tuple(State), *args, **kwargs)
        self._choose("agent", agents)
        self._choose("code", codes)


class RecordingFilter(_Filter):
    """By the state of the recording alone."""

    def __init__(self, channels: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(channels, OF_RECORDINGS, *args, **kwargs)


class GiveForm(forms.Form):
    """To which agent a contact is given."""

    agent = forms.ChoiceField(label=_("Agent"), widget=forms.RadioSelect)

    def __init__(self, agents: Sequence[Agent], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "dialog_%s"
        field = self.fields["agent"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(each.id), _words(each)) for each in agents]


def _words(agent: Agent) -> str:
    if agent.present is None:
        return agent.name
    form = _("%(name)s, signed in") if agent.present else _("%(name)s, not signed in")
    return form % {"name": agent.name}


def _begin(day: date | None, *, days: int = 0) -> datetime | None:
    if day is None or not date(1970, 1, 2) <= day <= date(2999, 12, 31):
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
