"""Background work: declared with one decorator, deferred in the caller's transaction, run at least once.

::

    @job("interactions.redact", queue="pipeline", failed=lock_visibly)
    def redact(client: UUID, interaction: UUID) -> None: ...

    with scope(client):
        ...                                   # the change that makes the work necessary
        redact.defer(client, interaction)     # exists if and only if that change is committed

Rules
-----
* Arguments are ids: parameters are annotated ``UUID`` or ``int``, anything else is refused when the module is loaded.
  Jobs are rows that every worker, backup and log can read; they carry no data of a customer.
* The first parameter of a job is ``client``; the job runs inside that client's scope, which is one transaction. Long
  work (a transcription) says ``scoped=False`` and opens ``scope(client)`` itself where it reads and where it writes.
* A worker may die after the work and before the mark: a job may run twice and must not mind.
* ``Unavailable`` and unknown errors are tried again with growing pauses; every other error of the one tree would only
  happen again and ends the job at once; ``failed`` is then called with the same arguments, in a scope of its own.
* While a client is frozen its jobs wait, however long; none is given up for it.
* No error text leaves this module: procrastinate would log it. The log gets the class, the code and our own frames.
"""

import inspect
import random
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, ParamSpec, TypedDict, get_type_hints
from uuid import UUID

import procrastinate
from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as Row
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from razdar.core.errors import ClientFrozen, RazdarError, Unavailable
from razdar.runtime import logs, runs
from razdar.runtime.scope import scope

P = ParamSpec("P")

ATTEMPTS = 8
FROZEN_PAUSE = 60
"""Seconds between two tries while the client is frozen."""
FIRST_PAUSE = 5.0
SCHEDULED: "dict[str, Job[Any]]" = {}
"""What is done by the clock, by name."""
LONGEST_PAUSE = 3600.0


class JobFailed(Exception):
    """What procrastinate sees of an error: whether to try again, and nothing else."""

    def __init__(self, again: bool, *, frozen: bool = False) -> None:
        super().__init__("try again" if again else "give up")
        self.again = again
        self.frozen = frozen


class _Pauses(BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: Row) -> RetryDecision | None:
        if not isinstance(exception, JobFailed) or not exception.again:
            return None
        seconds = FROZEN_PAUSE if exception.frozen else int(pause(job.attempts))
        return RetryDecision(retry_in={"seconds": seconds})


