"""The tables that row-level security does not cut by client, each with the reason.

Everything else the runtime role can reach must have a policy; :func:`open_doors` lists what has none. A table gets onto
this list only if its rows belong to no client, or if a client's row has to be found before the client is known.
"""

from collections.abc import Mapping
from typing import Any

import psycopg

_LIBRARY = "kept by a library for the whole installation; holds nothing of a customer"
_STAFF = "a member of staff may work for several clients and signs in before one is chosen"

INSTALLATION_WIDE: Mapping[str, str] = {
    "account_emailaddress": "made by the sign-in library; unused, staff have no e-mail address here",
    "account_emailconfirmation": "made by the sign-in library; unused, staff have no e-mail address here",
    "audit_inbox": "insert-only: events wait here for the sequencer, which alone reads them",
    "audit_sequencing": "one row, read-only: when the sequencer last found the inbox empty",
    "auth_group": _LIBRARY,
    "auth_group_permissions": _LIBRARY,
    "auth_permission": _LIBRARY,
    "django_content_type": _LIBRARY,
    "identity_client": "the clients themselves: their names are shown before one is chosen",
    "identity_invitation": "found by its one-time secret before anybody is signed in",
    "identity_rolegrant": _STAFF,
    "identity_session": "found by its cookie before anybody is known; payloads are sealed",
    "identity_tries": "counts failed sign-ins before anybody is known",
    "identity_user": _STAFF,
    "mfa_authenticator": "second factors of staff, sealed and bound to their owner",
    "procrastinate_events": _LIBRARY,
    "procrastinate_jobs": "waiting work of all clients: names of jobs and ids",
    "procrastinate_periodic_defers": _LIBRARY,
    "procrastinate_workers": _LIBRARY,
    "razdar_cache": "limits and replay guards; keys are digests",
    "runtime_scheduledrun": "when scheduled work ran last, which serves all clients: names of jobs, times, error codes",
    "telephony_node": "telephone exchanges serve all clients; a secret is kept as its hash",
    "telephony_recorder": "runs of recorders, which serve all clients: when each was last heard of",
    "vault_tally": "counts looks per member of staff, over all clients",
}

# Relations the role can reach in any way and that are not cut by client: tables without row-level security, without a
# policy for this role, or with one that does not ask for the client; views that run with their owner's rights;
# materialized and foreign ones, which cannot have policies; partitions, which can be read past their parent's policy;
# and anything it could truncate, because TRUNCATE knows no policies.
_OPEN = """
WITH reachable AS (
  SELECT c.oid, c.relname, c.relkind, c.relispartition, c.relrowsecurity, c.reloptions::text[] AS options,
         has_table_privilege(c.oid, 'TRUNCATE') AS emptied
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND (has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
         OR has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE'))
), policies AS (
  SELECT p.polrelid,
         coalesce(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) LIKE '%razdar.client%'
           AND coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') <> 'true' AS asks
  FROM pg_policy p
  WHERE p.polpermissive AND (p.polroles = '{0}' OR current_user::regrole = ANY (p.polroles))
)
SELECT relname FROM reachable
WHERE emptied
   OR relkind IN ('m', 'f') OR relispartition
   OR relkind = 'v' AND NOT coalesce(options && ARRAY['security_invoker=true', 'security_invoker=on'], false)
   OR relkind IN ('r', 'p') AND (
        NOT relrowsecurity
        OR NOT EXISTS (SELECT FROM policies WHERE polrelid = oid)
        OR EXISTS (SELECT FROM policies WHERE polrelid = oid AND NOT asks))
ORDER BY relname
"""


def open_doors(connection: "psycopg.Connection[Any]") -> list[str]:
    """Relations that the connected role can reach and that no policy cuts by client, by name."""
    return [name for (name,) in connection.execute(_OPEN).fetchall()]
