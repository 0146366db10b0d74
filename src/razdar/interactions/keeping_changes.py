"""A change of how long data is kept is a request that a second person decides, who is told what it destroys or keeps.

A room that destroys a class of data by itself registers what its daily run would take (`DAILY_RUNS`, under the class).

Counted is what is stored at this moment; by the next run it may be a little more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from razdar.core.disclosure import DataClass, Viewer
from razdar.core.permissions import Permission
from razdar.core.registry import Registry
from razdar.identity import keeping
from razdar.identity import selectors as people
from razdar.identity.approvals import APPROVALS, ApprovalKind, Decided, Payload
from razdar.interactions import retention
from razdar.interactions.retention import Due
from razdar.runtime.scope import scope
from razdar.ui import formats
from razdar.ui.labels import CLASS_LABELS


@dataclass(frozen=True)
class DailyRun:
    """What a daily run destroys of one class of data; each is asked with client, time and days, in the client's scope.

    Attributes:
        due: how many things it would touch, and when the first of them began.
        counts: what it would destroy, by kind; only what `due` does not say already.
        sooner: a sentence for so many things more that it would destroy.
        later: a sentence for so many that it would leave.
    """

    due: Callable[[UUID, datetime, int], tuple[int, datetime | None]]
    counts: Callable[[UUID, datetime, int], Mapping[str, int]]
    sooner: Callable[[int], str]
    later: Callable[[int], str]


DAILY_RUNS = Registry[DailyRun]("daily run")
"""By class of data. Of the classes that are not here the days are a promise that nothing carries out."""

_KINDS = {
    "recordings": gettext_lazy("Recordings, the redacted ones included"),
    "segments": gettext_lazy("Stored segments of live calls"),
    "transcripts": gettext_lazy("Transcripts, the redacted ones included"),
}


@dataclass(frozen=True)
class Effect:
    """What another number of days would bring, counted now.

    Attributes:
        carried_out: whether the daily run destroys this class by itself.
        more: calls or notes that the next run would touch and, as it is, does not.
        fewer: those that the next run touches as it is, and then would not.
        since: when the first began that it would touch.
        counts: what it would destroy, by kind, what is due anyway included.
    """

    data_class: DataClass
    before: int
    after: int
    carried_out: bool
    more: int = 0
    fewer: int = 0
    since: datetime | None = None
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def shortens(self) -> bool:
        return self.after < self.before


def due_now(client: UUID, now: datetime) -> list[Due]:
    """What the next daily runs destroy, of every class that they destroy, counted; inside the client's scope."""
    kept = people.kept_days(client)
    return [_due(client, data_class, now, kept[data_class]) for data_class in DataClass if data_class in DAILY_RUNS]


def _due(client: UUID, data_class: DataClass, now: datetime, days: int) -> Due:
    return Due(data_class, days, now - timedelta(days=days), *DAILY_RUNS[data_class].due(client, now, days))


def effect(viewer: Viewer, data_class: DataClass, days: int) -> Effect:
    """What it would bring to keep a class of the viewer's client for so many days; changes nothing.

    Raises:
        NotYours, BadInput: as `razdar.identity.keeping.check`.
    """
    with scope(viewer.client):
        return _effect(viewer.client, data_class, keeping.check(viewer, data_class, days), days)


def of_change(viewer: Viewer, change_id: UUID) -> tuple[keeping.Changed, Effect]:
    """A change with what it would bring, or would have brought, counted now.

    Raises:
        NotYours, NotFound: as `razdar.identity.keeping.one`.
    """
    with scope(viewer.client):
        found = keeping.one(viewer, change_id)
        return found, _effect(viewer.client, found.data_class, found.before, found.after)


def _effect(client: UUID, data_class: DataClass, before: int, after: int) -> Effect:
    run = DAILY_RUNS.get(data_class)
    if run is None:
        return Effect(data_class, before, after, carried_out=False)
    now = datetime.now(UTC)
    held, _since = run.due(client, now, before)
    then, since = run.due(client, now, after)
    counts = tuple((str(_KINDS.get(kind, kind)), n) for kind, n in sorted(run.counts(client, now, after).items()) if n)
    return Effect(data_class, before, after, True, max(0, then - held), max(0, held - then), since, counts)


def in_words(found: Effect) -> tuple[str, ...]:
    """An effect in sentences, for who proposes and who decides."""
    run = DAILY_RUNS.get(found.data_class)
    if run is None:
        return (_("No run destroys this kind of data by itself: the days are what was promised, not what happens."),)
    if found.shortens and not found.more:
        return (_("The next run destroys nothing more than it would today."),)
    if found.shortens:
        return (run.sooner(found.more), *(f"{kind}: {formats.number(count)}" for kind, count in found.counts))
    return (run.later(found.fewer),)


def _more_calls(count: int) -> str:
    text = ngettext(
        "The next run destroys it for %(number)s call more than it would today. That cannot be undone.",
        "The next run destroys it for %(number)s calls more than it would today. That cannot be undone.",
        count,
    )
    return text % {"number": formats.number(count)}


def _fewer_calls(count: int) -> str:
    text = ngettext(
        "It is kept longer than people may have been told. %(number)s call is due now and would not be.",
        "It is kept longer than people may have been told. %(number)s calls are due now and would not be.",
        count,
    )
    return text % {"number": formats.number(count)}


def _of_calls(data_class: DataClass) -> DailyRun:
    def due(client: UUID, now: datetime, days: int) -> tuple[int, datetime | None]:
        found = retention.due_by(client, data_class, now, days)
        return found.calls, found.since

    def counts(client: UUID, now: datetime, days: int) -> Mapping[str, int]:
        return retention.preview_by(client, data_class, now, days)

    return DailyRun(due, counts, _more_calls, _fewer_calls)


for _each in retention.GONE_AT:
    DAILY_RUNS.register(_each)(_of_calls(_each))


def _approved(viewer: Viewer, decided: Decided) -> None:
    keeping.decide(viewer, UUID(decided.subject), approve=True)


def _refused(viewer: Viewer, decided: Decided) -> None:
    keeping.decide(viewer, UUID(decided.subject), approve=False)


def _describe(payload: Payload) -> str:
    days = int(payload["days"])
    text = ngettext("%(value)s: kept for %(days)s day", "%(value)s: kept for %(days)s days", days)
    return text % {"value": CLASS_LABELS[DataClass(str(payload["data_class"]))], "days": formats.number(days)}


def _explain(viewer: Viewer, subject: str, _payload: Payload) -> tuple[str, ...]:
    change, found = of_change(viewer, UUID(subject))
    now = ngettext("Now: %(days)s day", "Now: %(days)s days", change.before) % {"days": formats.number(change.before)}
    return (now, _("Why: %(reason)s") % {"reason": change.reason}, *in_words(found))


APPROVALS.register(keeping.KIND)(
    ApprovalKind(
        label=gettext_lazy("How long data is kept"),
        asks=Permission.VAULT_MATRIX_PROPOSE,
        decides=Permission.VAULT_MATRIX_APPROVE,
        on_approved=_approved,
        on_refused=_refused,
        describe=_describe,
        explain=_explain,
    )
)
