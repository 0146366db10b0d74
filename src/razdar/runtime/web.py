"""The web process: one uvicorn, loopback by default, with the static files collected beforehand.

Forwarded addresses are believed only behind TLS, where a proxy on this host ends it, and only from this host.

Connections, heads and bodies are limited in number, size and time (:mod:`~razdar.runtime.protocol`,
:mod:`~razdar.runtime.bodies`): who sends without end takes a known amount of memory.
"""

import fcntl
import hashlib
import os
import socket
from pathlib import Path

import uvicorn
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from razdar import __version__
from razdar.runtime import fanout, serving
from razdar.runtime.static import beside

GRACE_SECONDS = 10
KEEP_SECONDS = 5
MOST_CONNECTIONS = 512
MOST_HEAD_BYTES = 16 * 1024


def serve(listener: socket.socket, *, behind_proxy: bool) -> None:
    """Serve on a listening socket until SIGTERM or Ctrl-C."""
    collect_static(settings.STATIC_ROOT)
    config = serving.config(
        "razdar.asgi:application",
        connections=MOST_CONNECTIONS,
        grace_seconds=GRACE_SECONDS,
        proxy_headers=behind_proxy,
        forwarded_allow_ips="127.0.0.1",
        h11_max_incomplete_event_size=MOST_HEAD_BYTES,
        timeout_keep_alive=KEEP_SECONDS,
    )
    Server(config).run(sockets=[listener])


class Server(uvicorn.Server):
    """Ends the streams of open pages before it waits for what is being answered; they would hold it up to the last."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await fanout.close()
        await super().shutdown(sockets)


def collect_static(folder: Path) -> bool:
    """Collect, hash and compress the static files where they changed; True if there was anything to do.

    Any number of web processes may start at once: one does it, the others wait. The lock and the mark lie beside the
    folder, because whatever is in it is served.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd = os.open(beside(folder, "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        mark, now = beside(folder, "made"), _fingerprint()
        if mark.exists() and mark.read_text() == now and any(folder.iterdir()):
            return False
        mark.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        mark.write_text(now)
        return True
    finally:
        os.close(fd)


def _fingerprint() -> str:
    digest = hashlib.sha256(__version__.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            digest.update(f"\0{name}\0{state.st_size}\0{state.st_mtime_ns}".encode())
    return digest.hexdigest()
