"""A unix stream socket by a path of any length, and who is at its other end.

A socket's address holds 107 bytes of path (unix(7)), which a deep folder exceeds. On Linux its folder is then opened
and named by its descriptor under ``/proc/self/fd``: the same socket, a short name, nothing left behind. Elsewhere a
path that is too long is refused in one sentence.
"""

import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from razdar.core.errors import Misconfigured

MOST_PATH = 107 if sys.platform == "linux" else 103
_CREDENTIALS = struct.Struct("=iII")  # pid, uid, gid: ucred of unix(7)
_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED = 0, 1, struct.Struct("=II")  # version, uid: xucred of macOS's unix(4)


@contextmanager
def address(path: Path) -> Iterator[str]:
    """The address of a socket, good inside the block.

    Raises:
        Misconfigured: the path is too long for this system.
        FileNotFoundError: its folder is missing.
    """
    if len(os.fsencode(path)) <= MOST_PATH:
        yield str(path)
        return
    if sys.platform != "linux" or len(os.fsencode(path.name)) > MOST_PATH // 2:
        raise Misconfigured(
            f"The path of the key agent's socket is longer than the {MOST_PATH} bytes this system allows. "
            "Name a shorter one in RAZDAR_KEY_AGENT."
        )
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def peer_account(connection: socket.socket) -> int:
    """The account at the other end, as the kernel noted it when the connection was made.

    Raises:
        OSError: the system does not say.
    """
    if sys.platform == "linux":
        found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        return int(_CREDENTIALS.unpack(found)[1])
    else:  # noqa: RET505 - so that the type checker sees one branch on each system
        found = connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, 128)
        return int(_XUCRED.unpack_from(found)[1])
