"""Tables of recorded calls: each row is checked, sealed, stored with its first job, and verified.

A call is the same as another by what it is called where it comes from; without that, by its file, customer and time.
Customers are found by exact value, many at once, and must be there. A call without a transcript is taken in like any
other: it stays sealed and locked until an engine or somebody supplies one. Channels are as in a single call: agent
left, customer right; one channel holds both.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from razdar.core.disclosure import DataClass, Viewer, normal
from razdar.core.errors import BadInput, NotFound, Unopenable
from razdar.core.redaction.transcript import MOST_BYTES as MOST_TRANSCRIPT
from razdar.customers import selectors as customers
from razdar.customers.columns import LANGUAGE_TAG
from razdar.identity import selectors as people
from razdar.identity.viewers import for_job
from razdar.interactions import audio, columns, retention, verifying
from razdar.interactions.audio import Audio, BadSound
from razdar.interactions.columns import TARGET
from razdar.interactions.services import IncomingCall, checked, store
from razdar.interactions.source_files import MISSING, BadFile, SourceFile, SourceFolder
from razdar.runtime.console import client_of
from razdar.runtime.imports.targets import KINDS, Bad, Claimed, Kind, Original, Prepared, Record, Settling
from razdar.runtime.scope import scope
from razdar.vault import importing as vault

ARCHIVE = "interactions:archive:import"
FIND = "interactions:archive:find"
BEGIN, END = "interactions:archive:begin", "interactions:archive:end"
BATCH = 25
_TOLERANCE_S, _TOLERANCE = 1.0, 0.02


@dataclass(frozen=True, repr=False)
class _Row:
    """What a record says of a call, checked as far as that is possible without its files. Plain, so printed nowhere."""

    file: str
    transcript: str
    customer: UUID
    agent: UUID | None
    started_at: datetime
    direction: str
    language: str
    seconds: float | None


@dataclass(frozen=True)
class CallImporter:
    """See `razdar.runtime.imports.targets.Importer`."""

    viewer: Viewer
    digest: Callable[[bytes], bytes]
    folder: SourceFolder
    zone: ZoneInfo
    batch: int = BATCH
    verifies: bool = True
    _agents: dict[str, UUID | None] = field(default_factory=dict, repr=False)

    @property
    def client(self) -> UUID:
        return self.viewer.client

    def began(self, run: UUID) -> None:
        vault.log_run(self.viewer, BEGIN, run)

    def ended(self, run: UUID, totals: Mapping[str, int]) -> Sequence[str]:
        vault.log_run(self.viewer, END, run, totals)
        with scope(self.client):
            found = retention.due(self.client, datetime.now(UTC) + retention.IN_PEACE)
        return [
            f"{due.calls:,} calls are older than the {due.days} days for which this client keeps a {due.data_class}: "
            f"within a week it is destroyed, unless these are more: razdar retention set {due.data_class}=DAYS"
            for due in found
            if due.calls
        ]

    def prepare(self, records: Sequence[Record]) -> Sequence[Prepared | Bad]:
        found = {
            kind: self._found(data_class, [record.one(kind) for record in records])
            for kind, data_class in ((columns.REFERENCE, DataClass.REFERENCE_NO), (columns.PHONE, DataClass.PHONE))
        }
        return [self._judged(record, found) for record in records]

    def _found(self, data_class: DataClass, values: Sequence[str]) -> Mapping[str, Sequence[UUID]]:
        wanted = [value for value in dict.fromkeys(values) if value]
        return customers.find_many(self.viewer, data_class, wanted, FIND) if wanted else {}

    def _judged(self, record: Record, found: Mapping[str, Mapping[str, Sequence[UUID]]]) -> Prepared | Bad:
        kind = columns.REFERENCE if record.one(columns.REFERENCE) else columns.PHONE
        owners = found[kind].get(record.one(kind), ())
        started_at = columns.moment(record.one(columns.STARTED), self.zone)
        direction = columns.direction(record.one(columns.DIRECTION))
        agent = self._agent(record.one(columns.AGENT))
        reason = _wrong(record, direction) or _wrong_owner(owners)
        if not started_at:
            reason = columns.STARTED
        if record.one(columns.AGENT) and agent is None:
            reason = reason or columns.NO_AGENT
        if reason or not started_at:
            return Bad(record.line, reason)
        row = _Row(
            file=record.one(columns.FILE),
            transcript=record.one(columns.TRANSCRIPT),
            customer=owners[0],
            agent=agent,
            started_at=started_at,
            direction=direction,
            language=record.one(columns.LANGUAGE),
            seconds=columns.seconds(record.one(columns.DURATION)) if record.one(columns.DURATION) else None,
        )
        return Prepared(record.line, _identity(record, row, kind), row, customer=row.customer)

    def _agent(self, name: str) -> UUID | None:
        if name and name not in self._agents:
            try:
                self._agents[name] = people.person_by_work_name(name)
            except NotFound:
                self._agents[name] = None
        return self._agents.get(name)

    def take_in(self, run: UUID, batch: Sequence[Claimed], settling: Settling) -> None:
        bad, stored, agreed = [], [], []
        for each in batch:
            try:
                call, sound = self._call(each)
                store(self.viewer, call, sound, lambda line=each.line: settling.done([line]))  # type: ignore[misc]
            except _Wrong as wrong:
                bad.append(Bad(each.line, wrong.reason))
            except (NotFound, Unopenable):  # erased meanwhile
                bad.append(Bad(each.line, columns.NO_CUSTOMER))
            else:
                stored.append(call.customer)
                if verifying.agrees(self.viewer, each.id, sound):
                    agreed.append(each.line)
        with scope(self.client):
            settling.bad(bad)
            settling.verified(agreed)
            vault.log_batch(self.viewer, ARCHIVE, run, stored, len(bad))

    def _call(self, claimed: Claimed) -> tuple[IncomingCall, Audio]:
        """The call with its files read and checked.

        Raises:
            _Wrong: it cannot be taken in.
        """
        row: _Row = claimed.body
        call = IncomingCall(
            customer=row.customer,
            sound=self._read(row.file, audio.MOST_BYTES_IN, ""),
            transcript=self._read(row.transcript, MOST_TRANSCRIPT, columns.NO_TRANSCRIPT) if row.transcript else b"",
            started_at=row.started_at,
            direction=row.direction,
            agent=row.agent,
            language=row.language,
            id=claimed.id,
        )
        sound = _sound(call)
        if row.seconds is not None and abs(row.seconds - sound.duration_ms / 1000) > max(
            _TOLERANCE_S, _TOLERANCE * row.seconds
        ):
            raise _Wrong(columns.DURATION)
        return call, sound

    def _read(self, name: str, most: int, missing: str) -> bytes:
        try:
            return self.folder.read(name, most)
        except BadFile as error:
            raise _Wrong(missing if missing and error.reason == MISSING else error.reason) from None

    def originals(self, record: Record, made: UUID | None) -> Sequence[Original]:
        compared = ((columns.FILE, self._is_sound), (columns.TRANSCRIPT, self._is_transcript))
        found = [(record.one(column), agrees) for column, agrees in compared]
        return [SourceFile(self.folder, name, partial(agrees, made)) for name, agrees in found if name]

    def _is_sound(self, made: UUID | None, data: bytes) -> bool:
        try:
            return made is not None and verifying.agrees(self.viewer, made, audio.read_audio(data))
        except BadInput:
            return False

    def _is_transcript(self, made: UUID | None, data: bytes) -> bool:
        return made is not None and verifying.agrees_in_words(self.viewer, made, data)

    def verify(self, record: Record, made: UUID) -> bool:
        try:
            sound = audio.read_audio(self.folder.read(record.one(columns.FILE), audio.MOST_BYTES_IN))
        except BadInput:
            return False
        return verifying.agrees(self.viewer, made, sound)


class _Wrong(Exception):
    """A row that cannot be taken in.

    Attributes:
        reason: its code.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _sound(call: IncomingCall) -> Audio:
    try:
        return checked(call)
    except BadSound as error:
        raise _Wrong(error.reason) from None
    except BadInput:
        raise _Wrong(columns.BAD_TRANSCRIPT) from None


