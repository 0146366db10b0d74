"""``razdar simulate-call``: a file is streamed as an exchange streams a call."""

import argparse
import asyncio
import io
import json
import socket
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import razdar.identity.commands  # noqa: F401 (it knows clients' names)
from razdar.core.disclosure import DataClass, Role
from razdar.core.errors import BadInput, Misconfigured, NotFound, Unavailable
from razdar.identity.models import User
from razdar.interactions import jobs as pipeline
from razdar.interactions.audio import Audio
from razdar.interactions.models import Interaction, Transcript
from razdar.runtime.ids import uuid7
from razdar.runtime.scope import scope
from razdar.telephony import commands, jobs, mulaw, nodes, simulating, simulation
from razdar.telephony.models import Call
from razdar.telephony.simulating import Done, Wanted
from razdar.telephony.simulation import Target
from tests.telephony import calls
from tests.telephony.conftest import Starter
from tests.telephony.watching import whole
from tests.world import VALUES, World

pytestmark = pytest.mark.django_db(transaction=True)


def file(seconds: float, channels: int = 2) -> bytes:
    """Agent left, customer right."""
    lanes = [mulaw.decoded(calls.numbered(seconds, side)) for side in ("out", "in")][-channels:]
    sink = io.BytesIO()
    soundfile.write(sink, np.stack(lanes, axis=1), mulaw.RATE, format="WAV", subtype="PCM_16")
    return sink.getvalue()


@pytest.fixture
def wanted(world: World, start: Starter, tmp_path: Path, settings: Any) -> Wanted:
    settings.VAR = tmp_path
    (tmp_path / "recorder").mkdir(mode=0o700, exist_ok=True)
    one = start()
    (tmp_path / "recorder" / "address").write_text(one.url)
    return Wanted(file(2.0), world.client, "", 0.0, (), None)


def opened(world: World) -> Call:
    with scope(world.client):
        return Call.objects.get(client_id=world.client)


def test_a_file_becomes_a_recorded_call(world: World, wanted: Wanted) -> None:
    customer, reference = world.customer(), VALUES[DataClass.REFERENCE_NO]
    done = simulating.simulate(Wanted(**{**vars_of(wanted), "reference": reference}))
    assert (done.frames, done.connections) == (200, 2)
    call = opened(world)
    assert (call.id, call.customer_id) == (done.interaction, customer)
    assert call.closed_at
    assert nodes.names() == []
    calls.wait_until(lambda: whole(world, Opened(call.id)))
    calls.jobs.finish(world.client, call.id)
    found = calls.recorded(world, Opened(call.id))
    assert {abs(stream.starts_at) < 0.05 * mulaw.RATE for (stream,) in found.sides.values()} == {True}
    for side, (stream,) in found.sides.items():
        assert calls.numbers(calls.heard(found, stream).sound, side) == list(range(100))


def test_words_and_agent_come_with_it(world: World, wanted: Wanted) -> None:
    agent = world.people[world.client, Role.AGENT]
    given = {"transcript": words("good", "morning"), "agent": User.objects.get(pk=agent).username, "language": "en"}
    done = simulating.simulate(Wanted(**{**vars_of(wanted), **given}))
    calls.wait_until(lambda: whole(world, Opened(done.interaction)))
    jobs.finish(world.client, done.interaction)
    jobs.compose(world.client, done.interaction)
    with scope(world.client):
        interaction = Interaction.objects.get(client_id=world.client, id=done.interaction)
        assert (interaction.agent, interaction.language) == (agent, "en")
        assert interaction.duration_ms == 2000
    for _ in range(2):
        pipeline.advance(world.client, done.interaction)
    with scope(world.client):
        assert Transcript.objects.filter(client_id=world.client, interaction_id=done.interaction).exists()


