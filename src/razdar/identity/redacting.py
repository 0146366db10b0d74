"""What becomes of what redaction finds at a client: its policy as stored, and every change of it.

Rules
-----
* A client has exactly one policy that holds, from its founding on. Where there is none, or one that Razdar did not
  write or cannot open, nothing is redacted by guess: whoever asked for it is refused (`PolicyUnreadable`), the call
  stays locked, the note is not saved. So taking a policy away brings no weaker one back.
* One person proposes a change, another one decides, whether it opens more or less: what is concealed too little is read
  by people who should not, and what is concealed too much is gone from what they work with.
* A change that was proposed for another policy than the one that holds by now is refused.
* The list of exact texts may hold personal data of the client's own people. It is sealed, and with the patterns it is
  shown to who proposes or decides; everybody else who may see the rules reads how many there are.
* It holds for what is redacted from then on. What was redacted before stays as it is.
* Refusing personal data in reasons, cases, codes and questions does not follow it: those stand beside the data, in
  front of other people.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, Unavailable, Unopenable
from razdar.core.ledger.events import Event, Mode
from razdar.core.permissions import Permission
from razdar.core.redaction import Policy
from razdar.core.redaction.documents import Part, PolicyChange, changes, checked, from_json, to_json
from razdar.identity import approvals, events, reasons, rights
from razdar.identity.approvals import Request
from razdar.identity.models import RedactionPolicy
from razdar.identity.selectors import names_seen
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.vault import staff

KIND = "redaction"
OVERTAKEN = gettext_noop("The policy was changed by somebody else meanwhile. Propose the change again.")
_BODY = "redaction policy"
_SHOWN = 100
_UNREADABLE = gettext_noop(
    "The redaction policy of this client could not be read, so nothing is redacted and nothing is stored. "
    "Tell whoever runs Razdar."
)
_HELD = (RedactionPolicy.State.ACTIVE, RedactionPolicy.State.SUPERSEDED)
State = RedactionPolicy.State


class PolicyUnreadable(Unavailable):
    """The client has no policy that holds, or one that Razdar did not write."""

    code: ClassVar[str] = "policy-unreadable"

    def __init__(self) -> None:
        super().__init__(_UNREADABLE)


@dataclass(frozen=True)
class Held:
    """The policy that holds.

    Attributes:
        opens: whether the viewer may read the list of texts and the patterns.
        waiting: the id of a change that waits for a decision.
    """

    version: int
    policy: Policy = field(repr=False)
    opens: bool
    since: datetime
    waiting: UUID | None


@dataclass(frozen=True)
class Version:
    """A version of the policy, as pages show it.

    Attributes:
        state: ``active``, ``superseded``, ``proposed``, ``refused``, or ``lapsed`` for what nobody decided in time.
        proposed_by: name; empty for what the client was founded with.
        changes: what it changes, or changed, of the version before it.
        opens: whether the viewer may read the texts and patterns in it.
    """

    id: UUID
    number: int
    state: str
    proposed_by: str
    decided_by: str
    proposed_at: datetime
    decided_at: datetime | None
    changes: tuple[PolicyChange, ...] = field(repr=False)
    opens: bool
    reason: str = field(default="", repr=False)
    request: Request | None = None

    @property
    def opening(self) -> int:
        """How many of the changes open more."""
        return sum(change.opens for change in self.changes)


def policy_of(client: UUID) -> Policy:
    """The policy that holds at a client.

    Raises:
        PolicyUnreadable: there is none that can be believed and read; logged.
        KeysLocked: the key store is not unlocked in this process.
    """
    return _current(client)[1]


def start(client: UUID) -> None:
    """Store the shipped policy as the first version of a client; the caller logs it.

    Raises:
        BadInput: the client has one.
    """
    with scope(client):
        if RedactionPolicy.objects.filter(client_id=client).exists():
            raise BadInput("This client has its redaction policy already.")
        key = uuid7()
        body = staff.seal_staff(key, _BODY, to_json(Policy.DEFAULT))
        row = RedactionPolicy(id=key, client_id=client, version=1, body=body, state=State.ACTIVE)
        row.decided_at = timezone.now()
        rights.sealed_policy(row).save(force_insert=True)


def start_at_console(client: UUID) -> None:
    """Give a client that was founded before there were any its first policy, and log it.

    Raises:
        BadInput: as `start`.
    """
    with scope(client):
        start(client)
        audit.record(Event.by_operator(client, "identity:redaction:start", Mode.CHANGE))


def held(viewer: Viewer) -> Held:
    """The policy that holds at the viewer's client.

    Raises:
        NotYours: seeing it is not among the viewer's duties. PolicyUnreadable: as `policy_of`.
    """
    _require(viewer, Permission.VAULT_MATRIX_VIEW)
    row, policy = _current(viewer.client)
    with scope(viewer.client):
        proposed = RedactionPolicy.objects.filter(client_id=viewer.client, state=State.PROPOSED)
        subjects = approvals.subjects_waiting(viewer, KIND)
        waiting = proposed.filter(pk__in=subjects).values_list("pk", flat=True).first()
    return Held(row.version, policy, _reads(viewer), row.decided_at or row.proposed_at, waiting)


def history(viewer: Viewer) -> list[Version]:
    """Every version at the viewer's client, the newest first; what Razdar did not write is not among them.

    Raises:
        NotYours: as `held`.
    """
    _require(viewer, Permission.VAULT_MATRIX_VIEW)
    with scope(viewer.client):
        found = RedactionPolicy.objects.filter(client_id=viewer.client).order_by("-pk")[:_SHOWN]
        rows = [row for row in found if rights.policy_is_genuine(row)]
        asked = approvals.about(viewer, KIND, [row.pk for row in rows])
    policies = {row.pk: policy for row in rows if (policy := _opened(row))}
    before = {row.version + 1: policies[row.pk] for row in rows if row.state in _HELD and row.pk in policies}
    names = names_seen(viewer, {p for row in rows for p in (row.proposed_by_id, row.decided_by_id) if p})
    return [
        _version(viewer, row, (before.get(row.version, Policy.DEFAULT), policies[row.pk]), names, asked)
        for row in rows
        if row.pk in policies
    ]


def version(viewer: Viewer, version_id: UUID) -> Version:
    """One version.

    Raises:
        NotYours: as `held`. NotFound: there is none at the viewer's client.
    """
    found = next((each for each in history(viewer) if each.id == version_id), None)
    if found is None:
        raise NotFound("There is no such version.")
    return found


def check(viewer: Viewer, wanted: Policy, base: int) -> tuple[PolicyChange, ...]:
    """What a policy would change; it changes nothing.

    Args:
        base: the version that was shown when it was written.

    Raises:
        NotYours: proposing is not among the viewer's duties.
        BadInput: it changes nothing, it builds on another version, or no client may have it.
    """
    _require(viewer, Permission.IDENTITY_REDACTION_PROPOSE)
    row, policy = _current(viewer.client)
    if row.version != base:
        raise BadInput(OVERTAKEN)
    found = changes(policy, checked(wanted))
    if not found:
        raise BadInput("Nothing would change.")
    return found


def propose(viewer: Viewer, wanted: Policy, base: int, reason: str) -> UUID:
    """Propose another policy and ask for the decision; nothing changes yet. Returns the version's id.

    Raises:
        NotYours, BadInput: as `check`; BadInput also for a reason that is missing or too long.
    """
    reason = reasons.checked(reason)
    with scope(viewer.client):
        key, found = uuid7(), check(viewer, wanted, base)
        row = RedactionPolicy(
            id=key,
            client_id=viewer.client,
            version=base + 1,
            body=staff.seal_staff(key, _BODY, to_json(wanted)),
            reason=reasons.seal(key, KIND, reason),
            state=State.PROPOSED,
            proposed_by_id=viewer.person,
        )
        rights.sealed_policy(row).save(force_insert=True)
        approvals.request(viewer, KIND, str(key), {"version": base + 1})
        _record(viewer, "identity:redaction:propose", row, found)
    return key


def decide(viewer: Viewer, version_id: UUID, *, approve: bool) -> None:
    """Accept or refuse a proposed policy, as somebody else than who proposed it; runs inside the request's decision.

    Raises:
        NotYours: own proposal, or not among the viewer's duties. NotFound: no such open proposal.
        BadInput: the policy was changed meanwhile. PolicyUnreadable: as `policy_of`.
    """
    with scope(viewer.client):
        rows = RedactionPolicy.objects.select_for_update().filter(client_id=viewer.client, state=State.PROPOSED)
        row = rows.filter(pk=version_id).first()
        if row is None or not rights.policy_is_genuine(row) or (wanted := _opened(row)) is None:
            raise NotFound("There is no such open proposal.")
        if row.proposed_by_id == viewer.person or not viewer.may(Permission.VAULT_MATRIX_APPROVE):
            raise NotYours("Somebody else must decide this.")
        found = _replace(viewer.client, row, wanted) if approve else ()
        row.state = State.ACTIVE if approve else State.REFUSED
        row.decided_by_id, row.decided_at = viewer.person, timezone.now()
        rights.sealed_policy(row).save(update_fields=["state", "decided_by", "decided_at", "mac"])
        _record(viewer, "identity:redaction:approve" if approve else "identity:redaction:refuse", row, found)


def _replace(client: UUID, row: RedactionPolicy, wanted: Policy) -> tuple[PolicyChange, ...]:
    """Set aside what holds; what the new one changes of it."""
    replaced, policy = _current(client, locked=True)
    if replaced.version != row.version - 1:
        raise BadInput(OVERTAKEN)
    replaced.state = State.SUPERSEDED
    rights.sealed_policy(replaced).save(update_fields=["state", "mac"])
    return changes(policy, wanted)


def _current(client: UUID, *, locked: bool = False) -> tuple[RedactionPolicy, Policy]:
    with scope(client):
        rows = RedactionPolicy.objects.select_for_update() if locked else RedactionPolicy.objects.all()
        row = rows.filter(client_id=client, state=State.ACTIVE).first()
    if row is not None and rights.policy_is_genuine(row) and (policy := _opened(row)):
        return row, policy
    events.record_unreadable_policy(client, row.pk if row else None)
    raise PolicyUnreadable


def _opened(row: RedactionPolicy) -> Policy | None:
    """What a genuine row says; None where it does not open or is no policy (any more)."""
    try:
        return _read(row.pk, row.body)
    except (BadInput, Unopenable):
        return None


@lru_cache(maxsize=256)
def _read(key: UUID, body: str) -> Policy:
    """The same bytes always give the same policy: its patterns are tried once in a process. Errors are not kept."""
    return from_json(staff.open_staff(key, _BODY, body), time.thread_time)


def _version(
    viewer: Viewer,
    row: RedactionPolicy,
    policies: tuple[Policy, Policy],
    names: Mapping[UUID, str],
    asked: Mapping[str, Request],
) -> Version:
    request = asked.get(str(row.pk))
    lapsed = row.state == State.PROPOSED and (request is None or request.state == "expired")
    return Version(
        id=row.pk,
        number=row.version,
        state="lapsed" if lapsed else str(row.state),
        proposed_by=names.get(row.proposed_by_id, "") if row.proposed_by_id else "",
        decided_by=names.get(row.decided_by_id, "") if row.decided_by_id else "",
        proposed_at=row.proposed_at,
        decided_at=row.decided_at,
        changes=changes(*policies),
        opens=_reads(viewer),
        reason=reasons.opened(row.pk, KIND, row.reason),
        request=request,
    )


def _reads(viewer: Viewer) -> bool:
    return viewer.may(Permission.IDENTITY_REDACTION_PROPOSE) or viewer.may(Permission.VAULT_MATRIX_APPROVE)


def _require(viewer: Viewer, permission: Permission) -> None:
    if not viewer.may(permission):
        raise NotYours("The redaction policy is not among your duties.")


def _record(viewer: Viewer, action: str, row: RedactionPolicy, found: Iterable[PolicyChange]) -> None:
    """The log is told which kinds got which action, and how much else changes; no text of the list and no pattern."""
    every = tuple(found)
    parts = Counter(change.part for change in every)
    actions = (
        (f"found_{c.type.name.lower()}", f"{c.before}/{c.after}") for c in every if c.type and c.before and c.after
    )
    audit.record(
        Event.by(
            viewer,
            action,
            Mode.CHANGE,
            detail=(
                ("version", row.version),
                ("opens", int(any(change.opens for change in every))),
                ("texts", parts[Part.ALLOWED]),
                ("patterns", parts[Part.PATTERN]),
                *actions,
            ),
        )
    )
