"""A whole installation in a folder that is removed again, for benchmarks that need more than a function."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID


@contextmanager
def installation() -> Iterator[Path]:
    """A new key store and a migrated embedded database in a folder of its own; this process's environment names it."""
    from razdar.core.crypto.passphrase import Cost
    from razdar.keys import setup
    from razdar.runtime.postgres import embedded

    with tempfile.TemporaryDirectory(prefix="razdar-bench-") as folder:
        Path(folder).chmod(0o711)
        var, words = Path(folder) / "var", Path(folder) / "words"
        var.mkdir(mode=0o711)
        words.touch(mode=0o600)
        words.write_text(secrets.token_urlsafe(24))
        os.environ |= {"RAZDAR_VAR": str(var), "RAZDAR_PASSPHRASE_FILE": str(words)}
        setup.create(var / "keys", words.read_bytes(), cost=Cost(memory_kib=64 * 1024, iterations=2, lanes=2))
        started = embedded.start(var)
        try:
            subprocess.run([sys.executable, "-m", "razdar", "migrate"], check=True, stdout=subprocess.DEVNULL)
            yield var
        finally:
            started.server.stop()


@contextmanager
def child(name: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of Razdar's, for the length of a block."""
    process = subprocess.Popen([sys.executable, "-m", "razdar", name], stdout=subprocess.DEVNULL)
    try:
        time.sleep(2)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextmanager
def web(port: int) -> Iterator[None]:
    """The web process on a port of loopback; RAZDAR_URL has to name it."""
    process = subprocess.Popen([sys.executable, "-m", "razdar", "web"], stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def session(person: UUID) -> str:
    """A session as it is after both factors."""
    from allauth.account.internal.flows.login import record_authentication
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.http import HttpRequest

    from razdar.identity.models import User
    from razdar.identity.sessions import SessionStore

    request, user = HttpRequest(), User.objects.get(pk=person)
    request.session = made = SessionStore()
    made[SESSION_KEY] = str(person)
    made[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    made[HASH_SESSION_KEY] = user.get_session_auth_hash()
    record_authentication(request, user, "password")
    record_authentication(request, user, "mfa", type="totp")
    made.create()
    return str(made.session_key)
