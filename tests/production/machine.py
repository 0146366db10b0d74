"""A machine that is thrown away: this one's files with a layer of its own over them, its own processes and network.

``python -m tests.production.machine ARGUMENTS`` runs inside of it what :mod:`tests.production.house` does. Root is
needed; nothing of it is left on this machine, neither accounts nor files nor open ports.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PREFIX = Path("/opt/razdar")
_UP = 0x1 | 0x40  # IFF_UP, IFF_RUNNING: netdevice(7)
_SIOCSIFFLAGS = 0x8914


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the house in a new machine; what it prints."""
    command = ["unshare", "--mount", "--pid", "--net", "--ipc", "--fork", "--kill-child", sys.executable]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAZDAR_")}
    return subprocess.run(
        [*command, "-m", "tests.production.machine", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def enter() -> None:
    """Go into the machine: a layer over this one's files, own ``/proc`` and ``/run``, a network of loopback alone."""
    _mount("--make-rprivate", "/")
    base = Path(tempfile.gettempdir()) / "razdar-machine"
    base.mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "tmpfs", str(base))
    for name in ("upper", "work", "root"):
        (base / name).mkdir()
    root = base / "root"
    _mount("-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={base}/upper,workdir={base}/work", str(root))
    _mount("-t", "proc", "proc", f"{root}/proc")
    _mount("--rbind", "/dev", f"{root}/dev")
    _mount("-t", "tmpfs", "tmpfs", f"{root}/run")
    _mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", f"{root}/tmp")  # noqa: S108
    needed = {Path(sys.prefix), Path(sys.base_prefix), ROOT}
    for path in needed:
        if path.stat().st_dev != Path("/").stat().st_dev:
            (root / path.relative_to("/")).mkdir(parents=True, exist_ok=True)
            _mount("--rbind", str(path), f"{root}{path}")
    os.chroot(root)
    os.chdir("/")
    _open_the_way(needed)
    _bring_loopback_up()


def install() -> None:
    """A program at the usual place, which runs this working copy; and a name for the database server."""
    bin_folder = PREFIX / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    program = bin_folder / "razdar"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m razdar "$@"\n')
    program.chmod(0o755)
    (bin_folder / "python").symlink_to("/bin/sh")
    Path("/etc/hosts").write_text("127.0.0.1 localhost desk.example.org\n")


def _open_the_way(needed: Iterable[Path]) -> None:
    """Let other accounts reach the interpreter and the working copy, in the layer only."""
    for path in {folder for way in needed for folder in way.parents}:
        path.chmod(path.stat().st_mode | 0o011)


def _bring_loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _UP))


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def main() -> int:
    enter()
    install()
    os.chdir(ROOT)
    house = [sys.executable, "-m", "tests.production.house", *sys.argv[1:]]
    server = [sys.executable, str(ROOT / "scripts/tls-postgres")]
    return subprocess.run([*server, *house], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
