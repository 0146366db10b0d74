"""``razdar recorder``: one recorder, until it is told to stop."""

import asyncio
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from razdar import audit
from razdar.core.errors import Misconfigured
from razdar.keys import hardening, private_files
from razdar.runtime import checks, logs
from razdar.runtime.processes import parse_address
from razdar.runtime.supervise import tell_ready
from razdar.telephony.recording import guard, spool, tls
from razdar.telephony.recording.server import Recorder, Setup
from razdar.telephony.recording.tls import Certificate

PORT = 8445
_UNPROTECTED = {hardening.DUMPABLE: "readable", hardening.SWAP: "swappable"}
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


def folder() -> Path:
    """Where a recorder of this computer keeps its own certificate, and its authority."""
    var: Path = settings.VAR
    return var / "recorder"


def run(bind: str, certificate: Certificate | None, name: str) -> None:
    """Record until SIGTERM or Ctrl-C.

    Args:
        bind: HOST:PORT; empty for loopback.
        certificate: chain and key; ``None`` for an own one, on loopback only.
        name: of this recorder, for people.

    Raises:
        Misconfigured, Unavailable: it cannot run like this.
    """
    for missing in hardening.harden():
        logs.event("recorder-unprotected", memory=_UNPROTECTED[missing])
    checks.check_database()
    address = _address(bind)
    if certificate is None and address[0] not in _LOCAL:
        raise Misconfigured("Beyond this computer a recorder needs a certificate: --cert FILE --key FILE")
    context = tls.context(certificate or tls.own(folder()))
    setup = Setup(name or socket.gethostname(), address, context, settings.VAR / "spool", spool.MOST_BYTES)
    audit.start("recorder")
    try:
        asyncio.run(_run(Recorder(setup), _told(address[0])))
    finally:
        audit.stop()


async def _run(recorder: Recorder, ready: Callable[[int], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with guard.guarded() as guarding:
        await recorder.run(stop, ready, guarding.beat)


def _told(host: str) -> Callable[[int], None]:
    def ready(port: int) -> None:
        logs.event("recorder-ready", port=port)
        if host in _LOCAL:
            folder().mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder() / tls.ADDRESS
            path.unlink(missing_ok=True)
            private_files.write_new(path, f"wss://127.0.0.1:{port}/stream\n".encode())
        tell_ready()

    return ready


def _address(bind: str) -> tuple[str, int]:
    """What was asked for; else the usual port of loopback, or a free one where something else has it."""
    if bind:
        return parse_address(bind)
    with socket.socket() as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((tls.LOOPBACK, PORT))
        except OSError:
            return tls.LOOPBACK, 0
    return tls.LOOPBACK, PORT
