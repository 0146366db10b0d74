"""The commands that are one process each: ``web``, ``worker``, ``migrate``, ``check``."""

import argparse
from typing import Protocol

from razdar.core.errors import Misconfigured
from razdar.runtime.commands import COMMANDS, Command, Needs, no_arguments


class Address(Protocol):
    """The part of the public base URL that decides where to listen."""

    @property
    def secure(self) -> bool: ...

    @property
    def port(self) -> int: ...


def default_address(url: Address) -> tuple[str, int]:
    """Where the web process listens unless told: loopback, on the port of a local base URL, or 8000 behind a proxy."""
    return "127.0.0.1", 8000 if url.secure else url.port


def parse_address(text: str) -> tuple[str, int]:
    """HOST:PORT in its parts.

    Raises:
        Misconfigured: something else.
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise Misconfigured("An address to listen on looks like 127.0.0.1:8000.")
    return host.strip("[]"), int(port)


def _web_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bind", metavar="HOST:PORT", help="where to listen (default: loopback)")


def _web(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from razdar.runtime import checks, web, web_socket

    host, port = parse_address(arguments.bind) if arguments.bind else default_address(settings.BASE_URL)
    with web_socket.inherited() or web_socket.listen(host, port) as listener:
        checks.check_database()
        web.serve(listener, behind_proxy=settings.BASE_URL.secure)
    return 0


def _worker(_arguments: argparse.Namespace) -> int:
    from razdar.runtime import checks, worker

    checks.check_database()
    worker.run()
    return 0


def _migrate(_arguments: argparse.Namespace) -> int:
    from razdar.runtime.migrate import migrate

    migrate()
    return 0


def _check(_arguments: argparse.Namespace) -> int:
    from django.conf import settings
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    from razdar.runtime import checks

    # Where processes have accounts of their own, the key store is out of reach, and its agent is what there is.
    if not (settings.VAR / "keys").exists() and not settings.RAZDAR_KEY_AGENT.exists():
        raise Misconfigured("Nothing is set up here yet, or its key agent does not run. Start with: razdar init")
    checks.check_database()
    try:
        # On localhost there is no TLS, which is what the checks of a deployment would go on about.
        call_command("check", deploy=settings.BASE_URL.secure, fail_level="WARNING")
    except SystemCheckError as found:
        raise Misconfigured(str(found)) from None
    return 0


COMMANDS.register("web")(Command("Run one web process.", _web_arguments, _web, Needs.KEYS))
COMMANDS.register("worker")(Command("Run one worker.", no_arguments, _worker, Needs.KEYS))
COMMANDS.register("migrate")(Command("Bring the database to this version.", no_arguments, _migrate, Needs.OWNER))
COMMANDS.register("check")(Command("Check that this installation is fit to run.", no_arguments, _check))
