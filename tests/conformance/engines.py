"""An engine for tests: a real child process that really listens, and does badly what it is told to do badly.

It hears a word in every burst of sound. A model's folder for it holds a file ``act`` with the name of what it does;
``listen`` is to do it right.
"""

import ctypes
import fcntl
import os
import platform
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from errno import EPERM
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from razdar.interactions import engine_walls
from razdar.interactions.audio import Audio
from razdar.interactions.transcribers.base import ENGINES, Engine, Heard, NotReady, Passage, lacks

NAME = "test-bursts"
RATE = 8_000
WINDOW = 80
VICTIM = "victim"


def sound_of(bursts: list[list[tuple[float, float]]], seconds: float, rate: int = RATE) -> Audio:
    """Sound with a tone at these times, for each channel."""
    time_of = np.arange(int(seconds * rate)) / rate
    pcm = np.zeros((len(time_of), len(bursts)), np.int16)
    for lane, times in enumerate(bursts):
        for start, end in times:
            part = (time_of >= start) & (time_of < end)
            pcm[part, lane] = (8000 * np.sin(2 * np.pi * 440 * time_of[part])).astype(np.int16)
    return Audio(pcm, rate)


class Bursts:
    def hear(self, sound: NDArray[np.int16], rate: int, language: str) -> Iterator[Passage]:  # noqa: ARG002
        loud = [bool(np.abs(sound[at : at + WINDOW]).max() > 1000) for at in range(0, len(sound), WINDOW)]
        start = None
        for number, is_loud in enumerate([*loud, False]):
            at = number * WINDOW / rate
            if is_loud and start is None:
                start = at
            elif not is_loud and start is not None:
                yield Passage(at, (Heard("beep", start, at, 0.9),))
                start = None
        yield Passage(len(sound) / rate, ())


class Misbehaving(Bursts):
    def __init__(self, act: Callable[[NDArray[np.int16]], object]) -> None:
        self._act = act

    def hear(self, sound: NDArray[np.int16], rate: int, language: str) -> Iterator[Passage]:
        yield from super().hear(sound, rate, language)
        self._act(sound)


def _say(line: bytes) -> Callable[[object], object]:
    """Write past the protocol, as a library could that finds the pipe."""

    def act(_: object) -> None:
        for number in range(3, 20):
            try:
                target = str(Path(f"/proc/self/fd/{number}").readlink())
            except OSError:
                continue
            if target.startswith("pipe:"):
                try:
                    os.write(number, line)
                except OSError:
                    continue

    return act


def _written(descriptor: int, sound: NDArray[np.int16]) -> None:
    """Whether it can be written is for whoever started us to see: an error ends us like any other."""
    view = memoryview(sound.tobytes())
    while view:
        view = view[os.write(descriptor, view) :]


def _memfd(sound: NDArray[np.int16]) -> None:
    _written(os.memfd_create("sound"), sound)


def _file(sound: NDArray[np.int16]) -> None:
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"sound-{os.getpid()}"  # noqa: S108
    try:
        _written(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), sound)
    finally:
        path.unlink()


def _network(_: object) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.connect(("127.0.0.1", 9))


def _called(name: str, *arguments: int) -> Callable[[object], None]:
    """A function of the C library, past everything that Python could notice."""

    def act(_: object) -> None:
        library = ctypes.CDLL(None, use_errno=True)
        if (answer := getattr(library, name)(*arguments)) == -1:
            raise OSError(ctypes.get_errno(), name)
        if name == "fork" and answer == 0:
            os._exit(0)
        if name == "shmget":
            library.shmctl(answer, 0, None)  # gone again

    return act


def _victim() -> Path:
    """A file in the folder of the model, which was told when this process was started."""
    return Path(sys.argv[-1]) / VICTIM


def _opened(flags: int) -> Callable[[object], None]:
    return lambda _: os.close(os.open(_victim(), flags))


def _opened_in_the_new_way(_: object) -> None:
    how = (ctypes.c_uint64 * 3)(os.O_WRONLY, 0, 0)
    library = ctypes.CDLL(None, use_errno=True)
    if library.syscall(437, -100, ctypes.c_char_p(bytes(_victim())), how, ctypes.c_size_t(24)) == -1:
        raise OSError(ctypes.get_errno(), "openat2")


