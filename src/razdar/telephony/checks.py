"""What ``razdar doctor`` looks at where calls come in: recorders and their spools, and the exchanges that are known.

Exchanges come to the recorders, and Razdar goes to none of them: whether one reaches the door is seen from outside by
asking the door.
"""

import socket
from contextlib import closing
from pathlib import Path

from django.conf import settings

from razdar.core.errors import Misconfigured
from razdar.runtime.checkup import Found, Site, broken, check, look_at, skipped, works
from razdar.runtime.processes import parse_address
from razdar.telephony import nodes
from razdar.telephony.jobs import SILENT
from razdar.telephony.models import Recorder
from razdar.telephony.recording import guard, spool, tls
from razdar.telephony.recording.process import PORT, folder
from razdar.telephony.recording.server import NEARLY_FULL

_AFTER = ("database", "database-runtime", "migrations")
_SECONDS = 2.0


@check("recorder", "Recorder", after=_AFTER)
def _recorder(site: Site) -> Found:
    """One runs; its guard ends one that stands still, so whoever speaks up also moves."""
    runs = Recorder.objects.filter(ended_at=None, seen_at__gte=site.now - SILENT)
    if running := runs.count():
        seconds = f"{guard.STILL_SECONDS:.0f}"
        return works(f"{running} running; a guard ends one that does not move for {seconds} seconds.")
    return broken("None runs, or it stands still: calls are not recorded now.", site.start("recorder"))


@check("recorder-door", "Door for telephone exchanges", after=(*_AFTER, "recorder"))
def _door(site: Site) -> Found:
    """Exchanges are known, and the recorder of this host can be reached where it says that it listens."""
    if not _answers(*_place()):
        return broken(
            "Nobody listens where the recorder should: no exchange can stream a call.", site.start("recorder")
        )
    if not (known := len(nodes.names())):
        return look_at("No exchange is known, so none may stream a call.", "razdar node add NAME")
    return works(f"It can be reached; {known} exchanges are known, and come here by themselves.")


@check("recorder-credentials", "Certificate and key of the recorder")
def _credentials(site: Site) -> Found:
    """The files that were named can be used together."""
    named: tuple[Path, Path] | None = settings.RAZDAR_RECORDER_CERTIFICATE
    if named is None:
        return works("It serves a certificate of its own making, on this host alone.")
    try:
        if not named[0].exists():
            return broken(
                "The recorder's certificate is not where RAZDAR_RECORDER_CERT says.",
                "razdar units --set RAZDAR_RECORDER_CERT=FILE",
            )
        named[1].open("rb").close()
    except PermissionError:
        return works("The key is root's, as it should be; the unit gets it as a credential.")
    except OSError:
        return broken(
            "The recorder's key is not where RAZDAR_RECORDER_KEY says.", "razdar units --set RAZDAR_RECORDER_KEY=FILE"
        )
    try:
        tls.context(tls.Certificate(*named))
    except Misconfigured:
        return broken("The recorder's certificate and its key do not belong together.", site.start("recorder"))
    return works("They belong together.")


@check("spool", "Spool of the recorder")
def _spool(site: Site) -> Found:
    """It has room: what is said lies there, sealed, only until it is in the object store."""
    place = site.var / "spool"
    try:
        size = sum(path.stat().st_size for path in place.glob("**/*") if path.is_file()) if place.is_dir() else None
    except PermissionError:
        size = None
    if size is None and not site.as_units:
        return works("Nothing waits in it.")
    if size is None:
        return skipped("It is another account's; the recorder's journal says spool-fills where it runs out of room.")
    share = size / spool.MOST_BYTES
    if share >= NEARLY_FULL:
        return broken(
            f"It is {share:.0%} full: the object store takes nothing, and no new call is recorded.",
            "razdar doctor --only objects",
        )
    return works(f"{share:.0%} of {spool.MOST_BYTES >> 30} GB is used; what lies there is ciphertext.")


def _place() -> tuple[str, int]:
    """Where the recorder of this host listens."""
    if settings.RAZDAR_RECORDER:
        host, port = parse_address(settings.RAZDAR_RECORDER)
        return ("127.0.0.1" if host in {"0.0.0.0", "::"} else host), port  # noqa: S104 - compared, not listened on
    try:
        told = (folder() / tls.ADDRESS).read_text().strip().removesuffix("/stream").removeprefix("wss://")
        return parse_address(told)
    except (OSError, Misconfigured):
        return tls.LOOPBACK, PORT


def _answers(host: str, port: int) -> bool:
    try:
        with closing(socket.create_connection((host, port), _SECONDS)):
            return True
    except OSError:
        return False
