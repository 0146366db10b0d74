"""Holding a stream while something of it is written.

Retention holds it too: what a recorder or a salvage brings either comes before and is destroyed with the rest, or finds
nothing.
"""

from uuid import UUID

from razdar.telephony.models import Stream


def hold(client: UUID, stream: UUID) -> Stream | None:
    """Lock a stream's row for the rest of the transaction; nothing where it is gone."""
    rows = Stream.objects.select_for_update().filter(client_id=client, id=stream)
    return rows.exclude(state=Stream.State.GONE).first()
