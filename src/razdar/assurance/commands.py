"""``razdar backup``, ``razdar restore``, ``razdar restore finish`` and ``razdar jobs``."""

import argparse
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from razdar.core.errors import Misconfigured
from razdar.keys import passphrase
from razdar.runtime.commands import COMMANDS, Command, Needs
from razdar.runtime.console import say
from razdar.runtime.supervise import this_program

if TYPE_CHECKING:
    from razdar.assurance import backups
    from razdar.assurance.finishing import Restored
    from razdar.assurance.restoring import Plan, Unpacked

_FINISH = Path("finish")
_TARGET = Path("/etc/systemd/system/razdar.target")
"""There where Razdar runs as units (``razdar units``)."""


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        help="holds all backups, on another disk, outside RAZDAR_VAR; RAZDAR_BACKUP_FOLDER where none is named",
    )


def _backup(arguments: argparse.Namespace) -> int:
    from razdar.assurance import backups

    made = backups.make(arguments.folder or _folder(), _database())
    say(f"Backup in {made.folder}.")
    say(f"Database: {made.size / 1e6:.0f} MB. Objects: {made.objects}, {made.new_objects} of them new.")
    if made.renewed:
        say(
            f"Copies of objects that had been cut, changed or removed, and were written anew: {made.renewed}. Find out "
            "who can write there."
        )
    say(f"It holds no keys. Key bundle {made.bundle} was made with it: keep it, and newer ones, away from the backups.")
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


def _folder() -> Path:
    from django.conf import settings

    folder: Path | None = settings.RAZDAR_BACKUP_FOLDER
    if folder is None:
        raise Misconfigured("Name the folder of the backups, or set RAZDAR_BACKUP_FOLDER.")
    return folder


# --- Restore ----------------------------------------------------------------------------------------------------------


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "backup",
        type=Path,
        nargs="?",
        metavar="BACKUP|finish",
        help="folder of one backup, the newest in RAZDAR_BACKUP_FOLDER where none is named; or the word finish: repeat "
        "and prove every erasure, once the database is there as well",
    )
    parser.add_argument("--bundle", type=Path, metavar="FILE", help="the newest key bundle")
    parser.add_argument("--identity", type=Path, metavar="FILE", help="identity of one of its recipients")
    parser.add_argument("--log", type=Path, metavar="EXPORT", help="a newer export of the log, if there is one")
    parser.add_argument(
        "--keys-only", action="store_true", help="leave the database, which is restored with PostgreSQL's own tools"
    )
    parser.add_argument("--expired", type=int, metavar="NUMBER", help="use this bundle although it is over its date")
    parser.add_argument(
        "--destroy-claimed",
        action="store_true",
        help="with finish: also destroy the keys of customers whose erasure is only claimed, after you have looked",
    )


def _finishes(arguments: argparse.Namespace) -> bool:
    return bool(arguments.backup == _FINISH)


def _needs(arguments: argparse.Namespace) -> Needs:
    return Needs.RESTORED | Needs.SEQUENCER if _finishes(arguments) else Needs.NOTHING


def _restore(arguments: argparse.Namespace) -> int:
    if _finishes(arguments):
        return _finish(destroy_claimed=arguments.destroy_claimed)
    if arguments.destroy_claimed:
        raise Misconfigured("--destroy-claimed is for what `razdar restore finish` has named: look at that first.")
    if not arguments.bundle or not arguments.identity:
        raise Misconfigured("A restore needs a key bundle and an identity that opens it: --bundle FILE --identity FILE")
    from django.conf import settings

    from razdar.assurance import restoring

    _require_right_kind(keys_only=arguments.keys_only, embedded=settings.RAZDAR_EMBEDDED)
    plan = restoring.Plan(
        backup=arguments.backup or _newest(),
        bundle=arguments.bundle,
        identity=arguments.identity,
        log=arguments.log,
        var=Path(settings.VAR),
        database=not arguments.keys_only,
        expired=arguments.expired,
    )
    with passphrase.given() as words:
        done = restoring.restore(plan, words)
        _tell(done, plan)
        return 0 if arguments.keys_only else _finish_in_child(words)


