"""What a restore leaves beside the keys for the command that finishes it; meanwhile the keys open for no other.

The folder is the installation's own, as the keys in it are: it was checked before it was written, and is believed.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from razdar.core.errors import Misconfigured, NotFound
from razdar.keys import setup
from razdar.keys.records import Bundle


@dataclass(frozen=True)
class Mark:
    """What was put back.

    Attributes:
        backup: folder of the backup.
        log: a newer export of the log, if there is one.
        installation: whose keys.
        bundle: the bundle they came from.
        objects_sha256: of the backup's list of objects.
        made_with: the signed backup names this very bundle as the one it was made with.
    """

    backup: Path
    log: Path | None
    installation: UUID
    bundle: Bundle
    objects_sha256: str
    made_with: bool


def encode(mark: Mark) -> bytes:
    """The mark as it is left."""
    used = mark.bundle
    members = {
        "backup": str(mark.backup),
        "log": str(mark.log or ""),
        "installation": str(mark.installation),
        "bundle": used.number,
        "bundle_made_at": used.made_at.isoformat(),
        "bundle_expires_at": used.expires_at.isoformat(),
        "bundle_sha256": used.sha256,
        "erasures": used.erasures,
        "objects_sha256": mark.objects_sha256,
        "made_with": mark.made_with,
    }
    return json.dumps(members, indent=2).encode() + b"\n"


def read(keys: Path) -> Mark:
    """The mark in a keys folder.

    Raises:
        NotFound: there is none.
        Misconfigured: it is damaged.
    """
    try:
        found = json.loads((keys / setup.RESTORED_NAME).read_bytes())
        made_at, expires_at = (datetime.fromisoformat(found[name]) for name in ("bundle_made_at", "bundle_expires_at"))
        used = Bundle(int(found["bundle"]), made_at, expires_at, int(found["erasures"]), str(found["bundle_sha256"]))
        log = Path(found["log"]) if found["log"] else None
        rest = str(found["objects_sha256"]), found["made_with"] is True
        return Mark(Path(found["backup"]), log, UUID(found["installation"]), used, *rest)
    except FileNotFoundError:
        raise NotFound("No restore waits to be finished here.") from None
    except (ValueError, KeyError, TypeError):
        raise Misconfigured(
            "What the restore left beside the keys is damaged. Restore again, from the start."
        ) from None
