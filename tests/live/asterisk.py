"""An Asterisk for tests: its own folder, its own ports on loopback, gone with the process that started it.

It is configured by the files in `conf`, where @words@ stand for what is of this run. It lets nobody in but SIP: there
is no HTTP server and no manager interface, ARI and media go out over TLS to the ports named here, whether or not
somebody listens there.
"""

import contextlib
import ctypes
import os
import random
import re
import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.live.authority import Authority
from tests.ports import HOST, free_port

CONF = Path(__file__).resolve().parent / "conf"
RTP_PORTS = 400
PRIORITY = -10  # nice(2)
_PR_SET_PDEATHSIG = 1  # prctl(2)


class Asterisk:
    """One running Asterisk.

    `authority` issues certificates that it trusts. It dials a controller at `controller_port` as `asterisk` with
    `ari_password`, and recorders at `recorder_ports` ("a", "b") as `recorder_user` with `recorder_password`.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.folder = root, folder
        for name in ("etc", "lib/keys", "run", "log", "tls"):
            (folder / name).mkdir(parents=True)
        self.authority = Authority(folder / "tls")
        self.sip = (HOST, free_port(socket.SOCK_DGRAM))
        self.controller_port = free_port()
        self.recorder_ports = {"a": free_port(), "b": free_port()}
        self.ari_password, self.recorder_password = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.recorder_user = "asterisk"
        self._process: subprocess.Popen[bytes] | None = None
        self._configure()

    def _configure(self) -> None:
        first = random.randrange(12_000, 30_000, 2)  # noqa: S311 - a port, not a secret; below the kernel's own choices
        words = {
            "folder": self.folder,
            "root": self.root,
            "modules": next(self.root.glob("usr/lib/*/asterisk/modules")),
            "system": "live",
            "host": HOST,
            "ca": self.authority.ca,
            "sip_port": self.sip[1],
            "rtp_start": first,
            "rtp_end": first + RTP_PORTS - 1,
            "controller_port": self.controller_port,
            "ari_password": self.ari_password,
            "recorder_a_port": self.recorder_ports["a"],
            "recorder_b_port": self.recorder_ports["b"],
            "recorder_user": self.recorder_user,
            "recorder_password": self.recorder_password,
        }
        for template in CONF.glob("*.conf"):
            text = re.sub(r"@(\w+)@", lambda match: str(words[match[1]]), template.read_text())
            target = self.folder / "etc" / template.name
            target.touch(mode=0o600)
            target.write_text(text)

    def start(self) -> None:
        """Start it and wait until its modules run.

        Raises:
            RuntimeError: it did not start within 20 s; the message has its log.
        """
        self._process = subprocess.Popen(
            [self.root / "asterisk", "-C", self._main, "-f", "-n", "-q"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            preexec_fn=_become,  # noqa: PLW1509 - nothing in it takes a lock
        )
        deadline = time.monotonic() + 20
        socket_file = self.folder / "run" / "asterisk.ctl"
        while not socket_file.exists() or "fully booted" not in self.console("core waitfullybooted"):
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(f"Asterisk did not start:\n{self.log()}")
            time.sleep(0.02)

    @property
    def pid(self) -> int:
        """The process that it says it is, in its own file."""
        return int((self.folder / "run" / "asterisk.pid").read_text())

    @property
    def _main(self) -> Path:
        return self.folder / "etc" / "asterisk.conf"

    def console(self, command: str) -> str:
        """What it answers to a line typed at its console, over a socket in its own folder."""
        line: list[str | Path] = [self.root / "asterisk", "-C", self._main, "-r", "-x", command]
        return subprocess.run(line, capture_output=True, text=True, timeout=10, check=False).stdout

    def listening(self, protocol: str) -> list[str]:
        """Addresses of its sockets (tcp, tcp6, udp, udp6) that anybody may send to, as proc(5) has them."""
        descriptors = Path(f"/proc/{self.pid}/fd").iterdir()
        ours = {str(path.readlink()) for path in descriptors if path.is_symlink()}
        found = []
        for line in Path(f"/proc/{self.pid}/net/{protocol}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if f"socket:[{rest[5]}]" in ours and state in {"0A", "07"}:
                address, _, port = local.partition(":")
                four = socket.inet_ntoa(bytes.fromhex(address)[::-1]) if len(address) == 8 else address
                found.append(f"{four}:{int(port, 16)}")
        return found

    def log(self) -> str:
        messages = self.folder / "log" / "messages"
        return messages.read_text(errors="replace") if messages.exists() else ""

    def stop(self) -> None:
        """Ask it to stop, and after two seconds make it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


_libc = ctypes.CDLL(None)


def _become() -> None:
    """In the new process: die with the one that started it; go before others, where allowed, as sound cannot wait."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
