"""A simulated call from its beginning to its end: opened, streamed, closed. Its exchange is forgotten again."""

import asyncio
import secrets
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from razdar.core.disclosure import DataClass, Viewer
from razdar.core.errors import BadInput, Misconfigured, NotFound
from razdar.customers import selectors as customers
from razdar.identity import selectors as people
from razdar.identity.viewers import for_job
from razdar.interactions.audio import read_audio
from razdar.interactions.models import Interaction
from razdar.interactions.supplying import supply
from razdar.runtime.scope import scope
from razdar.telephony import mulaw, nodes, services, simulation
from razdar.telephony.recording import tls
from razdar.telephony.services import NewCall
from razdar.telephony.simulation import Target
from razdar.telephony.tokens import Credentials


@dataclass(frozen=True, repr=False)
class Wanted:
    """A call to simulate; plain, so printed nowhere.

    Attributes:
        sound: a sound file.
        client: whose call it is.
        reference: of the customer; empty for somebody nobody knows.
        speed: 1 is real time; 0 is as fast as it goes.
        recorders: addresses; empty for this host's own.
        authority: certificates to believe; ``None`` for those of this host's recorder.
        transcript: what was said, given to the call when it is over; empty where there is none.
        agent: work name of who takes the call; may be empty.
        language: of the conversation; may be empty.
    """

    sound: bytes = field(repr=False)
    client: UUID
    reference: str
    speed: float
    recorders: tuple[str, ...] = ()
    authority: Path | None = None
    transcript: bytes = field(default=b"", repr=False)
    agent: str = ""
    language: str = ""


@dataclass(frozen=True)
class Done:
    """What was streamed: the interaction, frames of both sides, connections they took."""

    interaction: UUID
    frames: int
    connections: int


def await_recorder(seconds: float) -> None:
    """Wait until this host's recorder listens; one that does not is told by ``simulate``."""
    deadline = time.monotonic() + seconds
    while not (_own_folder() / tls.ADDRESS).exists() and time.monotonic() < deadline:
        time.sleep(0.1)


def simulate(wanted: Wanted) -> Done:
    """Stream a sound file as a call.

    Raises:
        BadInput: not a sound, or not a transcript, that can be used. NotFound: unknown client, customer or agent.
        Unavailable: no recorder takes it, or keys or database are away.
    """
    sound = simulation.sides(read_audio(wanted.sound))
    viewer = for_job("simulate-call", people.known_client(wanted.client))
    customer = _customer(viewer, wanted.reference) if wanted.reference else None
    agent = people.person_by_work_name(wanted.agent) if wanted.agent else None
    urls, context = _recorders(wanted), _trust(wanted.authority)
    with _node() as credentials:
        target = Target(urls, context, credentials)
        opened = services.open_call(viewer, NewCall(customer, agent=agent, language=wanted.language))
        try:
            sent = asyncio.run(simulation.both(target, opened.taps, sound, wanted.speed)).values()
        finally:
            services.close_call(viewer, opened.interaction)
    if wanted.speed != 1:
        _as_in_life(viewer, opened.interaction, len(sound["in"]) / mulaw.RATE)
    if wanted.transcript:
        supply(viewer, opened.interaction, wanted.transcript)
    return Done(opened.interaction, sum(one.frames for one in sent), sum(one.connections for one in sent))


def _as_in_life(viewer: Viewer, interaction_id: UUID, seconds: float) -> None:
    """A call that was streamed faster than it was spoken has ended just now, and began as long ago as it lasts."""
    with scope(viewer.client):
        rows = Interaction.objects.filter(client_id=viewer.client, id=interaction_id)
        rows.update(started_at=datetime.now(UTC) - timedelta(seconds=seconds), duration_ms=round(seconds * 1000))


def _customer(viewer: Viewer, reference: str) -> UUID:
    with scope(viewer.client):
        found = customers.find(viewer, DataClass.REFERENCE_NO, reference)
    if not found:
        raise NotFound("There is no customer with this reference.")
    if len(found) > 1:
        raise BadInput("More than one customer has this reference. Correct the records first.")
    return found[0]


@contextmanager
def _node() -> Iterator[Credentials]:
    """An exchange for the length of a call."""
    made = nodes.add(f"simulated-{secrets.token_hex(6)}")
    try:
        yield made
    finally:
        nodes.remove(made.name)


def _recorders(wanted: Wanted) -> tuple[str, ...]:
    if wanted.recorders:
        if not all(url.startswith("wss://") for url in wanted.recorders):
            raise BadInput("A recorder's address begins with wss://")
        return wanted.recorders
    try:
        return ((_own_folder() / tls.ADDRESS).read_text().strip(),)
    except FileNotFoundError:
        raise Misconfigured("No recorder runs on this host. Start one, or name one: --recorder wss://...") from None


def _trust(authority: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=authority or _own_folder() / tls.AUTHORITY)
    except (OSError, ssl.SSLError):
        raise Misconfigured("The certificates to believe cannot be read. Name them: --ca FILE") from None


def _own_folder() -> Path:
    var: Path = settings.VAR
    return var / "recorder"
