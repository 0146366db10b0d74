"""What a test asks while a call runs and when it is over."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from razdar.core.ledger.events import Event
from razdar.runtime.scope import scope
from razdar.telephony.models import Stream
from razdar.telephony.selectors import RecordedCall
from razdar.telephony.services import OpenedCall
from razdar.telephony.simulation import Target
from tests.telephony import calls
from tests.telephony.conftest import Running
from tests.world import World


def whole(world: World, call: OpenedCall) -> bool:
    """Whether both sides have ended and are kept."""
    sides = calls.recorded(world, call).sides.values()
    return all(streams and all(stream.whole for stream in streams) for streams in sides) and not running(world, call)


def running(world: World, call: OpenedCall) -> bool:
    with scope(world.client):
        rows = Stream.objects.filter(client_id=world.client, call_id=call.interaction)
        return rows.filter(state=Stream.State.RUNNING).exists()


def finished(world: World, call: OpenedCall) -> RecordedCall:
    calls.wait_until(lambda: whole(world, call))
    return calls.finish(world, call)


def events(world: World, action: str) -> list[Event]:
    return [event for event in world.events() if event.action == action]


def parts(one: Running) -> list[Path]:
    return sorted(one.folder.glob("*.part"))


async def meanwhile(target: Target, call: OpenedCall, seconds: float, *acts: Callable[[], Awaitable[None]]) -> None:
    """Stream a call in real time, and do something at its side."""
    await asyncio.gather(calls.both(target, call.taps, seconds, speed=1), *(act() for act in acts))


def after(seconds: float, act: Callable[[], object]) -> Callable[[], Awaitable[None]]:
    async def later() -> None:
        await asyncio.sleep(seconds)
        await asyncio.to_thread(act)

    return later
