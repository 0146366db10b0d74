"""The command line's part of this room: ``sequencer``, ``log``, ``verify``, ``witness``.

``razdar up``, or a unit of its own, starts the sequencer. The others stand in modules of their own.
"""

import argparse
import signal
import threading

from razdar.audit import log_command  # noqa: F401 (they register themselves)
from razdar.audit.exports import verify_command  # noqa: F401 (they register themselves)
from razdar.audit.witness import command  # noqa: F401 (they register themselves)
from razdar.runtime.commands import COMMANDS, Command, Needs, no_arguments


def _run(_arguments: argparse.Namespace) -> int:
    from razdar.audit.sequencing import sequencer

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sequencer.run(stop)
    return 0


COMMANDS.register("sequencer")(
    Command(
        "Move audit events to their place in the log until stopped.", no_arguments, _run, Needs.SEQUENCER | Needs.KEYS
    )
)
