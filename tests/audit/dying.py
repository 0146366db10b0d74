"""Stand-ins that end or halt the process at a named step; see `tests.weakening`."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Function = Callable[..., Any]


def dies_before(_original: Function) -> Function:
    """Killed where the step would begin."""
    return lambda *_args, **_kwargs: os.kill(os.getpid(), signal.SIGKILL)


def dies_after(original: Function) -> Function:
    """Killed when the step is done, if it did anything."""

    def step(*args: Any, **kwargs: Any) -> Any:
        done = original(*args, **kwargs)
        if done != []:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return step


def halts_before(original: Function) -> Function:
    """Waits where the step would begin, says so by a file, and goes on when that file is gone."""

    def step(*args: Any, **kwargs: Any) -> Any:
        mark = Path(os.environ["HALT_FILE"])
        if not mark.with_suffix(".done").exists():
            mark.touch()
            while mark.exists():
                time.sleep(0.01)
            mark.with_suffix(".done").touch()
        return original(*args, **kwargs)

    return step
