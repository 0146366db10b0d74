"""Where a transcription engine's process begins: it takes from itself what it does not need, then goes on to listen.

1. Memory beyond a limit, core dumps, files of more than 4 KiB of whatever kind: a memfd and /dev/shm count as such.
2. Its readability for others of its account through /proc, and its life after the process that started it.
3. In the kernel, so that it holds for what libraries do in C as well: sockets of every family, and with them the
   network, the database and the key agent; other processes and programs; shared memory, keyrings and queues; looking
   into other processes.

None of it can be taken back (prctl(2), setrlimit(2), seccomp(2)), and all threads and libraries come later: this module
needs none. What the system does not grant ends the process; nothing is heard without it.
"""

import ctypes
import os
import platform
import resource
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from errno import ENOSYS, EPERM

LARGEST_FILE = 4096
"""A quarter of a second on a telephone line; what the threads of some libraries share among themselves is smaller."""
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 4, 38, 22
_SECCOMP_MODE_FILTER = 2

_LOAD, _EQUAL, _AT_LEAST, _SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
"""Offsets in struct seccomp_data; of a 64-bit argument the low half, on little-endian machines."""
_CLONE_THREAD = 0x00010000


@dataclass(frozen=True)
class _Machine:
    """System calls of a kind of processor, by number.

    Attributes:
        audit: its AUDIT_ARCH.
        forbidden: refused with EPERM: in order socket, execve, execveat, fork, vfork, ptrace, process_vm_readv,
            process_vm_writev, memfd_create, memfd_secret, shmget, msgget, mq_open, add_key, keyctl, io_uring_setup,
            unshare, setns, bpf, perf_event_open, as far as it has them.
        clone, clone3: the first makes threads and nothing else, the second nothing, whereupon libraries take the first.
        foreign: from this number on calls are of another kind (x32).
    """

    audit: int
    forbidden: tuple[int, ...]
    clone: int
    clone3: int = 435
    foreign: int = 0x40000000


_MACHINES: Mapping[str, _Machine] = {
    "x86_64": _Machine(
        0xC000003E,
        (41, 59, 322, 57, 58, 101, 310, 311, 319, 447, 29, 68, 240, 248, 250, 425, 272, 308, 321, 298),
        clone=56,
    ),
    "aarch64": _Machine(
        0xC00000B7,
        (198, 221, 281, 117, 270, 271, 279, 447, 194, 186, 180, 217, 219, 425, 97, 268, 280, 241),
        clone=220,
    ),
}


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def main(arguments: list[str]) -> int:
    """Confine this process and go on with `razdar.interactions.engine_child`, which is given the same arguments."""
    try:
        confine(int(arguments[2]))
    except (OSError, ValueError):
        os.write(1, b'{"failed": "limits"}\n')
        return 1
    from razdar.interactions import engine_child

    return engine_child.main(arguments)


def confine(memory: int) -> None:
    """Take all of it, for good.

    Args:
        memory: bytes of address space that it may have.

    Raises:
        OSError, ValueError: the system refused.
    """
    prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    prctl(_PR_SET_DUMPABLE, 0)
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    limits = ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, LARGEST_FILE))
    for limit, most in limits:
        resource.setrlimit(limit, (most, most))
    forbid()


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
    if library.prctl(option, ctypes.c_ulong(value), ctypes.c_void_p(pointer), ctypes.c_ulong(0), ctypes.c_ulong(0)):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _steps(machine: _Machine) -> list[_Step]:
    """The filter, a program of the kernel's packet filter: each step either answers or goes on to the next."""
    return [
        _Step(_LOAD, 0, 0, _ARCHITECTURE_AT),
        _Step(_EQUAL, 1, 0, machine.audit),
        _Step(_RETURN, 0, 0, _KILL),
        _Step(_LOAD, 0, 0, _NUMBER_AT),
        *_refused(_AT_LEAST, machine.foreign),
        *(step for number in machine.forbidden for step in _refused(_EQUAL, number)),
        *_refused(_EQUAL, machine.clone3, ENOSYS),
        _Step(_EQUAL, 0, 3, machine.clone),
        _Step(_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        _Step(_SET, 1, 0, _CLONE_THREAD),
        _Step(_RETURN, 0, 0, _ERRNO | EPERM),
        _Step(_RETURN, 0, 0, _ALLOW),
    ]


def _refused(test: int, value: int, error: int = EPERM) -> tuple[_Step, _Step]:
    return _Step(test, 0, 1, value), _Step(_RETURN, 0, 0, _ERRNO | error)
