"""Razdar's own recorders where this Asterisk looks for them, as processes that can be killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.telephony.models import Node
from razdar.telephony.selectors import RecordedCall
from tests.live.asterisk import Asterisk
from tests.live.rtp import FRAME, Count, count
from tests.telephony import calls
from tests.telephony.killing import Killable, killable


@contextmanager
def recorders(asterisk: Asterisk, folder: Path, database: RoleUrls) -> Iterator[list[Killable]]:
    """Recorders a and b of the running test's installation, which knows Asterisk by the secret it shows."""
    secret = sha256(asterisk.recorder_password.encode()).digest()
    Node.objects.create(name=asterisk.recorder_user, secret_hash=secret, added_at=datetime.now(UTC))
    certificate, key = asterisk.authority.issue()
    own = {
        name: ("--bind", f"127.0.0.1:{port}", "--cert", str(certificate), "--key", str(key))
        for name, port in asterisk.recorder_ports.items()
    }
    with killable(folder, database, own=own) as running:
        yield running


def frames_of(found: RecordedCall, side: str) -> list[Count]:
    """What became of numbered frames in each stream of a side."""
    counted = []
    for stream in found.sides[side]:
        sound = calls.heard(found, stream).sound
        counted.append(count([sound[at : at + FRAME] for at in range(0, len(sound), FRAME)]))
    return counted