def pause(attempts: int) -> float:
    """Seconds until the next try after ``attempts`` earlier ones; a quarter is random, so that a crowd spreads out."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**attempts)
    return longest * random.uniform(0.75, 1.0)  # noqa: S311 - spreads load, protects nothing


@dataclass(frozen=True)
class Turn:
    """Of all jobs with one name for their turn at most one runs; the others wait without holding a thread.

    Attributes:
        name: of the turn.
        by: parameters by which at most one such job waits.
    """

    name: str
    by: tuple[str, ...]


class _Options(TypedDict, total=False):
    lock: str
    queueing_lock: str


@dataclass(frozen=True)
class Job(Generic[P]):
    """A declared job; call :meth:`defer` to have it done, or the object itself to do it here and now."""

    name: str
    function: Callable[P, None]
    queue: str
    attempts: int
    scoped: bool
    alone: tuple[str, ...]
    turn: str
    failed: Callable[..., None] | None
    types: Mapping[str, type]
    every: str | None
    _task: list[Any] = field(default_factory=list, repr=False, compare=False)

    ID_TYPES: ClassVar[tuple[type, ...]] = (UUID, int)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        self._do(**self._bind(*args, **kwargs))

    def _do(self, **arguments: Any) -> None:
        function: Callable[..., None] = self.function
        with scope(arguments["client"]) if self.scoped else nullcontext():
            function(**arguments)

    def defer(self, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Add the job in the current transaction; False when one like it waits already (``alone``)."""
        return self._defer(self._bind(*args, **kwargs))

    def defer_many(self, calls: Iterable[Mapping[str, UUID | int]]) -> int:
        """Add one job per mapping of arguments, in one statement; returns how many.

        Raises:
            TypeError: for a job that runs ``alone``.
        """
        if self.alone:
            raise TypeError("a job that runs alone is deferred one at a time")
        rows = [_texts(self._bind(**call)) for call in calls]
        if rows:
            self._task[0].batch_defer(*rows)
        return len(rows)

    def _bind(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        arguments = inspect.signature(self.function).bind(*args, **kwargs).arguments
        for name, value in arguments.items():
            if type(value) is not self.types[name]:
                raise TypeError(f"{self.name} takes ids only: {name} is a {self.types[name].__name__}")
        return arguments

    def _defer(self, arguments: dict[str, Any]) -> bool:
        options: _Options = {}
        if self.alone:
            place = ":".join([self.name, *(str(arguments[name]) for name in self.alone)])
            options = {"lock": self.turn or place, "queueing_lock": place}
        # A savepoint, because a refused second job is an error of the database, which would end the whole transaction.
        guard = transaction.atomic(using=DEFAULT_DB_ALIAS) if self.alone else nullcontext()
        try:
            with guard:
                self._task[0].configure(**options).defer(**_texts(arguments))
        except exceptions.AlreadyEnqueued:
            return False
        return True

    def run(self, context: procrastinate.JobContext, **texts: Any) -> None:
        """Do one try for the worker; called by procrastinate.

        Raises:
            JobFailed: without the cause.
        """
        texts.pop("timestamp", None)
        arguments: Any = {name: self.types[name](value) for name, value in texts.items()}
        began = timezone.now()
        try:
            self._do(**arguments)
        except Exception as error:  # noqa: BLE001 - the job runner is a process's edge
            self._note(began, runs.code(error))
            again = self._worth_another_try(error, context.job.attempts)
            logs.error("job-failed", error, job=self.name, number=context.job.id, again=again)
            if not again and self.failed:
                self._give_up(self.failed, arguments)
            raise JobFailed(again, frozen=isinstance(error, ClientFrozen)) from None
        self._note(began, "")

    def _note(self, began: datetime, error: str) -> None:
        """Of work by the clock it is written down how it went; other work is a row as long as it is not done."""
        if self.every:
            runs.note(self.name, began, timezone.now(), error)

    def _worth_another_try(self, error: Exception, earlier: int) -> bool:
        if isinstance(error, ClientFrozen) and not self.alone:
            return True
        lasting = isinstance(error, RazdarError) and not isinstance(error, Unavailable)
        return not lasting and earlier + 1 < self.attempts

    def _give_up(self, failed: Callable[..., None], arguments: dict[str, Any]) -> None:
        client = arguments.get("client")
        with scope(client) if isinstance(client, UUID) else nullcontext():
            failed(**arguments)


def job(
    name: str,
    *,
    queue: str = "default",
    attempts: int = ATTEMPTS,
    scoped: bool = True,
    alone: "tuple[str, ...] | Turn" = (),
    failed: Callable[..., None] | None = None,
) -> Callable[[Callable[P, None]], Job[P]]:
    """Declare a job.

    Args:
        name: stable name, ``room.verb``; waiting jobs keep it over an update.
        queue: jobs of one queue are served in the order they came.
        attempts: how often it is tried in all.
        scoped: run inside the client's scope; the first parameter is then ``client``.
        alone: parameters by which at most one such job waits and at most one runs; or a ``Turn``. It is tried once.
        failed: called when it was given up, with the job's arguments, in the client's scope if there is a client.

    Raises:
        TypeError: a parameter that is not annotated as ``UUID`` or ``int``, or a missing ``client``.
    """

    def declare(function: Callable[P, None]) -> Job[P]:
        types = _types(name, function, scoped)
        tries = 1 if alone else attempts
        turn, by = (alone.name, alone.by) if isinstance(alone, Turn) else ("", alone)
        return _register(Job(name, function, queue, tries, scoped, by, turn, failed, types, None))

    return declare


def periodic(name: str, every: str, *, queue: str = "default") -> Callable[[Callable[[], None]], Job[[]]]:
    """Declare work without arguments that is done by the clock, once over all workers.

    It runs outside every scope and opens those it needs.

    Args:
        name: as for :func:`job`.
        every: a cron expression in UTC; a sixth field at its end gives seconds.
    """

    def declare(function: Callable[[], None]) -> Job[[]]:
        return _register(Job(name, function, queue, 1, False, (), "", None, _types(name, function, False), every))

    return declare


def _register(declared: Job[P]) -> Job[P]:
    def run(context: procrastinate.JobContext, /, **texts: Any) -> None:
        declared.run(context, **texts)

    lock = declared.name if declared.every else None
    task: Any = app.task(
        name=declared.name, queue=declared.queue, pass_context=True, retry=_Pauses(), queueing_lock=lock
    )(run)
    if declared.every:
        SCHEDULED[declared.name] = declared
        app.periodic(cron=declared.every, periodic_id=declared.name)(task)
    declared._task.append(task)
    return declared


def _types(name: str, function: Callable[..., None], scoped: bool) -> dict[str, type]:
    hints = get_type_hints(function)
    types = {parameter: hints.get(parameter, object) for parameter in inspect.signature(function).parameters}
    if not all(kind in Job.ID_TYPES for kind in types.values()):
        raise TypeError(f"{name}: a job's parameters are ids, annotated as UUID or int")
    if scoped and next(iter(types.items()), None) != ("client", UUID):
        raise TypeError(f"{name}: the first parameter of a scoped job is client: UUID")
    return types


def _texts(arguments: Mapping[str, UUID | int]) -> dict[str, str | int]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in arguments.items()}
