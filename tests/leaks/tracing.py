"""What processes open, as the kernel saw it: strace(1), with every thread in a file of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.needs import needs

_CALLS = "trace=?open,openat,?openat2,?creat,memfd_create,?memfd_secret"
_OPENED = re.compile(r"(?P<call>\w+)\((?P<arguments>.*)\) += \d+<(?P<path>.*)>(\(deleted\))?$")
_TO_WRITE = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE|memfd")


@dataclass(frozen=True)
class Opened:
    """A file that a thread opened to write; one without a name on a disk has the kernel's name for it."""

    thread: int
    path: str


@dataclass(frozen=True)
class Trace:
    """What was opened by everything that ran under ``command``, or by the processes that were joined."""

    folder: Path

    @property
    def command(self) -> tuple[str, ...]:
        """To be put before the command to trace, which keeps the number of its process."""
        return (*self._strace(), "-D")

    def joining(self, pids: list[int]) -> tuple[str, ...]:
        """Traces processes that run already, and what they start, until it is terminated."""
        return (*self._strace(), *(f"--attach={pid}" for pid in pids))

    def written(self) -> Iterator[Opened]:
        """Everything that was opened to write so far."""
        for path in sorted(self.folder.glob("trace.*")):
            for line in path.read_text(errors="replace").splitlines():
                found = _OPENED.search(line)
                if found and (_TO_WRITE.search(found["arguments"]) or found["call"] in {"creat", "memfd_create"}):
                    yield Opened(int(path.suffix[1:]), found["path"])

    def _strace(self) -> tuple[str, ...]:
        program = needs("strace")
        needs("tracing")
        self.folder.mkdir(exist_ok=True)
        quiet = ("-qq", "--seccomp-bpf", "-e", "signal=none")
        return (program, "-ff", *quiet, "-e", _CALLS, "-y", "-o", str(self.folder / "trace"))
