"""A call between two telephones through Asterisk, recorded: the whole of it, for a test to say what it wants of it."""

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from tests.live.asterisk import Asterisk
from tests.live.controller import SIDES, Call, Controller, Plan, Taps
from tests.live.rtp import Signal, numbered
from tests.live.sip import Phone

CALLER, AGENT = numbered(), numbered(0x8000)

STALL = 0.1  # seconds: what Asterisk evens out of late packets, audiohook.c
TRIES = 3


def steady(scenario: Callable[[], Awaitable[None]]) -> None:
    """Run a scenario; once more if it failed while the machine stood still, as sound in real time needs its time.

    That is judged by this process's own clock, which ticks each 10 ms. Without a stall a failure is one, and so is
    the third.
    """
    for left in reversed(range(TRIES)):
        stalls = [0.0]
        try:
            asyncio.run(_watched(scenario, stalls))
        except (AssertionError, TimeoutError):
            if max(stalls) < STALL or not left:
                raise
        else:
            return


async def _watched(scenario: Callable[[], Awaitable[None]], stalls: list[float]) -> None:
    async def tick() -> None:
        clock = asyncio.get_running_loop().time
        while True:
            before = clock()
            await asyncio.sleep(0.01)
            stalls.append(clock() - before - 0.01)

    ticking = asyncio.create_task(tick())
    try:
        await scenario()
    finally:
        ticking.cancel()


def new_taps(each: int = 4) -> dict[str, list[str]]:
    """Ids for both sides, so many for each."""
    return {side: [str(uuid.uuid4()) for _ in range(each)] for side in SIDES}


def new_number() -> str:
    """A number that nobody else calls now."""
    return f"1{secrets.randbelow(10**9):09}"


@dataclass
class Conversation:
    """A call while it stands, and after."""

    caller: Phone
    agent: Phone
    call: Call
    controller: Controller

    async def pause(self) -> None:
        await self.controller.pause(self.call)

    async def resume(self, taps: Taps) -> None:
        await self.controller.tap(self.call, taps)

    async def gone(self) -> None:
        """Wait until Asterisk has nothing of this call any more, its taps included."""
        await self.call.ended.wait()
        ours = {self.call.caller, self.call.agent, *self.call.snoops.values()}
        while True:
            channels = await self.controller.request("GET", "channels")
            if ours.isdisjoint(each["id"] for each in channels):
                return
            await asyncio.sleep(0.01)


def controller(asterisk: Asterisk) -> Controller:
    return Controller(asterisk.controller_port, asterisk.ari_password, asterisk.authority.server())


@asynccontextmanager
async def conversation(
    asterisk: Asterisk,
    taps: Taps,
    caller: Signal = CALLER,
    agent: Signal = AGENT,
    given: Controller | None = None,
) -> AsyncIterator[Conversation]:
    """Two parties who talk until the block ends; then the caller hangs up, if nobody did.

    Asterisk knows one controller at a time; who wants several calls at once gives it to each.
    """
    async with AsyncExitStack() as stack:
        control = given or controller(asterisk)
        if given is None:
            await stack.enter_async_context(control)
        one = await stack.enter_async_context(Phone("caller", caller))
        two = await stack.enter_async_context(Phone("agent", agent))
        number = new_number()
        control.plans[number] = Plan(two.uri, taps)
        await one.dial(number, asterisk.sip)
        talk = Conversation(one, two, control.calls[number], control)
        async with asyncio.timeout(10):
            await talk.call.bridged.wait()
        yield talk
        if not one.ended.is_set():
            one.hang_up()
        async with asyncio.timeout(5):
            await two.ended.wait()
            await talk.gone()


async def call(
    asterisk: Asterisk, taps: Taps, seconds: float = 4.0, caller: Signal = CALLER, agent: Signal = AGENT
) -> Conversation:
    """A call of so many seconds from the moment when both parties are joined."""
    async with conversation(asterisk, taps, caller, agent) as talk:
        await asyncio.sleep(seconds)
    return talk
