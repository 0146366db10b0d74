"""The command line and the wiring of processes.

=========================  ==========================================================================================
razdar init                database roles, tables, key store, first client and administrators
razdar up                  everything on this host: database, web, worker, sequencer; stops on Ctrl-C or SIGTERM
razdar web                 one web process (as a unit of its own)
razdar worker              one worker
razdar sequencer           the one sequencer (room ``audit``)
razdar migrate             bring the database to this version, as the owner
razdar check               is this installation fit to run?
=========================  ==========================================================================================

Rooms add commands (``razdar.runtime.commands``). The passphrase is read once, by the process a person started, and goes
to children through a pipe; it is never an argument or a variable.
"""

import argparse
import contextlib
import importlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from getpass import getpass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from razdar import env
from razdar.core.errors import Misconfigured, RazdarError, Unavailable, Unopenable
from razdar.keys import wipe
from razdar.runtime import logs, web_socket
from razdar.runtime.commands import COMMANDS, INIT_STEPS, Command, Needs, no_arguments
from razdar.runtime.processes import default_address
from razdar.runtime.supervise import Child, Supervisor, follow_parent, this_program

if TYPE_CHECKING:
    from razdar.keys.agent import LocalAgent
    from razdar.runtime.postgres.server import Server

ROOMS = ("audit", "vault", "keys", "identity", "customers", "interactions", "privacy", "security", "oversight", "desk")
CHILDREN = ("sequencer", "worker", "web")
READY_SECONDS = 60.0
# A child gets the database role it needs, where roles are named by variables.
WITHHELD = frozenset({"RAZDAR_OWNER_URL", "RAZDAR_SEQUENCER_URL", "RAZDAR_BACKUP_URL"})
OWN_URLS = {"sequencer": frozenset({"RAZDAR_SEQUENCER_URL"})}
SHARED_ACCOUNT = (
    "All parts run under one account on this host: the walls between them stand only where each is a unit of its own, "
    "under its own account."
)


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    os.umask(0o077)
    follow_parent()
    _discover()
    arguments = _parser().parse_args(argv)
    try:
        return _run(arguments)
    except RazdarError as error:
        print(f"razdar: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - the edge of the process: what nobody caught is logged without its text
        logs.error("command-failed", error, command=arguments.name)
        if _is_database_away(error):
            print("razdar: The database does not answer. Nothing was lost; try again when it does.", file=sys.stderr)
            return 1
        print("razdar: something failed that should not; the line above says where.", file=sys.stderr)
        return 70


def _is_database_away(error: Exception) -> bool:
    from django.db import InterfaceError, OperationalError

    return isinstance(error, InterfaceError | OperationalError)


def _run(arguments: argparse.Namespace) -> int:
    command: Command = arguments.command
    logs.configure(arguments.name, make_var() / "log")
    with ExitStack() as stack:
        prepare(command.needs, stack)
        return command.run(arguments)


# --- What a command needs ---------------------------------------------------------------------------------------------


def make_var() -> Path:
    """The folder for everything written; made when missing."""
    folder = env.var_folder()
    if not folder.exists():
        folder.mkdir(parents=True)
        # As root the database's own account has to pass through; it can list nothing.
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


def prepare(needs: Needs, stack: ExitStack) -> None:
    """Make ready what a command needs; undone by the stack.

    Raises:
        Misconfigured, Unavailable: something is missing; the sentence says what.
    """
    if not needs:
        return
    if Needs.KEYS in needs:
        with passphrase() as words:
            unlock(words, stack)
    if env.embedded_database():
        from razdar.runtime.postgres import embedded

        stack.enter_context(embedded.available(env.var_folder()))
    if Needs.OWNER in needs:
        env.use_databases("owner")
    if Needs.SEQUENCER in needs:
        env.use_databases("sequencer")
    set_up_django(stack)


def set_up_django(stack: ExitStack) -> None:
    """Load settings and rooms; connections are closed by the stack."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "razdar.settings"
    import django

    django.setup()
    stack.callback(_close_databases)


def _close_databases() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


def unlock(words: bytearray, stack: ExitStack) -> None:
    """Install the key agent of this process and hold what Django signs with.

    Raises:
        Misconfigured: a wrong passphrase, or a key store that is missing or damaged.
    """
    from razdar.keys import agent

    unlocked = stack.enter_context(contextlib.closing(_opened(words)))
    agent.install(unlocked)
    secret = unlocked.installation_subkey(b"django secret key")
    env.hold_secret_key(secret.hex())
    wipe(secret)


def _opened(words: bytearray) -> "LocalAgent":
    from razdar.keys import setup

    try:
        return setup.unlock(_keys_folder(), words)
    except Unopenable:
        raise Misconfigured("The passphrase does not open the key store.") from None


def _keys_folder() -> Path:
    return env.var_folder() / "keys"


@contextmanager
def passphrase(*, new: bool = False) -> Iterator[bytearray]:
    """The passphrase: from the inherited pipe, the file outside ``var``, or typed; wiped at the end.

    Args:
        new: it is being chosen now, and is asked for twice.
    """
    from razdar.keys import passphrase as source

    pipe, file = env.passphrase_pipe(), env.passphrase_file()
    if pipe is not None:
        words = source.from_pipe(pipe)
    elif file is not None:
        words = source.from_file(file, env.var_folder())
    elif new:
        words = source.typed("New passphrase: ", "The same again: ")
    else:
        words = source.typed("Passphrase: ")
    try:
        yield words
    finally:
        wipe(words)


# --- Everything on one host -------------------------------------------------------------------------------------------


def run_all(words: bytearray, say: Callable[[str], None], stop: threading.Event, ready: Callable[[], None]) -> None:
    """Start database, web, worker and sequencer, watch over them until ``stop`` is set, and stop them.

    To be called from the main thread: the database dies with the thread that started it.

    Args:
        words: the passphrase, for the children.
        say: shows one line to the person who started it.
        stop: ends it.
        ready: called once, when the web process answers.

    Raises:
        Unavailable: a part does not start or does not stay up.
    """
    with ExitStack() as stack:
        listener = stack.enter_context(web_socket.listen(*default_address(env.base_url())))
        database = _Database(stack)
        _migrate_in_child()
        supervisor = Supervisor([_child(name, words, listener) for name in CHILDREN if name in COMMANDS])
        stack.callback(supervisor.close)
        supervisor.start()
        _wait_for_web(supervisor, stop)
        if stop.is_set():
            return
        say(f"Razdar is ready at {env.base_url()}")
        say(SHARED_ACCOUNT)
        ready()
        supervisor.watch(stop, lambda: database.look(supervisor))


class _Database:
    """The embedded server, where it is the one; started again when it ended."""

    def __init__(self, stack: ExitStack) -> None:
        self._server: Server | None = None
        if env.embedded_database():
            self._start()
            stack.callback(self._stop)

    def _start(self) -> None:
        from razdar.runtime.postgres import embedded

        self._server = embedded.start(env.var_folder()).server

    def _stop(self) -> None:
        if self._server:
            self._server.stop()

    def look(self, supervisor: Supervisor) -> None:
        if self._server is None or self._server.returncode() is None:
            return
        logs.event("database-ended", status=self._server.returncode())
        supervisor.stop()
        self._stop()
        self._start()


def _child(name: str, words: bytearray, listener: socket.socket) -> Child:
    from razdar.keys import passphrase as source

    def hand_over() -> dict[str, int]:
        given = {"RAZDAR_PASSPHRASE_FD": source.to_pipe(words)}
        return given | {web_socket.VARIABLE: os.dup(listener.fileno())} if name == "web" else given

    return Child(name, this_program(name), hand_over, WITHHELD - OWN_URLS.get(name, frozenset()))


def _migrate_in_child() -> None:
    if subprocess.run(this_program("migrate"), check=False, stdin=subprocess.DEVNULL).returncode:
        raise Unavailable("The database could not be brought to this version; the lines above say why.")


def _wait_for_web(supervisor: Supervisor, stop: threading.Event) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not stop.wait(0.05) and not web_socket.answers(*default_address(env.base_url()), env.base_url().host):
        supervisor.look()
        if time.monotonic() > deadline:
            raise Unavailable("The web process does not answer; its log says why.")


# --- Commands ---------------------------------------------------------------------------------------------------------


def _up(_arguments: argparse.Namespace) -> int:
    stop = stop_on_signals()
    with passphrase() as words:
        _opened(words).close()  # a wrong passphrase is found here, and not in three children
        run_all(words, lambda line: print(line, flush=True), stop, lambda: None)
    return 0


def stop_on_signals() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _init_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--admin-url",
        metavar="URL",
        help="a PostgreSQL administrator's URL: make database and roles there; - to type it",
    )
    for step in INIT_STEPS.values():
        step.add_arguments(parser)


def _init(arguments: argparse.Namespace) -> int:
    new = not _keys_folder().exists()
    with ExitStack() as stack, passphrase(new=new) as words:
        if arguments.admin_url:
            _provision(getpass("Administrator's URL: ") if arguments.admin_url == "-" else arguments.admin_url)
        if new:
            from razdar.keys import setup

            setup.create(_keys_folder(), words)
        unlock(words, stack)
        if env.embedded_database():
            from razdar.runtime.postgres import embedded

            stack.enter_context(embedded.available(env.var_folder()))
        _migrate_in_child()
        set_up_django(stack)
        for step in INIT_STEPS.values():
            step.run(arguments)
    return 0


def _provision(admin_url: str) -> None:
    """Make the roles on a server of the operator's and write their URLs where only this account can read them."""
    from razdar.runtime.postgres import roles

    urls = roles.provision(admin_url)
    names = {f"RAZDAR_{role.upper()}_URL": getattr(urls, role) for role in ("owner", "sequencer", "backup")}
    names["RAZDAR_DATABASE_URL"] = urls.runtime
    os.environ.update(names)
    path = make_var() / "database.env"
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("".join(f"{name}='{url}'\n" for name, url in sorted(names.items())))
    print(f"The four roles' URLs are in {path}; give each unit only the one it needs.")


# --- The parser -------------------------------------------------------------------------------------------------------


def _discover() -> None:
    """Register our own commands and let each room register its own."""
    if "up" in COMMANDS:
        return
    COMMANDS.register("init")(
        Command("Set up database, keys, first client and administrators.", _init_arguments, _init, Needs.NOTHING)
    )
    COMMANDS.register("up")(Command("Run everything on this host.", no_arguments, _up, Needs.NOTHING))
    for module in ("razdar.runtime.processes", *(f"razdar.{room}.commands" for room in ROOMS), "razdar.demo"):
        if find_spec(module.rpartition(".")[0]) and find_spec(module):
            importlib.import_module(module)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="razdar", description="A contact center that keeps its customers' secrets.")
    subparsers = parser.add_subparsers(required=True, metavar="command", dest="name")
    for name, command in COMMANDS.items():
        sub = subparsers.add_parser(name, help=command.help, description=command.help)
        command.add_arguments(sub)
        sub.set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
