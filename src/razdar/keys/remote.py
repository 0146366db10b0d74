"""The key agent in another process, as this one sees it.

Rules:

* A connection for each thread, made at its first question and kept. A connection that broke is made again once, and the
  question asked again: every call gives the same answer when it is repeated.
* Nobody at the socket, or no answer in time: ``KeysLocked``. As soon as there is an agent again, the next question is
  answered; nothing has to be started again here.
* The agent is believed only if it runs under the account that owns the socket's folder, or under this one: whoever
  could put another socket there could hand out keys of its own choosing.
* Large batches are split; one is still answered whole or not at all.
"""

import os
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar, cast
from uuid import UUID
from weakref import WeakSet, finalize

from razdar.core.crypto.hierarchy import SigningPurpose
from razdar.core.crypto.material import wipe
from razdar.core.errors import BadInput, KeysLocked, Misconfigured, NotYours, Unavailable
from razdar.keys import local_socket, wire
from razdar.keys.codecs import Writer
from razdar.keys.frames import Frames
from razdar.keys.records import BookLine, DestroyedKeys, ErasureSaid, KeyRef, KeysStatus, PublicKey
from razdar.keys.remote_freezing import RemoteFreezing
from razdar.keys.remote_keeping import BATCH, RemoteKeeper
from razdar.keys.remote_streams import RemoteStreams

CONNECT_SECONDS = 1
_CONNECT_TIME = struct.pack("@ll", CONNECT_SECONDS, 0)
ANSWER_SECONDS = 10.0
VALUES_BYTES = 256 * 1024

_GONE = "The keys are locked: the key agent does not answer. Nothing was lost; try again when it does."
_STRANGER = (
    "The key agent's socket is served by an account that is neither this one nor the owner of its folder. Find out who "
    "put it there; no key is taken from it."
)
_CLOSED = "The key agent does not know the account of this process. Add it to the agent's list of callers."

R = TypeVar("R")


class RemoteAgent(RemoteKeeper, RemoteStreams, RemoteFreezing):
    """The agent behind a socket; safe to share between threads, and a forked child makes connections of its own.

    Args:
        path: of the socket.
        role: what this process is; counts where it shares an account with the agent.
    """

    def __init__(self, path: Path, role: str = "") -> None:
        self._path = path
        self._role = role
        self._mine = threading.local()
        self._lines: WeakSet[_Line] = WeakSet()
        self._closed = False

    def close(self) -> None:
        """Let go of the agent; every later call raises ``KeysLocked``."""
        self._closed = True
        for line in list(self._lines):
            line.close()

    def answers(self) -> bool:
        """Whether there is an agent that talks to this process.

        Raises:
            Misconfigured: there is one, of another version or one not to be believed.
            NotYours: there is one, and it does not know this account.
        """
        try:
            self._connected()
        except Unavailable:
            return False
        return True

    def create_client(self, client: UUID) -> None:
        self._ask(wire.CREATE_CLIENT, client)

    def known_clients(self, clients: Sequence[UUID]) -> list[UUID]:
        return self._ask(wire.KNOWN_CLIENTS, clients)

    def create_customer(self, client: UUID, customer: UUID) -> KeyRef:
        return self._ask(wire.CREATE_CUSTOMER, client, customer)

    def create_customers(self, client: UUID, customers: Sequence[UUID]) -> list[KeyRef]:
        refs: list[KeyRef] = []
        for start in range(0, max(1, len(customers)), BATCH):
            some = self._ask(wire.CREATE_CUSTOMERS, client, customers[start : start + BATCH])
            refs += some
        return refs

    def newest(self, client: UUID, customers: Sequence[UUID]) -> dict[UUID, KeyRef]:
        found: dict[UUID, KeyRef] = {}
        for start in range(0, max(1, len(customers)), BATCH):
            some = self._ask(wire.NEWEST, client, customers[start : start + BATCH])
            found |= some
        return found

    def unwrap(self, refs: Sequence[KeyRef], purpose: str) -> list[bytearray]:
        keys: list[bytearray] = []
        try:
            for start in range(0, max(1, len(refs)), BATCH):
                some = self._ask(wire.UNWRAP, refs[start : start + BATCH], purpose)
                keys += some
        except BaseException:
            wipe(*keys)
            raise
        return keys

    def destroy_customer(self, client: UUID, customer: UUID) -> DestroyedKeys:
        return self._ask(wire.DESTROY_CUSTOMER, client, customer)

    def is_destroyed(self, client: UUID, customer: UUID) -> bool:
        return self._ask(wire.IS_DESTROYED, client, customer)

    def blind(self, client: UUID, field: int, values: Sequence[bytes]) -> list[bytes]:
        return [index for some in _portions(values) for index in self._ask(wire.BLIND, client, field, some)]

    def installation_subkey(self, purpose: bytes) -> bytearray:
        return self._ask(wire.INSTALLATION_SUBKEY, purpose)

    def sealed_public(self, client: UUID, customers: Sequence[UUID]) -> dict[UUID, PublicKey]:
        found: dict[UUID, PublicKey] = {}
        for start in range(0, max(1, len(customers)), BATCH):
            some = self._ask(wire.SEALED_PUBLIC, client, customers[start : start + BATCH])
            found |= some
        return found

    def sign_certificate(self, said: ErasureSaid) -> bytes:
        return self._ask(wire.SIGN_CERTIFICATE, said)

    def sign_notice(self, client: UUID, customer: UUID) -> bytes:
        return self._ask(wire.SIGN_NOTICE, client, customer)

    def sign_backup(self, manifest: bytes) -> bytes:
        return self._ask(wire.SIGN_BACKUP, manifest)

    def verifying_key(self, purpose: SigningPurpose) -> bytes:
        return self._ask(wire.VERIFYING_KEY, purpose)

    def book(self, since: datetime, until: datetime) -> list[BookLine]:
        lines: list[BookLine] = []
        after = b""
        while True:
            page = self._ask(wire.BOOK_PAGE, since, until, after)
            lines += page.lines
            if not (after := page.after):
                return lines

    def status(self) -> KeysStatus:
        return self._ask(wire.STATUS)

    # --- the connection -----------------------------------------------------------------------------------------------

    def _ask(self, call: wire.Call[R], *arguments: object) -> R:
        """One question and its answer.

        Raises:
            KeysLocked: nobody answers, or not in time.
            RazdarError, ValueError: what the agent raised.
        """
        question = Writer()
        for last in (False, True):
            line = self._connected()
            question.wipe()
            call.put_arguments(question, arguments)
            try:
                return line.ask(call, question)
            except (EOFError, ConnectionError):
                if last:
                    raise KeysLocked(_GONE) from None
            except OSError:  # too slow: not asked again, for what is slow is busy
                raise KeysLocked(_GONE) from None
        raise KeysLocked(_GONE)

    def _connected(self) -> "_Line":
        """This thread's connection, made when there is none.

        Raises:
            KeysLocked, Misconfigured, NotYours
        """
        if self._closed:
            raise KeysLocked("The keys are locked in this process.")
        line: _Line | None = getattr(self._mine, "line", None)
        if line is None or line.broken or line.process != os.getpid():
            line = self._introduced()
            self._mine.line = line
            self._lines.add(line)
        return line

    def _introduced(self) -> "_Line":
        """A new connection on which hello was said. Closed on once may be an agent that ended; twice is on purpose."""
        for _ in range(2):
            line = _Line(_connect(self._path))
            if line.greet(self._role):
                return line
        raise NotYours(_CLOSED)


