"""Ports for servers that tests start."""

import random
import socket

HOST = "127.0.0.1"


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody has now, below those that the kernel gives out by itself."""
    while True:
        port = random.randrange(12_000, 32_000)  # noqa: S311 - a port, not a secret
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
