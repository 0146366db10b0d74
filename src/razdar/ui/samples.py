"""What the page of components shows: every component in every state, with invented values that say so.

The page in the product and the gallery that the look tests open are made from this one place. Nothing here comes from
a customer, and nothing is read from anywhere.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from razdar.core.disclosure import MASK, DataClass, Level, Shown
from razdar.ui.fields import WholeField
from razdar.ui.hours import hour_map
from razdar.ui.player import Player, Region, RegionKind, Turn, Word
from razdar.ui.timeline import Deadline, Moment

SECONDS = 30
CARD = (8.0, 12.5)
_SILENT = (CARD, (20.0, 21.0), (23.0, 25.5), (28.0, 29.0))
PROOFS = ("cosigned", "unwitnessed", "unsigned", "late", "refused", "damaged", "away")
INTEGRITIES = ("verified", "unsequenced", "unproven", "damaged", "away")


@dataclass(frozen=True)
class Urls:
    """Where the components of the page lead to.

    Attributes:
        reveal: opens the dialog of a reveal, and takes its form.
        match, refused: answer with an error, each as the page wants it.
        mask: answers with the value under its mask again.
        sound, check: of the player.
        act: takes a form, does nothing, and says so with a button to undo it.
    """

    reveal: str
    match: str
    refused: str
    mask: str
    sound: str
    check: str
    act: str


class SampleFilter(forms.Form):
    """What narrows a list."""

    kind = forms.ChoiceField(
        label=lazy("Kind"), required=False, choices=[("", lazy("Any")), ("a", lazy("Call")), ("b", lazy("Message"))]
    )
    text = forms.CharField(label=lazy("Note"), required=False)

    def shown(self) -> list[forms.BoundField]:
        return list(self)


class SampleForm(forms.Form):
    """Every kind of field."""

    reason = forms.CharField(
        label=lazy("Reason"), help_text=lazy("The client reads this."), widget=forms.Textarea({"rows": 3})
    )
    seconds = forms.ChoiceField(label=lazy("Time"), choices=[("2", "2"), ("60", "60")])
    kind = forms.ChoiceField(
        label=lazy("Kind"), choices=[("a", lazy("Call")), ("b", lazy("Message"))], widget=forms.RadioSelect
    )
    note = forms.CharField(label=lazy("Note"), required=False)
    sure = forms.BooleanField(label=lazy("I have checked who is calling."))


class SampleRevealForm(forms.Form):
    """The dialog of a reveal, with a time that can be chosen to watch it run out."""

    reason = forms.CharField(label=lazy("Reason"), min_length=5)
    seconds = WholeField(label=lazy("Seconds"), initial=60, min_value=1, max_value=600)


def phone() -> Shown:
    """A value that can be asked for."""
    return Shown(DataClass.PHONE, "phone", Level.ON_REQUEST, MASK, True, revealable=True, matchable=True)


def open_phone() -> Shown:
    """The same, revealed: a text that no telephone has."""
    return Shown(DataClass.PHONE, "phone", Level.CLEAR, _("+00 0000 SAMPLE"), True)


def fields() -> tuple[Shown, ...]:
    """A value at each level."""
    return (
        Shown(DataClass.SURNAME, "surname", Level.CLEAR, f"حسینی‌نژاد ({_('sample')})", True),
        Shown(DataClass.GENDER, "gender", Level.CLEAR, _("sample"), True),
        Shown(DataClass.BIRTH_DATE, "born", Level.MASKED, MASK, True, matchable=True),
        Shown(DataClass.EMAIL, "email", Level.PARTIAL, "s••••••••@••••••••.example", True),
        Shown(DataClass.NATIONAL_ID, "id", Level.ON_REQUEST, MASK, True, revealable=True, second_person=True),
        Shown(DataClass.IBAN, "iban", Level.MASKED, "", False),
        Shown(DataClass.HEALTH, "health", Level.NONE, "", False),
    )


def player(urls: Urls, **changes: Any) -> Player:
    """A recording of nobody."""
    words = tuple(Word(f"{_('sample')}{i}", 1 + i * 0.5, 1.4 + i * 0.5) for i in range(14))
    removed = Word(f"[{_('card')}]", *CARD, redacted=True)
    agent, customer = _("Agent"), _("Customer")
    more = (Turn(n % 2, agent, 14 + n, (Word(f"{_('more')}{n}", 14 + n, 14.6 + n),)) for n in range(15))
    made = Player(
        audio_url=urls.sound,
        duration=SECONDS,
        peaks=peaks(),
        lanes=(agent, customer),
        regions=(
            Region(*CARD, _("Card number")),
            Region(20.0, 21.0, _("Phone number")),
            Region(23.0, 25.5, _("Recording paused"), RegionKind.PAUSE),
            Region(28.0, 29.0, _("Nothing received"), RegionKind.GAP),
        ),
        turns=(
            Turn(0, agent, 1.0, words),
            Turn(1, customer, 8.0, (removed, Word(_("thanks"), 13, 13.5))),
            *more,
        ),
        note=_("A sample: nobody speaks, and the sound is silent."),
        check_url=urls.check,
    )
    return replace(made, **changes)


def peaks(lanes: int = 2) -> list[list[int]]:
    """Speech, more or less: each side by turns, in syllables, and silence in the regions."""

    def loud(lane: int, bucket: int) -> int:
        second = bucket * SECONDS / 600
        silent = any(start <= second < end for start, end in _SILENT)
        speaks = lanes == 1 or int(second / 3.5) % 2 == lane
        return 0 if silent or not speaks else int(8 + 60 * abs(math.sin(bucket / 2.3) * math.sin(bucket / 17 + lane)))

    return [[loud(lane, bucket) for bucket in range(600)] for lane in range(lanes)]


def timeline(now: datetime) -> tuple[Moment, ...]:
    """One moment of each look."""

    def ago(minutes: int) -> datetime:
        return now - timedelta(minutes=minutes)

    who = _("sample person")
    return (
        Moment(ago(95), _("A call came in"), kind="info"),
        Moment(ago(94), _("A value was revealed"), who, "warn", _("looked at"), (_("Reason: a sample of a reason."),)),
        Moment(ago(60), _("The recording was checked"), kind="ok", state=_("verified"), seconds=True),
        Moment(ago(31), _("A request was refused"), who, "bad", _("refused")),
        Moment(ago(30), _("The recording was locked"), kind="locked", state=_("locked")),
        Moment(ago(2), _("The call was put away"), who),
    )


def deadlines(now: datetime) -> tuple[tuple[str, Deadline], ...]:
    """A deadline in each of its states."""
    day = timedelta(days=1)
    return (
        (_("Far away"), Deadline(now + 12 * day)),
        (_("Pressing"), Deadline(now + timedelta(hours=5))),
        (_("Over"), Deadline(now - 2 * day)),
        (_("Paused"), Deadline(now + 3 * day, paused=True)),
        (_("Done in time"), Deadline(now + day, done_at=now)),
        (_("Done too late"), Deadline(now - day, done_at=now)),
    )


def context(urls: Urls) -> dict[str, Any]:
    """Everything that the template ``ui/samples.html`` shows."""
    now = timezone.now()
    bad = SampleForm({"note": "x"}, auto_id="bad_%s")
    bad.is_valid()
    return {
        "urls": urls,
        "fields": fields(),
        "phone": phone(),
        "revealed": replace(open_phone(), text=_("+00 1111 SAMPLE")),
        "now": now,
        "earlier": now - timedelta(minutes=3),
        "form": SampleForm(),
        "narrow": SampleFilter(auto_id="narrow_%s"),
        "bad": bad,
        "player": player(urls),
        "timeline": timeline(now),
        "hours": hour_map({(day, hour): (day * hour) % 7 for day in range(1, 6) for hour in range(8, 19)}),
        "deadlines": deadlines(now),
        "proofs": PROOFS,
        "integrities": INTEGRITIES,
        "command": "razdar --help",
    }
