"""What a table can become: declared by the room that takes it in.

A room registers a `Kind`: which columns there are and what they mean, how they are recognised, and how to make the
`Importer` that does the work. The machinery calls the importer with rows that are already mapped, and never looks into
what it makes of them.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from razdar.core.registry import Registry

LINE, REASON = "line", "reason"
"""Columns that a file of rows set aside has beside its own; they mean nothing when it is imported again."""


@dataclass(frozen=True)
class Field:
    """A column that a kind knows.

    Attributes:
        name: what ``--map`` and the preview call it.
        meaning: one phrase.
        example: invented.
        required: no row without it.
        several: more than one column may go into it.
        codes: values that say nothing of a person, and may be shown before the import; everything else is masked.
        aliases: what such a column is called elsewhere, in any language.
    """

    name: str
    meaning: str
    example: str
    required: bool = False
    several: bool = False
    codes: frozenset[str] = frozenset()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """What the columns of a kind mean.

    Attributes:
        kind: its name, for ``--kind``.
        things: what the rows become, in the plural.
        fields: in the order in which they are explained.
        one_of: groups of fields of which a table must have at least one.
        reasons: why a row can be set aside: code to sentence. No sentence quotes anything.
    """

    kind: str
    things: str
    fields: tuple[Field, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)

    def field(self, name: str) -> Field | None:
        return next((each for each in self.fields if each.name == name), None)


@dataclass(frozen=True, repr=False, slots=True)
class Record:
    """A row by fields. Plain, so printed nowhere.

    Attributes:
        line: its number in the file.
        values: the values of a field that are not empty, white space around them gone; a field without any is absent.
    """

    line: int
    values: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """The value of a field; empty when there is none."""
        return next(iter(self.values.get(name, ())), "")


@dataclass(frozen=True, repr=False, slots=True)
class Prepared:
    """A record that may be taken in.

    Attributes:
        line: of the record.
        identity: what makes it the same thing as another one; only its keyed digest is kept.
        body: whatever the importer needs; nobody else looks at it.
        customer: whose it is, if it is known before; else what it becomes is the customer itself.
        present: it is there already, however it came.
    """

    line: int
    identity: bytes
    body: Any
    customer: UUID | None = None
    present: bool = False


@dataclass(frozen=True, slots=True)
class Bad:
    """A record that cannot be taken in, and the code of the reason."""

    line: int
    reason: str


@dataclass(frozen=True, repr=False, slots=True)
class Claimed:
    """A record that is this run's to take in.

    Attributes:
        line: of the record.
        id: what it becomes will have this id; a second try has the same.
        body: as prepared.
    """

    line: int
    id: UUID
    body: Any


class Settling(Protocol):
    """Writes down how far lines are, in the open transaction of the caller."""

    def done(self, lines: Sequence[int]) -> None:
        """What these lines became is stored in the same transaction."""

    def bad(self, found: Sequence[Bad]) -> None:
        """These lines cannot be taken in."""

    def verified(self, lines: Sequence[int]) -> None:
        """What these lines became was opened and agrees with its original."""


class Importer(Protocol):
    """One run of a kind for one client.

    Attributes:
        client: whose rows they are.
        batch: how many rows are taken in together.
        verifies: whether lines are verified after they are done.
        digest: keyed, of an identity; 16 bytes, the same within this client for ever.
    """

    @property
    def client(self) -> UUID: ...

    @property
    def batch(self) -> int: ...

    @property
    def verifies(self) -> bool: ...

    @property
    def digest(self) -> Callable[[bytes], bytes]: ...

    def began(self, run: UUID) -> None:
        """The run begins or goes on: logged."""

    def prepare(self, records: Sequence[Record]) -> Sequence[Prepared | Bad]:
        """Judge records without storing anything; called in the client's scope, by one thread, in their order."""

    def take_in(self, run: UUID, batch: Sequence[Claimed], settling: Settling) -> None:
        """Store claimed records and settle their lines in the same transactions; called by several threads.

        Every line is settled when it returns. It opens its own scope, and logs one event for the batch.

        Raises:
            Unavailable: a part is away; what was not settled waits, and may be taken in again.
        """

    def ended(self, run: UUID, totals: Mapping[str, int]) -> Sequence[str]:
        """The run has reached the end of the file: logged with its sums.

        Returns:
            Sentences that somebody has to read before originals are given up.
        """

    def originals(self, record: Record, made: UUID | None) -> Sequence["Original"]:
        """The files that a row names, of which what it became is a copy; it may have become nothing."""

    def verify(self, record: Record, made: UUID) -> bool:
        """Whether what a line became opens and agrees with its original. Done again where a run was broken off."""


class Original(Protocol):
    """A file that may be shredded once a copy of it is sealed."""

    @property
    def place(self) -> str:
        """Tells it from other files; never printed."""

    def shred(self) -> str:
        """Overwrite and remove it, unless it is another file by now; see `razdar.runtime.imports.shredding`."""


@dataclass(frozen=True)
class Kind:
    """A kind of table.

    Attributes:
        target: its columns.
        open: makes the importer, and lets go of it at the end; gets the command's arguments.
    """

    target: Target
    open: Callable[[argparse.Namespace], AbstractContextManager[Importer]]


KINDS: Registry[Kind] = Registry("kind of import")
"""Asked in the order of registration."""
OPTIONS: Registry[Callable[[argparse.ArgumentParser], None]] = Registry("options of an import")
"""By kind, what a room adds to the command's options; registered in its ``commands.py``, before Django is set up."""
