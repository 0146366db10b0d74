"""What processes that may look tell pages that may not.

The web process may not ask the key agent how the keys are kept, and its sandbox may keep it from other doors. The
worker looks, by the clock, and leaves for each client what that client's pages may show: names, times and counts, never
a key, a secret or anything of a customer. A page says when it was seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from razdar.runtime.models import Sighting


@dataclass(frozen=True)
class Seen:
    """What was seen last, and when."""

    at: datetime
    facts: Mapping[str, Any]


def leave(client: UUID, name: str, facts: Mapping[str, Any]) -> None:
    """Leave what was seen, in the client's scope; it takes the place of what was seen before."""
    Sighting.objects.update_or_create(
        client_id=client, name=name, defaults={"seen_at": timezone.now(), "facts": dict(facts)}
    )


def seen(client: UUID, name: str) -> Seen | None:
    """What was seen last, in the client's scope; None before anybody looked."""
    row = Sighting.objects.filter(client_id=client, name=name).first()
    return Seen(row.seen_at, row.facts) if row else None
