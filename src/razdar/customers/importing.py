"""Tables of customers: which columns there are, and how rows become records.

A row is the same as another by the client's own reference; without one, by all of its values. A customer that is there
already, whether it was imported or typed, is left as it is: an import adds, and corrects nothing.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from razdar.core import jalali
from razdar.core.disclosure import DataClass, Viewer, normal
from razdar.core.disclosure.normal import fold
from razdar.core.errors import BadInput, Refused
from razdar.customers import selectors, storing
from razdar.customers.columns import GENDER_WORDS, LANGUAGE, LANGUAGE_TAG, NOBODY, TARGET
from razdar.customers.fields import FIELDS, GENDERS, HANDLES
from razdar.customers.storing import BadValue, Draft
from razdar.identity import selectors as people
from razdar.identity.viewers import for_job
from razdar.runtime.console import client_of
from razdar.runtime.imports import book
from razdar.runtime.imports.targets import KINDS, Bad, Claimed, Kind, Original, Prepared, Record, Settling
from razdar.runtime.scope import scope
from razdar.vault import importing as vault

IMPORT = "customers:record:import"
COMPARE = "customers:record:compare"
BEGIN, END = "customers:import:begin", "customers:import:end"
BATCH = 500
_SHARED = frozenset({DataClass.GENDER, DataClass.BIRTH_DATE, DataClass.GIVEN_NAME})
"""Classes that tell nobody from anybody else."""


@dataclass(frozen=True)
class CustomerImporter:
    """See `razdar.runtime.imports.targets.Importer`."""

    viewer: Viewer
    digest: Callable[[bytes], bytes]
    batch: int = BATCH
    verifies: bool = False

    @property
    def client(self) -> UUID:
        return self.viewer.client

    def began(self, run: UUID) -> None:
        vault.log_run(self.viewer, BEGIN, run)

    def ended(self, run: UUID, totals: Mapping[str, int]) -> Sequence[str]:
        vault.log_run(self.viewer, END, run, totals)
        return ()

    def prepare(self, records: Sequence[Record]) -> Sequence[Prepared | Bad]:
        judged = [_judged(record) for record in records]
        references = [_reference(each.body) for each in judged if isinstance(each, Prepared)]
        stored = self._stored([text for text in references if text])
        return [
            Prepared(each.line, each.identity, each.body, present=_reference(each.body) in stored)
            if isinstance(each, Prepared)
            else each
            for each in judged
        ]

    def _stored(self, references: Sequence[str]) -> Mapping[str, Sequence[UUID]]:
        """References that somebody has who did not come in by a line; those who did are known by its digest."""
        if not references:
            return {}

        def imported(customers: set[UUID]) -> set[UUID]:
            return book.from_lines(self.client, TARGET.kind, customers)

        try:
            return selectors.find_many(self.viewer, DataClass.REFERENCE_NO, references, COMPARE, imported)
        except Refused:  # stored so that nobody can search by it: then the digests alone tell
            return {}

    def take_in(self, run: UUID, batch: Sequence[Claimed], settling: Settling) -> None:
        ids = [each.id for each in batch]
        with scope(self.client):
            storing.store(self.viewer, ids, [each.body for each in batch], IMPORT)
            settling.done([each.line for each in batch])
            vault.log_batch(self.viewer, IMPORT, run, ids)

    def originals(self, record: Record, made: UUID | None) -> Sequence[Original]:  # noqa: ARG002 - the table itself is the original
        return ()

    def verify(self, record: Record, made: UUID) -> bool:  # noqa: ARG002 - `verifies` is False
        return True


def _judged(record: Record) -> Prepared | Bad:
    try:
        draft = storing.checked(_draft(record))
    except BadValue as error:
        return Bad(record.line, str(error.data_class).replace("_", "-"))
    except BadInput:
        return Bad(record.line, NOBODY)
    if not draft.handles and not set(draft.fields) - _SHARED:
        return Bad(record.line, NOBODY)
    if draft.language and not LANGUAGE_TAG.fullmatch(draft.language):
        return Bad(record.line, LANGUAGE)
    return Prepared(record.line, _identity(draft), draft)


def _draft(record: Record) -> Draft:
    fields = {c: _written(c, record.one(c)) for c in FIELDS if record.one(c)}
    handles = tuple((c, text) for c in HANDLES for text in dict.fromkeys(record.values.get(c, ())))
    return Draft(fields, handles, record.one(LANGUAGE))


def _written(data_class: DataClass, text: str) -> str:
    """A value as records hold it; what is not recognised stays as it is and is refused there."""
    if data_class is DataClass.GENDER:
        folded = fold(text)
        return folded if folded in GENDERS else GENDER_WORDS.get(folded, text)
    return _day(fold(text)) if data_class is DataClass.BIRTH_DATE else text


def _day(text: str) -> str:
    """Day, month and year as year-month-day, where the way it is written leaves no doubt."""
    for separator, order in ((".", (2, 1, 0)), ("/", (0, 1, 2)), ("-", (0, 1, 2))):
        parts = text.split(separator)
        if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
            year, month, day = (parts[place] for place in order)
            if len(year) == 4:
                return _iso(int(year), int(month), int(day)) or text
    return text


def _iso(year: int, month: int, day: int) -> str:
    try:
        known = jalali.to_gregorian if year <= jalali.LAST else date
        return known(year, month, day).isoformat()
    except ValueError:
        return ""


def _reference(draft: Draft) -> str:
    return draft.fields.get(DataClass.REFERENCE_NO, "")


def _identity(draft: Draft) -> bytes:
    reference = normal(DataClass.REFERENCE_NO, _reference(draft))
    if reference:
        return b"reference\0" + reference.encode()
    values = sorted((*draft.fields.items(), *draft.handles))
    return b"row\0" + "\0".join(f"{c}\1{normal(c, text)}" for c, text in values).encode()


@contextmanager
def _opened(arguments: argparse.Namespace) -> Iterator[CustomerImporter]:
    client = people.known_client(client_of(arguments))
    with vault.digests(client) as digest:
        yield CustomerImporter(for_job("import", client), digest)


KINDS.register(TARGET.kind)(Kind(TARGET, _opened))
