"""What the components *timeline* and *clock* show, as frozen values that a selector fills.

A moment says what happened and who did it, in words that the viewer may read; it holds no value of a customer that was
not masked by the door. A deadline says how long it still is, and which of its five states it is in, in words and not by
colour alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from razdar.ui.formats import number

DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Moment:
    """One event of a timeline.

    Attributes:
        at: when.
        what: a sentence or a short name, translated.
        actor: who did it, as the page may name them; empty for the system.
        kind: look: ok, warn, bad, info, idle, locked.
        state: words of the pill; empty without one.
        lines: further sentences.
        url: where more of it stands.
        seconds: whether the time is told to the second.
    """

    at: datetime
    what: str | Promise
    actor: str = ""
    kind: str = "idle"
    state: str | Promise = ""
    lines: tuple[str | Promise, ...] = ()
    url: str = ""
    seconds: bool = False


@dataclass(frozen=True)
class Deadline:
    """Something that must be done by a time.

    Attributes:
        until: by when.
        warn: how long before that it is pressing.
        done_at: when it was done; None while it is not.
        paused: whether the time stands still, as while somebody else must act.
    """

    until: datetime
    warn: timedelta = timedelta(days=1)
    done_at: datetime | None = None
    paused: bool = False

    @property
    def seconds(self) -> int:
        """How long it still is; negative when the time is over."""
        return int((self.until - (self.done_at or timezone.now())).total_seconds())

    @property
    def kind(self) -> str:
        """The look of its state."""
        if self.done_at:
            return "ok" if self.seconds >= 0 else "bad"
        if self.paused:
            return "idle"
        if self.seconds < 0:
            return "bad"
        return "warn" if self.seconds <= self.warn.total_seconds() else "info"

    @property
    def left(self) -> str:
        """The state in words."""
        if self.done_at:
            return _("done in time") if self.seconds >= 0 else _("done too late")
        if self.paused:
            return _("paused")
        return left_text(self.seconds) if self.seconds >= 0 else late_text(-self.seconds)


def left_text(seconds: int) -> str:
    """How long something still is, in its largest unit, rounded down: nobody is promised time that is not there."""
    days, hours, minutes = seconds // DAY, seconds // 3600, seconds // 60
    if days:
        return ngettext("%(number)s day left", "%(number)s days left", days) % {"number": number(days)}
    if hours:
        return ngettext("%(number)s hour left", "%(number)s hours left", hours) % {"number": number(hours)}
    if minutes:
        return ngettext("%(number)s minute left", "%(number)s minutes left", minutes) % {"number": number(minutes)}
    return _("less than a minute left")


def late_text(seconds: int) -> str:
    """How long the time has been over."""
    days, hours, minutes = seconds // DAY, seconds // 3600, seconds // 60
    if days:
        return ngettext("%(number)s day late", "%(number)s days late", days) % {"number": number(days)}
    if hours:
        return ngettext("%(number)s hour late", "%(number)s hours late", hours) % {"number": number(hours)}
    return ngettext("%(number)s minute late", "%(number)s minutes late", minutes) % {"number": number(minutes)}
