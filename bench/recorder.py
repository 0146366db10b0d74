"""What a recorded call costs: CPU of the recorder a call, beside a plain WebSocket sink, in one run.

::

    python bench/recorder.py [--calls N] [--seconds S]

Calls are streamed in real time over TLS with numbered frames by a process of lower priority; each recorded frame is
looked for afterwards. The recorder seals, syncs its spool, makes FLAC, seals it and stores it, and writes PostgreSQL;
the sink takes the same frames over the same TLS and throws them away. CPU is that of the receiving process alone.
"""

import argparse
import asyncio
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    parser = argparse.ArgumentParser(description="CPU of a recorder for each call.")
    parser.add_argument("--calls", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--sink", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--generate", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.sink:
        asyncio.run(_sink(arguments.sink))
    elif arguments.generate:
        os.nice(5)
        asyncio.run(_generate(json.loads(arguments.generate)))
    else:
        _measure(arguments.calls, arguments.seconds)
    return 0


# --- The two that receive ---------------------------------------------------------------------------------------------


async def _sink(folder: Path) -> None:
    """Take frames over TLS and forget them."""
    from websockets.asyncio.server import ServerConnection, serve
    from websockets.exceptions import ConnectionClosed

    from razdar.telephony.recording import tls

    async def take(socket: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            while True:
                await socket.recv()

    context = tls.context(tls.own(folder))
    async with serve(take, "127.0.0.1", 0, ssl=context, subprotocols=["media"], compression=None) as server:  # type: ignore[list-item]
        port = next(iter(server.sockets)).getsockname()[1]
        (folder / "address.new").write_text(f"wss://127.0.0.1:{port}/stream")
        (folder / "address.new").rename(folder / "address")
        await asyncio.Event().wait()


@contextmanager
def _sinking(folder: Path) -> "Iterator[tuple[str, int]]":
    folder.mkdir(mode=0o700)
    command = [sys.executable, __file__, "--sink", str(folder)]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}) as running:
        _wait(folder / "address")
        try:
            yield (folder / "address").read_text(), running.pid
        finally:
            running.kill()


def _cpu(process: int) -> float:
    """Seconds of CPU of a process so far (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- Streaming --------------------------------------------------------------------------------------------------------


async def _generate(task: dict[str, object]) -> None:
    from razdar.telephony.nodes import Credentials
    from razdar.telephony.simulation import Target, stream
    from tests.telephony.calls import numbered

    trust = ssl.create_default_context(cafile=str(task["ca"]))
    target = Target((str(task["url"]),), trust, Credentials(str(task["name"]), str(task["secret"])))
    taps: list[dict[str, list[str]]] = task["taps"]  # type: ignore[assignment]
    heard = {side: numbered(float(str(task["seconds"])), side) for side in ("in", "out")}
    await asyncio.gather(*(stream(target, call[side], heard[side], 1) for call in taps for side in ("in", "out")))


def _stream(url: str, authority: Path, node: tuple[str, str], taps: object, seconds: float) -> None:
    name, secret = node
    task = {"url": url, "ca": str(authority), "name": name, "secret": secret, "taps": taps, "seconds": seconds}
    command = [sys.executable, __file__, "--generate", json.dumps(task)]
    environ = os.environ | {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "razdar.settings"}
    subprocess.run(command, check=True, env=environ)


def _wait(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


# --- Measuring --------------------------------------------------------------------------------------------------------


def _measure(count: int, seconds: float) -> None:
    from tests.telephony.benching import installation

    with tempfile.TemporaryDirectory(prefix="razdar-bench-") as name, installation(Path(name)) as (world, recorder):
        opened = [recorder.open_call(world) for _ in range(count)]
        assert recorder.running is not None
        before = _cpu(recorder.running.pid)
        taps = [dict(call.taps) for call in opened]
        _stream(recorder.url, recorder.var / "recorder" / "ca.pem", recorder.node, taps, seconds)
        lost = sum(recorder.missing(world, call, round(seconds * 50)) for call in opened)
        spent = _cpu(recorder.running.pid) - before
        with _sinking(Path(name) / "sink") as (url, process):
            begun = _cpu(process)
            _stream(url, Path(name) / "sink" / "ca.pem", ("nobody", "x"), taps, seconds)
            sunk = _cpu(process) - begun
    share, plain = (100 * used / (count * seconds) for used in (spent, sunk))
    print(f"{count} calls of {seconds:.0f} s, both sides, over TLS")
    print(f"recorder: {share:.2f} % of a core for each call; frames lost: {lost} of {2 * count * round(seconds * 50)}")
    print(f"plain WebSocket sink: {plain:.2f} % of a core for each call")
    print(f"ratio: {share / plain:.1f}")


if __name__ == "__main__":
    sys.exit(main())
