"""Every operation on a file as a step that can fail, or be the last before the process is killed.

Steps are what the product asks of the disk: ``os.open``, ``os.fchmod``, ``os.fsync``, ``os.rename``, ``os.unlink``, and
each statement that SQLite takes a lock or commits with.
"""

import errno
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

import pytest

from razdar.core.crypto import passphrase
from razdar.core.errors import Unavailable
from razdar.keys import setup, sqlite_file

CALLS = ("open", "fchmod", "fsync", "rename", "unlink")
WORDS = [f"passphrase of version {number}".encode() for number in range(1, 30)]
"""Of each version of the root, from 1."""


@dataclass
class Fault:
    """What goes wrong.

    Attributes:
        at: which step, from 1; 0 for none.
        after: the step is done, and then said to have failed.
        lasting: every later step fails as well.
        deadly: the process is killed instead.
        steps: how many there were.
    """

    at: int = 0
    after: bool = False
    lasting: bool = False
    deadly: bool = False
    steps: int = field(default=0, compare=False)

    def step(self, do: Callable[[], Any], error: Callable[[], Exception], *, can_be_done: bool = True) -> Any:
        self.steps += 1
        if not self.at or (self.steps != self.at and not (self.lasting and self.steps > self.at)):
            return do()
        if self.after and can_be_done:
            do()
        if self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        raise error()

    @contextmanager
    def happens(self) -> Iterator[None]:
        """It happens in this block."""
        with pytest.MonkeyPatch.context() as patch:
            for name in CALLS:
                patch.setattr(os, name, self._system(getattr(os, name)))
            patch.setattr(sqlite_file, "_insist", self._database(sqlite_file._insist))
            yield

    def _system(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            return self.step(lambda: original(*args, **kwargs), lambda: OSError(errno.EIO, "the disk fails"))

        return call

    def _database(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(connection: sqlite3.Connection, statement: str) -> Any:
            return self.step(
                lambda: original(connection, statement),
                lambda: Unavailable("The disk fails."),
                can_be_done=statement == "COMMIT",  # what SQLite has not begun is not begun
            )

        return call


@contextmanager
def cheap_guesses() -> Iterator[None]:
    """Passphrases are stretched by one hash: these tests open root files hundreds of times."""

    def stretch(words: bytes, salt: bytes, _cost: object) -> bytearray:
        return bytearray(sha256(bytes(words) + salt).digest())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passphrase, "_stretch", stretch)
        yield


def kill_at_every_step(folder: Path) -> None:
    """A new root, then a bundle, in copies of a keys folder, each in a process killed at another step.

    For a process of its own, without threads: it forks.
    """
    at = 0
    while True:
        at += 1
        copy = folder.with_name(f"{folder.name}-{at}")
        shutil.copytree(folder, copy)
        child = os.fork()
        if not child:
            _act_and_die(copy, Fault(at, deadly=True))
        status = os.waitpid(child, 0)[1]
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))


def _act_and_die(folder: Path, fault: Fault) -> NoReturn:
    ended = 1
    try:
        with cheap_guesses(), fault.happens():
            # A folder of its own for each: a bundle that is there is never overwritten, so shared ones would add steps.
            agent = setup.unlock(folder, bytearray(WORDS[0]), folder.with_name(f"bundles-{folder.name}"))
            agent.rotate_root(WORDS[0], WORDS[1], 2)
            agent.make_bundle()
            ended = 0
    finally:
        os._exit(ended)


if __name__ == "__main__":
    kill_at_every_step(Path(sys.argv[1]))
