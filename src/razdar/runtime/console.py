"""What the commands of all rooms have in common: saying a line, and naming a client.

A client is named by ``--client NAME-OR-ID`` everywhere. Names belong to ``identity``, which lies above most rooms, so
it registers here how a name is looked up; an id needs nobody, since a log outlives the client it speaks of.
"""

import argparse
import sys
from collections.abc import Callable
from uuid import UUID

from razdar.core.errors import NotFound
from razdar.core.registry import Registry

CLIENT_NAMES: Registry[Callable[[str], UUID]] = Registry("way to find a client by its name")
"""From a name to an id. Without a name, the id of the only client. Raises NotFound, BadInput."""


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def add_client(parser: argparse.ArgumentParser, meaning: str = "the client, where there is more than one") -> None:
    """Add ``--client`` to a command that works for one client."""
    parser.add_argument("--client", default="", metavar="NAME-OR-ID", help=meaning)


def client_of(arguments: argparse.Namespace) -> UUID:
    """The client that was named, or the only one.

    Raises:
        NotFound: none of that name. BadInput: none was named, and there is not exactly one.
    """
    try:
        return UUID(arguments.client)
    except ValueError:
        pass
    for find in CLIENT_NAMES.values():
        return find(arguments.client)
    raise NotFound("There is no client of that name.")


def client_or_all(arguments: argparse.Namespace) -> UUID | None:
    """The client that was named; nothing when none was: all of them.

    Raises:
        NotFound: none of that name.
    """
    return client_of(arguments) if arguments.client else None
