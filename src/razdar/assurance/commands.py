"""``razdar backup``, ``razdar restore`` and ``razdar restore-check``."""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from razdar.core.errors import Misconfigured
from razdar.runtime.commands import COMMANDS, Command, Needs, no_arguments
from razdar.runtime.console import say
from razdar.runtime.supervise import this_program

if TYPE_CHECKING:
    from razdar.assurance import backups
    from razdar.assurance.finishing import Restored


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="holds all backups; on another disk, outside RAZDAR_VAR")


def _backup(arguments: argparse.Namespace) -> int:
    from razdar.assurance import backups

    made = backups.make(arguments.folder, _database())
    say(f"Backup in {made.folder}.")
    say(f"Database: {made.size / 1e6:.0f} MB. Objects: {made.objects}, {made.new_objects} of them new.")
    say(f"It holds key bundle {made.bundle}, which opens for its recipients only. Keep their identities elsewhere.")
    return 0


def _database() -> "backups.Database":
    from razdar.assurance import backups
    from razdar.runtime.postgres import embedded

    given = _given_url()
    if given is not None:
        return backups.Database(given, embedded=False)
    from django.conf import settings

    found = embedded.urls(settings.VAR)
    if found is None:
        raise Misconfigured("There is no database here to back up.")
    return backups.Database(found.backup, embedded=True)


def _given_url() -> str | None:
    from django.conf import settings

    if settings.RAZDAR_EMBEDDED:
        return None
    if not settings.RAZDAR_BACKUP_URL:
        raise Misconfigured("Name the backup role's URL in RAZDAR_BACKUP_URL.")
    url: str = settings.RAZDAR_BACKUP_URL
    return url


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("backup", type=Path, help="folder of one backup, as `razdar backup` names it")
    parser.add_argument("--bundle", type=Path, required=True, metavar="FILE", help="the newest key bundle")
    parser.add_argument(
        "--identity", type=Path, required=True, metavar="FILE", help="identity of one of its recipients"
    )
    parser.add_argument("--log", type=Path, metavar="EXPORT", help="a newer export of the log, if there is one")


def _restore(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from razdar.assurance import restoring

    if not settings.RAZDAR_EMBEDDED:
        raise Misconfigured(
            "razdar restore fills the database that Razdar brings. Restore without RAZDAR_DATABASE_URL first; your own "
            "server takes base.tar as its data folder, as its manual says."
        )
    plan = restoring.Plan(arguments.backup, arguments.bundle, arguments.identity, arguments.log, Path(settings.VAR))
    done = restoring.restore(plan)
    say(f"The backup of {done.backup_made_at:%Y-%m-%d %H:%M} UTC was put back, with {done.objects} objects.")
    say(f"Key bundle {done.bundle} of {done.bundle_made_at:%Y-%m-%d %H:%M} UTC knows {done.erasures} erasures.")
    if done.bundle_made_at < done.backup_made_at:
        say("The bundle is older than the backup: customers made in between have no keys and stay closed.")
    sys.stdout.flush()
    return subprocess.run(this_program("restore-check"), check=False).returncode


def _check(_arguments: argparse.Namespace) -> int:
    from razdar.assurance import finishing

    for line in lines(finishing.finish()):
        say(line)
    return 0


def lines(done: "Restored") -> list[str]:
    """What a restore came to, in sentences whose numbers add up."""
    total, shut = done.known + len(done.kept_shut), len(done.kept_shut)
    count, sampled = done.sampled
    said = [
        f"Erased customers: {total}. The bundle knew {done.known}; {shut} were erased after it and are kept shut.",
        *(f"Kept shut: customer {customer} of client {client}." for client, customer in done.kept_shut),
        f"Of those kept shut, {done.unknown} had no keys in the bundle at all." if shut else "",
        f"Resurrection test: {done.tried.keys} keys and {done.tried.values} values of erased customers tried, "
        f"{done.tried.opened} opened.",
        f"Living customers: {count} tried; {sampled.opened} of {sampled.keys + sampled.values} keys and values open.",
        "Removed from the restored data: "
        + (", ".join(f"{n} {kind}" for kind, n in done.removed if n) or "nothing")
        + ".",
        f"{done.logs} logs go on under a new name; each witness must be told. Search is being rebuilt.",
        *(f"Not a notice of this installation: {name}." for name in done.refused),
        f"New key bundle: {done.bundle}."
        if done.bundle
        else "No new key bundle could be made. Run: razdar keys bundle",
        "The installation is open again. Start it with: razdar up",
    ]
    return [line for line in said if line]


COMMANDS.register("backup")(
    Command("Save database, objects and keys.", _backup_arguments, _backup, Needs.KEYS | Needs.SEQUENCER)
)
COMMANDS.register("restore")(
    Command("Put a backup back into an empty folder.", _restore_arguments, _restore, Needs.NOTHING)
)
COMMANDS.register("restore-check")(
    Command("Finish a restore: repeat and prove every erasure.", no_arguments, _check, Needs.KEYS | Needs.SEQUENCER)
)
