"""Witnesses for tests: a real one on a port of this host, and one that says whatever a test wants."""

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import uvicorn

from razdar.audit.sequencing import signing, witnesses
from razdar.audit.witness.server import MOST_CONNECTIONS, Witness
from razdar.audit.witness.state import WitnessFolder
from razdar.runtime import web_socket
from razdar.runtime.serving import config


def new_folder(path: Path) -> WitnessFolder:
    """A witness that trusts this installation's key."""
    made = WitnessFolder(path, "witness.example.org")
    made.trust(signing.log_key())
    return made


@contextmanager
def serving(folder: WitnessFolder, port: int = 0) -> Iterator[str]:
    """A witness's server, until the block ends; its address."""
    listener = web_socket.listen("127.0.0.1", port)
    server = uvicorn.Server(config(Witness(folder), connections=MOST_CONNECTIONS))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def saying(status: int, body: bytes, pause: float = 0.0, location: str = "") -> Iterator[tuple[str, list[bytes]]]:
    """A server that always answers the same; its address, and what it was asked."""
    asked: list[bytes] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(pause)
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def add(url: str, folder: WitnessFolder, client: UUID | None = None) -> None:
    """Have it asked."""
    witnesses.add(url, folder.key.format(), client)
