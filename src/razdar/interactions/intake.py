"""A recorded call from files: finds customer and agent by the names people use, then takes the call in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from razdar.core.disclosure import DataClass, Viewer
from razdar.core.errors import BadInput, NotFound
from razdar.customers import selectors as customers
from razdar.identity import selectors as people
from razdar.identity.viewers import for_job
from razdar.interactions.services import IncomingCall, import_call
from razdar.runtime.scope import scope


@dataclass(frozen=True, repr=False)
class FromFiles:
    """A call as an operator hands it in; plain, so printed nowhere.

    Attributes:
        reference: the client's own reference of the customer.
        agent: work name of the agent; may be empty.
    """

    sound: bytes
    transcript: bytes
    client: UUID
    reference: str
    agent: str
    started_at: datetime
    direction: str
    language: str


def take_in(call: FromFiles) -> UUID:
    """Take in one call; returns the interaction's id.

    Raises:
        NotFound: unknown customer or agent. BadInput: sound or transcript cannot be used, or the reference
        is not unique. Unavailable: a part is away; nothing was left behind, try again.
    """
    viewer = for_job("import-call", call.client)
    with scope(viewer.client):
        customer = _customer(viewer, call.reference)
    agent = people.person_by_work_name(call.agent) if call.agent else None
    return import_call(
        viewer,
        IncomingCall(
            customer=customer,
            sound=call.sound,
            transcript=call.transcript,
            started_at=call.started_at,
            direction=call.direction,
            agent=agent,
            language=call.language,
        ),
    )


def _customer(viewer: Viewer, reference: str) -> UUID:
    found = customers.find(viewer, DataClass.REFERENCE_NO, reference)
    if not found:
        raise NotFound("There is no customer with this reference.")
    if len(found) > 1:
        raise BadInput("More than one customer has this reference. Correct the records first.")
    return found[0]
