"""Ports for servers that tests start."""

import random
import socket

HOST = "127.0.0.1"
_taken: list[socket.socket] = []


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody has now, below those that the kernel gives out by itself.

    It is given to nobody else while this process lives, in whatever process of the tests: Asterisk dials a controller
    that comes and goes, and must not find somebody else's server there in between.
    """
    while True:
        port = random.randrange(12_000, 32_000)  # noqa: S311 - a port, not a secret
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        if _take(port):
            return port


def _take(port: int) -> bool:
    """Put this process's name on it: a name of Linux's abstract namespace (unix(7)), gone with the process."""
    name = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        name.bind(f"\0razdar-tests-port-{port}")
    except OSError:
        name.close()
        return False
    _taken.append(name)
    return True
