"""A process that fails in every way a process can, with personal data: ``python -m tests.leaks.failing FOLDER``."""

import asyncio
import gc
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from razdar.runtime import logs
from tests.leaks.patches import KINDS, NAME


class _Clings:
    def __del__(self) -> None:
        raise RuntimeError(NAME)


def main() -> None:
    """Fail where it is caught, in a thread, in a forgotten task, in a finaliser, and at last in the main thread."""
    logs.configure("failing", Path(sys.argv[1]))
    for kind in KINDS:
        try:
            kind()
        except Exception as error:  # noqa: BLE001 - every kind there is
            logs.error("caught", error)
        thread = threading.Thread(target=kind)
        thread.start()
        thread.join()
        asyncio.run(_forget(kind))
    _Clings()
    gc.collect()
    raise RuntimeError(NAME)


async def _forget(kind: Callable[[], None]) -> None:
    """A task that fails and that nobody asks what became of it."""

    async def fail() -> None:
        kind()

    loop = asyncio.get_running_loop()
    loop.create_task(fail())  # noqa: RUF006 - forgotten on purpose
    await asyncio.sleep(0.01)
    gc.collect()


if __name__ == "__main__":
    main()
