"""Sessions of staff.

Rules (OWASP ASVS 5.0 V7; NIST SP 800-63B-4 section 2.2.3)
-----------------------------------------------------------
* The key is 256 random bits and stands only in the person's cookie; the table holds its SHA-256.
* The payload is sealed under the installation's key and bound to that hash: a payload moved to another row, or altered,
  does not open, and what does not open is no session.
* A session ends after 15 minutes without a request and 12 hours after sign-in, whichever comes first.
* It is locked after 15 minutes without an act of a person; what counts as one is said in `idle`. The row knows the last
  act and the lock, beside the payload and not in it: a request that began before the lock cannot write it away.
* Signing in gives a new key; everything else that changes the key keeps the time of the sign-in, and the lock.
* Deleting the row ends the session at the next request, wherever the person is.
"""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils import timezone

from razdar.core.errors import Unopenable
from razdar.identity.models import Session
from razdar.vault import staff

if TYPE_CHECKING:
    from django.db.models import QuerySet

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
LOCK = timedelta(minutes=15)
# The time of the last request is written at most this often: a page is several requests.
TOUCH = timedelta(seconds=20)
# The same for the last act; the lock waits that much longer, so that it never comes before the browser's own.
ACT_TOUCH = timedelta(seconds=5)
_KEY_BYTES = 32
_KIND = "session"


def digest(key: str) -> bytes:
    """What the table knows of a session key."""
    return hashlib.sha256(key.encode()).digest()


def seal(key_hash: bytes, payload: dict[str, Any]) -> str:
    """Seal a payload for the row with this key hash."""
    return staff.seal_staff(UUID(bytes=key_hash[:16]), _KIND, json.dumps(payload, separators=(",", ":")))


def unseal(key_hash: bytes, sealed: str) -> dict[str, Any]:
    """Open what `seal` made.

    Raises:
        Unopenable: altered, or sealed for another row.
    """
    opened: dict[str, Any] = json.loads(staff.open_staff(UUID(bytes=key_hash[:16]), _KIND, sealed))
    return opened


class SessionStore(SessionBase):
    """Django's session interface over the table of sealed sessions."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._started_at: datetime | None = None
        self._acted_at: datetime | None = None
        self._locked_at: datetime | None = None

    @property
    def pseudonym(self) -> str:
        """A short name of this session for the log; it leads back neither to the key nor, by itself, to the row."""
        key = self.session_key
        return hashlib.sha256(b"razdar session" + digest(key)).hexdigest()[:16] if key else ""

    @property
    def locked(self) -> bool:
        """Whether a strong factor must be proven before anything else."""
        self._get_session()  # type: ignore[attr-defined]  # not in the stubs
        return self._locked_at is not None

    @property
    def locked_since(self) -> float:
        """When the session was locked, in Unix seconds; 0.0 while it is open."""
        return self._locked_at.timestamp() if self.locked and self._locked_at else 0.0

    @property
    def lock_is_due(self) -> bool:
        """Whether nobody has acted for so long that the session must be locked."""
        self._get_session()  # type: ignore[attr-defined]  # not in the stubs
        return self._acted_at is not None and timezone.now() - self._acted_at > LOCK + ACT_TOUCH

    def lock(self) -> bool:
        """Lock the session; whether this call did."""
        self._locked_at = self._locked_at or timezone.now()
        return bool(self._mine().filter(locked_at=None).update(locked_at=self._locked_at))

    def unlock(self) -> None:
        """Open the session again, which is an act; who calls this has seen a strong factor proven after the lock."""
        self._acted_at, self._locked_at = timezone.now(), None
        self._mine().update(acted_at=self._acted_at, locked_at=None)

    def note_act(self) -> None:
        """A person has acted. A locked session stays locked."""
        now = timezone.now()
        if self._acted_at is None or now - self._acted_at > ACT_TOUCH:
            self._acted_at = now
            self._mine().update(acted_at=now)

    def _mine(self) -> "QuerySet[Session]":
        return Session.objects.filter(key_hash=digest(self.session_key or ""))

    def load(self) -> dict[str, Any]:
        row = self._row()
        if row is None:
            self._session_key = None
            return {}
        self._started_at, self._acted_at, self._locked_at = row.started_at, row.acted_at, row.locked_at
        try:
            return unseal(bytes(row.key_hash), row.payload)
        except Unopenable:
            self._session_key = None
            return {}

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(key_hash=digest(session_key)).exists()

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        data: dict[str, Any] = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # not in the stubs
        key_hash = digest(self.session_key)
        values = {"payload": seal(key_hash, data), "user_id": data.get(SESSION_KEY), "seen_at": timezone.now()}
        if must_create:
            return self._insert(key_hash, values)
        if not Session.objects.filter(key_hash=key_hash).update(**values):
            raise UpdateError
        return None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(key_hash=digest(key)).delete()

    def cycle_key(self) -> None:
        # Before sign-in there is no time to keep; afterwards a new key must not buy another twelve hours.
        if SESSION_KEY not in self:
            self._started_at = self._locked_at = None
        super().cycle_key()

    @classmethod
    def clear_expired(cls) -> None:
        now = timezone.now()
        Session.objects.filter(seen_at__lt=now - IDLE).delete()
        Session.objects.filter(started_at__lt=now - LONGEST).delete()

    def _get_new_session_key(self) -> str:
        return secrets.token_urlsafe(_KEY_BYTES)

    def _row(self) -> Session | None:
        if self.session_key is None:
            return None
        now = timezone.now()
        row = Session.objects.filter(
            key_hash=digest(self.session_key), seen_at__gt=now - IDLE, started_at__gt=now - LONGEST
        ).first()
        if row is not None and now - row.seen_at > TOUCH:
            Session.objects.filter(pk=row.pk).update(seen_at=now)
        return row

    def _insert(self, key_hash: bytes, values: dict[str, Any]) -> None:
        self._started_at = self._started_at or timezone.now()
        try:
            with transaction.atomic():
                Session.objects.create(
                    key_hash=key_hash, started_at=self._started_at, locked_at=self._locked_at, **values
                )
        except IntegrityError as error:
            raise CreateError from error


def end_all(user: UUID, *, keep: str | None = None) -> int:
    """End every session of a person but the one with the key ``keep``; how many were ended."""
    rows = Session.objects.filter(user_id=user)
    if keep is not None:
        rows = rows.exclude(key_hash=digest(keep))
    ended, _ = rows.delete()
    return ended
