"""Background work as a page shows it, and having some of it done out of turn.

Names of jobs, times, counts and codes of errors; nothing of what was worked on. Of work that was asked for for one
client, only its own people are told. A job that was given up may be tried again, because every job may run twice
(`razdar.runtime.jobs`); scheduled work that destroys, or that makes keys, keeps its hour (`job_words`).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils.functional import Promise
from procrastinate.contrib.django.models import ProcrastinateJob

from razdar import audit
from razdar.assurance import job_words
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.identity import selectors as people
from razdar.interactions import backlog
from razdar.runtime import live, runs, schedule, worker
from razdar.runtime.jobs import SCHEDULED
from razdar.runtime.live import Change, Wanted
from razdar.runtime.scope import unit

TOPIC = "jobs"
MOST_AGAIN = 500
_ORDER = {"bad": 0, "late": 1, "good": 2, "new": 2}
"""What is wrong stands first."""
START_WORKER = "systemctl restart razdar-worker"
live.TOPICS.register(TOPIC)(live.Topic(Permission.ASSURANCE_SYSTEM_VIEW))


@dataclass(frozen=True)
class Line:
    """One piece of scheduled work.

    Attributes:
        state: good, bad, late, or new where it never ran since this is written down.
        reason: why it failed.
        failures: how often in a row.
        may_run: this viewer may have it done now.
        command: that does it now, where no page may ask for it.
    """

    name: str
    label: Promise | str
    does: Promise | str
    state: str
    began_at: datetime | None
    seconds: float
    reason: Promise | str
    failures: int
    good_at: datetime | None
    next_at: datetime
    may_run: bool
    command: str


@dataclass(frozen=True)
class Queue:
    """Work that waits or is being done.

    Attributes:
        since: when the oldest of it could have begun.
    """

    name: str
    waiting: int
    running: int
    later: int
    since: datetime | None


@dataclass(frozen=True)
class GivenUp:
    """Jobs of one kind that were given up."""

    name: str
    count: int
    may_retry: bool


@dataclass(frozen=True)
class Work:
    """Everything on the page.

    Attributes:
        lives: a worker is there.
        command: that starts one again.
        pending: calls that wait for their transcript or their redaction.
        locked: calls that stay locked, and why is said on another page.
    """

    lives: bool
    command: str
    lines: tuple[Line, ...]
    queues: tuple[Queue, ...]
    given_up: tuple[GivenUp, ...]
    pending: int
    locked: int


def work(viewer: Viewer, now: datetime | None = None) -> Work:
    """How background work stands, for the viewer's client and the installation.

    Raises:
        NotYours: not among the viewer's duties.
    """
    if not viewer.may(Permission.ASSURANCE_SYSTEM_VIEW):
        raise NotYours("Looking after background work is not among your duties.")
    moment = now or datetime.now(UTC)
    may_run = viewer.may(Permission.ASSURANCE_JOB_RUN)
    calls = backlog.of_client(viewer)
    lines = [_line(viewer, one, moment) for one in schedule.every()]
    return Work(
        lives=worker.lives(),
        command=START_WORKER,
        lines=tuple(sorted(lines, key=lambda line: _ORDER[line.state])),
        queues=_queues(viewer, moment),
        given_up=_given_up(viewer, may_run=may_run),
        pending=calls.waiting,
        locked=calls.without_engine + sum(number for _, number in calls.failed),
    )


def run_now(viewer: Viewer, name: str) -> bool:
    """Have scheduled work done as soon as a worker is free; False where it waits for one already.

    Raises:
        NotYours. NotFound: there is none of that name that a page may ask for.
    """
    _require_running(viewer)
    words = job_words.WORDS.get(name)
    if words is None or words.command or name not in SCHEDULED:
        raise NotFound("There is no such work that can be asked for here.")
    audit.record(Event.by(viewer, "assurance:job:run", Mode.CHANGE, detail=(("job", name),)))
    asked = _asked(name)
    live.changed(TOPIC)
    return asked


def retry(viewer: Viewer, name: str) -> int:
    """Have the given-up jobs of one kind tried again, those of the viewer's client; how many.

    Raises:
        NotYours. NotFound: there are none. BadInput: one like it waits already.
    """
    _require_running(viewer)
    rows = _of_client(viewer).filter(status="failed", task_name=name).exclude(task_name__in=SCHEDULED)
    found = list(rows.order_by("id").values_list("id", flat=True)[:MOST_AGAIN])
    if not found:
        raise NotFound("There is nothing of that kind that was given up.")
    detail = (("job", name), ("jobs", len(found)))
    audit.record(Event.by(viewer, "assurance:job:retry", Mode.CHANGE, detail=detail))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM unnest(%s::bigint[]) AS id",
                [found],
            )
    except IntegrityError:
        raise BadInput("Work of this kind waits already; try again when it is done.") from None
    live.changed(TOPIC)
    return len(found)


def run_by_operator(name: str) -> bool:
    """The same at the console, for any scheduled work.

    Raises:
        NotFound: there is none of that name.
    """
    if name not in SCHEDULED:
        raise NotFound("There is no scheduled work of that name; razdar jobs list shows them.")
    with unit():
        audit.record(Event.by_operator(None, "assurance:job:run", Mode.CHANGE, detail=(("job", name),)))
        return _asked(name)


def told(now: datetime | None = None) -> list[str]:
    """Scheduled work in lines, for the console."""
    moment = now or datetime.now(UTC)
    lines = []
    for one in schedule.every():
        last = one.last
        ran = f"{last.began_at:%Y-%m-%d %H:%M}, {last.seconds:.1f} s" if last else "not yet"
        bad = f", failed {last.failures} times in a row ({last.error})" if last and last.failures else ""
        lines.append(f"{one.name:28}last {ran}{bad}; next {one.next_at(moment):%Y-%m-%d %H:%M}")
    return lines


def changed() -> None:
    """Tell the pages of every client: called by the worker after a run."""
    with unit():
        live.tell([Change(client.id, Wanted(TOPIC)) for client in people.clients()], DEFAULT_DB_ALIAS)


runs.TOLD.register("pages")(changed)


def _asked(name: str) -> bool:
    """Have it done by a worker, unless it waits for one: it would be refused, and that would end the transaction."""
    if ProcrastinateJob.objects.filter(task_name=name, status="todo").exists():
        return False
    SCHEDULED[name].defer()
    return True


def _require_running(viewer: Viewer) -> None:
    if not viewer.may(Permission.ASSURANCE_JOB_RUN):
        raise NotYours("Having work done is not among your duties.")


def _line(viewer: Viewer, one: schedule.Scheduled, now: datetime) -> Line:
    words, last = job_words.WORDS.get(one.name), one.last
    may_run = viewer.may(Permission.ASSURANCE_JOB_RUN)
    state = "new" if last is None else "bad" if last.failures else "late" if one.is_overdue(now) else "good"
    return Line(
        name=one.name,
        label=words.label if words else one.name,
        does=words.does if words else "",
        state=state,
        began_at=last.began_at if last else None,
        seconds=last.seconds if last else 0.0,
        reason=job_words.reason(last.error) if last and last.error else "",
        failures=last.failures if last else 0,
        good_at=last.good_at if last else None,
        next_at=one.next_at(now),
        may_run=may_run and words is not None and not words.command,
        command=words.command.format(client=viewer.client) if words else "",
    )


def _of_client(viewer: Viewer) -> QuerySet[ProcrastinateJob]:
    """Jobs of the viewer's client, and those of nobody in particular."""
    theirs = Q(args__client=str(viewer.client)) | ~Q(args__has_key="client")
    return ProcrastinateJob.objects.filter(theirs)


def _queues(viewer: Viewer, now: datetime) -> tuple[Queue, ...]:
    due = Q(status="todo") & (Q(scheduled_at=None) | Q(scheduled_at__lte=now))
    came = Min("procrastinateevent__at", filter=due & Q(procrastinateevent__type="deferred"))
    rows = (
        _of_client(viewer)
        .filter(status__in=("todo", "doing"))
        .values("queue_name")
        .annotate(
            waiting=Count("id", filter=due, distinct=True),
            running=Count("id", filter=Q(status="doing"), distinct=True),
            later=Count("id", filter=Q(status="todo", scheduled_at__gt=now), distinct=True),
            since=came,
        )
        .order_by("queue_name")
    )
    return tuple(Queue(row["queue_name"], row["waiting"], row["running"], row["later"], row["since"]) for row in rows)


def _given_up(viewer: Viewer, *, may_run: bool) -> tuple[GivenUp, ...]:
    names = _of_client(viewer).filter(status="failed").exclude(task_name__in=SCHEDULED)
    counts = Counter(dict(names.values_list("task_name").annotate(Count("id"))))
    return tuple(GivenUp(name, count, may_run) for name, count in counts.most_common())
