"""What the commands of all rooms have in common: saying a line, reading a file, and naming a client.

A client is named by ``--client NAME-OR-ID`` everywhere. Names belong to ``identity``, which lies above most rooms, so
it registers here how a name is looked up; an id needs nobody, since a log outlives the client it speaks of.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from razdar.core.errors import BadInput, NotFound
from razdar.core.registry import Registry

CLIENT_NAMES: Registry[Callable[[str], UUID]] = Registry("way to find a client by its name")
"""From a name to an id. Without a name, the id of the only client. Raises NotFound, BadInput."""


MOST_BYTES = 4 << 30


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def read(path: Path, what: str) -> bytes:
    """What is in a file.

    Args:
        what: it should be, for what is said when it cannot be read.

    Raises:
        BadInput: it cannot be read, or is too large to be held in memory.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(f"The {what} is larger than 4 GB.")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"The {what} cannot be read. Check the file's name and rights.") from error


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
