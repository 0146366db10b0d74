"""Events: one look, change or refusal, as the log keeps it for years.

Rules:

1. An event holds no personal data of customers. A customer is a random id, free text is ciphertext, and every other
   text is a code whose alphabet leaves no room for a sentence, a name or an address.
2. The bytes are canonical JSON, so that one event has one hash wherever it is computed: UTF-8, keys sorted by code
   point, no spaces, no floating point, integers within 53 bits (RFC 8259 section 6), time in whole milliseconds since
   1970-01-01 UTC, up to the end of the year 9999. ``decode(encode(e, t))`` gives back ``e`` and ``t``; any other bytes
   are refused.
3. The fields seen are a set: every record with the same fields seen at the same levels is listed once beside its like,
   which keeps a page of many rows small.
4. An event is at most 65,535 bytes, as an entry bundle takes it: a longer list is split by its writer, never cut.
5. Levels are written as sent, after masking.
"""

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Final, NoReturn, TypedDict, Unpack
from uuid import UUID

from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput

MAX_PAYLOAD: Final = 0xFFFF
"""Longest event in bytes."""

VERSION: Final = 1
OPERATOR: Final = "operator"
"""The role of events at the console."""
MAX_AT_MS: Final = 253_402_300_799_999
"""Latest time of an event: beyond the year 9999 neither Python nor ISO 8601 has one."""
_MAX_INT: Final = (1 << 53) - 1
_NIL: Final = UUID(int=0)

Detail = tuple[tuple[str, str | int], ...]


class Mode(StrEnum):
    """How something was looked at, or what else happened."""

    VIEW = "view"
    LIST_ROW = "list_row"
    SEARCH = "search"
    MATCH = "match"
    PLAY = "play"
    REVEAL = "reveal"
    EXPORT = "export"
    API = "api"
    MONITOR = "monitor"
    PRINT = "print"
    DENY = "deny"
    CHANGE = "change"
    SYSTEM = "system"


class Outcome(StrEnum):
    """How it ended."""

    OK = "ok"
    DENIED = "denied"
    FAILED = "failed"


@dataclass(frozen=True, order=True, slots=True)
class FieldSeen:
    """One field of one record, at the level at which it was sent.

    Attributes:
        data_class: name of the data class.
        level: name of the disclosure level, in small letters.
        subject: the record it belongs to: a customer's pseudonym, an interaction.
    """

    data_class: str
    level: str
    subject: UUID

    @property
    def seen(self) -> str:
        return f"{self.data_class}:{self.level}"


