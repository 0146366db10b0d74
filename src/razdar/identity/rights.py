"""The authenticator of a grant: who may write the table cannot thereby give anybody a role.

Each row carries HMAC-SHA-256, under a subkey of the installation's key, over what it says. Whatever writes a grant
seals it; a row that does not verify gives nobody anything. What this does not tell is a row put back to what it once
was, with the authenticator of then.
"""

import hmac

from razdar.core.errors import NotFound
from razdar.identity.keyed import RIGHTS, keyed_hash
from razdar.identity.models import RoleGrant


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
    who_and_where = (grant.pk, grant.user_id, grant.client_id)
    by = (grant.proposed_by_id or "", grant.decided_by_id or "")
    # PostgreSQL's text holds no NUL, so no two rows are written alike.
    said = "\0".join(str(part) for part in (*who_and_where, grant.role, grant.state, *by))
    return keyed_hash(RIGHTS, said.encode())
