"""A worker process on the test's database: ``working.py LOGS once|forever [weakened]``.

``weakened`` is for the control run: the two places that keep error texts out of logs are taken out, in this process.
"""

import logging
import os
import sys
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "razdar.settings"
django.setup()

from django.db import connections  # noqa: E402

from razdar.core.errors import Unavailable  # noqa: E402
from razdar.runtime import jobs, logs, worker  # noqa: E402
from tests.runtime import probe_jobs  # noqa: E402, F401 - the jobs register themselves


def _weaken() -> None:
    def run(self: jobs.Job[...], context: object, **texts: Any) -> None:
        self._do(**{name: self.types[name](value) for name, value in texts.items()})

    jobs.Job.run = run  # type: ignore[method-assign]
    logs.TextsOut.filter = logging.Filter.filter  # type: ignore[method-assign]


if __name__ == "__main__":
    folder, how, *rest = sys.argv[1:]
    logs.configure("worker", Path(folder))
    if rest:
        _weaken()
        for handler in logging.getLogger().handlers:
            handler.setFormatter(logging.Formatter())
        logging.getLogger("procrastinate").setLevel(logging.INFO)
    worker.HEARTBEAT_SECONDS, worker.SILENT_SECONDS = 0.5, 2.0
    try:
        worker.run(wait=how == "forever")
    except Unavailable:
        sys.exit(1)
    finally:
        for connection in connections.all(initialized_only=True):
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]
