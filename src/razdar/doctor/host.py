"""What ``razdar doctor`` looks at on this host: stored files, certificates, disks, what was changed and not applied."""

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from django.conf import settings

from razdar import env
from razdar.core.errors import Misconfigured, Unavailable
from razdar.runtime import certificates, objects
from razdar.runtime.certificates import Door, Served, Verdict
from razdar.runtime.checkup import CHECKS, Check, Found, Site, broken, check, look_at, skipped, works
from razdar.units import texts

_TITLES = {
    "web": "Certificate of the pages",
    "recorder": "Certificate of the recorder",
    "objects": "Certificate of the object store",
    "database": "Certificate of the database",
}
_LITTLE, _VERY_LITTLE = 0.10, 0.03
_LITTLE_BYTES, _VERY_LITTLE_BYTES = 2 << 30, 512 << 20
_SECONDS = 5.0
_ENVIRONMENTS = ("keyagent", "web", "worker", "sequencer", "recorder")


@check("objects", "Stored files")
def _objects(site: Site) -> Found:  # noqa: ARG001 - every check takes the site
    """A file can be put there, read again and removed: random bytes, under a random name."""
    name, written, mend = uuid4(), os.urandom(32), _make_writable()
    folder = _objects_folder()
    if folder is not None and not folder.is_dir():
        return broken("The folder of the stored files is not there, or its disk is not mounted.", mend)
    try:
        objects.put(name, written)
        try:
            same = objects.get(name) == written
        finally:
            objects.delete(name)
    except Misconfigured as error:
        return broken(str(error), "razdar units --set RAZDAR_OBJECTS_URL=ADDRESS")
    except Unavailable as error:
        return broken(f"Nothing can be stored: {error}", mend)
    if not same:
        return broken("What was stored came back altered.", mend)
    return works("Files can be put there, read and removed.")


def _objects_folder() -> Path | None:
    """Where files are stored; None at a service."""
    where = urlsplit(settings.RAZDAR_OBJECTS_URL)
    return Path(unquote(where.path)) if where.scheme == "file" else None


def _make_writable() -> str:
    folder = _objects_folder()
    if folder is None:
        return "systemctl edit razdar-worker"
    return "systemd-tmpfiles --create razdar.conf" if str(folder) == texts.OBJECTS else f"install -d -m 700 {folder}"


def _certificate(name: str, site: Site) -> Found:
    door = next((door for door in _doors(site) if door.name == name), None)
    if door is None:
        return works(_NO_DOOR[name])
    try:
        served = certificates.served(door)
    except Unavailable:
        if name == "recorder":
            return skipped("The recorder does not answer with TLS.")
        return broken("Nobody answers there with TLS.", _RELOAD.get(name, ""))
    return _judged(name, served, site)


def _judged(name: str, served: Served, site: Site) -> Found:
    days, reload = served.days_left(site.now), _RELOAD.get(name, "")
    verdict = certificates.judged(name, served.ends, site.now, believed=served.believed)
    if verdict is Verdict.OVER:
        return broken(f"It ran out {-days} days ago: nobody believes it. Put a new one there.", reload)
    if verdict is Verdict.STRANGE:
        return broken("Whoever comes there does not believe it: its name or its authority is another.", reload)
    if verdict is Verdict.SOON:
        return look_at(f"It ends in {days} days. Put a new one there.", reload)
    return works(f"It holds for {days} more days.")


_RELOAD = {
    "web": "systemctl reload nginx",
    "recorder": "systemctl restart razdar-recorder",
    "database": "systemctl reload postgresql",
}
_NO_DOOR = {
    "web": "Pages are served to this computer alone, without TLS.",
    "objects": "Stored files lie in a folder, or at a service that looks after its own.",
    "database": "The database is reached by a socket of this host, without a network.",
    "recorder": "",
}


def _doors(site: Site) -> list[Door]:
    return certificates.doors(
        str(settings.BASE_URL), site.urls, (settings.RAZDAR_RECORDER, site.var / "recorder"), os.environ
    )


