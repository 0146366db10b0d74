"""The command line's registry: a room adds a command in its own ``commands.py``.

::

    from razdar.runtime.commands import COMMANDS, Command, Needs

    def _arguments(parser: argparse.ArgumentParser) -> None: ...
    def _run(arguments: argparse.Namespace) -> int:
        from razdar.customers import services   # models exist only once Django is set up
        ...

    COMMANDS.register("import-call")(Command("Take in a recorded call.", _arguments, _run, Needs.KEYS))

``razdar.__main__`` imports every room's ``commands`` module before Django is set up: at its top such a module imports
nothing that needs Django's models. ``run`` returns the process's exit status; an error of the one tree is shown as its
sentence and ends with status 1.

``razdar init`` belongs to ``__main__``: it makes roles, tables and the key store, unlocks it, and then runs what the
rooms put into ``INIT_STEPS`` (the first client and its administrators, for one), in the order of registration.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from enum import Flag, auto

from razdar.core.registry import Registry


class Needs(Flag):
    """What has to be there before a command runs."""

    NOTHING = 0
    # Django, and a database that answers: the running embedded server, or one started for the command.
    DATABASE = auto()
    # The key agent: over its socket where it answers, else unlocked in this process with the passphrase.
    KEYS = auto()
    # The owner's alias; every alias is the owner then.
    OWNER = auto()
    # The sequencer's alias beside the ordinary ones.
    SEQUENCER = auto()
    # The keys of a restore that this very command finishes, unlocked in this process.
    RESTORED = auto()


@dataclass(frozen=True)
class Command:
    """One sub-command.

    Attributes:
        help: one sentence.
        add_arguments: fills the parser.
        run: does the work, returns the exit status.
        needs: see :class:`Needs`; all but NOTHING include the database. A function where it depends on the arguments.
        logs: whether it writes a log under ``RAZDAR_VAR``; what needs no installation makes no folder for one.
    """

    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    needs: Needs | Callable[[argparse.Namespace], Needs] = Needs.DATABASE
    logs: bool = True


@dataclass(frozen=True)
class InitStep:
    """A room's part of ``razdar init``; database and keys are there when it runs. Safe to repeat.

    Attributes:
        add_arguments: fills the parser of ``razdar init``.
        run: does the work.
    """

    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], None]


COMMANDS: Registry[Command] = Registry("command")
INIT_STEPS: Registry[InitStep] = Registry("step of init")


def no_arguments(parser: argparse.ArgumentParser) -> None:
    """For commands without any."""