def words(*said: str) -> bytes:
    """Half a second for each."""
    timed = [{"w": word, "s": n / 2, "e": n / 2 + 0.4, "c": 1} for n, word in enumerate(said)]
    return json.dumps({"version": 1, "language": "en", "words": timed}).encode()


class Opened:
    """What the helpers need of a call."""

    def __init__(self, interaction: Any) -> None:
        self.interaction = interaction


def vars_of(wanted: Wanted) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in Wanted.__dataclass_fields__}


def test_what_cannot_be_is_said(world: World, wanted: Wanted, tmp_path: Path) -> None:
    given = vars_of(wanted)
    for change, error in (
        ({"sound": b"nothing"}, BadInput),
        ({"client": uuid7()}, NotFound),
        ({"reference": "nobody's"}, NotFound),
        ({"recorders": ("ws://127.0.0.1/stream",)}, BadInput),
        ({"authority": tmp_path / "nothing"}, Misconfigured),
    ):
        with pytest.raises(error):
            simulating.simulate(Wanted(**{**given, **change}))
    (tmp_path / "recorder" / "address").unlink()
    with pytest.raises(Misconfigured, match="No recorder runs"):
        simulating.simulate(wanted)
    assert nodes.names() == []
    with scope(world.client):
        assert not Call.objects.filter(client_id=world.client).exists()


def test_why_no_recorder_takes_it_is_said(world: World, target: Target) -> None:
    call = calls.opened(world)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free_port = probe.getsockname()[1]
    other = ssl.create_default_context()
    credentials = replace(target.credentials, secret="another")

    def told(aim: Target, taps: tuple[str, ...] = call.taps["in"][:1]) -> str:
        with pytest.raises(Unavailable) as refused:
            asyncio.run(simulation.stream(aim, taps, calls.numbered(0.2), 0))
        return str(refused.value)

    assert "certificate is not believed" in told(replace(target, tls=other))
    assert "does not know this exchange" in told(replace(target, credentials=credentials))
    assert "nothing answers" in told(replace(target, urls=(f"wss://127.0.0.1:{free_port}/stream",)))
    assert "its address is none" in told(replace(target, urls=("wss://",)))
    asyncio.run(simulation.stream(target, call.taps["in"][:1], calls.numbered(0.2), 0))
    assert "was used before" in told(target)
    assert "was used before" in told(
        replace(target, urls=(f"wss://127.0.0.1:{free_port}/", target.urls[0])),
        (call.taps["in"][1], call.taps["in"][0]),
    )


def test_the_client_is_named_or_its_id_is(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(simulating, "simulate", lambda wanted: seen.append(wanted.client) or Done(uuid7(), 0, 0))
    (tmp_path / "call.wav").write_bytes(file(0.1))
    parser = argparse.ArgumentParser()
    commands._call_arguments(parser)
    for name in ("Quillmere Test", str(world.client)):
        assert commands._call(parser.parse_args([str(tmp_path / "call.wav"), "--client", name])) == 0
    assert seen == [world.client, world.client]


def test_one_channel_is_the_customers() -> None:
    heard = mulaw.decoded(calls.numbered(1.0))
    sides = simulation.sides(Audio(heard[:, np.newaxis], mulaw.RATE))
    assert sides["in"] == calls.numbered(1.0)
    assert sides["out"] == bytes((mulaw.SILENCE,)) * mulaw.RATE


@pytest.mark.parametrize("rate", [8000, 11_025, 16_000, 44_100, 48_000])
def test_other_rates_become_a_telephones(rate: int) -> None:
    tone = (8000 * np.sin(2 * np.pi * 300 * np.arange(rate) / rate)).astype(np.int16)
    sides = simulation.sides(Audio(np.stack([tone, tone], axis=1), rate))
    heard = mulaw.decoded(sides["in"]).astype(float)
    assert len(heard) == 8000
    assert np.argmax(np.abs(np.fft.rfft(heard))) == 300
    assert 6500 < np.abs(heard).max() < 8500
