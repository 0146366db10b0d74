"""What an installation signs about its key bundles and backups. C2SP signed notes (c2sp.org/signed-note).

::

    razdar/<installation>/key-bundle/v1
    {"erasures":..., "expires_at_ms":..., "files":{"<name>":"<SHA-256>", ...}, "made_at_ms":..., "number":...}

    razdar/<installation>/backup/v1
    {"made_at_ms":..., "manifest":"<SHA-256>"}

    — razdar/<installation>/backups <signature of the installation's key for backups>

1. The body is canonical JSON: keys sorted, no spaces; any other spelling is refused, so each statement has one text.
2. The key signs these two kinds and nothing else. Its seed comes from the installation's secret: a signature shows that
   whoever made it held that secret open, which takes key store, root and passphrase. Somebody who has an old bundle and
   an identity that opens it, and not the passphrase, cannot give it another date, and nobody can exchange a file.
3. That it verifies with the key of *some* installation says nothing. Whoever restores derives the key from the secret
   that their own passphrase opens.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from razdar.core.errors import BadInput
from razdar.core.ledger import notes
from razdar.core.ledger.notes import Algorithm, Note, Sign, SignerName, VerifierKey

_BUNDLE: Final = "key-bundle/v1"
_BACKUP: Final = "backup/v1"
_HEAD = re.compile(r"razdar/([0-9a-f-]{36})/(\S+)")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAX_INT: Final = (1 << 53) - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class BundleStatement:
    """What is in a key bundle.

    Attributes:
        installation: whose keys.
        number: of the bundle.
        made_at, expires_at: when, to the millisecond.
        erasures: rows of its ledger.
        files: name to SHA-256 of everything in it.
    """

    installation: UUID
    number: int
    made_at: datetime
    expires_at: datetime
    erasures: int
    files: Mapping[str, str]

    def text(self) -> str:
        """What is signed."""
        body = {
            "erasures": self.erasures,
            "expires_at_ms": _millis(self.expires_at),
            "files": dict(self.files),
            "made_at_ms": _millis(self.made_at),
            "number": self.number,
        }
        return _text(self.installation, _BUNDLE, body)

    @classmethod
    def read(cls, text: str) -> "BundleStatement":
        """The inverse of ``text``.

        Raises:
            BadInput: anything else.
        """
        return _read(text, _BUNDLE, cls._of)

    @classmethod
    def _of(cls, installation: UUID, body: Mapping[str, Any]) -> "BundleStatement":
        times = _moment(body["made_at_ms"]), _moment(body["expires_at_ms"])
        files = {str(name): _hash(digest) for name, digest in body["files"].items()}
        return cls(installation, _count(body["number"]), *times, _count(body["erasures"]), files)


@dataclass(frozen=True, slots=True)
class BackupStatement:
    """That a backup was made here.

    Attributes:
        installation: of what.
        made_at: when, to the millisecond.
        manifest: SHA-256 of its manifest, which has that of everything else.
    """

    installation: UUID
    made_at: datetime
    manifest: str

    def text(self) -> str:
        """What is signed."""
        return _text(self.installation, _BACKUP, {"made_at_ms": _millis(self.made_at), "manifest": self.manifest})

    @classmethod
    def read(cls, text: str) -> "BackupStatement":
        """The inverse of ``text``.

        Raises:
            BadInput: anything else.
        """
        return _read(
            text, _BACKUP, lambda whose, body: cls(whose, _moment(body["made_at_ms"]), _hash(body["manifest"]))
        )


Statement = BundleStatement | BackupStatement


def key_of(installation: UUID, public_key: bytes) -> VerifierKey:
    """The key that verifies what an installation says of its backups, under the name it has there."""
    return VerifierKey(SignerName(f"razdar/{installation}/backups"), Algorithm.ED25519, public_key)


def signed(statement: Statement, public_key: bytes, sign: Sign) -> bytes:
    """A statement as a signed note; ``sign`` signs with the installation's key for backups."""
    return notes.sign(statement.text(), key_of(statement.installation, public_key).name, public_key, sign).encode()


def check(note: Note, installation: UUID, public_key: bytes) -> None:
    """Check who signed a note.

    Raises:
        Unverifiable: somebody else, or it was altered since.
    """
    key_of(installation, public_key).check(note)


# --- The text ---------------------------------------------------------------------------------------------------------

S = TypeVar("S", BundleStatement, BackupStatement)


def _text(installation: UUID, kind: str, body: Mapping[str, object]) -> str:
    return f"razdar/{installation}/{kind}\n{json.dumps(body, sort_keys=True, separators=(',', ':'))}\n"


def _read(text: str, kind: str, of: Callable[[UUID, Mapping[str, Any]], S]) -> S:
    first, _, body = text.partition("\n")
    head = _HEAD.fullmatch(first)
    if head is None or head[2] != kind:
        raise BadInput("This is not what an installation says of a backup.")
    try:
        found = of(UUID(head[1]), json.loads(body))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise BadInput("This is not what an installation says of a backup.") from error
    if found.text() != text:
        raise BadInput("This is not in its canonical form.")
    return found


def _millis(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


def _moment(millis: object) -> datetime:
    return _EPOCH + _count(millis) * _MILLISECOND


def _count(number: object) -> int:
    if type(number) is not int or not 0 <= number <= _MAX_INT:
        raise ValueError("no count")
    return number


def _hash(digest: object) -> str:
    if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
        raise ValueError("no hash")
    return digest
