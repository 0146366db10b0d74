"""What an exchange, or somebody who is none, may do wrong; the recorder records on, whoever else does what."""

import asyncio
import ssl
import time
from dataclasses import replace
from types import SimpleNamespace
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed

from razdar.runtime.scope import scope
from razdar.telephony import nodes, services, tokens
from razdar.telephony.models import Stream, Tap
from razdar.telephony.recording import connection, server, tls
from razdar.telephony.selectors import RecordedCall
from razdar.telephony.simulation import Target
from razdar.telephony.tokens import Credentials
from tests.telephony import calls
from tests.telephony.calls import numbered_frame
from tests.telephony.conftest import Starter
from tests.telephony.refusing import connected, refusal
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

START = "MEDIA_START connection_id:a channel:x channel_id:1.0 format:ulaw optimal_frame_size:160 ptime:20"


async def sent(target: Target, tap: str, messages: list[str | bytes], pause: float = 0.0) -> int | None:
    """The code a recorder closed with after some messages."""
    async with connected(target, tap) as socket:
        try:
            for message in messages:
                await socket.send(message)
                await asyncio.sleep(pause)
            async with asyncio.timeout(20):
                await socket.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None
    return None


def still_records(world: World, target: Target) -> None:
    """A call that comes afterwards is recorded."""
    call = calls.opened(world)
    asyncio.run(calls.both(target, call.taps, 0.5))
    found = ended(world, call)
    for side, (stream,) in found.sides.items():
        assert calls.numbers(calls.heard(found, stream).sound, side) == list(range(25))


def ended(world: World, call: services.OpenedCall) -> RecordedCall:
    calls.wait_until(lambda: not states(world, call) - {Stream.State.ENDED} and len(streams(world, call)) >= 2)
    return calls.finish(world, call)


def streams(world: World, call: services.OpenedCall) -> list[Stream]:
    with scope(world.client):
        return list(Stream.objects.filter(client_id=world.client, call_id=call.interaction))


def states(world: World, call: services.OpenedCall) -> set[str]:
    return {stream.state for stream in streams(world, call)}


def test_wrong_credentials_are_turned_away_and_use_no_id_up(world: World, target: Target) -> None:
    call = calls.opened(world)
    tap = call.taps["in"][0]
    right = target.credentials
    wrong = [
        Credentials(right.name, right.secret[:-1] + "x"),
        Credentials(right.name, ""),
        Credentials("nobody", right.secret),
        Credentials("", ""),
        Credentials("exchange-1\x00", right.secret),
        Credentials(right.name, "x" * 5000),
        Credentials(right.name, "\udcff".encode("utf-8", "surrogatepass").decode("latin-1")),
    ]
    for credentials in wrong:
        assert asyncio.run(refusal(target, tap, credentials=credentials)) == 401
    nodes.remove(right.name)
    assert asyncio.run(refusal(target, tap)) == 401
    with scope(world.client):
        assert not Tap.objects.filter(client_id=world.client).exclude(used_at=None).exists()
        assert not Stream.objects.filter(client_id=world.client).exists()


def test_unknown_and_used_ids_are_turned_away(world: World, target: Target) -> None:
    call, other = calls.opened(world), calls.opened(world)
    first, second = call.taps["in"][:2]
    client, tap = tokens.unpack(second)
    services.close_call(calls.job(world), other.interaction)
    unknown = [
        "",
        "x",
        str(uuid4()),
        tokens.pack(client, uuid4()),
        tokens.pack(uuid4(), tap),
        tokens.pack(world.other, tap),
        other.taps["in"][0],
        f"{second}x",
    ]
    for token in unknown:
        assert asyncio.run(refusal(target, token)) == 404
    assert asyncio.run(refusal(target, first, path="/media")) == 404
    for protocol in ("", "sip"):
        assert asyncio.run(refusal(target, first, protocol=protocol)) == 404
    assert asyncio.run(refusal(target, first)) == 101
    assert asyncio.run(refusal(target, first)) == 404
    with scope(world.client):
        Tap.objects.filter(client_id=world.client, id=tap).update(told_at="2020-01-01T00:00Z")
    assert asyncio.run(refusal(target, second)) == 404


def test_of_many_who_bring_one_id_at_once_one_streams(world: World, target: Target) -> None:
    call = calls.opened(world)

    async def race() -> list[int]:
        return await asyncio.gather(*(refusal(target, call.taps["in"][0]) for _ in range(8)))

    assert sorted(asyncio.run(race())) == [101, *[404] * 7]
    calls.wait_until(lambda: [stream.state for stream in streams(world, call)] == [Stream.State.ENDED])


