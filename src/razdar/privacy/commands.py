"""The command line's part of this room.

    razdar certificate verify FILE [--key VKEY] [--log EXPORT [--log-key VKEY]]
    razdar certificate key

Verifying needs nothing but the file: no installation, no database, no keys.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from razdar.audit.exports.verify_command import PLACE
from razdar.core.errors import BadInput, Unverifiable
from razdar.core.ledger import certificates
from razdar.core.ledger.notes import VerifierKey
from razdar.runtime.commands import COMMANDS, Command, Needs, no_arguments
from razdar.runtime.console import say

MOST_BYTES = 1 << 20


def _arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(required=True, metavar="act", dest="act")
    verify = acts.add_parser("verify", help="check a certificate of erasure and say what it says")
    verify.add_argument("file", type=Path, help="the certificate as it was downloaded")
    verify.add_argument("--key", metavar="VKEY", help="the installation's key, as “razdar certificate key” prints it")
    verify.add_argument("--log", type=Path, metavar="EXPORT", help=PLACE)
    verify.add_argument("--log-key", metavar="VKEY", help="the key that signs the log, as “razdar log key” prints it")
    key = acts.add_parser("key", help="print the key that certificates of this installation are signed with")
    key.set_defaults(command=Command("Print the key.", no_arguments, _key, Needs.KEYS))


def _verify(arguments: argparse.Namespace) -> int:
    from razdar.privacy import verifying

    try:
        verified = certificates.verify(_read(arguments.file), _vkey(arguments.key))
        lines = verifying.sentences(verified)
        if arguments.log is not None:
            lines.append(_in_log(verified.certificate, arguments))
    except Unverifiable as error:
        say(f"NOT GOOD: {error}")
        return 1
    for line in lines:
        say(line)
    return 0


def _in_log(said: certificates.Certificate, arguments: argparse.Namespace) -> str:
    from razdar.audit.exports import verification
    from razdar.privacy import verifying

    trusted = _vkey(arguments.log_key)
    export = verification.opened(arguments.log)
    return verifying.in_log(said, export, () if trusted is None else (trusted,), datetime.now(UTC))


def _key(_arguments: argparse.Namespace) -> int:
    from razdar.audit import lookup
    from razdar.runtime.scope import unit
    from razdar.vault import certificates, keeping

    with unit():
        key = certificates.key(lookup.installation())
    say(key.format())
    say(f"Fingerprint: {key.fingerprint}")
    say("Notices of erasures, which lie beside the backups, have a key of their own:")
    say(certificates.notice_key(keeping.state().installation).format())
    return 0


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise BadInput("The certificate's file cannot be read.") from error


def _vkey(text: str | None) -> VerifierKey | None:
    return None if text is None else VerifierKey.parse(text)


COMMANDS.register("certificate")(
    Command("Check certificates of erasure, and print the key to check them with.", _arguments, _verify, Needs.NOTHING)
)
