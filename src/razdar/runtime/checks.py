"""What must hold before a process serves anybody."""

from django.db import OperationalError, connection

from razdar.core.errors import Misconfigured, Unavailable
from razdar.runtime.postgres.roles import OLDEST_SERVER, check_role


def check_database() -> None:
    """The database answers, is new enough, and its role is one that row-level security binds.

    Raises:
        Unavailable: it does not answer.
        Misconfigured: it is too old, or the role is too powerful.
    """
    try:
        connection.ensure_connection()
    except OperationalError:
        raise Unavailable("The database does not answer.") from None
    raw = connection.connection
    if raw.info.server_version < OLDEST_SERVER:
        raise Misconfigured("Razdar needs PostgreSQL 15 or newer.")
    check_role(raw)
    connection.close()