class About(TypedDict, total=False):
    """What ``Event.by`` and ``Event.by_operator`` may be told beside who, what and how."""

    customer: UUID | None
    fields: tuple[FieldSeen, ...]
    purpose: str
    case: str
    outcome: str
    trace: UUID | None
    detail: Detail
    sealed_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened. Time, order and the writer are added by the log, not by the caller.

    Attributes:
        client: whose log it belongs to; ``None`` for the installation's own.
        actor: pseudonym of the member of staff; ``None`` for a process. The nil id of a job's viewer becomes ``None``.
        role, session, device, zone: as the viewer carries them.
        action: ``room:thing:action``.
        mode: how.
        customer: pseudonym of the customer concerned, if there is just one.
        fields: what was seen, sorted and without repeats whatever the caller's order.
        purpose: name of the purpose; empty where none applies.
        case: reference of the case or contact that justified it.
        outcome: a value of ``Outcome``.
        trace: the interaction's trace id.
        detail: further codes, ids and counts by name; at most one value a name.
        sealed_reason: the reason given, as base64 of its ciphertext; empty where none was asked.

    Raises:
        BadInput: a value that breaks a rule of this module; the message names the field, never the value.
    """

    client: UUID | None
    action: str
    mode: Mode
    actor: UUID | None = None
    role: str = ""
    session: str = ""
    device: str = ""
    zone: str = ""
    customer: UUID | None = None
    fields: tuple[FieldSeen, ...] = ()
    purpose: str = ""
    case: str = ""
    outcome: str = Outcome.OK
    trace: UUID | None = None
    detail: Detail = ()
    sealed_reason: str = ""

    def __post_init__(self) -> None:
        _check_ids(self)
        for name, pattern in _TEXTS.items():
            _check_text(name, getattr(self, name), pattern)
        _check_fields(self.fields)
        _check_detail(self.detail)
        _check_base64(self.sealed_reason)
        object.__setattr__(self, "mode", _member(Mode, "mode", self.mode))
        object.__setattr__(self, "outcome", _member(Outcome, "outcome", self.outcome))
        object.__setattr__(self, "actor", None if self.actor == _NIL else self.actor)
        object.__setattr__(self, "fields", tuple(sorted(set(self.fields))))
        object.__setattr__(self, "detail", tuple(sorted(self.detail)))

    @classmethod
    def by(cls, viewer: Viewer, action: str, mode: Mode, **about: Unpack[About]) -> "Event":
        """An event of a viewer, with the viewer's own marks filled in."""
        return cls(
            client=viewer.client,
            actor=viewer.person,
            role=viewer.role,
            session=viewer.session,
            device=viewer.device,
            zone=viewer.zone,
            action=action,
            mode=mode,
            **about,
        )

    @classmethod
    def by_operator(cls, client: UUID | None, action: str, mode: Mode, **about: Unpack[About]) -> "Event":
        """An event of whoever works at the console of the machine, whom the log knows as nobody else."""
        return cls(client=client, role=OPERATOR, session="console", zone="console", action=action, mode=mode, **about)

    def only(self, subject: UUID) -> "Event":
        """The same event with the fields of one record alone."""
        return replace(self, fields=tuple(f for f in self.fields if f.subject == subject))

    @property
    def subjects(self) -> frozenset[UUID]:
        """Every record the event speaks of, the customer included."""
        return frozenset(f.subject for f in self.fields) | ({self.customer} if self.customer else set())


@dataclass(frozen=True, slots=True)
class Dated:
    """An event and when it was written, in milliseconds since 1970-01-01 UTC."""

    event: Event
    at_ms: int


def encode(event: Event, at_ms: int) -> bytes:
    """The canonical bytes of an event.

    Args:
        event: the event.
        at_ms: milliseconds since 1970-01-01 UTC.

    Raises:
        BadInput: the event is longer than ``MAX_PAYLOAD``, or the time is out of range.
    """
    if not 0 <= at_ms <= MAX_AT_MS:
        raise BadInput("The time of an event is out of range.")
    body = {
        **{name: _plain(getattr(event, name)) for name in _SCALARS},
        "at": at_ms,
        "detail": dict(event.detail),
        "fields": _grouped(event.fields),
        "v": VERSION,
    }
    payload = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    if len(payload) > MAX_PAYLOAD:
        raise BadInput(f"An event is at most {MAX_PAYLOAD} bytes long: list fewer records in each.")
    return payload


