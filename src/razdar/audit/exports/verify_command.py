"""``razdar verify``, also ``razdar log verify``: an export checked against keys and checkpoints that its reader trusts.

Needs no installation.
"""

import argparse
import sys
from pathlib import Path
from typing import Final
from uuid import UUID

from razdar.core.ledger.notes import Algorithm
from razdar.runtime.commands import COMMANDS, Command, Needs

PLACE: Final = "an export of the log: a folder or a .zip file"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("export", type=Path, metavar="EXPORT", help=PLACE)
    parser.add_argument(
        "--log", action="append", default=[], type=UUID, metavar="ID", help="must be in the export, and no other log"
    )
    parser.add_argument("--log-key", action="append", default=[], metavar="KEY", help="trusted to sign the log")
    parser.add_argument("--witness-key", action="append", default=[], metavar="KEY", help="of a trusted witness")
    parser.add_argument(
        "--seen", action="append", default=[], type=Path, metavar="FILE", help="a checkpoint kept from earlier"
    )


def _run(arguments: argparse.Namespace) -> int:
    from razdar.audit.exports import verification

    report = verification.verify(
        arguments.export,
        [verification.key(text, Algorithm.ED25519) for text in arguments.log_key],
        [verification.key(text, Algorithm.COSIGNATURE) for text in arguments.witness_key],
        arguments.seen,
        arguments.log,
    )
    sys.stdout.write("\n".join([*report.lines(), ""]))
    return 0 if report.ok else 1


VERIFY = Command("Check an export of the log, offline.", _arguments, _run, Needs.NOTHING, logs=False)
COMMANDS.register("verify")(VERIFY)