def _wrong(record: Record, direction: str) -> str:
    """What is wrong with the words of a record; empty when nothing is."""
    language, duration = record.one(columns.LANGUAGE), record.one(columns.DURATION)
    if not record.one(columns.FILE):
        return MISSING
    if not direction:
        return columns.DIRECTION
    if language and not LANGUAGE_TAG.fullmatch(language):
        return columns.LANGUAGE
    return columns.DURATION if duration and columns.seconds(duration) is None else ""


def _wrong_owner(owners: Sequence[UUID]) -> str:
    if not owners:
        return columns.NO_CUSTOMER
    return columns.SEVERAL_CUSTOMERS if len(owners) > 1 else ""


def _identity(record: Record, row: _Row, kind: str) -> bytes:
    name = record.one(columns.EXTERNAL)
    if name:
        return b"id\0" + name.encode()
    data_class = DataClass.REFERENCE_NO if kind == columns.REFERENCE else DataClass.PHONE
    parts = (row.file, kind, normal(data_class, record.one(kind)), str(row.started_at.timestamp()))
    return b"row\0" + "\0".join(parts).encode()


@contextmanager
def _opened(arguments: argparse.Namespace) -> Iterator[CallImporter]:
    client = people.known_client(client_of(arguments))
    table: Path = arguments.table
    named: Path | None = arguments.folder
    folder = SourceFolder(named or table.absolute().parent, named=named is not None)
    with closing(folder), vault.digests(client) as digest:
        yield CallImporter(for_job("import", client), digest, folder, _zone(arguments.zone))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput("There is no time zone of that name here. Write it like Europe/Warsaw, or UTC.") from None


KINDS.register(TARGET.kind)(Kind(TARGET, _opened))
