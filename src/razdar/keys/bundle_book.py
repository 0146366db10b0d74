"""The key store's list of key bundles and of whom they are for.

A number is given out before its bundle is written, because the bundle carries it, and is never given out again. From
then on the bundle may exist: whoever must name every bundle that could open something names it, whatever became of it.
That is so in the bundle itself as well, whose own row it is.
"""

from collections.abc import Iterable
from datetime import datetime

from razdar.core.errors import BadInput, NotFound
from razdar.keys import erasures
from razdar.keys.columns import millis, moment
from razdar.keys.erasures import Erasure
from razdar.keys.records import Bundle, NamedRecipient
from razdar.keys.sqlite_file import SqliteFile

_BUNDLES = "SELECT number, made_at, expires_at, erasures, coalesce(sha256, x'') FROM bundle ORDER BY number"
LEARN = """
    INSERT INTO bundle (number, made_at, expires_at, erasures, sha256) VALUES (?, ?, ?, ?, nullif(?, x''))
    ON CONFLICT (number) DO UPDATE
    SET sha256 = coalesce(sha256, excluded.sha256), erasures = max(erasures, excluded.erasures)
"""


class BundleBook:
    """Bundles and recipients in the store; see ``KeyStore`` for what every method may raise."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def add_recipient(self, name: str, text: str, at: datetime) -> None:
        """Keep a recipient.

        Raises:
            BadInput: the name or the recipient is there already.
        """
        with self._file.writing() as connection:
            found = connection.execute("SELECT 1 FROM recipient WHERE name = ? OR text = ?", (name, text)).fetchone()
            if found:
                raise BadInput("This name or this recipient is in the list already. Nothing was changed.")
            connection.execute(
                "INSERT INTO recipient (name, text, added_at) VALUES (?, ?, ?)", (name, text, millis(at))
            )

    def remove_recipient(self, name: str) -> None:
        """Forget a recipient; bundles made before still open for it.

        Raises:
            NotFound: no such name.
        """
        with self._file.writing() as connection:
            if not connection.execute("DELETE FROM recipient WHERE name = ?", (name,)).rowcount:
                raise NotFound("There is no recipient of this name.")

    def recipients(self) -> list[NamedRecipient]:
        """All recipients, by name."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT name, text, added_at FROM recipient ORDER BY name").fetchall()
            return [NamedRecipient(name, text, moment(at)) for name, text, at in rows]

    def reserve(self, made_at: datetime, expires_at: datetime) -> int:
        """A number for a new bundle."""
        statement = """
            INSERT INTO bundle (made_at, expires_at, erasures) VALUES (?, ?, (SELECT count(*) FROM erasure))
        """
        with self._file.writing() as connection:
            number = connection.execute(statement, (millis(made_at), millis(expires_at))).lastrowid
        assert number is not None  # noqa: S101 - an INSERT that did not raise
        return number

    def snapshot(self) -> tuple[bytes, list[Erasure]]:
        """The whole store as the bytes of its file, and its erasure ledger, as of one moment."""
        with self._file.reading() as connection:
            return connection.serialize(), erasures.rows(connection)

    def finished(self, number: int, sha256: bytes, held: int) -> None:
        """Note a bundle that is on the disk.

        Args:
            number: from ``reserve``.
            sha256: of its file.
            held: erasures in it.
        """
        with self._file.writing() as connection:
            connection.execute("UPDATE bundle SET sha256 = ?, erasures = ? WHERE number = ?", (sha256, held, number))

    def all(self) -> list[Bundle]:
        """Every bundle whose number was given out, in order."""
        with self._file.reading() as connection:
            return [_bundle(row) for row in connection.execute(_BUNDLES)]

    def learn(self, found: Iterable[Bundle]) -> None:
        """Note bundles that were made after the copy from which this store was restored; what is known stays."""
        with self._file.writing() as connection:
            connection.executemany(LEARN, [row_of(bundle) for bundle in found])

    def ledger(self, after: int = 0, most: int = -1) -> list[Erasure]:
        """Rows of the erasure ledger after a number; all of them unless ``most`` says how many."""
        with self._file.reading() as connection:
            return erasures.rows(connection, after, most)

    def erasures(self) -> int:
        """How many rows the erasure ledger has."""
        with self._file.reading() as connection:
            count: int = connection.execute("SELECT count(*) FROM erasure").fetchone()[0]
            return count


def row_of(bundle: Bundle) -> tuple[int, int, int, int, bytes]:
    """A bundle as its row."""
    times = millis(bundle.made_at), millis(bundle.expires_at)
    return bundle.number, *times, bundle.erasures, bytes.fromhex(bundle.sha256)


def _bundle(row: tuple[int, int, int, int, bytes]) -> Bundle:
    number, made_at, expires_at, held, sha256 = row
    return Bundle(number, moment(made_at), moment(expires_at), held, sha256.hex())
