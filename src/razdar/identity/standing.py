"""Whether those whose pages are open are still signed in, asked for all of them at once.

One question for every stream of a process, every few seconds: it finds sessions that ended, that are locked or should
be, people who were disabled and roles that were taken away. What it cannot see, because it is sealed (a workplace that
was changed, a proof that is gone), shows as a session whose payload is another; then that one session is looked at
whole.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from razdar.identity.models import RoleGrant, Session
from razdar.identity.sessions import ACT_TOUCH, IDLE, LOCK, LONGEST
from razdar.runtime.streams import release_connections


@dataclass(frozen=True)
class Seat:
    """Somebody at work in a browser: the hash of the session's key, and as whom."""

    session: bytes = field(repr=False)
    person: UUID
    client: UUID
    role: str


def still_there(seats: Collection[Seat]) -> dict[Seat, str]:
    """Those whose session goes on and whose role is held, with the session's sealed payload.

    Gives its connection back. Counts as nobody's act.
    """
    try:
        now = timezone.now()
        rows = Session.objects.filter(
            key_hash__in={seat.session for seat in seats},
            seen_at__gt=now - IDLE,
            started_at__gt=now - LONGEST,
            acted_at__gt=now - LOCK - ACT_TOUCH,
            locked_at=None,
            user__is_active=True,
        )
        payloads = {(bytes(key), user): payload for key, user, payload in rows.values_list(*_SESSION)}
        people = {user for _, user in payloads}
        held = RoleGrant.objects.filter(user_id__in=people, state=RoleGrant.State.ACTIVE)
        roles = set(held.values_list("user_id", "client_id", "role"))
    finally:
        release_connections()
    return {
        seat: payloads[seat.session, seat.person]
        for seat in seats
        if (seat.session, seat.person) in payloads and (seat.person, seat.client, seat.role) in roles
    }


_SESSION = ("key_hash", "user_id", "payload")
