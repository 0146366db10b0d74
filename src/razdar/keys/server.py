"""The key agent as a process: answers other processes over a unix socket.

Rules:

* Who calls is what the kernel says (``callers``); an unknown account is closed on, unheard. What a role may not ask is
  refused, what it asks too much of is throttled (``limits``); both are in the book, and so is everything that is given
  or changed (``charges``): first it is made sure that the book can be written, then the call is done, then noted.
* Too many destructions are an alarm: an event of its own in this process's log, and a number in its status.
* A connection has a thread. One that is slow, silent or speaks nonsense is closed by its own deadline and holds up
  nobody; there is a bound to their number, for each account and in all.
* One agent serves one socket: a lock beside it, held for life. What a dead agent left behind is replaced.
* The socket is reached through its folder, which nobody but the agent's account may write, and believed through the
  kernel's word on the peer. For callers with accounts of their own it has a group; else it is the owner's alone.
"""

import fcntl
import os
import socket
import stat
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from razdar.core.crypto.material import wipe
from razdar.core.errors import BadInput, Misconfigured, NotYours, RazdarError, Throttled, Unavailable
from razdar.keys import callers, charges, limits, local_socket, wire
from razdar.keys.agent import LocalAgent
from razdar.keys.callers import Callers, Role
from razdar.keys.codecs import Reader, Writer
from razdar.keys.frames import Frames
from razdar.keys.limits import Limits
from razdar.keys.records import KeysStatus, Outcome
from razdar.runtime import logs

HELLO_SECONDS = 5.0
FRAME_SECONDS = 5.0
IDLE_SECONDS = 600.0
MOST_CONNECTIONS = 512
MOST_OF_ONE_ACCOUNT = 256
_BACKLOG = 128
_STACK_BYTES = 512 * 1024
DESTROYING = "destroy_customer"
_DENIED = "The key agent does not do this for the process that asked."


@dataclass(frozen=True)
class Place:
    """Where the agent listens.

    Attributes:
        path: of the socket.
        shared: whether callers have accounts of their own.
    """

    path: Path
    shared: bool


class Server:
    """Serves one agent until it is closed.

    Args:
        agent: does the work; not closed with the server.
        known: who may call.
        walls_missing: protections of this process that the system did not grant.
        limits: how much callers may have.
    """

    def __init__(
        self, agent: LocalAgent, known: Callers, *, walls_missing: tuple[str, ...] = (), allowed: Limits | None = None
    ) -> None:
        self._agent = agent
        self._known = known
        self._missing = walls_missing
        self._limits = allowed or Limits()
        self._lock = threading.Lock()
        self._open: dict[socket.socket, int] = {}
        self._turned_away = 0
        self._alarms = 0

    def serve(self, listener: socket.socket, stop: threading.Event) -> None:
        """Answer until ``stop`` is set; open connections are closed then."""
        threading.stack_size(_STACK_BYTES)
        listener.listen(_BACKLOG)
        listener.settimeout(0.2)
        while not stop.is_set():
            with suppress(TimeoutError):
                self._welcome(listener.accept()[0])
        with self._lock:
            remaining = list(self._open)
        for connection in remaining:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    # --- connections --------------------------------------------------------------------------------------------------

    def _welcome(self, connection: socket.socket) -> None:
        try:
            account = local_socket.peer_account(connection)
        except OSError:
            connection.close()
            return
        if not self._known.knows(account):
            connection.close()
            self.turn_away(self._agent.for_caller("unknown"), "connect", Outcome.DENIED, account)
            return
        if not self._has_room(account):
            connection.close()
            self.turn_away(self._agent.for_caller("known"), "connect", Outcome.LIMITED, account)
            return
        with self._lock:
            self._open[connection] = account
        threading.Thread(target=self._attend, args=(connection, account), name="caller", daemon=True).start()

    def _has_room(self, account: int) -> bool:
        with self._lock:
            open_now = Counter(self._open.values())
        return open_now.total() < MOST_CONNECTIONS and open_now[account] < MOST_OF_ONE_ACCOUNT

    def _attend(self, connection: socket.socket, account: int) -> None:
        """One connection from its first frame to its last; whatever goes wrong ends this one only."""
        try:
            with connection:
                frames = Frames(connection, FRAME_SECONDS)
                role = self._greet(frames, account)
                conversation = _Conversation(self, self._agent.for_caller(role.value), role)
                while True:
                    with frames.received(IDLE_SECONDS) as request:
                        answer = conversation.answer(request)
                    frames.send(answer)
        except (EOFError, OSError):
            pass  # gone, slow or silent
        except BadInput:
            self.turn_away(self._agent.for_caller("known"), "nonsense", Outcome.DENIED, account)
        finally:
            with self._lock:
                self._open.pop(connection, None)

    def _greet(self, frames: Frames, account: int) -> Role:
        with frames.received(HELLO_SECONDS) as request:
            if bytes(request.take(1)) != bytes((wire.HELLO.number,)):
                raise BadInput("The first frame says hello.")
            version, claimed = wire.HELLO.take_arguments(request)
        answer = Writer()
        if version != wire.VERSION:
            wire.put_error(answer, Misconfigured("The key agent is of another version of Razdar. Restart it."))
            frames.send(answer)
            raise EOFError
        role = self._known.role(account, claimed)
        wire.HELLO.put_result(answer, role.value)
        frames.send(answer)
        return role

    # --- calls --------------------------------------------------------------------------------------------------------

    def check(self, agent: LocalAgent, role: Role, call: str, arguments: tuple[Any, ...]) -> None:
        """Refuse what a role may not ask, or asks too much of.

        Raises:
            NotYours, Throttled
        """
        if not callers.may(role, call, arguments):
            self.turn_away(agent, call, Outcome.DENIED)
            raise NotYours(_DENIED)
        try:
            self._limits.take(role, *limits.cost(call, arguments))
        except Throttled:
            self.turn_away(agent, call, Outcome.LIMITED)
            raise

    def status(self, agent: LocalAgent) -> KeysStatus:
        """The agent's status with what only its process knows."""
        return replace(agent.status(), walls_missing=self._missing, turned_away=self._turned_away, alarms=self._alarms)

    def turn_away(self, agent: LocalAgent, call: str, outcome: Outcome, account: int | None = None) -> None:
        """Note that a call was denied or limited."""
        alarm = call == DESTROYING
        with self._lock:
            self._turned_away += 1
            self._alarms += alarm
        agent.turn_away(call, outcome)
        name = "keys-destruction-alarm" if alarm else "keys-turned-away"
        logs.event(name, call=call, outcome=outcome.value, account=account)


