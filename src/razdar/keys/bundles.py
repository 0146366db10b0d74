"""Key bundles: the key store and its root file, sealed to people who keep them apart from the data.

::

    bundle  = age file (c2sp.org/age) to at least two post-quantum recipients, of a tar archive (POSIX.1-2001 pax) with
              statement.note     what it is, signed by the installation (core.ledger.backup_statements): number, times,
                                 and the SHA-256 of the other three
              keystore.sqlite3   a consistent copy of the key store
              root.json          the root file that opens it; itself opens with the passphrase only
              erasures.jsonl     the erasure ledger, one JSON object a line

A bundle is numbered, and expires: a restore refuses one that is over its date, and the agent removes its file. Who
holds a copy, one of the identities and the passphrase can open what the store held on that day: that is what a bundle
is for, and why it does not last. Sealed to its recipients it could be by anybody, who are known to everybody; that the
installation made it, and when, is what the signature shows.
"""

import hashlib
import io
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from razdar.core.crypto import age, hierarchy, signing
from razdar.core.crypto.age import Identity, Recipient
from razdar.core.crypto.hierarchy import SigningPurpose
from razdar.core.crypto.material import Key, Octets, wipe
from razdar.core.errors import BadInput, Misconfigured, Unavailable, Unopenable, Unverifiable
from razdar.core.ledger import backup_statements, notes
from razdar.core.ledger.backup_statements import BundleStatement
from razdar.core.ledger.notes import Note
from razdar.keys import erasures, store_copy
from razdar.keys.bundle_book import BundleBook
from razdar.keys.columns import millis, moment
from razdar.keys.erasures import Erasure
from razdar.keys.providers import RootProvider
from razdar.keys.providers.passphrase_file import PassphraseFile
from razdar.keys.records import Bundle
from razdar.keys.root_files import ROOT_NAME
from razdar.runtime import durable

LIFE = timedelta(days=14)
FEWEST_RECIPIENTS = 2
LISTED = timedelta(days=30)
"""How long after its end a bundle is still told of."""
STORE_NAME = "keystore.sqlite3"

_STATEMENT, _LEDGER = "statement.note", "erasures.jsonl"
_MEMBERS = (_STATEMENT, STORE_NAME, ROOT_NAME, _LEDGER)
_PIECE = 1 << 20
_FEW = (
    f"A key bundle is sealed to at least {FEWEST_RECIPIENTS} recipients, so that losing one key does not lose all. "
    "Add them with: razdar keys recipients add NAME age1pq1..."
)
_UNFIT = "The root in use does not open the key store, so no bundle was made. Start the key agent again."
_FOREIGN = "The key bundle says that it is another installation's than its keys are."
_DISK = "The key bundle could not be written. Check the folder RAZDAR_BUNDLES and its disk; the job tries again."


@dataclass(frozen=True)
class Opened:
    """An opened bundle; still nothing without the passphrase.

    Attributes:
        meta: what it says of itself; true only once ``verified`` has said so.
        note: the same, signed.
        store, root: the two files.
        ledger: the erasure ledger.
    """

    meta: BundleStatement
    note: Note
    store: bytes
    root: bytes
    ledger: tuple[Erasure, ...]


def installation_id(secret: Key) -> UUID:
    """The installation's id, from its secret: the same in every copy, and no part of the secret."""
    subkey = hierarchy.installation_subkey(secret, b"installation id")
    try:
        return UUID(bytes=bytes(subkey[:16]), version=4)
    finally:
        wipe(subkey)


def file_name(number: int) -> str:
    """The name of a bundle's file."""
    return f"keys-{number:06d}.age"


@dataclass(frozen=True)
class Maker:
    """Makes bundles of one key store.

    Attributes:
        book: the store's list of bundles.
        root: the root in use.
        folder: where bundles go.
    """

    book: BundleBook
    root: RootProvider
    folder: Path

    def make(self, now: datetime, random: Callable[[int], bytes]) -> Bundle:
        """Write the next bundle, synced, under its own name or not at all.

        Raises:
            Misconfigured: fewer than two recipients.
            Unavailable: the disk is full or fails, or the root does not open the store.
        """
        recipients = [Recipient.parse(one.text) for one in self.book.recipients()]
        if len(recipients) < FEWEST_RECIPIENTS or not all(one.post_quantum for one in recipients):
            raise Misconfigured(_FEW)
        now = moment(millis(now))  # as it is written down
        number = self._number(now)
        store, ledger = self.book.snapshot()
        parts = {STORE_NAME: store, ROOT_NAME: self.root.file, _LEDGER: erasures.to_lines(ledger)}
        with self._secret(store) as secret:
            whose = installation_id(secret)
            said = BundleStatement(whose, number, now, now + LIFE, len(ledger), _hashes(parts))
            note = _signed(said, secret)
        packed = _packed({_STATEMENT: note, **parts}, now)
        try:
            digest = _write(self.folder / file_name(number), age.encrypt(recipients, packed, random))
        except OSError:
            raise Unavailable(_DISK) from None
        self.book.finished(number, digest, len(ledger))
        return Bundle(number, now, now + LIFE, len(ledger), digest.hex())

    def _number(self, now: datetime) -> int:
        """A number of which there is no file: a restored store may not know of all that were made."""
        while (self.folder / file_name(number := self.book.reserve(now, now + LIFE))).exists():
            pass
        return number

    @contextmanager
    def _secret(self, store: bytes) -> Iterator[bytearray]:
        """The secret in the copy; that it comes out shows that the root to be sealed with it opens it."""
        try:
            secret = store_copy.installation_secret(store, self.root)
        except Unopenable:
            raise Unavailable(_UNFIT) from None
        try:
            yield secret
        finally:
            wipe(secret)


