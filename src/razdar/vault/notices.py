"""Notices of erasures, left where backups go (``razdar.core.ledger.erasure_notices``).

A bundle made just before an erasure does not know of it. The notice does: whoever restores finds it beside the backups,
and keeps that customer shut.
"""

from pathlib import Path
from uuid import UUID

from razdar.core.errors import BadInput, Unavailable, Unverifiable
from razdar.core.ledger import erasure_notices
from razdar.core.ledger.erasure_notices import Notice
from razdar.keys import agent
from razdar.runtime import durable

FOLDER = "erasures"
_MOST_BYTES = 64 << 10


def leave(folder: Path, client: UUID, customer: UUID) -> Path:
    """Write the notice of a destruction into the backup folder; repeating it writes the same again.

    Raises:
        NotFound: an unknown customer. BadInput: the customer's keys live.
        Unavailable: the folder cannot be written; nothing half-written is left.
    """
    notice = agent.current().sign_notice(client, customer)
    path = folder / FOLDER / f"{client}.{customer}.note"
    try:
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        durable.write(path, [notice])
    except OSError:
        raise Unavailable("The notice of an erasure could not be left in RAZDAR_BACKUP_FOLDER.") from None
    return path


def read(folder: Path, installation: UUID, public: bytes) -> tuple[list[Notice], list[str]]:
    """The notices in a backup folder, and the names of files that are none of this installation's.

    Args:
        folder: the backup folder.
        installation: whose notices.
        public: the installation's key for notices.
    """
    found, refused = [], []
    for path in sorted((folder / FOLDER).glob("*.note")):
        try:
            found.append(_read(path, installation, public))
        except (Unverifiable, BadInput, OSError):
            refused.append(path.name)
    return found, refused


def _read(path: Path, installation: UUID, public: bytes) -> Notice:
    """Whatever else lies there under such a name, a pipe that nobody writes for one, holds up nothing."""
    with durable.opened(path) as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise BadInput("A notice is not as long as this.")
    return erasure_notices.verify(data, installation, public)
