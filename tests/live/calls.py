"""A call between two telephones through Asterisk, recorded: the whole of it, for a test to say what it wants of it."""

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.live.asterisk import Asterisk
from tests.live.controller import SIDES, Call, Controller, Plan, Taps
from tests.live.rtp import Signal, numbered
from tests.live.sip import Phone

CALLER, AGENT = numbered(), numbered(0x8000)


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


def controller(asterisk: Asterisk) -> Controller:
    return Controller(asterisk.controller_port, asterisk.ari_password, asterisk.authority.server())


@asynccontextmanager
async def conversation(
    asterisk: Asterisk, taps: Taps, caller: Signal = CALLER, agent: Signal = AGENT
) -> AsyncIterator[Conversation]:
    """Two parties who talk until the block ends; then the caller hangs up, if nobody did."""
    async with controller(asterisk) as control, Phone("caller", caller) as one, Phone("agent", agent) as two:
        number = new_number()
        control.plans[number] = Plan(two.uri, taps)
        await one.dial(number, asterisk.sip)
        async with asyncio.timeout(10):
            await control.calls[number].bridged.wait()
        talk = Conversation(one, two, control.calls[number], control)
        yield talk
        if not one.ended.is_set():
            one.hang_up()
        async with asyncio.timeout(5):
            await two.ended.wait()
            await talk.call.ended.wait()


async def call(
    asterisk: Asterisk, taps: Taps, seconds: float = 4.0, caller: Signal = CALLER, agent: Signal = AGENT
) -> Conversation:
    """A call of so many seconds from the moment when both parties are joined."""
    async with conversation(asterisk, taps, caller, agent) as talk:
        await asyncio.sleep(seconds)
    return talk
