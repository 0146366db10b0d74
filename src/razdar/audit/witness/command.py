"""``razdar witness``: what the client runs, on a machine and under an account of its own.

::

    razdar witness --folder DIR --bind HOST:PORT [--cert FILE --key FILE] [--name NAME]
    razdar witness --folder DIR trust VKEY
    razdar witness --folder DIR show
"""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from razdar.core.errors import Misconfigured
from razdar.runtime.commands import COMMANDS, Command, Needs
from razdar.runtime.processes import parse_address

if TYPE_CHECKING:
    from razdar.audit.witness.state import WitnessFolder


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, required=True, help="the witness's own folder; made at the first start")
    parser.add_argument("--bind", metavar="HOST:PORT", help="where to listen")
    parser.add_argument("--cert", type=Path, metavar="FILE", help="certificate chain, PEM")
    parser.add_argument("--key", type=Path, metavar="FILE", help="its key, PEM")
    parser.add_argument("--name", help="name of a new witness, such as its host name")
    parser.add_argument("verb", nargs="?", choices=("trust", "show"), help="instead of serving: trust a log, or show")
    parser.add_argument("vkey", nargs="?", help="the log's key, as `razdar log key` prints it")


def _run(arguments: argparse.Namespace) -> int:
    from razdar.audit.witness.state import WitnessFolder

    if (arguments.verb == "trust") != (arguments.vkey is not None):
        raise Misconfigured("Write: razdar witness --folder DIR trust VKEY")
    folder = WitnessFolder(arguments.folder, arguments.name or f"razdar-witness-{os.urandom(4).hex()}")
    if arguments.verb == "trust":
        return _trust(folder, arguments.vkey)
    if arguments.verb == "show":
        return _show(folder)
    from razdar.audit.witness.server import serve

    if not arguments.bind:
        raise Misconfigured("Say where to listen: --bind HOST:PORT")
    _say(f"Key of this witness: {folder.key.format()}")
    serve(folder, parse_address(arguments.bind), arguments.cert, arguments.key)
    return 0


def _trust(folder: "WitnessFolder", vkey: str) -> int:
    from razdar.core.ledger.notes import VerifierKey

    key = VerifierKey.parse(vkey)
    state = folder.trust(key)
    begun = [origin for origin in state.logs if origin.key_name == key.name]
    _say(f"Trusted: {key.name}, fingerprint {key.fingerprint}")
    if begun:
        _say("Logs of this key are known already. Each of them may now begin anew once, as a higher generation:")
        for origin in sorted(begun):
            _say(f"  {origin}")
        _say("Do this only if the operator told you why; a log that begins anew may have been rewritten.")
    return 0


def _show(folder: "WitnessFolder") -> int:
    state = folder.state()
    _say(f"Key of this witness: {folder.key.format()}")
    _say(f"Fingerprint: {folder.key.fingerprint}")
    for key in state.keys:
        _say(f"Trusted: {key.format()}")
    for origin, seen in sorted(state.logs.items()):
        _say(f"Co-signed: {origin} at {seen.size} entries")
    for log in sorted(state.renewals):
        _say(f"May begin anew once: {log}")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


COMMANDS.register("witness")(
    Command("Run a witness that co-signs logs, or look after it.", _arguments, _run, Needs.NOTHING)
)
