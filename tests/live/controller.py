"""What decides over calls, as little of it as the tests of recording need; the product's own comes with live calls.

A caller is answered, both sides are tapped, and only then is the agent rung and joined: who taps later loses the first
words. A tap is a snoop channel sent into the dialplan's loop [tap], where it needs no controller any more. When either
party goes, the other is hung up. What an earlier controller left behind (a party alone, an empty bridge) is found by
looking at what is there, at the start and each second: events of the time without a controller are lost.

``python -m tests.live.controller`` is the same in a process of its own, to be killed: it reads one line of JSON (port,
password, certificate, key, plans) and writes a line for each call that stands.
"""

import asyncio
import contextlib
import json
import ssl
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from tests.live.ari import Ari, Event, Failed

SIDES = ("in", "out")  # what the caller says, and what the caller hears
APP = "live"

Taps = Mapping[str, Sequence[str]]
"""The one-time ids of each side, in the order of their use."""


@dataclass(frozen=True)
class Plan:
    """What becomes of a call to a number."""

    agent: str  # a SIP address
    taps: Taps


@dataclass
class Call:
    """A call under way."""

    caller: str  # channels
    agent: str = ""
    bridge: str = ""
    snoops: dict[str, str] = field(default_factory=dict)
    streaming: dict[str, bool] = field(default_factory=dict)  # by side: whether a recorder took it
    bridged: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Controller:
    """`async with Controller(port, password, context) as controller:`, then `controller.plans[number] = Plan(...)`."""

    def __init__(self, port: int, password: str, context: ssl.SSLContext) -> None:
        self.plans: dict[str, Plan] = {}
        self.calls: dict[str, Call] = {}  # by number
        self._ari = Ari(port, password, context, self._event)
        self._expected: dict[tuple[str, str], asyncio.Future[Event]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._suspects: set[str] = set()

    async def __aenter__(self) -> Self:
        await self._ari.__aenter__()
        self._later(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._ari.__aexit__()

    # --- what others ask for

    async def tap(self, call: Call, taps: Taps) -> None:
        """Stream both sides of a caller to the recorders; `call.streaming` says what came of it."""
        await asyncio.gather(*(self._tap(call, side, taps[side]) for side in SIDES))

    async def pause(self, call: Call) -> None:
        """Stop both streams at their source."""
        for side in SIDES:
            await self._ari.request("DELETE", f"channels/{call.snoops.pop(side)}")
            call.streaming[side] = False

    async def request(self, method: str, uri: str, **query: str) -> Any:
        """Any request of ARI."""
        return await self._ari.request(method, uri, **query)

    # --- a call

    async def _handle(self, number: str, channel: str) -> None:
        plan = self.plans.get(number)
        if plan is None:
            return  # nobody's; it is hung up as one that is left behind
        call = self.calls[number] = Call(channel)
        with contextlib.suppress(Failed):  # someone hung up in the midst of it: what follows is _gone's
            await self._ari.request("POST", f"channels/{channel}/answer")
            await self.tap(call, plan.taps)
            await self._ring(call, plan.agent)
            call.bridge = (await self._ari.request("POST", "bridges", type="mixing"))["id"]
            both = f"{call.caller},{call.agent}"
            hidden = {"inhibitConnectedLineUpdates": "true"}  # else a re-INVITE would tell the agent who calls
            await self._ari.request("POST", f"bridges/{call.bridge}/addChannel", channel=both, **hidden)
            call.bridged.set()
            return
        await self._end(call)

    async def _tap(self, call: Call, side: str, taps: Sequence[str]) -> None:
        snoop = call.snoops[side] = f"tap-{uuid.uuid4()}"
        here, taken = self._expect("StasisStart", snoop), self._expect("Dial ANSWER", snoop)
        spy = {"spy": side, "whisper": "none", "app": APP, "appArgs": "tap"}
        await self._ari.request("POST", f"channels/{call.caller}/snoop/{snoop}", **spy)
        async with asyncio.timeout(2):
            await here
        await self._ari.request("POST", f"applications/{APP}/subscription", eventSource=f"channel:{snoop}")
        await self._ari.request("POST", f"channels/{snoop}/variable", variable="TAPS", value=".".join(taps))
        await self._ari.request("POST", f"channels/{snoop}/continue", context="tap", extension="s", priority="1")
        try:
            async with asyncio.timeout(1):
                await taken
        except TimeoutError:
            call.streaming[side] = False
        else:
            call.streaming[side] = True
        await self._ari.request("DELETE", f"applications/{APP}/subscription", eventSource=f"channel:{snoop}")

    async def _ring(self, call: Call, agent: str) -> None:
        call.agent = f"agent-{uuid.uuid4()}"
        here, gone = self._expect("StasisStart", call.agent), self._expect("ChannelDestroyed", call.agent)
        asked = {"endpoint": f"PJSIP/agent/{agent}", "app": APP, "appArgs": "agent", "channelId": call.agent}
        hidden = {"callerId": '"Caller" <anonymous>'}
        await self._ari.request("POST", "channels", timeout="20", originator=call.caller, **asked, **hidden)
        done, _ = await asyncio.wait({here, gone}, return_when=asyncio.FIRST_COMPLETED)
        if here not in done:
            raise Failed("the agent did not answer")

    async def _end(self, call: Call) -> None:
        """Hang up whoever is still there."""
        if call.ended.is_set():
            return
        call.ended.set()
        channels = [f"channels/{each}" for each in (call.caller, call.agent) if each]
        for uri in [*channels, *([f"bridges/{call.bridge}"] if call.bridge else [])]:
            with contextlib.suppress(Failed):  # gone already
                await self._ari.request("DELETE", uri)

    # --- what is left behind

    async def _watch(self) -> None:
        while True:
            with contextlib.suppress(Failed):
                await self._reap()
            await asyncio.sleep(1)

    async def _reap(self) -> None:
        """Hang up parties alone and delete empty bridges, if they were so twice: the first time may be a beginning."""
        ours = {each for call in self.calls.values() if not call.ended.is_set() for each in (call.caller, call.agent)}
        bridges = [each for each in await self._ari.request("GET", "bridges") if each["bridge_class"] == "stasis"]
        channels = await self._ari.request("GET", "channels")
        talking = {member for bridge in bridges if len(bridge["channels"]) > 1 for member in bridge["channels"]}
        found = {f"channels/{each['id']}" for each in channels
                 if each["name"].startswith("PJSIP/") and each["id"] not in talking | ours}  # fmt: skip
        found |= {f"bridges/{each['id']}" for each in bridges if not talking & set(each["channels"])}
        for uri in sorted(found & self._suspects):
            with contextlib.suppress(Failed):
                await self._ari.request("DELETE", uri)
        self._suspects = found

    # --- events

    def _event(self, event: Event) -> None:
        kind, channel = event["type"], event.get("channel", {}).get("id", "")
        if kind == "Dial":
            kind, channel = f"Dial {event['dialstatus']}", event.get("caller", {}).get("id", "")
        expected = self._expected.pop((kind, channel), None)
        if expected and not expected.done():
            expected.set_result(event)
        elif kind == "StasisStart" and not event["args"]:
            self._later(self._handle(event["channel"]["dialplan"]["exten"], channel))
        if kind in {"ChannelDestroyed", "StasisEnd"}:
            for call in self.calls.values():
                if channel in {call.caller, call.agent}:
                    self._later(self._end(call))

    def _expect(self, kind: str, channel: str) -> "asyncio.Future[Event]":
        future = self._expected[kind, channel] = asyncio.get_running_loop().create_future()
        return future

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def main() -> None:
    told = json.loads(sys.stdin.readline())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(told["certificate"], told["key"])
    async with Controller(told["port"], told["password"], context) as controller:
        controller.plans = {number: Plan(**plan) for number, plan in told["plans"].items()}
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            await asyncio.sleep(0.02)
            for number, call in list(controller.calls.items()):
                if call.bridged.is_set():
                    sys.stdout.write(json.dumps({"number": number, "streaming": call.streaming}) + "\n")
                    sys.stdout.flush()
                    call.bridged.clear()


if __name__ == "__main__":
    asyncio.run(main())