def _newest() -> Path:
    from razdar.assurance import manifest

    folder, found = manifest.newest(_folder())
    say(f"The newest backup: {folder}, of {found.made_at:%Y-%m-%d %H:%M} UTC.")
    return folder


def _require_right_kind(*, keys_only: bool, embedded: bool) -> None:
    if not keys_only and not embedded:
        raise Misconfigured(
            "The database is on a server of yours. Put back keys and files first: razdar restore --keys-only; then "
            "the database, with PostgreSQL's own tools; then run: razdar restore finish"
        )
    if keys_only and embedded:
        raise Misconfigured("--keys-only is for a database on a server of yours; name it in RAZDAR_DATABASE_URL.")


def _tell(done: "Unpacked", plan: "Plan") -> None:
    used = done.bundle
    what = "The backup" if plan.database else "Of the backup"
    rest = "was put back" if plan.database else "the keys were put back"
    say(f"{what} of {done.backup_made_at:%Y-%m-%d %H:%M} UTC {rest}.")
    say(f"Key bundle {used.number} of {used.made_at:%Y-%m-%d %H:%M} UTC knows {used.erasures} erasures.")
    if used.made_at < done.backup_made_at:
        say("The bundle is older than the backup: customers made in between have no keys and stay closed.")
    if not plan.database:
        say(f"The database in {plan.backup} is whole. Put it back, or a newer copy of yours.")
        say("Nothing opens until then, and until every erasure was repeated: razdar restore finish")


def _finish_in_child(words: bytearray) -> int:
    """The rest needs the database and the keys, as every command gets them."""
    handed = passphrase.to_pipe(words)
    try:
        environ = {**os.environ, passphrase.VARIABLE: str(handed)}
        return subprocess.run(
            this_program("restore", str(_FINISH)), env=environ, pass_fds=(handed,), check=False
        ).returncode
    finally:
        os.close(handed)


def _finish(*, destroy_claimed: bool) -> int:
    from razdar.assurance import finishing

    for line in [*lines(finishing.finish(destroy_claimed=destroy_claimed)), *_next_steps()]:
        say(line)
    return 0


def _next_steps() -> list[str]:
    from django.conf import settings

    if not settings.RAZDAR_EMBEDDED and _TARGET.exists():
        return [
            "The installation is open again. As root, give the files to their accounts and start it:",
            "systemd-tmpfiles --create razdar.conf && systemctl start razdar.target",
        ]
    return ["The installation is open again. Start it with: razdar up"]


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
        f"Stored objects put back: {done.objects}." if done.objects else "",
        f"{done.logs} logs go on under a new name; each witness must be told. Search is being rebuilt.",
        *done.said,
        *(f"Not a notice of this installation: {name}." for name in done.refused),
        f"New key bundle: {done.bundle}."
        if done.bundle
        else "No new key bundle could be made. Run: razdar keys bundle",
    ]
    return [line for line in said if line]


# --- Jobs -------------------------------------------------------------------------------------------------------------


def _jobs_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, dest="verb", metavar="verb")
    verbs.add_parser("list", help="what is done by the clock, when it ran and how that went")
    verbs.add_parser("run", help="have one of them done now, by a worker").add_argument("job")


def _jobs(arguments: argparse.Namespace) -> int:
    from razdar.assurance import working

    if arguments.verb == "run":
        waits = not working.run_by_operator(arguments.job)
        say("It waits for a worker already." if waits else "It is done as soon as a worker is free.")
        return 0
    for line in working.told():
        say(line)
    return 0


COMMANDS.register("jobs")(Command("Scheduled work: list, run.", _jobs_arguments, _jobs, Needs.KEYS))
COMMANDS.register("backup")(
    Command("Save database, objects and keys.", _backup_arguments, _backup, Needs.KEYS | Needs.SEQUENCER)
)
COMMANDS.register("restore")(
    Command("Put a backup back into an empty folder, or finish that.", _restore_arguments, _restore, _needs)
)
