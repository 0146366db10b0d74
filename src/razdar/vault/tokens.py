"""Values that stand apart from their rows (mode *token*): stored and removed by their random ids."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from razdar.core.crypto.modes.token import token_of
from razdar.core.disclosure import DataClass
from razdar.runtime.rls import quote
from razdar.vault.fields import columns_of
from razdar.vault.models import Token
from razdar.vault.ring import Kept
from razdar.vault.sealed import Sealed

# A row in this mode is suite 1 (0x51) | key version 2 | token 16.
_NAMED = """
SELECT substring({column} from 4) FROM {table} WHERE client_id = %(client)s AND length({column}) = 19
AND substring({column} from 1 for 1) = decode('51', 'hex')
"""
_SWEEP = """
DELETE FROM vault_token WHERE client_id = %(client)s AND uuid_send(id) NOT IN ({named})
"""


def store(client: UUID, made: Iterable[Kept]) -> None:
    """Store what sealing made."""
    Token.objects.bulk_create(
        Token(id=kept.token, client_id=client, customer_id=kept.customer, sealed=kept.sealed) for kept in made
    )


def remove(client: UUID, values: Iterable[Sealed]) -> None:
    """Remove what values that are being replaced refer to; values in other modes refer to nothing."""
    gone = [UUID(bytes=token_of(value.blob)) for value in values if value.is_token]
    if gone:
        Token.objects.filter(client_id=client, id__in=gone).delete()


def sweep(client: UUID) -> int:
    """Remove what no row of the client refers to any more; returns how many went."""
    if not Token.objects.filter(client_id=client).exists():
        return 0
    columns = [column for data_class in DataClass for column in columns_of(data_class)]
    named = " UNION ALL ".join(
        _NAMED.format(table=quote(column.model._meta.db_table), column=quote(column.name)) for column in columns
    )
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP.format(named=named), {"client": client})
        return int(cursor.rowcount)