def told(known: Sequence[Bundle], now: datetime) -> tuple[Bundle, ...]:
    """Of all bundles the finished ones that are worth telling of: those of the last weeks, or else the newest."""
    finished = tuple(one for one in known if one.sha256)
    return tuple(one for one in finished if one.expires_at > now - LISTED) or finished[-1:]


def drop_expired(folder: Path, known: Sequence[Bundle], now: datetime) -> list[int]:
    """Remove the files of bundles that are over their date; their numbers.

    Raises:
        Unavailable: a file could not be removed.
    """
    dropped = []
    for bundle in known:
        path = folder / file_name(bundle.number)
        if bundle.expires_at <= now and path.exists():
            try:
                path.unlink()
            except OSError:
                raise Unavailable("An expired key bundle could not be removed. Check its folder.") from None
            dropped.append(bundle.number)
    return dropped


def open_bundle(path: Path, identity: Identity) -> Opened:
    """Open a bundle with one of its recipients' identities; its parts belong together when this returns. Whose they
    are, and whether what it says of itself is true, ``verified`` tells.

    Raises:
        Unopenable: for somebody else, altered, cut, or no key bundle.
        Misconfigured: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            packed = b"".join(age.decrypt([identity], iter(lambda: file.read(_PIECE), b"")))
    except OSError:
        raise Misconfigured(f"The key bundle {path} cannot be read.") from None
    parts = _unpacked(packed)
    try:
        note = notes.parse(parts.pop(_STATEMENT))
        meta = BundleStatement.read(note.text)
    except BadInput:
        raise Unopenable from None
    ledger = tuple(erasures.from_lines(parts[_LEDGER]))
    if len(ledger) != meta.erasures or _hashes(parts) != meta.files:
        raise Unopenable
    return Opened(meta, note, parts[STORE_NAME], parts[ROOT_NAME], ledger)


def verified(opened: Opened, words: Octets) -> bytes:
    """See that a bundle was made by the installation whose keys are in it.

    Returns:
        The installation's key for backups: it verifies what else was signed there.

    Raises:
        Unopenable: another passphrase, or root and store do not belong together.
        Unverifiable: somebody else has put it together, or changed what it says.
    """
    with closing(PassphraseFile.read(opened.root, words)) as root:
        secret = store_copy.installation_secret(opened.store, root)
    try:
        whose, public = installation_id(secret), _public_key(secret)
    finally:
        wipe(secret)
    backup_statements.check(opened.note, whose, public)
    if opened.meta.installation != whose:
        raise Unverifiable(_FOREIGN)
    return public


def read_identity(path: Path) -> Identity:
    """An identity from a file as age-keygen writes it.

    Raises:
        Misconfigured: it cannot be read, or is none.
    """
    try:
        return Identity.parse(path.read_text())
    except (OSError, UnicodeDecodeError, BadInput):
        raise Misconfigured(f"There is no age identity in {path}.") from None


def sha256_of(path: Path) -> str:
    """The hash of a file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _signed(said: BundleStatement, secret: Key) -> bytes:
    seed = hierarchy.signing_seed(secret, SigningPurpose.BACKUP)
    try:
        return backup_statements.signed(said, signing.public_key(seed), partial(signing.sign, seed))
    finally:
        wipe(seed)


def _public_key(secret: Key) -> bytes:
    seed = hierarchy.signing_seed(secret, SigningPurpose.BACKUP)
    try:
        return signing.public_key(seed)
    finally:
        wipe(seed)


def _hashes(parts: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()}


def _packed(parts: Mapping[str, bytes], at: datetime) -> Iterator[bytes]:
    for name, data in parts.items():
        head = tarfile.TarInfo(name)
        head.size, head.mtime, head.mode = len(data), int(at.timestamp()), 0o600
        yield head.tobuf(tarfile.PAX_FORMAT)
        yield from (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))
        yield bytes(-len(data) % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _unpacked(packed: bytes) -> dict[str, bytes]:
    try:
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:") as archive:
            found = {member.name: archive.extractfile(member) for member in archive}
            parts = {name: file.read() for name, file in found.items() if file}
    except tarfile.TarError:
        raise Unopenable from None
    if tuple(parts) != _MEMBERS:
        raise Unopenable
    return parts


def _write(path: Path, pieces: Iterator[bytes]) -> bytes:
    """Write a bundle's file; its SHA-256."""
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    digest = hashlib.sha256()

    def hashed() -> Iterator[bytes]:
        for piece in pieces:
            digest.update(piece)
            yield piece

    # Readable for the group: whoever carries bundles away is another account and holds no identity.
    durable.write(path, hashed(), 0o640)
    return digest.digest()
