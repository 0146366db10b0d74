"""The authenticators of grants, exceptions, changes of days, redaction policies and requests: who may write the tables
cannot thereby give anybody anything, nor ask in somebody's name.

Each row carries HMAC-SHA-256, under a subkey of the installation's key, over what it says, its moments included:
since when a role is held decides who may lift a freeze. Whatever writes a row seals it; a row that does not verify
gives nobody anything. What this does not tell is a row put back to what it once was, with the authenticator of then.
"""

import hmac
import json
from collections.abc import Iterable
from datetime import datetime

from razdar.core.errors import NotFound
from razdar.identity.keyed import RIGHTS, keyed_hash, keyed_hashes
from razdar.identity.models import Approval, MatrixException, RedactionPolicy, RetentionChange, RoleGrant


def sealed(grant: RoleGrant) -> RoleGrant:
    """The same grant with its authenticator set; not saved."""
    grant.mac = _mac(grant)
    return grant


def save(grant: RoleGrant, *fields: str) -> None:
    """Seal a changed grant and write these fields of it."""
    sealed(grant).save(update_fields=[*fields, "mac"])


def genuine(grant: RoleGrant) -> bool:
    """Whether the row says what was sealed."""
    return hmac.compare_digest(bytes(grant.mac), _mac(grant))


def check(grant: RoleGrant) -> None:
    """Refuse to build on a row that was not sealed.

    Raises:
        NotFound: as if it were not there.
    """
    if not genuine(grant):
        raise NotFound


def _mac(grant: RoleGrant) -> bytes:
    what = (grant.pk, grant.user_id, grant.client_id, grant.role, grant.state)
    by = (grant.proposed_by_id or "", grant.decided_by_id or "")
    when = (_moment(grant.proposed_at), _moment(grant.decided_at), _moment(grant.ended_at))
    return _of("grant", what, by, when)


def sealed_exception(exception: MatrixException) -> MatrixException:
    """The same exception with its authenticator set; not saved."""
    exception.mac = _mac_of_exception(exception)
    return exception


def exception_is_genuine(exception: MatrixException) -> bool:
    """Whether the row says what was sealed."""
    return hmac.compare_digest(bytes(exception.mac), _mac_of_exception(exception))


def sealed_retention(change: RetentionChange) -> RetentionChange:
    """The same change with its authenticator set; not saved."""
    change.mac = _mac_of_retention(change)
    return change


def retention_is_genuine(change: RetentionChange) -> bool:
    """Whether the row says what was sealed."""
    return hmac.compare_digest(bytes(change.mac), _mac_of_retention(change))


def sealed_policy(policy: RedactionPolicy) -> RedactionPolicy:
    """The same policy with its authenticator set; not saved."""
    policy.mac = _mac_of_policy(policy)
    return policy


def policy_is_genuine(policy: RedactionPolicy) -> bool:
    """Whether the row says what was sealed."""
    return hmac.compare_digest(bytes(policy.mac), _mac_of_policy(policy))


def sealed_request(request: Approval) -> Approval:
    """The same request with its authenticator set; not saved."""
    request.mac = keyed_hash(RIGHTS, _said_by_request(request))
    return request


def genuine_requests(requests: Iterable[Approval]) -> list[Approval]:
    """Those that say what was sealed, in their order; the key is asked for once, and for no request not at all."""
    rows = list(requests)
    macs = keyed_hashes(RIGHTS, [_said_by_request(row) for row in rows])
    return [row for row, mac in zip(rows, macs, strict=True) if hmac.compare_digest(bytes(row.mac), mac)]


def _mac_of_exception(row: MatrixException) -> bytes:
    who = (row.pk, row.client_id, row.user_id, row.role, row.grant_id)
    what = (row.data_class, row.level, row.purposes, row.second_person, row.reason)
    when = (row.state, _moment(row.since), _moment(row.until), _moment(row.decided_at), _moment(row.ended_at))
    by = (row.proposed_by_id, row.decided_by_id or "", row.ended_by_id or "")
    return _of("exception", who, what, when, by)


def _mac_of_retention(row: RetentionChange) -> bytes:
    what = (row.pk, row.client_id, row.data_class, row.before, row.after, row.reason)
    by = (row.state, row.proposed_by_id or "", row.decided_by_id or "", _moment(row.decided_at))
    return _of("retention", what, by)


def _mac_of_policy(row: RedactionPolicy) -> bytes:
    what = (row.pk, row.client_id, row.version, row.body, row.reason)
    by = (row.state, row.proposed_by_id or "", row.decided_by_id or "", _moment(row.decided_at))
    return _of("redaction", what, by)


def _said_by_request(row: Approval) -> bytes:
    what = (row.pk, row.client_id, row.kind, row.subject, json.dumps(row.payload, sort_keys=True))
    by = (row.state, row.requested_by_id, row.decided_by_id or "")
    return _said("request", what, by, map(_moment, (row.requested_at, row.decided_at, row.expires_at)))


def _of(kind: str, *parts: Iterable[object]) -> bytes:
    return keyed_hash(RIGHTS, _said(kind, *parts))


def _said(kind: str, *parts: Iterable[object]) -> bytes:
    # The kind comes first, so that no row of one table can stand in another. PostgreSQL's text holds no NUL, so no two
    # rows are written alike.
    return "\0".join([kind, *(str(value) for part in parts for value in part)]).encode()


def _moment(value: datetime | None) -> int | str:
    """Microseconds, which is how exactly the database keeps a moment."""
    return round(value.timestamp() * 1_000_000) if value else ""
