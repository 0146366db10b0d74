"""A whole installation in a folder that is removed again, for benchmarks that need more than a function."""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
