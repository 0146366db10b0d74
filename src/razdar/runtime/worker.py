"""The worker process: runs jobs, sweeps up after workers that died.

Every worker tells every ten seconds that it lives. A job of a worker that has been silent for half a minute is put
back, whoever notices first; a job that was put back too often has killed its workers and is ended instead.
procrastinate leaves this to its user.

The worker's own connection is asynchronous and listens for new jobs; jobs themselves use Django's connections, so that
what a job defers is part of that job's transaction.
"""

import asyncio
import copy
import signal
from datetime import timedelta

import procrastinate
from django.db import connections
from django.utils import timezone
from procrastinate.app import WorkerOptions
from procrastinate.contrib.django import app, procrastinate_app
from procrastinate.contrib.django.models import ProcrastinateWorker
from procrastinate.jobs import Job as Row
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.psycopg_connector import PsycopgConnector

from razdar.core.errors import Unavailable
from razdar.runtime import logs

CONCURRENCY = 4
HEARTBEAT_SECONDS = 10.0
SILENT_SECONDS = 30.0
MOST_RESCUES = 5
KEEP_HOURS = 30 * 24


def run(concurrency: int = CONCURRENCY, wait: bool = True, queues: list[str] | None = None) -> None:
    """Run jobs until SIGTERM or Ctrl-C, letting those under way end; with ``wait=False`` until none is left.

    Args:
        concurrency: jobs at a time, each in a thread of its own.
        queues: which queues to serve; None serves all.

    Raises:
        Unavailable: the database went away; whoever supervises this process starts it again.
    """
    asyncio.run(_run(concurrency, wait, queues))


def lives() -> bool:
    """Whether a worker is there that jobs are done by, as far as the database knows."""
    heard = timezone.now() - timedelta(seconds=SILENT_SECONDS)
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=heard).exists()


async def _run(concurrency: int, wait: bool, queues: list[str] | None) -> None:
    connector = PsycopgConnector(kwargs=_connection_arguments())
    worker_app = copy.copy(procrastinate_app.current_app)
    worker_app.connector = connector
    worker_app.job_manager = JobManager(connector)
    async with worker_app.open_async():
        await sweep(worker_app.job_manager)
        options: WorkerOptions = {
            "install_signal_handlers": False,
            "concurrency": concurrency,
            "wait": wait,
            "delete_jobs": "successful",
            "update_heartbeat_interval": HEARTBEAT_SECONDS,
            "stalled_worker_timeout": SILENT_SECONDS,
        }
        if queues is not None:
            options["queues"] = queues
        working = asyncio.create_task(worker_app.run_worker_async(**options))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, working.cancel)
        try:
            await working
        except asyncio.CancelledError:
            return
        if wait:
            raise Unavailable("The worker lost the database.")


async def sweep(manager: JobManager, silent_seconds: float = SILENT_SECONDS) -> int:
    """Put back the jobs of silent workers; returns how many were found."""
    found: list[Row] = list(await manager.get_stalled_jobs(seconds_since_heartbeat=silent_seconds))
    for row in found:
        ended = row.attempts >= MOST_RESCUES or not await _put_back(manager, row)
        if ended:
            await manager.finish_job(row, status=Status.FAILED, delete_job=False)
        logs.event("job-rescued", job=row.task_name, number=row.id, ended=ended)
    return len(found)


async def _put_back(manager: JobManager, row: Row) -> bool:
    try:
        await manager.retry_job(row)
    except (procrastinate.exceptions.AlreadyEnqueued, procrastinate.exceptions.ConnectorException):
        return False  # one like it waits already
    return True


@app.periodic(cron="* * * * * */20", periodic_id="runtime.sweep")
@app.task(name="runtime.sweep", queueing_lock="runtime.sweep", pass_context=True)
async def _sweep(context: procrastinate.JobContext, /, timestamp: int) -> None:  # noqa: ARG001 - procrastinate gives it to all periodic work
    await sweep(context.app.job_manager)


@app.periodic(cron="17 3 * * *", periodic_id="runtime.forget-jobs")
@app.task(name="runtime.forget-jobs", queueing_lock="runtime.forget-jobs", pass_context=True)
async def _forget(context: procrastinate.JobContext, /, timestamp: int) -> None:  # noqa: ARG001 - procrastinate gives it to all periodic work
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_HOURS, include_failed=True)


def _connection_arguments() -> dict[str, object]:
    arguments = connections["default"].get_connection_params()
    for name in ("cursor_factory", "context"):
        arguments.pop(name, None)
    return dict(arguments)
