"""``razdar keys``: how the keys stand, rotation, recipients and bundles, modes of storing, second keys."""

import argparse
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from razdar.core.errors import Misconfigured
from razdar.core.ledger.events import OPERATOR
from razdar.keys import identity_command, second_key_command
from razdar.runtime.commands import COMMANDS, Command, Needs
from razdar.runtime.console import add_client, client_of, say
from razdar.vault import mode_command, reconcile_command

_RED, _PLAIN = "\x1b[31m", "\x1b[0m"
_LATE = "There is no key bundle of the last day."
_UNCOVERED = "The newest key bundle is older than the last erasure."
_MAKE = "Make one now: razdar keys bundle"

Act = Callable[[argparse.Namespace], int]


def _arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(required=True, metavar="act")
    _act(acts.add_parser("status", help="root, epochs, bundles, recipients"), _status)
    bundle = acts.add_parser("bundle", help="make a key bundle")
    bundle.add_argument("--to", type=Path, metavar="FOLDER", help="put a copy here, for example on a removable disk")
    _act(bundle, _bundle)
    _rotate_arguments(acts.add_parser("rotate", help="make new keys while everything goes on"))
    _recipient_arguments(acts.add_parser("recipients", help="whom key bundles are sealed to"))
    reconcile_command.add_to(acts)
    mode_command.add_to(acts)
    second_key_command.add_to(acts)
    identity_command.add_to(acts)


def _rotate_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(required=True, metavar="what")
    epoch = kinds.add_parser("epoch", help="a client's epoch")
    add_client(epoch)
    _act(epoch, _rotate_epoch)
    root = kinds.add_parser("root", help="the root and its passphrase")
    root.add_argument("--passphrase-file", type=Path, metavar="FILE", help="holds the passphrase in use; else typed")
    _act(root, _rotate_root)
    customer = kinds.add_parser("customer", help="customers' own keys, for new data")
    add_client(customer)
    customer.add_argument("customer", type=UUID, nargs="+")
    _act(customer, _rotate_customers)


def _recipient_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="what")
    add = verbs.add_parser("add", help="add one")
    add.add_argument("name")
    add.add_argument("recipient", help="begins with age1pq1; made by: razdar keys identity, or age-keygen -pq")
    _act(add, _add_recipient)
    remove = verbs.add_parser("remove", help="remove one; bundles made before still open for it")
    remove.add_argument("name")
    _act(remove, _remove_recipient)
    _act(verbs.add_parser("list", help="show them"), _list_recipients)


def _act(parser: argparse.ArgumentParser, act: Act) -> None:
    parser.set_defaults(act=act)


def _run(arguments: argparse.Namespace) -> int:
    act: Act = arguments.act
    return act(arguments)


def _status(_arguments: argparse.Namespace) -> int:
    from razdar.keys import agent
    from razdar.vault import keeping

    kept, now = keeping.state(), datetime.now(UTC)
    status = agent.current().status()
    root = kept.roots[-1]
    say(f"Root: {root.provider}, version {root.version}, since {root.since:%Y-%m-%d}.")
    say(f"Clients: {status.clients}. Customers: {status.customers}, {status.tombstones} of them erased.")
    say(f"Customer keys that open: {kept.keys}. Erasures in the ledger: {kept.erasures}.")
    for epoch in kept.epochs:
        say(f"Epoch {epoch.number} of client {epoch.client}: {(now - epoch.made_at).days} days old.")
    for moving in kept.moving:
        say(f"Being re-wrapped: client {moving.client} to epoch {moving.epoch}, {moving.done} keys done.")
    say(f"Recipients of key bundles: {', '.join(one.name for one in kept.recipients) or 'none'}.")
    if kept.bundles:
        newest = kept.bundles[-1]
        hours = (now - newest.made_at).total_seconds() / 3600
        say(f"Newest key bundle: number {newest.number}, {hours:.1f} hours old, until {newest.expires_at:%Y-%m-%d}.")
    if status.alarms:
        _warn(f"The key agent refused {status.alarms} destructions since it started. Run: razdar keys reconcile")
    for wall in status.walls_missing:
        say(f"Missing: {wall}")
    late = keeping.is_late(kept, now)
    if late or not keeping.is_covered(kept):
        _warn(f"{_LATE if late else _UNCOVERED} {_next_step(len(kept.recipients))}")
    return int(late)