MALFORMED: dict[str, list[str | bytes]] = {
    "sound before the beginning": [numbered_frame(0)],
    "another format": [START.replace("ulaw", "slin16")],
    "another frame size": [START.replace("160", "320")],
    "no beginning": ["MEDIA_XON"],
    "a frame that is too short": [START, numbered_frame(0), b"\x80" * 159],
    "a frame that is too long": [START, numbered_frame(0), b"\x80" * 161],
    "an empty frame": [START, b""],
    "two beginnings": [START, numbered_frame(0), START],
    "broken JSON": [START, '{"event": '],
}


@pytest.mark.parametrize("messages", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_was_not_asked_for_ends_the_stream(world: World, target: Target, messages: list[str | bytes]) -> None:
    call = calls.opened(world)
    assert asyncio.run(sent(target, call.taps["in"][0], messages)) == 1003
    calls.wait_until(lambda: states(world, call) == {Stream.State.ENDED})
    found = calls.finish(world, call)
    kept = sum(isinstance(one, bytes) and len(one) == 160 for one in messages) if messages[0] == START else 0
    for stream in found.sides["in"]:
        heard = calls.heard(found, stream)
        assert calls.numbers(heard.sound) == list(range(kept))
        assert heard.markers[-1][1].reason.name == "MALFORMED"


MASK = bytes(4)
OUT_OF_ORDER = {  # RFC 6455, 5.2: flags and kind, mask bit and length
    "a piece of a message that has not begun": b"\x80\xfe\x00\xa0" + MASK + bytes(160),
    "a message within a message": b"\x02\xd0" + MASK + bytes(80) + b"\x82\xfe\x00\xa0" + MASK + bytes(160),
    "not masked": b"\x82\x7e\x00\xa0" + bytes(160),
    "bits that mean nothing": b"\xf2\xfe\x00\xa0" + MASK + bytes(160),
    "a kind that there is not": b"\x83\x80" + MASK,
    "a long ping": b"\x89\xfe\x00\xa0" + MASK + bytes(160),
}


@pytest.mark.parametrize("raw", OUT_OF_ORDER.values(), ids=OUT_OF_ORDER.keys())
def test_frames_that_are_out_of_order_end_the_stream(world: World, target: Target, raw: bytes) -> None:
    """What came before is kept, nothing of what follows."""
    call = calls.opened(world)

    async def broken() -> int | None:
        async with connected(target, call.taps["in"][0]) as socket:
            await socket.send(START)
            await socket.send(numbered_frame(0))
            socket.transport.write(raw)
            with pytest.raises(ConnectionClosed) as closed:
                async with asyncio.timeout(20):
                    await socket.recv()
            return closed.value.rcvd.code if closed.value.rcvd else None

    assert asyncio.run(broken()) == 1002
    calls.wait_until(lambda: states(world, call) == {Stream.State.ENDED})
    found = calls.finish(world, call)
    heard = calls.heard(found, found.sides["in"][0])
    assert calls.numbers(heard.sound) == [0]
    assert heard.markers[-1][1].reason.name == "BROKEN"


def test_a_message_that_is_too_large_ends_the_stream(world: World, target: Target) -> None:
    call = calls.opened(world)
    for message in (b"\x80" * 100_000, "x" * 100_000):
        tap = call.taps["in"][0 if isinstance(message, bytes) else 1]
        assert asyncio.run(sent(target, tap, [START, message])) == 1009
    calls.wait_until(lambda: states(world, call) == {Stream.State.ENDED})
    still_records(world, target)


def test_a_stream_that_never_starts_is_ended(world: World, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BEGIN_SECONDS", 0.3)
    call = calls.opened(world)
    assert asyncio.run(sent(target, call.taps["in"][0], [])) == 1013
    assert asyncio.run(sent(target, call.taps["in"][1], [START])) == 1013
    assert asyncio.run(sent(target, call.taps["in"][2], [START, "MEDIA_XON"])) == 1013


def test_a_stream_that_falls_silent_is_ended(world: World, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "IDLE_SECONDS", 0.4)
    call = calls.opened(world)
    assert asyncio.run(sent(target, call.taps["in"][0], [START, numbered_frame(0), "MEDIA_XON"])) == 1013
    calls.wait_until(lambda: states(world, call) == {Stream.State.ENDED})
    found = calls.finish(world, call)
    assert calls.heard(found, found.sides["in"][0]).markers[-1][1].reason.name == "SILENT"


def test_a_stream_that_never_ends_is_ended(world: World, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LONGEST_SECONDS", 1.0)
    call = calls.opened(world)
    assert asyncio.run(sent(target, call.taps["in"][0], [START, *map(numbered_frame, range(100))])) == 1000
    calls.wait_until(lambda: states(world, call) == {Stream.State.ENDED})
    found = calls.finish(world, call)
    heard = calls.heard(found, found.sides["in"][0])
    assert heard.markers[-1][1].reason.name == "TOO_LONG"
    assert len(heard.sound) <= 8000 + 160 * server.MOST_FRAMES_WAITING


def test_messages_without_sound_have_an_end(world: World, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MOST_TEXTS", 20)
    call = calls.opened(world)
    assert asyncio.run(sent(target, call.taps["in"][0], [START, *["DTMF_END digit:5"] * 50])) == 1003


def test_a_connection_that_breaks_is_noted_as_broken(world: World, target: Target) -> None:
    call = calls.opened(world)

    async def torn() -> None:
        async with connected(target, call.taps["in"][0]) as socket:
            await socket.send(START)
            await socket.send(numbered_frame(0))
            await asyncio.sleep(0.2)
            socket.transport.abort()

    asyncio.run(torn())
    calls.wait_until(lambda: states(world, call) == {Stream.State.ENDED})
    found = calls.finish(world, call)
    heard = calls.heard(found, found.sides["in"][0])
    assert calls.numbers(heard.sound) == [0]
    assert heard.markers[-1][1].reason.name == "BROKEN"


def test_a_crowd_of_idle_connections_harms_nobody(world: World, target: Target) -> None:
    """A thousand that say nothing, some of them after TLS, while a call is streamed in real time."""
    call = calls.opened(world)
    host, port = "127.0.0.1", int(target.urls[0].rpartition(":")[2].removesuffix("/stream"))

    async def crowd() -> None:
        tasks = [asyncio.create_task(asyncio.open_connection(host, port)) for _ in range(900)]
        tasks += [asyncio.create_task(asyncio.open_connection(host, port, ssl=target.tls)) for _ in range(100)]
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert sum(not isinstance(one, BaseException) for one in done) >= 900
        begun = time.monotonic()
        await calls.both(target, call.taps, 1.5, speed=1)
        assert time.monotonic() - begun < 8
        for one in done:
            if not isinstance(one, BaseException):
                one[1].transport.abort()

    server.raise_file_limit()
    asyncio.run(crowd())
    found = ended(world, call)
    for side, (stream,) in found.sides.items():
        assert calls.numbers(calls.heard(found, stream).sound, side) == list(range(75))


def test_tls_failures_harm_nobody(world: World, target: Target) -> None:
    host, port = "127.0.0.1", int(target.urls[0].rpartition(":")[2].removesuffix("/stream"))
    strangers = ssl.create_default_context()

    async def knocks() -> None:
        with pytest.raises(ssl.SSLError):
            await refusal(replace(target, tls=strangers), "x")
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"GET /stream?tap=x HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"401" not in await asyncio.wait_for(reader.read(1000), 10)
        writer.transport.abort()
        for nonsense in (b"\x16\x03\x01\xff\xff" + b"x" * 100, b"\x00" * 500):
            _, writer = await asyncio.open_connection(host, port)
            writer.write(nonsense)
            await asyncio.sleep(0.1)
            writer.transport.abort()

    asyncio.run(knocks())
    still_records(world, target)


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1", "TLSv1_2", "TLSv1_3"])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_versions_of_tls_are_refused_whatever_the_default_is(
    world: World, start: Starter, node: Credentials, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lenient(protocol: int) -> ssl.SSLContext:
        """As where the system's own settings allow everything."""
        made = ssl.SSLContext(protocol)
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.set_ciphers("ALL:@SECLEVEL=0")
        return made

    with monkeypatch.context() as lenience:
        lenience.setattr(tls, "ssl", SimpleNamespace(**{**vars(ssl), "SSLContext": lenient}))
        one = start()
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    theirs.check_hostname, theirs.verify_mode = False, ssl.CERT_NONE
    theirs.set_ciphers("ALL:@SECLEVEL=0")
    theirs.minimum_version = theirs.maximum_version = ssl.TLSVersion[version]
    asked = refusal(Target((one.url,), theirs, node), "x")
    if version in {"TLSv1_2", "TLSv1_3"}:
        assert asyncio.run(asked) == 404
    else:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            asyncio.run(asked)


def test_a_request_without_end_is_given_up(
    world: World, start: Starter, node: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HELLO_SECONDS", 1.0)
    one = start()
    port = int(one.url.rpartition(":")[2].removesuffix("/stream"))

    async def slow() -> float:
        begun = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=one.trust)
        writer.write(b"GET /stream HTTP/1.1\r\n")
        while time.monotonic() - begun < 10:
            writer.write(b"X: y\r\n")
            if await _closed(reader):
                break
        writer.transport.abort()
        return time.monotonic() - begun

    assert asyncio.run(slow()) < 5
    still_records(world, Target((one.url,), one.trust, node))


async def _closed(reader: asyncio.StreamReader) -> bool:
    try:
        async with asyncio.timeout(0.1):
            return not await reader.read(100)
    except TimeoutError:
        return False
    except OSError:
        return True


def test_without_room_the_exchange_goes_elsewhere(
    world: World, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_STREAMS", 0)
    call = calls.opened(world)
    assert asyncio.run(refusal(target, call.taps["in"][0])) == 503
    monkeypatch.undo()
    assert asyncio.run(refusal(target, call.taps["in"][0])) == 101