class _Conversation:
    """The calls of one connection."""

    def __init__(self, server: Server, agent: LocalAgent, role: Role) -> None:
        self._server = server
        self._agent = agent
        self._role = role

    def answer(self, request: Reader) -> Writer:
        """The answer to one question.

        Raises:
            BadInput: no question at all.
        """
        call = wire.CALLS.get(request.take(1)[0])
        if call is None or call is wire.HELLO:
            raise BadInput("There is no such call.")
        arguments = call.take_arguments(request)
        answer = Writer()
        try:
            self._do(call, arguments, answer)
        except (RazdarError, ValueError) as error:
            answer.wipe()
            wire.put_error(answer, error)
        except Exception as error:  # noqa: BLE001 - the edge of the process: the caller is told nothing of it
            logs.error("key-agent-failed", error, call=call.name)
            answer.wipe()
            wire.put_error(answer, Unavailable("The key agent failed at this; its log says where."))
        return answer

    def _do(self, call: wire.Call[Any], arguments: tuple[Any, ...], answer: Writer) -> None:
        self._server.check(self._agent, self._role, call.name, arguments)
        if call is wire.STATUS:
            result: Any = self._server.status(self._agent)
        else:
            result = self._done_and_booked(call.name, arguments)
        try:
            call.put_result(answer, result)
        finally:
            _forget(result)

    def _done_and_booked(self, call: str, arguments: tuple[Any, ...]) -> Any:
        booked = charges.of(call).booked
        if booked is not None:
            self._agent.require_book()
        try:
            result = getattr(self._agent, call)(*arguments)
        except NotYours:
            self._server.turn_away(self._agent, call, Outcome.DENIED)
            raise
        if booked is not None:
            self._agent.booked(call, booked(arguments))
        return result


def _forget(result: object) -> None:
    """Overwrite the keys of an answer that is written."""
    for value in result if isinstance(result, list | tuple) else (result,):
        if isinstance(value, bytearray):
            wipe(value)


# --- The socket -------------------------------------------------------------------------------------------------------


@contextmanager
def bound(place: Place) -> Iterator[socket.socket]:
    """The socket to serve, bound but not yet answering; removed when the block ends.

    Raises:
        Misconfigured: a folder that others can write, or a path that is too long.
        Unavailable: another agent serves it.
    """
    folder = place.path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or found.st_uid not in {0, os.geteuid()}:
        raise Misconfigured(f"Other accounts can write {folder}. Run: chmod go-w {folder}")
    with _alone(place.path), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        place.path.unlink(missing_ok=True)
        with local_socket.address(place.path) as address:
            listener.bind(address)  # umask 077: nobody else's until it is said
        place.path.chmod(0o660 if place.shared else 0o600)
        try:
            yield listener
        finally:
            place.path.unlink(missing_ok=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.with_suffix(".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Unavailable("A key agent serves this installation already. Stop it first.") from None
        yield
