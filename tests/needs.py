"""What a test needs from the machine, asked for in one place.

A test that needs something this machine lacks is skipped, loudly (`-ra` lists the reason). Where everything is expected
to be there, RAZDAR_REQUIRE_ALL=1 says so, and the same test fails instead: a gate that silently runs less is no gate.
What a kernel refuses, as it does inside a chroot or a container, no gate can install: such a test is skipped anywhere.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


class Lacking(Exception):
    """Why a thing is not there, as one sentence, where that is more than its absence."""


def _program(*candidates: str) -> str | None:
    """The first that exists. Full paths come first: a wrapper earlier in PATH is not what a user's machine has."""
    for name in candidates:
        found = shutil.which(name)
        if found:
            return found
    return None


def _chromium() -> str | None:
    try:
        ctypes.CDLL("libatomic.so.1")  # the browser driver's own program stands on it
    except OSError:
        return None
    return _program(
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "chromium", "google-chrome"
    )


def _postgresql_15() -> str | None:
    folder = Path("/usr/lib/postgresql/15/bin")
    return str(folder) if (folder / "postgres").exists() else None


def _tls_postgres() -> str | None:
    return os.environ.get("RAZDAR_TEST_ADMIN_URL")


def _go() -> str | None:
    return _program("/usr/bin/go", "go")


def _go_sumdb() -> str | None:
    folder = Path("/usr/share/gocode")
    return str(folder) if (folder / "src/golang.org/x/mod/sumdb/note/note.go").exists() else None


def _cc() -> str | None:
    return _program("/usr/bin/cc", "cc") if Path("/usr/include/time.h").exists() else None


def _openssl() -> str | None:
    return _program("/usr/bin/openssl", "openssl")


def _root() -> str | None:
    return "root" if os.geteuid() == 0 else None


def _systemd() -> str | None:
    programs = [
        _program(f"/usr/bin/{name}", name) for name in ("systemd-analyze", "systemd-sysusers", "systemd-tmpfiles")
    ]
    return programs[0] if all(programs) else None


def _machine() -> str | None:
    """Whether a machine can be thrown together: namespaces, and a layer over this one's files."""
    if os.geteuid() != 0 or not _program("unshare"):
        return None
    layer = (
        "mount -t tmpfs t /mnt && mkdir /mnt/u /mnt/w /mnt/m && "
        "mount -t overlay o -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/m"
    )
    command = ["unshare", "--mount", "--pid", "--net", "--fork", "sh", "-c", layer]
    return "namespaces" if subprocess.run(command, capture_output=True, check=False).returncode == 0 else None


def _apt() -> str | None:
    return _program("/usr/bin/apt-get", "apt-get") if Path("/usr/share/keyrings").exists() else None


def _strace() -> str | None:
    return _program("/usr/bin/strace", "strace")


def _gettext() -> str | None:
    programs = [
        _program(f"/usr/bin/{name}", name) for name in ("xgettext", "msgcat", "msgmerge", "msgattrib", "msgfmt")
    ]
    return programs[0] if all(programs) else None


def _tracing() -> str | None:
    """Whether a process may watch another one: ptrace(2), and filters of system calls."""
    command = [_strace() or "strace", "-f", "--seccomp-bpf", "-e", "trace=none", "true"]
    return "tracing" if _strace() and not subprocess.run(command, capture_output=True, check=False).returncode else None


@cache
def _asterisk() -> str | None:
    """Fetched from Debian if it is not here yet."""
    command: list[str | Path] = [sys.executable, ROOT / "scripts" / "get-asterisk", "--print-root"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Lacking(done.stderr.strip())
    return done.stdout.strip()


THINGS: dict[str, tuple[Callable[[], str | None], str]] = {
    "chromium": (_chromium, "a Chromium browser and its driver (Debian: apt-get install chromium libatomic1)"),
    "postgresql-15": (_postgresql_15, "PostgreSQL 15 server programs (Debian: apt-get install postgresql-15)"),
    "tls-postgres": (_tls_postgres, "a PostgreSQL over TLS: RAZDAR_TEST_ADMIN_URL, as scripts/tls-postgres prints it"),
    "openssl": (_openssl, "the program openssl (Debian: apt-get install openssl)"),
    "cc": (_cc, "a C compiler and the C library's headers (Debian: apt-get install gcc libc6-dev)"),
    "go": (_go, "the Go compiler (Debian: apt-get install golang-go)"),
    "go-sumdb": (_go_sumdb, "Go's sumdb as source (Debian: apt-get install golang-golang-x-mod-dev)"),
    "apt": (_apt, "apt, as Debian has it"),
    "strace": (_strace, "the program strace (Debian: apt-get install strace)"),
    "gettext": (_gettext, "GNU gettext (Debian: apt-get install gettext)"),
    "tracing": (_tracing, "strace, with the right to trace processes"),
    "asterisk": (_asterisk, "Asterisk, as scripts/get-asterisk fetches it"),
    "root": (_root, "the root account"),
    "systemd": (_systemd, "systemd's programs, not running (Debian: apt-get install systemd)"),
    "machine": (_machine, "the root account, with the right to make namespaces and an overlay over /"),
}


RIGHTS = frozenset({"machine", "tracing"})
"""What a kernel may refuse to root itself."""


def needs(thing: str) -> str:
    """Where the thing is (a path or an address); otherwise the running test is skipped, or fails where all is required.

    Raises:
        KeyError: an unknown thing is asked for.
    """
    find, description = THINGS[thing]
    reason = f"this test needs {description}"
    try:
        found = find()
    except Lacking as why:
        found, reason = None, f"{reason} ({why})"
    if found is not None:
        return found
    if os.environ.get("RAZDAR_REQUIRE_ALL") == "1" and thing not in RIGHTS:
        pytest.fail(f"{reason}, and RAZDAR_REQUIRE_ALL=1 allows no skipping", pytrace=False)
    pytest.skip(reason)