def _next_step(recipients: int) -> str:
    """What comes first: a bundle is sealed to somebody."""
    from razdar.keys.bundles import FEWEST_RECIPIENTS

    if recipients >= FEWEST_RECIPIENTS:
        return _MAKE
    return (
        f"It is sealed to at least {FEWEST_RECIPIENTS} recipients; there are {recipients}. "
        "Add them first: razdar keys recipients add NAME RECIPIENT"
    )


def _bundle(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from razdar.keys import bundles
    from razdar.vault import keeping

    made = keeping.make_bundle(OPERATOR)
    path = settings.RAZDAR_BUNDLES / bundles.file_name(made.number)
    if arguments.to:
        try:
            path = Path(shutil.copy(path, arguments.to))
        except OSError:
            raise Misconfigured(f"The bundle was made, and could not be copied to {arguments.to}.") from None
    say(f"Key bundle {made.number} is in {path}.")
    say(f"It holds {made.erasures} erasures and can be used until {made.expires_at:%Y-%m-%d %H:%M} UTC. Its SHA-256:")
    say(made.sha256)
    return 0


def _rotate_epoch(arguments: argparse.Namespace) -> int:
    from razdar.vault import keeping

    done = keeping.rotate_epoch(
        client_of(arguments), OPERATOR, lambda progress: say(f"{progress.done} keys re-wrapped")
    )
    say(f"Epoch {done.epoch} is in use: {done.done} keys were re-wrapped.")
    for ended in done.ended:
        say(f"The secret of epoch {ended} was overwritten.")
    return 0


def _rotate_root(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from razdar.core.crypto.material import wipe
    from razdar.keys import passphrase
    from razdar.vault import keeping

    file: Path | None = arguments.passphrase_file
    old = passphrase.from_file(file, settings.VAR) if file else passphrase.typed("Passphrase in use: ")
    words = bytearray()
    try:
        words = passphrase.typed("New passphrase: ", "The same again: ")
        count = keeping.rotate_root(bytes(old), bytes(words), OPERATOR)
    finally:
        wipe(old, words)
    say(f"The root has a new secret and a new passphrase; {count} secrets were re-wrapped under it.")
    say("Copies of the old root file would still open old copies of the key store with the old passphrase.")
    say("Replace the passphrase file, where you use one, and restart Razdar: what runs now still knows the old one.")
    return 0


def _rotate_customers(arguments: argparse.Namespace) -> int:
    from razdar.vault import keeping

    for ref in keeping.rotate_customers(client_of(arguments), arguments.customer, OPERATOR):
        say(f"{ref.customer}: version {ref.version} seals new data.")
    return 0


def _add_recipient(arguments: argparse.Namespace) -> int:
    from razdar.vault import keeping

    keeping.add_recipient(arguments.name, arguments.recipient, OPERATOR)
    say(f"Key bundles are sealed to {arguments.name} from the next one on.")
    return 0


def _remove_recipient(arguments: argparse.Namespace) -> int:
    from razdar.vault import keeping

    keeping.remove_recipient(arguments.name, OPERATOR)
    say(f"{arguments.name} is no recipient any more; bundles made before still open for it until they expire.")
    return 0


def _list_recipients(_arguments: argparse.Namespace) -> int:
    from razdar.vault import keeping

    for one in keeping.state().recipients:
        say(f"{one.name}  {one.text[:24]}...{one.text[-12:]}  since {one.added_at:%Y-%m-%d}")
    return 0


def _warn(line: str) -> None:
    red = sys.stderr.isatty()
    sys.stderr.write(f"{_RED if red else ''}{line}{_PLAIN if red else ''}\n")


COMMANDS.register("keys")(Command("Keys: status, rotate, bundle, recipients, modes.", _arguments, _run, Needs.KEYS))
