"""What the agent certifies: it builds every text that it signs, from its own store.

Rules:

* Nobody hands the agent a text to sign. Whoever asks for a certificate says only what the agent cannot know: why, what
  went with the keys, and at which place the log has it. That the keys are destroyed, when, which they were, under which
  root, in which bundles they still are, and that this place of the log was signed, the agent reads in its own store. Of
  a customer whose keys live it certifies nothing.
* Certificates, notices, backups and the log have a key each, so that none passes for another.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol
from uuid import UUID

from razdar.core.crypto import signing
from razdar.core.crypto.hierarchy import SigningPurpose
from razdar.core.errors import BadInput
from razdar.core.ledger import backup_statements
from razdar.core.ledger.backup_statements import BackupStatement
from razdar.core.ledger.certificates import Bundle, Certificate, Finality, Linked
from razdar.core.ledger.erasure_notices import Notice
from razdar.core.ledger.origins import Origin
from razdar.keys import records
from razdar.keys.records import DestroyedKeys, ErasureSaid, RootVersion
from razdar.keys.store import KeyStore

_SHA256_BYTES = 32


@dataclass(frozen=True)
class Standing:
    """How things stood when keys were destroyed.

    Attributes:
        root_provider, root_version: the root that wrapped them.
        finality: from when nothing opens, here and in copies.
    """

    root_provider: str
    root_version: int
    finality: Finality


def standing_of(roots: Sequence[RootVersion], bundles: Sequence[records.Bundle], destroyed_at: datetime) -> Standing:
    """What holds for keys destroyed at a moment. Every root that was in use before counts, because a copy of the key
    store from its time may be about: there is a date only when all of them have ended for good.
    """
    earlier = [root for root in roots if root.since <= destroyed_at] or list(roots[:1])
    valid = [Bundle(b.number, b.expires_at, bool(b.sha256)) for b in bundles if b.made_at <= destroyed_at]
    in_use = earlier[-1]
    return Standing(in_use.provider, in_use.version, Finality.of(destroyed_at, valid, _end(earlier)))


def _end(roots: Sequence[RootVersion]) -> datetime | None:
    ends = [root.until for root in roots if root.final and root.until is not None]
    return max(ends) if len(ends) == len(roots) else None


def _keys(destroyed: DestroyedKeys) -> tuple[tuple[str, int], ...]:
    return tuple(zip(destroyed.key_ids, destroyed.versions, strict=True))


class Certifier(Protocol):
    """What may be asked of the agent about what was destroyed."""

    def sign_certificate(self, said: ErasureSaid) -> bytes:
        """The signed certificate of an erasure (``core.ledger.certificates``).

        Raises:
            NotFound: an unknown customer. BadInput: the customer's keys live, no such place of the log was signed, or a
                value has no place in a certificate.
        """

    def sign_notice(self, client: UUID, customer: UUID) -> bytes:
        """The signed notice of a destruction (``core.ledger.erasure_notices``); the same at every call.

        Raises:
            NotFound: an unknown customer. BadInput: the customer's keys live.
        """

    def sign_backup(self, manifest: bytes) -> bytes:
        """The signed statement that a backup was made here and now (``core.ledger.backup_statements``).

        Args:
            manifest: SHA-256 of its manifest.

        Raises:
            BadInput: something else.
        """


class Certifying(ABC):
    """The part of ``LocalAgent`` that certifies."""

    _store: KeyStore
    _now: Callable[[], datetime]

    @abstractmethod
    def _seed(self, purpose: SigningPurpose) -> AbstractContextManager[bytearray]: ...

    @abstractmethod
    def installation_id(self) -> UUID: ...

    def sign_certificate(self, said: ErasureSaid) -> bytes:
        self._require_signed(said)
        installation = self.installation_id()
        destroyed = self._store.destroyed(said.client, said.customer)
        others = [self._store.destroyed(said.client, customer) for customer in said.linked]
        last = max(each.destroyed_at for each in (destroyed, *others))
        standing = standing_of(self._store.roots.versions(), self._store.bundles.all(), last)
        certificate = Certificate(
            installation=installation,
            client=said.client,
            customer=said.customer,
            ground=said.ground,
            keys=_keys(destroyed),
            destroyed_at=destroyed.destroyed_at,
            removed=said.removed,
            log=str(Origin(installation, said.client, said.generation)),
            index=said.index,
            root_provider=standing.root_provider,
            root_version=standing.root_version,
            finality=standing.finality,
            issued_at=self._now(),
            linked=tuple(Linked(each.customer, _keys(each)) for each in others),
        )
        with self._seed(SigningPurpose.CERTIFICATE) as seed:
            return certificate.signed(signing.public_key(seed), partial(signing.sign, seed)).encode()

    def _require_signed(self, said: ErasureSaid) -> None:
        """Make sure that the log's place is one that was signed; of ended generations only the number is known.

        Raises:
            BadInput: it is not.
        """
        for head in self._store.heads.of([said.client]):
            ended = 1 <= said.generation < head.generation
            if ended or (said.generation == head.generation and 0 <= said.index < head.size):
                return
        raise BadInput("No such place of the log was signed.")

    def sign_notice(self, client: UUID, customer: UUID) -> bytes:
        destroyed = self._store.destroyed(client, customer)
        notice = Notice(self.installation_id(), client, customer, destroyed.destroyed_at, destroyed.key_ids)
        with self._seed(SigningPurpose.NOTICE) as seed:
            return notice.signed(signing.public_key(seed), partial(signing.sign, seed)).encode()

    def sign_backup(self, manifest: bytes) -> bytes:
        if len(manifest) != _SHA256_BYTES:
            raise BadInput("A backup is known by the SHA-256 of its manifest.")
        made = BackupStatement(self.installation_id(), self._now(), manifest.hex())
        with self._seed(SigningPurpose.BACKUP) as seed:
            return backup_statements.signed(made, signing.public_key(seed), partial(signing.sign, seed))