def _register(name: str) -> None:
    after = ("database",) if name == "database" else ()
    CHECKS.register(f"certificate-{name}")(Check(_TITLES[name], lambda site: _certificate(name, site), after))


for _name in _TITLES:
    _register(_name)


@check("disk", "Disk space")
def _disk(site: Site) -> Found:
    """Each disk that is written to has room; a full one stops writing, and nothing is lost by it."""
    worst: tuple[float, Path, int] | None = None
    for folder in _written(site):
        with suppress(OSError):
            usage = shutil.disk_usage(folder)
            share = usage.free / usage.total if usage.total else 0.0
            if worst is None or share < worst[0]:
                worst = share, folder, usage.free
    if worst is None:
        return skipped("None of the folders can be looked at from this account.")
    share, folder, free = worst
    said = f"{free / 1e9:.1f} GB ({share:.0%}) are free on the disk of {folder}"
    if share < _VERY_LITTLE or free < _VERY_LITTLE_BYTES:
        return broken(f"{said}: soon nothing can be written.", f"du -xh --max-depth=2 {folder} | sort -h | tail")
    if share < _LITTLE or free < _LITTLE_BYTES:
        return look_at(f"{said}.", f"du -xh --max-depth=2 {folder} | sort -h | tail")
    return works(f"{said}, the fullest one.")


def _written(site: Site) -> Iterator[Path]:
    folders = settings.RAZDAR_BUNDLES, settings.RAZDAR_BACKUP_FOLDER, Path(texts.STATE), _objects_folder()
    named = [site.var, *folders]
    # Not Path.exists: that fails where this account may not look.
    yield from (folder for folder in named if folder is not None and os.path.exists(folder))  # noqa: PTH110 - as said


@check("passphrase-file", "File of the passphrase")
def _passphrase(site: Site) -> Found:
    """Only root, or only its account, can read it, and it lies outside of what a backup of RAZDAR_VAR would copy."""
    try:
        path = env.passphrase_file() or (Path(f"{texts.SETTINGS}/passphrase") if site.as_units else None)
    except Misconfigured as error:
        return broken(str(error), "export RAZDAR_PASSPHRASE_FILE=/etc/razdar/passphrase")
    if path is None:
        return works("The passphrase is typed; no file holds it.")
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        encrypted = Path(f"{path}.cred").exists()
        return (
            works("It is encrypted to this machine.")
            if encrypted
            else look_at("The file is not there.", f"install -m 600 /dev/null {path}")
        )
    except PermissionError:
        return works("This account cannot reach it.")
    if stat.S_IMODE(mode) & (stat.S_IRWXG | stat.S_IRWXO):
        return broken("Other accounts can read the file that opens all keys.", f"chmod 600 {path}")
    return works("Only its own account can read it.")


@check("applied", "Settings that run")
def _applied(site: Site) -> Found:
    """No part runs with older settings than stand in the files."""
    if not site.as_units:
        return works("The parts took their settings when razdar up started them; they hold until it starts again.")
    stale = [name for name in _ENVIRONMENTS if _is_stale(name)]
    if stale:
        parts = " ".join(f"razdar-{name}" for name in stale)
        return look_at(
            f"{parts} runs with older settings than were written.",
            f"systemctl daemon-reload && systemctl restart {parts}",
        )
    return works("Every part runs with the settings that were written.")


def _is_stale(name: str) -> bool:
    """Whether its unit or environment file is newer than its process."""
    unit = f"razdar-{name}.service"
    shown = _shown(unit)
    if shown.get("NeedDaemonReload") == "yes":
        return True
    began = shown.get("ActiveEnterTimestampMonotonic", "")
    if not began.isdigit() or began == "0":
        return False
    try:
        changed = Path(f"{texts.SETTINGS}/{name}.env").stat().st_mtime
        up = float(Path("/proc/uptime").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return False
    return changed > time.time() - up + int(began) / 1e6


def _shown(unit: str) -> dict[str, str]:
    wanted = "--property=NeedDaemonReload,ActiveEnterTimestampMonotonic"
    try:
        done = subprocess.run(
            ["systemctl", "show", unit, wanted], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
