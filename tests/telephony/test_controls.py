"""Control runs: a recorder from which one protection was taken is noticed by what the other tests look at."""

import asyncio
import base64
from pathlib import Path

import pytest

from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.scope import scope
from razdar.telephony import jobs, nodes, services
from razdar.telephony.models import Recorder, Stream
from razdar.telephony.services import OpenedCall
from razdar.telephony.simulation import Target
from razdar.telephony.tokens import Credentials
from tests import weakening
from tests.telephony import calls
from tests.telephony.killing import Killable, killable
from tests.telephony.refusing import refusal
from tests.telephony.salvaged import target
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def weak(one: Killable, patch: str, with_: str) -> None:
    """Start a recorder again without one protection."""
    one.stop()
    one.environ = weakening.environment(patch=patch, with_=with_, base=one.environ)
    one.start()


def found_plain(tmp_path: Path) -> bool:
    said = calls.numbered(3.0)
    pieces = {said[start : start + 64] for start in range(0, len(said) - 64, 160)}
    data = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "postmaster")
    return any(piece in data for piece in pieces)


async def lies_plain(where: Target, call: OpenedCall, tmp_path: Path) -> bool:
    """Whether sound lies on the disk while a call runs."""
    only = {side: taps[:1] for side, taps in call.taps.items()}
    streaming = asyncio.create_task(calls.both(where, only, 3.0, speed=1))
    await asyncio.sleep(2.0)
    found = found_plain(tmp_path)
    await asyncio.gather(streaming, return_exceptions=True)
    return found


def test_control_without_sealing_the_sound_lies_in_the_spool(world: World, tmp_path: Path, database: RoleUrls) -> None:
    with killable(tmp_path, database, "a") as (one,):
        assert not asyncio.run(lies_plain(target([one]), calls.opened(world), tmp_path))
        weak(one, "razdar.core.crypto.suites:by_id", "tests.telephony.weakenings:keeps_sound_plain")
        assert asyncio.run(lies_plain(target([one]), calls.opened(world), tmp_path))


def test_control_without_credentials_anybody_streams(world: World, tmp_path: Path, database: RoleUrls) -> None:
    call = calls.opened(world)
    with killable(tmp_path, database, "a") as (one,):
        stranger = Credentials("nobody", base64.b64encode(b"x").decode())
        assert asyncio.run(refusal(target([one]), call.taps["in"][0], credentials=stranger)) == 401
        weak(one, "razdar.telephony.nodes:known", "tests.weakening.patches:agrees")
        assert asyncio.run(refusal(target([one]), call.taps["in"][0], credentials=stranger)) == 101
    assert nodes.names() == ["exchange-1"]


def test_control_without_using_ids_up_a_replayed_one_streams(world: World, tmp_path: Path, database: RoleUrls) -> None:
    call = calls.opened(world)
    with killable(tmp_path, database, "a") as (one,):
        weak(one, "razdar.telephony.recording.register:_use_up", "tests.weakening.patches:agrees")
        where = target([one])
        assert [asyncio.run(refusal(where, call.taps["in"][0])) for _ in range(2)] == [101, 101]


def test_control_without_the_spool_what_was_said_is_lost(world: World, tmp_path: Path, database: RoleUrls) -> None:
    with killable(tmp_path, database, "a") as (one,):
        weak(one, "razdar.telephony.recording.spool:Spool.append", "tests.weakening.patches:does_nothing")
        call, where = calls.opened(world), target([one])

        async def cut() -> None:
            only = {side: taps[:1] for side, taps in call.taps.items()}
            streaming = asyncio.create_task(calls.both(where, only, 5.0, speed=1))
            await asyncio.sleep(3.0)
            await asyncio.to_thread(one.kill)
            await asyncio.gather(streaming, return_exceptions=True)

        asyncio.run(cut())
        one.start()
        services.close_call(calls.job(world), call.interaction)
        calls.wait_until(lambda: Recorder.objects.exclude(emptied_at=None).exists())
        jobs.finish(world.client, call.interaction)
        found = calls.recorded(world, call)
        assert found.bound
        assert sum(stream.frames for streams in found.sides.values() for stream in streams) == 0
        with scope(world.client):
            assert Stream.objects.filter(client_id=world.client, state=Stream.State.SALVAGED).count() == 2