class _Line:
    """One connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.process = os.getpid()
        self.broken = False
        self._connection = connection
        self._frames = Frames(connection, ANSWER_SECONDS)
        finalize(self, connection.close)  # with the thread it belongs to

    def close(self) -> None:
        """End it, under whichever thread is using it."""
        self.broken = True
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def greet(self, role: str) -> bool:
        """Say hello; whether it was answered, and not closed on as an unknown account is.

        Raises:
            KeysLocked: no answer in time. Misconfigured: an agent of another version.
        """
        question = Writer()
        wire.HELLO.put_arguments(question, (wire.VERSION, role))
        try:
            self.ask(wire.HELLO, question)
        except (EOFError, ConnectionError):
            return False
        except OSError:
            raise KeysLocked(_GONE) from None
        return True

    def ask(self, call: wire.Call[R], question: Writer) -> R:
        """Send a question and take its answer.

        Raises:
            EOFError, OSError: the connection broke, or the answer took too long or is none.
            RazdarError, ValueError: what the agent raised.
        """
        whole = False
        try:
            self._frames.send(question)
            with self._frames.received(ANSWER_SECONDS) as answer:
                error = wire.take_error(answer) if answer.take(1)[0] else None
                result = call.take_result(answer) if error is None else None
            whole = True
        except BadInput:
            raise OSError("no answer in the agent's language") from None
        finally:
            # A late answer must never be taken for the next question's.
            self.broken = not whole
        if error is not None:
            raise error
        return cast(R, result)


def _connect(path: Path) -> socket.socket:
    """A connection to an agent that is to be believed.

    Raises:
        KeysLocked: nobody is there.
        Misconfigured: somebody who has no business there, or a path that is too long.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # Blocking, with the kernel's own deadline: with Python's a full queue is an error at once (connect(2), EAGAIN).
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _CONNECT_TIME)
        with local_socket.address(path) as address:
            connection.connect(address)
        believed = {path.parent.stat().st_uid, os.geteuid()}
        if local_socket.peer_account(connection) not in believed:
            raise Misconfigured(_STRANGER)
    except OSError:
        connection.close()
        raise KeysLocked(_GONE) from None
    except BaseException:
        connection.close()
        raise
    return connection


def _portions(values: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Values in portions that fit a frame; one empty portion of nothing, so that the client is asked about anyway."""
    start, size = 0, 0
    for end, value in enumerate(values):
        if end > start and (size + len(value) > VALUES_BYTES or end - start >= BATCH):
            yield values[start:end]
            start, size = end, 0
        size += len(value)
    yield values[start:]
