"""A recorded call: CPU of the recorder beside a plain WebSocket sink, and whether every frame is kept.

Calls are streamed over TLS in real time by a process of lower priority, as Asterisk streams them; every frame is
numbered, and looked for afterwards. The recorder seals, syncs its spool, makes FLAC, seals and stores it, and writes
PostgreSQL. The sink takes the same frames over the same TLS and forgets them. CPU is of the receiving process alone,
from the first frame until all is stored; starting is not in it.

``--calls 30 --seconds 60`` is the acceptance: it ends with 1 when a frame is lost.
"""

import argparse
import asyncio
import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _installation import child, installation

if TYPE_CHECKING:
    from razdar.core.disclosure import Viewer
    from razdar.telephony.services import OpenedCall

SIDES = {"in": 0x80, "out": 0x90}
FRAME = 160
DIGITS = (16, 12, 8, 4, 0)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--sink", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--generate", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.sink:
        asyncio.run(_sink(arguments.sink))
        return 0
    if arguments.generate:
        asyncio.run(_generate(json.load(sys.stdin)))
        return 0
    return _measure(arguments.calls, arguments.seconds)


def _measure(count: int, seconds: int) -> int:
    from razdar import __main__ as product
    from razdar.runtime.commands import Needs

    with installation() as var, ExitStack() as stack:
        for name in ("keyagent", "worker"):
            stack.enter_context(child(name))
        recorder = stack.enter_context(child("recorder"))
        product.prepare(Needs.KEYS, stack)
        node, viewer, calls = _calls(count)
        address = var / "recorder" / "address"
        _wait(address.exists)
        before = _cpu(recorder.pid)
        _stream(address.read_text().strip(), var / "recorder", node, calls, seconds)
        lost = _finish(viewer, calls, seconds)
        spent = _cpu(recorder.pid) - before
        with _sinking(var / "sink") as (url, process):
            before = _cpu(process)
            _stream(url, var / "sink", ("nobody", ""), calls, seconds)
            sunk = _cpu(process) - before
    share, plain = (100 * used / (count * seconds) for used in (spent, sunk))
    print(f"{count} calls of {seconds} s, both sides, over TLS")
    print(f"recorder               {share:6.2f} % of a core for each call")
    print(f"plain WebSocket sink   {plain:6.2f} % of a core for each call")
    print(f"recorder               {share / max(plain, 0.01):6.1f} times the sink")
    print(f"frames lost            {lost:6} of {2 * count * seconds * 50}")
    return 1 if lost else 0


# --- Calls ------------------------------------------------------------------------------------------------------------


def _calls(count: int) -> "tuple[tuple[str, str], Viewer, list[OpenedCall]]":
    """A client, an exchange, and calls of customers nobody knows."""
    from razdar.identity import services as people
    from razdar.identity.services import Newcomer
    from razdar.identity.viewers import for_job
    from razdar.telephony import nodes, services

    administrators = [Newcomer(f"admin{n}", f"Administrator {n}", ()) for n in (1, 2)]
    viewer = for_job("bench", people.create_client("Bench", administrators).client)
    node = nodes.add("bench")
    return (node.name, node.secret), viewer, [services.open_call(viewer, services.NewCall(None)) for _ in range(count)]


def _finish(viewer: "Viewer", calls: "list[OpenedCall]", seconds: int) -> int:
    """Close the calls, wait until a worker has made their recordings, and count the frames that are missing."""
    from razdar.runtime.scope import scope
    from razdar.telephony import services
    from razdar.telephony.models import Call

    lost = 0
    for call in calls:
        services.close_call(viewer, call.interaction)
    for call in calls:

        def composed(call: "OpenedCall" = call) -> bool:
            with scope(viewer.client):
                return Call.objects.filter(id=call.interaction).exclude(composed_at=None).exists()

        _wait(composed)
        for kept in _numbers(viewer, call):
            lost += len(set(range(seconds * 50)) - set(kept)) + len(kept) - len(set(kept))
    return lost


def _numbers(viewer: "Viewer", call: "OpenedCall") -> Iterator[list[int]]:
    """The numbers of the frames of each side of a recording, in their order."""
    from razdar.core.disclosure import Purpose
    from razdar.core.ledger.events import Mode
    from razdar.interactions import sound
    from razdar.interactions.models import Recording
    from razdar.runtime.scope import scope
    from razdar.telephony import mulaw
    from razdar.vault.door import Look

    with scope(viewer.client):
        recording = Recording.objects.get(interaction_id=call.interaction, redacted=False)
        look = Look("interactions:pipeline:redact", Mode.SYSTEM, Purpose.PROCESSING)
        pcm = sound.whole(viewer, recording, look).pcm
    for side, channel in (("out", sound.AGENT), ("in", sound.CUSTOMER)):
        heard = mulaw.encoded(pcm[:, channel]).replace(b"\xff", b"")  # silence before it began
        frames = [heard[at : at + len(DIGITS)] for at in range(0, len(heard), FRAME)]
        assert all(digit & 0xF0 == SIDES[side] for digits in frames for digit in digits)
        yield [sum((digit & 0xF) << shift for digit, shift in zip(digits, DIGITS, strict=True)) for digits in frames]


# --- Streaming --------------------------------------------------------------------------------------------------------


def _stream(url: str, folder: Path, node: tuple[str, str], calls: "list[OpenedCall]", seconds: int) -> None:
    """Stream all calls at once from a process of its own, at lower priority."""
    taps = [dict(call.taps) for call in calls]
    task = {"url": url, "ca": str(folder / "ca.pem"), "node": node, "taps": taps, "seconds": seconds}
    command = ["nice", "-n", "5", sys.executable, __file__, "--generate"]
    subprocess.run(command, input=json.dumps(task).encode(), check=True)


async def _generate(task: dict[str, Any]) -> None:
    from razdar.telephony.simulation import Target, stream
    from razdar.telephony.tokens import Credentials

    target = Target([task["url"]], ssl.create_default_context(cafile=task["ca"]), Credentials(*task["node"]))
    rest = bytes(0xA0 | at % 16 for at in range(FRAME - len(DIGITS)))
    heard = {
        side: b"".join(
            bytes(mark | (number >> shift & 0xF) for shift in DIGITS) + rest for number in range(50 * task["seconds"])
        )
        for side, mark in SIDES.items()
    }
    await asyncio.gather(*(stream(target, call[side], heard[side], 1) for call in task["taps"] for side in SIDES))


# --- The sink ---------------------------------------------------------------------------------------------------------


async def _sink(folder: Path) -> None:
    from websockets.asyncio.server import ServerConnection, serve
    from websockets.exceptions import ConnectionClosed
    from websockets.typing import Subprotocol

    from razdar.telephony.recording import tls

    async def take(socket: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            while True:
                await socket.recv()

    context = tls.context(tls.own(folder))
    media = [Subprotocol("media")]
    async with serve(take, "127.0.0.1", 0, ssl=context, subprotocols=media, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        (folder / "address.new").write_text(f"wss://127.0.0.1:{port}/stream")
        (folder / "address.new").rename(folder / "address")
        await asyncio.Event().wait()


@contextmanager
def _sinking(folder: Path) -> Iterator[tuple[str, int]]:
    with subprocess.Popen([sys.executable, __file__, "--sink", str(folder)]) as running:
        try:
            _wait((folder / "address").exists)
            yield (folder / "address").read_text(), running.pid
        finally:
            running.kill()


def _cpu(process: int) -> float:
    """Seconds of CPU of a process so far, in the program and in the kernel (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait(done: Any) -> None:
    deadline = time.monotonic() + 120
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not happen in time")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
