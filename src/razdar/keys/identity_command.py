"""``razdar keys identity``: what somebody who keeps key bundles does first, on a machine of their own.

    razdar keys identity FILE

It does what ``age-keygen -pq -o FILE`` of age 1.3 and later does, for machines that have an older age or none. The file
opens key bundles; what is printed names its holder and is no secret.
"""

import argparse
import os
import sys
from pathlib import Path

from razdar.core.crypto.age import Identity
from razdar.core.errors import Misconfigured
from razdar.keys import private_files
from razdar.runtime.commands import Command, Needs, no_arguments


def add_to(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the act to the command ``keys``."""
    parser = acts.add_parser("identity", help="make the identity of a recipient of key bundles")
    parser.add_argument("file", type=Path, metavar="FILE", help="a new file, for its keeper alone")
    parser.set_defaults(
        command=Command(
            "Make the identity of a recipient of key bundles.", no_arguments, run, Needs.NOTHING, logs=False
        )
    )


def run(arguments: argparse.Namespace) -> int:
    """Write an identity and print its recipient.

    Raises:
        Misconfigured: the file exists, or cannot be written.
    """
    identity = Identity.generate(os.urandom)
    try:
        recipient = identity.recipient.text
        text = f"# public key: {recipient}\n{identity.reveal()}\n"
    finally:
        identity.close()
    try:
        private_files.write_new(arguments.file.absolute(), text.encode("ascii"))
    except FileExistsError:
        raise Misconfigured(f"{arguments.file} exists already. Nothing was changed.") from None
    except OSError:
        raise Misconfigured(f"{arguments.file} cannot be written.") from None
    sys.stdout.write(f"{recipient}\n")
    return 0
