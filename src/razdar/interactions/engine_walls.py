"""Where an engine's process begins: it takes from itself what it does not need, then goes on to listen or to read.

1. Memory beyond a limit, core dumps, files of more than 4 KiB of whatever kind: a memfd and /dev/shm count as such.
2. Its readability for others of its account through /proc, and its life after the process that started it.
3. In the kernel, so that it holds for what libraries do in C as well: sockets of every family, and with them the
   network, the database and the key agent; other processes and programs; shared memory, keyrings and queues; looking
   into other processes, their descriptors and limits; signals to them; opening a file in any way but to read it, and
   making, changing, renaming or removing one.
4. Where the kernel has Landlock (5.13 and later, unless it is switched off): reading anything but the interpreter, the
   libraries, the model and what the system says of its processors. What it says of other processes is among the rest.

None of it can be taken back (prctl(2), setrlimit(2), seccomp(2), landlock(7)), and all threads and libraries come
later: this module needs none. What the system does not grant ends the process; nothing is heard without it. Landlock
alone may be missing: files that its account may read are then open to it, and of processes of its account the memory
and environment of those that are dumpable. The one that starts it is not (`seal_off`).
"""

import ctypes
import importlib
import os
import platform
import resource
import signal
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from errno import ENOSYS, EPERM
from pathlib import Path
from typing import BinaryIO

LARGEST_FILE = 4096
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 4, 38, 22
_SECCOMP_MODE_FILTER = 2

_LOAD, _EQUAL, _AT_LEAST, _SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_REFUSE = _ERRNO | EPERM
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
"""Offsets in struct seccomp_data; of a 64-bit argument the low half, on little-endian machines."""
_CLONE_THREAD = 0x00010000
_TO_CHANGE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | 0x00400000
"""Flags of open(2) for anything but reading; the last is O_TMPFILE without O_DIRECTORY."""
_SENDS_SIGNALS = (8, 10, 15)
"""Commands of fcntl(2) that have the kernel signal a process of one's choice: F_SETOWN, F_SETSIG, F_SETOWN_EX."""
_MISSING = -1

_FORBIDDEN: dict[str, tuple[int, int]] = {
    "socket": (41, 198),
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, _MISSING),
    "vfork": (58, _MISSING),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "semctl": (66, 191),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "creat": (85, _MISSING),
    "open_by_handle_at": (304, 265),
    "truncate": (76, 45),
    "ftruncate": (77, 46),
    "fallocate": (285, 47),
    "rename": (82, _MISSING),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "unlink": (87, _MISSING),
    "unlinkat": (263, 35),
    "link": (86, _MISSING),
    "linkat": (265, 37),
    "symlink": (88, _MISSING),
    "symlinkat": (266, 36),
    "mkdir": (83, _MISSING),
    "mkdirat": (258, 34),
    "rmdir": (84, _MISSING),
    "mknod": (133, _MISSING),
    "mknodat": (259, 33),
    "chmod": (90, _MISSING),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, _MISSING),
    "fchown": (93, 55),
    "lchown": (94, _MISSING),
    "fchownat": (260, 54),
    "utime": (132, _MISSING),
    "utimes": (235, _MISSING),
    "futimesat": (261, _MISSING),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
}
"""Refused whatever their arguments: name to number, on x86_64 and on aarch64."""
_SOMETIMES: dict[str, tuple[int, int]] = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "open": (2, _MISSING),
    "openat": (257, 56),
    "openat2": (437, 437),
    "fcntl": (72, 25),
    "kill": (62, 129),
    "tgkill": (234, 131),
    "prlimit64": (302, 261),
}
"""Refused with some arguments, or in a way that has libraries take another."""


@dataclass(frozen=True)
class _Machine:
    """A kind of processor.

    Attributes:
        audit: its AUDIT_ARCH.
        column: where its numbers of system calls are in the tables above.
        foreign: from this number on calls are of another kind (x32).
    """

    audit: int
    column: int
    foreign: int = 0x40000000


_MACHINES = {"x86_64": _Machine(0xC000003E, 0), "aarch64": _Machine(0xC00000B7, 1)}

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_VERSION, _LANDLOCK_BENEATH = 1, 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_RIGHTS = ((1, (1 << 13) - 1), (2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
"""What Landlock knows to refuse with files, and since which version of it."""
_NETWORK, _SCOPES = (4, 0b11), (6, 0b11)
"""To listen and to connect; abstract sockets and signals."""
_READABLE = (
    *("/usr", "/lib", "/lib64", "/nix/store", "/gnu/store", "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types"),
    *("/etc/os-release", "/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf", "/etc/crypto-policies"),
    *("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/sys/devices/system"),
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys/vm/overcommit_memory"),
)


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("place", ctypes.c_int32))


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def seal_off() -> None:
    """Close this process, which is about to start an engine, to others of its account, for the rest of its life.

    Raises:
        OSError: the system refused, or this is not Linux.
    """
    prctl(_PR_SET_DUMPABLE, 0)


def main(arguments: list[str], child: str) -> int:
    """Confine this process and go on with a module's `main`, which is given the same arguments.

    Args:
        arguments: name and module of the engine, bytes of memory, folder of the model.
        child: the module.
    """
    try:
        empty = os.open(os.devnull, os.O_RDWR)  # nothing can be opened to write in it later
        confine(int(arguments[2]), arguments[3])
    except (OSError, ValueError):
        os.write(1, b'{"failed": "limits"}\n')
        return 1
    return int(importlib.import_module(child).main(arguments, empty))


def apart(empty: int) -> tuple[BinaryIO, BinaryIO]:
    """A child's own ends of its two pipes, to write to and to read from; for everybody else in its process there is
    only emptiness in their place.

    Args:
        empty: a descriptor of /dev/null, open both ways; it is closed.
    """
    said, out = os.fdopen(os.dup(1), "wb"), os.fdopen(os.dup(0), "rb")
    for number in (0, 1, 2):
        os.dup2(empty, number)
    os.close(empty)
    return said, out


def confine(memory: int, folder: str) -> None:
    """Take all of it, for good.

    Args:
        memory: bytes of address space that it may have.
        folder: of the model; empty where there is none.

    Raises:
        OSError, ValueError: the system refused.
    """
    prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    prctl(_PR_SET_DUMPABLE, 0)
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    limits = ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, LARGEST_FILE))
    for limit, most in limits:
        resource.setrlimit(limit, (most, most))
    restrict(folder)
    forbid()


