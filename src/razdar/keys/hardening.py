"""What the process that holds the keys takes from itself, before it reads the passphrase.

* No core dumps (``RLIMIT_CORE`` 0), and not dumpable (``PR_SET_DUMPABLE`` 0, prctl(2)): its memory cannot be read
  through ``/proc``, and no process attaches to it without ``CAP_SYS_PTRACE``, not even one of its own account.
* Its memory stays out of the swap (mlockall(2)), where the limit on locked memory allows it. Under a small limit it is
  left: what is locked later would fail in the middle of the work. Pages are locked as they come into use.
* Files it makes are its own (umask 077), and it gains no rights by starting a program (``PR_SET_NO_NEW_PRIVS``).

What the system does not grant is told, not passed over.
"""

import ctypes
import os
import resource
import sys

_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4

DUMPABLE = "Other processes of this account can read the key agent's memory: this system has no way to forbid it."
SWAP = (
    "The key agent's memory may be written to swap: its limit on locked memory is too small. Set LimitMEMLOCK=infinity "
    "in its unit, or switch swap off."
)


def harden() -> tuple[str, ...]:
    """Harden this process for the rest of its life.

    Returns:
        A sentence for each protection the system did not grant.
    """
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    library = ctypes.CDLL(None, use_errno=True)
    missing = []
    if not _undumpable(library):
        missing.append(DUMPABLE)
    if not _locked(library):
        missing.append(SWAP)
    return tuple(missing)


def _undumpable(library: ctypes.CDLL) -> bool:
    if sys.platform != "linux":
        return False
    library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)


def _locked(library: ctypes.CDLL) -> bool:
    if sys.platform != "linux":
        return False
    _, hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if hard != resource.RLIM_INFINITY and os.geteuid() != 0:
        return False
    if hard == resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (hard, hard))
    return bool(library.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT) == 0)
