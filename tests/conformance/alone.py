"""An engine of the tests in a process of its own, which has no rights beyond its account's, not even root's.

    python -m tests.conformance.alone ACT FOLDER [seal_off] [restrict]

The last two are walls that it goes without. It says "heard", or the name of the error.
"""

import ctypes
import os
import sys
from pathlib import Path

_PR_CAPBSET_DROP = 24
_DROPPED = "RIGHTS_DROPPED"


def main(act: str, folder: str, *without: str) -> None:
    from razdar.interactions import engine_process, engine_walls
    from razdar.interactions.engine_lines import EngineFailed
    from tests.conformance import engines, weak

    if "seal_off" in without:
        engine_walls.seal_off = lambda: None
    if "restrict" in without:
        engine_process._environment = weak.without_landlock(engine_process._environment)
    chosen = engine_process.Chosen(engines.NAME, engines.ENGINE, engines.model(Path(folder), act))
    try:
        chosen.hear(engines.sound_of([[(0.5, 0.9)]], 1.0), "en")
    except EngineFailed as error:
        sys.stdout.write(type(error).__name__)
    else:
        sys.stdout.write("heard")


if __name__ == "__main__":
    if _DROPPED not in os.environ:  # capabilities go with the next program that is started
        for capability in range(64):
            ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
        arguments = [sys.executable, "-m", "tests.conformance.alone", *sys.argv[1:]]
        os.execve(sys.executable, arguments, {**os.environ, _DROPPED: "1"})  # noqa: S606
    main(*sys.argv[1:])
