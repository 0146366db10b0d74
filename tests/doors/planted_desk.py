"""What stands on the desk of the small installation: notes, how contacts ended, requests, a contact given away.

What may be changed or undone for some minutes was written tomorrow here: these tests may take longer than that.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from razdar.core.disclosure import Purpose, Role
from razdar.runtime.scope import scope
from razdar.work import access, codes, dispositions, handing_over, notes
from razdar.work.models import AccessRequest, Disposition, HandOver, Note
from tests.doors import planted as p
from tests.world import World

ASKED_FOR = "I was asked to look at the meter reading again"
"""What a request that is made through a page says; those that wait here say what is planted."""


def plant(world: World, customer: UUID, leaver: UUID, calls: Mapping[str, UUID]) -> dict[str, UUID]:
    """Write it by the product's own services; the names of what is there once."""
    agent, supervisor = world.viewer(Role.AGENT), world.viewer(Role.SUPERVISOR)
    another = world.viewer(Role.AGENT, person=leaver)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with scope(world.client):
        written = [notes.save(agent, customer, text).id for text in (p.NOTE.texts[0], "will be changed")]
        code = codes.known(world.client)[0].id
        said = dispositions.say(agent, calls["opened"], code)
        handed = handing_over.give(supervisor, calls["handed"], leaver)
        asked = [_ask(another, customer), _ask(world.viewer(Role.AGENT, person=_loner(world)), customer)]
        Note.objects.filter(client_id=world.client).update(written_at=tomorrow)
        Disposition.objects.filter(client_id=world.client).update(at=tomorrow)
        HandOver.objects.filter(client_id=world.client).update(at=tomorrow)
    return {
        "note": written[0],
        "note to change": written[1],
        "code": code,
        "said": said,
        "handed call": calls["handed"],
        "handed": handed,
        "leaver": leaver,
        "access approve": asked[0],
        "access refuse": asked[1],
    }


def _loner(world: World) -> UUID:
    from razdar.identity.models import User

    return User.objects.get(username="loner").pk


def _ask(viewer: object, customer: UUID) -> UUID:
    request = access.ask(viewer, customer, Purpose.COMPLAINT, p.REASON.texts[0])  # type: ignore[arg-type]
    approval = AccessRequest.objects.get(id=request).approval
    assert approval
    return approval
