"""``razdar keys open-second``: what the keeper of second keys does, on a machine of their own.

    razdar keys open-second FILE --identity FILE

It does what ``age --decrypt --identity FILE FILE`` does, and needs no installation, no database and no key store. It
prints what the key is for and the key; the keeper gives the last line to whoever asked, or the whole text.
"""

import argparse
import sys
from pathlib import Path

from razdar.core.crypto import age
from razdar.core.crypto.age import Identity
from razdar.core.errors import BadInput
from razdar.runtime.commands import Command, Needs, no_arguments

_LARGEST = 100_000


def add_to(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the act to the command ``keys``."""
    parser = acts.add_parser("open-second", help="read the second key of one value out of its age file")
    parser.add_argument("file", type=Path, metavar="FILE", help="the small age file that was handed out")
    parser.add_argument("--identity", type=Path, required=True, metavar="FILE", help="your age identity")
    parser.set_defaults(
        command=Command(
            "Read the second key of one value out of its age file.", no_arguments, run, Needs.NOTHING, logs=False
        )
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the text in the file.

    Raises:
        BadInput: a file cannot be read, or is none. Unopenable: it is for somebody else, or was altered.
    """
    identity = Identity.parse(_read(arguments.identity).decode("ascii", "replace"))
    try:
        text = b"".join(age.decrypt([identity], [_read(arguments.file)]))
    finally:
        identity.close()
    sys.stdout.write(text.decode("ascii", "replace"))
    return 0


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError:
        raise BadInput("That file cannot be read.") from None
