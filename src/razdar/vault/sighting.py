"""How the keys are kept, left for the pages of each client by the worker, which may ask the key agent.

A client's pages are told of its own epochs, and of what serves all clients: the root, key bundles and who keeps them.
How many customers were erased anywhere is no business of another client: of a bundle they are told only whether the
newest holds every erasure.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from razdar.core.permissions import Permission
from razdar.keys import agent
from razdar.keys.columns import millis
from razdar.keys.records import Keeping, Progress
from razdar.runtime import live, sightings
from razdar.runtime.scope import scope
from razdar.vault import keeping

NAME = "keys"
TOPIC = "keys"
MOST_BUNDLES = 30
live.TOPICS.register(TOPIC)(live.Topic(Permission.VAULT_KEYS_VIEW))


def look(clients: list[UUID]) -> None:
    """Leave for each client how its keys are kept now.

    Raises:
        Unavailable, KeysLocked: the key agent does not answer; what was seen before stays, with its time.
    """
    kept = keeping.state()
    for client in clients:
        under = {one.number: one.keys for one in agent.current().epoch_keys(client)}
        _leave(
            client, {**_common(kept), "epochs": _epochs(kept, client, under), "moving": _moving(kept, client, under)}
        )


def told(progress: Progress) -> None:
    """Leave how far a rotation is, without asking for anything else again."""
    with scope(progress.client):
        before = sightings.seen(progress.client, NAME)
    if before is not None:
        moving = {"epoch": progress.epoch, "done": progress.done, "total": _total(before.facts)}
        _leave(progress.client, {**before.facts, "moving": None if progress.finished else moving})


def _leave(client: UUID, facts: dict[str, Any]) -> None:
    with scope(client):
        sightings.leave(client, NAME, facts)
        live.changed(TOPIC)


def _common(kept: Keeping) -> dict[str, Any]:
    root = kept.roots[-1]
    return {
        "days": settings.RAZDAR_EPOCH_DAYS,
        "root": {"provider": root.provider, "version": root.version, "since": _time(root.since)},
        "keepers": [{"name": one.name, "since": _time(one.added_at)} for one in kept.recipients],
        "bundles": [
            {"number": one.number, "made": _time(one.made_at), "expires": _time(one.expires_at), "sha256": one.sha256}
            for one in reversed(kept.bundles[-MOST_BUNDLES:])
        ],
        "covered": keeping.is_covered(kept),
    }


def _epochs(kept: Keeping, client: UUID, under: dict[int, int]) -> list[dict[str, Any]]:
    return [
        {"number": one.number, "made": _time(one.made_at), "keys": under.get(one.number, 0)}
        for one in sorted(kept.epochs, key=lambda epoch: -epoch.number)
        if one.client == client
    ]


def _moving(kept: Keeping, client: UUID, under: dict[int, int]) -> dict[str, int] | None:
    for one in kept.moving:
        if one.client == client:
            return {"epoch": one.epoch, "done": one.done, "total": sum(under.values())}
    return None


def _total(facts: Any) -> int:
    return sum(epoch["keys"] for epoch in facts.get("epochs", ()))


def _time(at: datetime) -> int:
    return millis(at)