def _every_forbidden_call(_: object) -> None:
    """Raises when the kernel does anything but refuse one of them."""
    column = ("x86_64", "aarch64").index(platform.machine())
    library = ctypes.CDLL(None, use_errno=True)
    for name, numbers in engine_walls._FORBIDDEN.items():
        if numbers[column] == -1:
            continue
        answer = library.syscall(numbers[column], *[ctypes.c_long(-1)] * 6)
        if answer != -1 or ctypes.get_errno() != EPERM:
            raise RuntimeError(name)


def _memory_of_the_parent(_: object) -> None:
    parent = Path(f"/proc/{os.getppid()}")
    first = (parent / "maps").read_text().partition("-")[0]
    with (parent / "mem").open("rb", buffering=0) as memory:
        memory.seek(int(first, 16))
        memory.read(16)


TO_OTHERS: dict[str, Callable[[NDArray[np.int16]], object]] = {
    "signal": lambda _: os.kill(os.getppid(), 0),
    "signal to a thread": _called("tgkill", os.getppid(), os.getppid(), 0),
    "signal by descriptor": lambda _: fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid()),
    "signal of choice": lambda _: fcntl.fcntl(0, 10, int(signal.SIGTERM)),  # F_SETSIG
    "pidfd": lambda _: os.close(os.pidfd_open(os.getppid())),
    "limits of another": lambda _: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE),
    "write": _opened(os.O_WRONLY),
    "write and read": _opened(os.O_RDWR),
    "empty": _opened(os.O_RDONLY | os.O_TRUNC),
    "write in the new way": _opened_in_the_new_way,
    "nameless": lambda _: os.close(os.open(_victim().parent, os.O_TMPFILE | os.O_RDWR)),
    "program text": lambda _: _victim().with_name("made.py").touch(),
    "truncate": lambda _: os.truncate(_victim(), 1),
    "unlink": lambda _: _victim().unlink(),
    "rename": lambda _: _victim().rename(_victim().with_name("renamed")),
    "link": lambda _: _victim().with_name("linked").hardlink_to(_victim()),
    "symlink": lambda _: _victim().with_name("linked").symlink_to(_victim()),
    "folder": lambda _: _victim().with_name("folder").mkdir(),
    "rights": lambda _: _victim().chmod(0o666),
    "times": lambda _: os.utime(_victim(), (0, 0)),
}
"""What it does to other processes and to files."""

ACTS: dict[str, Callable[[NDArray[np.int16]], object]] = {
    "listen": lambda _: None,
    "die": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "crash": lambda _: ctypes.string_at(0),
    "leave": lambda _: os._exit(0),
    "raise": lambda _: 1 / 0,
    "hang": lambda _: time.sleep(60),
    "eat": lambda _: np.ones(1 << 40, np.int8),
    "chatter": _say(b"hello hello\n"),
    "early end": _say(b'{"done": 1}\n'),
    "flood": _say(b"x" * (2 << 20)),
    "file": _file,
    "memfd": _memfd,
    "network": _network,
    "local socket": _called("socket", socket.AF_UNIX, socket.SOCK_STREAM, 0),
    "child": _called("fork"),
    "shared memory": _called("shmget", 0, 1 << 20, 0o1600),
    **TO_OTHERS,
    "every forbidden call": _every_forbidden_call,
    "memory of the parent": _memory_of_the_parent,
    "environment of the parent": lambda _: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "another file": lambda _: Path(sys.argv[-1]).with_name("beside").read_bytes(),
    "program": lambda _: subprocess.run([sys.executable, "-c", ""], check=True),
}


def _check(folder: Path) -> None:
    if lacks(folder, "act"):
        raise NotReady("The folder of the model has no act.")


def _load(folder: Path | None) -> Bursts:
    act = (folder / "act").read_text() if folder else "listen"
    if act == "not a model":
        raise ValueError(act)
    return Bursts() if act == "listen" else Misbehaving(ACTS[act])


def model(folder: Path, act: str = "listen") -> Path:
    """A folder that is a model of this engine."""
    (folder / "act").write_text(act)
    (folder / VICTIM).write_text("not to be touched")
    return folder


ENGINE = Engine(__name__, "numpy", "ours", _check, _load, rate=RATE)
if NAME not in ENGINES:
    ENGINES.register(NAME)(ENGINE)
