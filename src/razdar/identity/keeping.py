"""How long a client keeps each class of data, and every change of it.

Rules
-----
* One person proposes another number of days, a second one decides: a shorter time destroys what is there already, a
  longer one keeps people's data longer than they were told.
* Whoever runs the installation can choose at the console; that stands in the history and in the log as such.
* A change that was proposed for other days than those that hold by now is refused.
* Nothing is destroyed here: whoever keeps data asks for the days.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from razdar import audit
from razdar.core.disclosure import DataClass, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.identity import approvals, reasons, retention, rights
from razdar.identity.approvals import Request
from razdar.identity.models import Client, RetentionChange
from razdar.identity.selectors import names_seen
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope

CHOOSE = "identity:retention:choose"
KIND = "retention"
"""The kind of request; registered by the room that knows what a change destroys."""
_SHOWN = 200
State = RetentionChange.State


@dataclass(frozen=True)
class Changed:
    """A change of how long one class is kept, as pages show it.

    Attributes:
        state: ``proposed``, ``active`` (it was put in force), ``refused`` or ``lapsed``.
        proposed_by: name; empty for what was chosen at the console.
    """

    id: UUID
    data_class: DataClass
    before: int
    after: int
    state: str
    proposed_by: str
    decided_by: str
    proposed_at: datetime
    decided_at: datetime | None
    reason: str = field(default="", repr=False)
    request: Request | None = None

    @property
    def shortens(self) -> bool:
        return self.after < self.before


def kept(viewer: Viewer) -> Mapping[DataClass, int]:
    """How many days each class is kept at the viewer's client.

    Raises:
        NotYours: seeing it is not among the viewer's duties.
    """
    _require(viewer, Permission.VAULT_MATRIX_VIEW)
    return _days(_client(viewer.client))


def history(viewer: Viewer) -> list[Changed]:
    """Every change at the viewer's client, the newest first.

    Raises:
        NotYours: as `kept`.
    """
    _require(viewer, Permission.VAULT_MATRIX_VIEW)
    with scope(viewer.client):
        rows = list(RetentionChange.objects.filter(client_id=viewer.client).order_by("-pk")[:_SHOWN])
        asked = approvals.about(viewer, KIND, [row.pk for row in rows])
    names = names_seen(viewer, {p for row in rows for p in (row.proposed_by_id, row.decided_by_id) if p})
    return [_changed_row(row, names, asked.get(str(row.pk))) for row in rows if rights.retention_is_genuine(row)]


def one(viewer: Viewer, change_id: UUID) -> Changed:
    """One of them.

    Raises:
        NotYours: as `kept`. NotFound: there is none at the viewer's client.
    """
    found = next((each for each in history(viewer) if each.id == change_id), None)
    if found is None:
        raise NotFound("There is no such change of how long data is kept.")
    return found


def check(viewer: Viewer, data_class: DataClass, days: int) -> int:
    """Hold a number of days against the rules; returns how many hold now.

    Raises:
        NotYours: proposing is not among the viewer's duties.
        BadInput: an unknown class, a number that is not between 1 and 36,500, or the one that holds.
    """
    _require(viewer, Permission.VAULT_MATRIX_PROPOSE)
    retention.checked({str(data_class): days})
    before = _days(_client(viewer.client))[data_class]
    if before == days:
        raise BadInput("It is kept for so many days already.")
    return before


def propose(viewer: Viewer, data_class: DataClass, days: int, reason: str) -> UUID:
    """Propose another number of days and ask for the decision; nothing changes yet. Returns the change's id.

    Raises:
        NotYours, BadInput: as `check`; BadInput also for a reason that is missing or too long.
    """
    reason = reasons.checked(reason)
    with scope(viewer.client):
        key, before = uuid7(), check(viewer, data_class, days)
        row = RetentionChange(
            id=key,
            client_id=viewer.client,
            data_class=str(data_class),
            before=before,
            after=days,
            reason=reasons.seal(key, KIND, reason),
            state=State.PROPOSED,
            proposed_by_id=viewer.person,
        )
        rights.sealed_retention(row).save(force_insert=True)
        approvals.request(viewer, KIND, str(key), {"data_class": str(data_class), "days": days})
        _record(viewer, "identity:retention:propose", row)
    return key


def decide(viewer: Viewer, change_id: UUID, *, approve: bool) -> None:
    """Accept or refuse a proposed change, as somebody else than who proposed it; runs inside the request's decision.

    Raises:
        NotYours: own proposal, or not among the viewer's duties. NotFound: no such open proposal.
        BadInput: the days were changed meanwhile.
    """
    with scope(viewer.client):
        rows = RetentionChange.objects.select_for_update().filter(client_id=viewer.client, state=State.PROPOSED)
        row = rows.filter(pk=change_id).first()
        if row is None or not rights.retention_is_genuine(row):
            raise NotFound("There is no such open proposal.")
        if row.proposed_by_id == viewer.person or not viewer.may(Permission.VAULT_MATRIX_APPROVE):
            raise NotYours("Somebody else must decide this.")
        if approve:
            _put(_client(viewer.client, locked=True), row)
        row.state = State.ACTIVE if approve else State.REFUSED
        row.decided_by_id, row.decided_at = viewer.person, timezone.now()
        rights.sealed_retention(row).save(update_fields=["state", "decided_by", "decided_at", "mac"])
        _record(viewer, "identity:retention:approve" if approve else "identity:retention:refuse", row)


def changes(client: UUID, days: Mapping[str, int]) -> Mapping[DataClass, tuple[int, int]]:
    """What `choose` would change; it changes nothing.

    Raises:
        As `choose`.
    """
    retention.checked(days)
    with scope(client):
        return _changed(retention.checked(_client(client).retention), days)


def choose(client: UUID, days: Mapping[str, int]) -> Mapping[DataClass, tuple[int, int]]:
    """Keep some classes for other times, at the console.

    Args:
        days: by name of the class.

    Returns:
        What changed: days until now, and from now on.

    Raises:
        NotFound: no such client. BadInput: an unknown class, or a number that is not between 1 and 36,500.
    """
    retention.checked(days)
    with scope(client):
        row = _client(client, locked=True)
        before = retention.checked(row.retention)
        changed = _changed(before, days)
        row.retention = {**before, **days}
        row.save(update_fields=["retention"])
        for data_class, (old, new) in changed.items():
            _note_choice(client, data_class, old, new)
            detail = (("data_class", str(data_class)), ("days", new), ("days_before", old))
            audit.record(Event(client=client, action=CHOOSE, mode=Mode.CHANGE, role="system", detail=detail))
    return changed


def _note_choice(client: UUID, data_class: DataClass, old: int, new: int) -> None:
    said = {"client_id": client, "data_class": str(data_class), "before": old, "after": new}
    row = RetentionChange(**said, state=State.ACTIVE, decided_at=timezone.now())
    rights.sealed_retention(row).save(force_insert=True)


def _put(client: Client, change: RetentionChange) -> None:
    held = retention.checked(client.retention)
    if held[change.data_class] != change.before:
        raise BadInput("It was changed to another number of days meanwhile. Propose the change again.")
    client.retention = retention.checked({**held, change.data_class: change.after})
    client.save(update_fields=["retention"])


def _client(client: UUID, *, locked: bool = False) -> Client:
    rows = Client.objects.select_for_update() if locked else Client.objects.all()
    row = rows.filter(pk=client).first()
    if row is None:
        raise NotFound("There is no such client.")
    return row


def _days(row: Client) -> Mapping[DataClass, int]:
    return {DataClass(name): days for name, days in retention.checked(row.retention).items()}


def _changed(before: Mapping[str, int], days: Mapping[str, int]) -> dict[DataClass, tuple[int, int]]:
    return {DataClass(name): (before[name], count) for name, count in days.items() if before[name] != count}


def _changed_row(row: RetentionChange, names: Mapping[UUID, str], asked: Request | None) -> Changed:
    lapsed = row.state == State.PROPOSED and (asked is None or asked.state == "expired")
    return Changed(
        id=row.pk,
        data_class=DataClass(row.data_class),
        before=row.before,
        after=row.after,
        state="lapsed" if lapsed else str(row.state),
        proposed_by=names.get(row.proposed_by_id, "") if row.proposed_by_id else "",
        decided_by=names.get(row.decided_by_id, "") if row.decided_by_id else "",
        proposed_at=row.proposed_at,
        decided_at=row.decided_at,
        reason=reasons.opened(row.pk, KIND, row.reason),
        request=asked,
    )


def _require(viewer: Viewer, permission: Permission) -> None:
    if not viewer.may(permission):
        raise NotYours("How long data is kept is not among your duties.")


def _record(viewer: Viewer, action: str, row: RetentionChange) -> None:
    detail = (("data_class", row.data_class), ("days", row.after), ("days_before", row.before))
    audit.record(Event.by(viewer, action, Mode.CHANGE, detail=detail))