def decode(payload: bytes) -> Dated:
    """Read an event back.

    Raises:
        BadInput: the bytes are not exactly what ``encode`` writes. Nothing unknown, missing, repeated or merely
            spelled otherwise is let through.
    """
    if len(payload) > MAX_PAYLOAD:
        raise BadInput("The event is too long to be one.")
    try:
        body = json.loads(payload.decode(), parse_float=_refuse, parse_constant=_refuse)
        dated = _read(body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadInput("The bytes are not an event.") from error
    if encode(dated.event, dated.at_ms) != payload:
        raise BadInput("The bytes are not the canonical form of an event.")
    return dated


def _read(body: dict[str, Any]) -> Dated:
    if set(body) != {*_SCALARS, "at", "detail", "fields", "v"} or body["v"] != VERSION or type(body["at"]) is not int:
        raise ValueError("keys")
    scalars = {name: body[name] for name in _SCALARS}
    for name in _IDS:
        scalars[name] = None if body[name] is None else UUID(body[name])
    return Dated(
        Event(**scalars, fields=tuple(_ungrouped(body["fields"])), detail=tuple(body["detail"].items())),
        body["at"],
    )


def _grouped(seen: Iterable[FieldSeen]) -> list[dict[str, list[str]]]:
    """Records with the same fields at the same levels, side by side: ``{"seen": [...], "subjects": [...]}``."""
    of_subject: dict[str, list[str]] = {}
    for item in seen:
        of_subject.setdefault(str(item.subject), []).append(item.seen)
    groups: dict[tuple[str, ...], list[str]] = {}
    for subject, names in of_subject.items():
        groups.setdefault(tuple(sorted(names)), []).append(subject)
    return [{"seen": list(names), "subjects": sorted(subjects)} for names, subjects in sorted(groups.items())]


def _ungrouped(groups: list[Mapping[str, list[str]]]) -> Iterable[FieldSeen]:
    for group in groups:
        names = [name.split(":") for name in group["seen"]]
        for subject in map(UUID, group["subjects"]):
            for data_class, level in names:
                yield FieldSeen(data_class, level, subject)


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def _refuse(_: str) -> NoReturn:
    raise ValueError("number")


# The alphabets. None but device and zone has a space, none an at sign: a sentence or an address does not fit.
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TEXTS: Final[Mapping[str, re.Pattern[str]]] = {
    "action": re.compile(r"[a-z][a-z0-9_]{0,39}(:[a-z][a-z0-9_]{0,39}){2}"),
    "role": re.compile(r"([a-z][a-z0-9_]{0,39})?"),
    "session": re.compile(r"[A-Za-z0-9_-]{0,64}"),
    "device": re.compile(r"[\w .,;:()/+-]{0,80}"),
    "zone": re.compile(r"[\w .,;:()/+-]{0,80}"),
    "purpose": re.compile(r"([a-z][a-z0-9_]{0,39})?"),
    "case": re.compile(r"[A-Za-z0-9:._-]{0,80}"),
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,79}")
_VALUE = re.compile(r"[A-Za-z0-9:._/+=-]{0,200}")
_IDS: Final = ("client", "actor", "customer", "trace")


def _check_ids(event: Event) -> None:
    for name in _IDS:
        if not isinstance(getattr(event, name), UUID | None):
            raise BadInput(f"The {name} of an event must be an id.")
    if event.client == _NIL:
        raise BadInput("The nil id names the installation's own log, not a client.")


def _check_text(name: str, value: object, pattern: re.Pattern[str]) -> None:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadInput(f"The {name} of an event must be a short code.")


def _check_fields(seen: tuple[FieldSeen, ...]) -> None:
    for item in seen:
        _check_text("data class", item.data_class, _CODE)
        _check_text("level", item.level, _CODE)
        if not isinstance(item.subject, UUID):
            raise BadInput("The subject of a field must be an id.")


def _check_detail(detail: Detail) -> None:
    for name, value in detail:
        _check_text("detail", name, _NAME)
        if type(value) is int:
            if abs(value) > _MAX_INT:
                raise BadInput("A number in an event is out of range.")
        else:
            _check_text("detail", value, _VALUE)
    if len({name for name, _ in detail}) != len(detail):
        raise BadInput("The detail of an event names something twice.")


def _check_base64(text: str) -> None:
    try:
        b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise BadInput("The reason in an event must be sealed.") from error


def _member(kind: type[StrEnum], name: str, value: str) -> StrEnum:
    try:
        return kind(value)
    except ValueError as error:
        raise BadInput(f"The {name} of an event is unknown.") from error


_SCALARS: Final = tuple(f.name for f in fields(Event) if f.name not in {"fields", "detail"})
