"""Grants as they were sealed before their moments were part of what is sealed: sealed anew, once, at the console.

Only the console believes the older form, so that since when a role is held cannot be written anew by putting an older
authenticator back. Whoever runs it is shown the moments that are believed from then on; each grant is an event.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime

from razdar.identity import rights
from razdar.identity.keyed import RIGHTS, keyed_hash
from razdar.identity.looking_after import record
from razdar.identity.models import Client, RoleGrant
from razdar.runtime.scope import scope


@dataclass(frozen=True)
class Resealed:
    """A grant that was sealed anew, and since when it says the role is held."""

    work_name: str
    role: str
    since: datetime


def reseal() -> list[Resealed]:
    """Seal anew every grant that verifies in the older form, and no other."""
    return [done for client in Client.objects.order_by("pk") for done in _reseal(client)]


def _reseal(client: Client) -> list[Resealed]:
    with scope(client.pk):
        rows = RoleGrant.objects.select_for_update(of=("self",)).filter(client=client).select_related("user")
        older = [grant for grant in rows.order_by("pk") if hmac.compare_digest(bytes(grant.mac), _older_mac(grant))]
        for grant in older:
            rights.save(grant)
            record(None, client.pk, "identity:role:reseal", person=grant.user_id, role=grant.role)
    return [Resealed(each.user.username, each.role, each.decided_at or each.proposed_at) for each in older]


def _older_mac(grant: RoleGrant) -> bytes:
    who_and_where = (grant.pk, grant.user_id, grant.client_id)
    by = (grant.proposed_by_id or "", grant.decided_by_id or "")
    said = "\0".join(str(part) for part in (*who_and_where, grant.role, grant.state, *by))
    return keyed_hash(RIGHTS, said.encode())
