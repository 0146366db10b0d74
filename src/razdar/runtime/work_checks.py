"""What ``razdar doctor`` looks at in background work: a worker lives, and what it has to do is done."""

from datetime import timedelta

from procrastinate.contrib.django.models import ProcrastinateJob

from razdar.runtime import runs, schedule, worker
from razdar.runtime.checkup import Found, Site, broken, check, look_at, works

LATE = timedelta(minutes=15)
"""Work that has waited so long, and could have begun, waits for a worker."""
MANY_FAILURES = 3
_AFTER = ("database", "database-runtime", "migrations")


@check("worker", "Worker", after=_AFTER)
def _worker(site: Site) -> Found:
    """One was heard of within the last half minute."""
    if not worker.lives():
        return broken(
            "None runs: calls are not transcribed, and nothing that the clock asks for is done.", site.start("worker")
        )
    newest = max((run.ended_at for run in runs.last().values()), default=None)
    if newest is None:
        return works("One runs; it has finished no scheduled work yet.")
    minutes = max(0, int((site.now - newest).total_seconds() // 60))
    return works(f"One runs; its last scheduled work was finished {minutes} minutes ago.")


@check("jobs", "Background work", after=(*_AFTER, "worker"))
def _jobs(site: Site) -> Found:
    """Nothing waits for long, and nothing fails again and again."""
    failing = [run for run in runs.last().values() if run.failures]
    if failing:
        worst = max(failing, key=lambda run: run.failures)
        said = f"{worst.name} failed {worst.failures} times in a row ({worst.error})."
        return (broken if worst.failures >= MANY_FAILURES else look_at)(said, _journal(site))
    if late := schedule.waiting_since(site.now - LATE):
        return look_at(f"{late} jobs are more than a quarter of an hour late.", site.start("worker"))
    if overdue := schedule.overdue(site.now):
        return look_at(f"{overdue[0]} did not run when it was due.", f"razdar jobs run {overdue[0]}")
    failed = ProcrastinateJob.objects.filter(status="failed").count()
    if failed:
        return look_at(
            f"{failed} jobs were given up within the last thirty days; the page Jobs names them.", _journal(site)
        )
    return works("Nothing is late, and nothing fails.")


def _journal(site: Site) -> str:
    return "journalctl -u razdar-worker -p warning -n 50" if site.as_units else f"less {site.var}/log/worker.log"