def restrict(folder: str) -> None:
    """Have the kernel refuse to read what an engine needs not, where it has Landlock.

    Raises:
        OSError: it has, and does not.
    """
    library = ctypes.CDLL(None, use_errno=True)
    version = library.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _LANDLOCK_VERSION)
    if version < 1:  # not built in, switched off, or kept from us
        return
    wanted = _Ruleset(
        sum(rights for since, rights in _RIGHTS if version >= since),
        *(rights if version >= since else 0 for since, rights in (_NETWORK, _SCOPES)),
    )
    size = 8 if version < _NETWORK[0] else 16 if version < _SCOPES[0] else 24
    rules = _answer(library.syscall(_LANDLOCK_CREATE, ctypes.byref(wanted), ctypes.c_size_t(size), 0))
    for path in _readable(folder):
        _allow(library, rules, path)
    _answer(library.syscall(_LANDLOCK_RESTRICT, rules, 0))
    os.close(rules)


def _readable(folder: str) -> Iterator[str]:
    """What has to be read; parts of a model may be links to where it was downloaded."""
    yield from (*_READABLE, sys.prefix, sys.base_prefix, str(Path(__file__).parents[1]), *filter(None, sys.path))
    yield from filter(None, os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep))
    if folder:
        yield folder
        yield from (str(path) for path in Path(folder).rglob("*") if path.is_symlink())


def _allow(library: ctypes.CDLL, rules: int, path: str) -> None:
    """Let a file be read, or all in a folder; nothing where there is none."""
    try:
        place = os.open(path, os.O_PATH)
    except OSError:
        return
    try:
        folder = stat.S_ISDIR(os.fstat(place).st_mode)
        rule = _Beneath(_READ_FILE | _READ_FOLDER if folder else _READ_FILE, place)
        _answer(library.syscall(_LANDLOCK_ADD, rules, _LANDLOCK_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(place)


def forbid() -> None:
    """Have the kernel refuse what an engine needs not.

    Raises:
        OSError: it does not, or this kind of processor is not known here.
    """
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        raise OSError(ENOSYS, "unknown kind of processor")
    steps = _steps(machine)
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program))


def prctl(option: int, value: int, pointer: int = 0) -> None:
    """prctl(2).

    Raises:
        OSError: refused, or this is not Linux.
    """
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "prctl"):
        raise OSError(ENOSYS, os.strerror(ENOSYS))
    nothing = ctypes.c_ulong(0)
    _answer(library.prctl(option, ctypes.c_ulong(value), ctypes.c_void_p(pointer), nothing, nothing))


def _answer(answer: int) -> int:
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


def _steps(machine: _Machine) -> list[_Step]:
    """The filter, a program of the kernel's packet filter: each step either answers or goes on to the next."""
    own = os.getpid()
    some = {name: numbers[machine.column] for name, numbers in _SOMETIMES.items()}
    opening = [(some[name], at) for name, at in (("open", 1), ("openat", 2)) if some[name] != _MISSING]
    return [
        _Step(_LOAD, 0, 0, _ARCHITECTURE_AT),
        _Step(_EQUAL, 1, 0, machine.audit),
        _Step(_RETURN, 0, 0, _KILL),
        _Step(_LOAD, 0, 0, _NUMBER_AT),
        *_refused(_AT_LEAST, machine.foreign),
        *(step for numbers in _FORBIDDEN.values() for step in _refused(_EQUAL, numbers[machine.column])),
        *(step for name in ("clone3", "openat2") for step in _refused(_EQUAL, some[name], ENOSYS)),
        *_by_argument(some["clone"], 0, _SET, (_CLONE_THREAD,), _ALLOW, _REFUSE),
        *(step for number, at in opening for step in _by_argument(number, at, _SET, (_TO_CHANGE,), _REFUSE, _ALLOW)),
        *_by_argument(some["fcntl"], 1, _EQUAL, _SENDS_SIGNALS, _REFUSE, _ALLOW),
        *_by_argument(some["kill"], 0, _EQUAL, (own,), _ALLOW, _REFUSE),
        *_by_argument(some["tgkill"], 0, _EQUAL, (own,), _ALLOW, _REFUSE),
        *_by_argument(some["prlimit64"], 0, _EQUAL, (0, own), _ALLOW, _REFUSE),
        _Step(_RETURN, 0, 0, _ALLOW),
    ]


def _refused(test: int, value: int, error: int = EPERM) -> Sequence[_Step]:
    if value == _MISSING:
        return ()
    return _Step(test, 0, 1, value), _Step(_RETURN, 0, 0, _ERRNO | error)


def _by_argument(
    number: int, argument: int, test: int, values: Sequence[int], then: int, otherwise: int
) -> Sequence[_Step]:
    """A call that is judged by one of its arguments."""
    body = [_Step(_LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument)]
    for value in values:
        body += [_Step(test, 0, 1, value), _Step(_RETURN, 0, 0, then)]
    body.append(_Step(_RETURN, 0, 0, otherwise))
    return [_Step(_EQUAL, 0, len(body), number), *body]
