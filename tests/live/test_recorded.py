"""A call through a real Asterisk, recorded by a real recorder, becomes a recording that a reviewer hears redacted."""

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client as Browser
from django.urls import reverse
from numpy.typing import NDArray

from razdar.core.disclosure import Role
from razdar.core.ledger.events import Mode
from razdar.identity import factors
from razdar.identity.hashers import PepperedHasher
from razdar.identity.models import User
from razdar.interactions import selectors
from razdar.interactions.models import Recording, RecordingSegment
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.scope import scope
from razdar.telephony import jobs, mulaw, services
from razdar.telephony.services import OpenedCall
from tests.audit.conftest import _sequencer_alias
from tests.audit.sequencing import wait_until_sequenced
from tests.identity.world import PASSWORD, Clock, Person
from tests.live import calls as live
from tests.live.asterisk import Asterisk
from tests.live.recorders import recorders
from tests.live.rtp import FRAME, count
from tests.live.whole import check_whole
from tests.telephony import calls, made
from tests.telephony.watching import whole
from tests.world import World

__all__ = ["_sequencer_alias"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])

SECONDS = 6.0
ENOUGH = 250  # of 300 frames: what a busy machine leaves time for
CARD = "my card is four one one one one one one one one one one one one one one one"


@pytest.fixture
def reviewer(world: World, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """The browser of a quality reviewer who has signed in."""
    Path(settings.STATIC_ROOT or "").mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(PepperedHasher, "memory_cost", 8 * 1024)
    monkeypatch.setattr(PepperedHasher, "time_cost", 1)
    monkeypatch.setattr(factors, "time", clock := Clock())
    person = world.people[world.client, Role.QUALITY_REVIEWER]
    User.objects.filter(pk=person).update(password=make_password(PASSWORD))
    account = Person(person, User.objects.get(pk=person).username, factors.enrol_totp(person), clock)
    return account.sign_in(Browser(headers={"host": "localhost:8000"}))


def words() -> bytes:
    """What the caller is said to have said: a card number, from the first second to the fifth."""
    said = [{"w": w, "s": 1 + n / 4, "e": 1.2 + n / 4, "c": 1} for n, w in enumerate(CARD.split())]
    return json.dumps({"version": 1, "language": "en", "words": said}).encode()


def recorded(world: World, asterisk: Asterisk) -> OpenedCall:
    """A call of two telephones that has become a recording, with every frame of both in its place."""
    found: list[OpenedCall] = []

    def composed(call: OpenedCall) -> None:
        services.close_call(calls.job(world), call.interaction)
        calls.wait_until(lambda: whole(world, call), 60)
        jobs.finish(world.client, call.interaction)
        jobs.compose(world.client, call.interaction)
        sound = made.whole(world, made.recording(world, call))
        for side, offset in (("in", 0), ("out", 0x8000)):
            counted = count(frames(world, call, sound, side))
            check_whole(counted)
            assert len(counted.numbers) >= ENOUGH
            assert all(number & 0x8000 == offset for number in counted.numbers)
        found.append(call)

    async def scenario() -> None:
        opened = await asyncio.to_thread(calls.opened, world)
        talk = await live.call(asterisk, opened.taps, SECONDS)
        assert talk.call.streaming == {"in": True, "out": True}
        await asyncio.to_thread(composed, opened)

    live.steady(scenario)
    return found[-1]


def played(browser: Browser, call: OpenedCall, recording: Recording) -> NDArray[np.int16]:
    """All of it, asked for piece by piece as a page does."""
    data, total = b"", 1
    while len(data) < total:
        where = reverse("interactions:audio", args=[call.interaction, recording.id])
        answer = browser.get(where, headers={"range": f"bytes={len(data)}-"})
        assert answer.status_code == 206
        assert len(answer.content) <= 5 * mulaw.RATE * 4 + 44
        total = int(answer["Content-Range"].partition("/")[2])
        data += answer.content
    return np.frombuffer(data[44:], "<i2").reshape(-1, 2)


def frames(world: World, call: OpenedCall, pcm: NDArray[np.int16], side: str) -> list[bytes]:
    """The frames of one side as they came over the line, from where its stream lies."""
    channel, row = made.CHANNELS[side], made.recording(world, call)
    with scope(world.client):
        mine = RecordingSegment.objects.filter(client_id=world.client, recording_id=row.id, channel=channel)
        begins = mine.earliest("begins").begins
    heard = mulaw.encoded(pcm[begins:, channel])
    return [heard[at : at + FRAME] for at in range(0, len(heard) - FRAME + 1, FRAME)]


def test_a_real_call_is_recorded_and_heard_by_a_reviewer(
    world: World, asterisk: Asterisk, database: RoleUrls, tmp_path: Path, reviewer: Browser
) -> None:
    with recorders(asterisk, tmp_path, database):
        call = recorded(world, asterisk)
    original = made.recording(world, call)
    assert (original.kind, original.channels, original.rate) == ("stream", 2, mulaw.RATE)
    sound = made.whole(world, original)

    made.processed(world, call, words())
    wait_until_sequenced()
    with scope(world.client):
        viewer = world.viewer(Role.QUALITY_REVIEWER)
        page = selectors.page(viewer, call.interaction)
        redacted = Recording.objects.get(client_id=world.client, interaction_id=call.interaction, redacted=True)
        badge = selectors.integrity_of(viewer, call.interaction, redacted.id)
    assert page.shown
    assert page.shown.id == redacted.id
    assert (badge.state, badge.plays) == ("verified", True)

    heard = played(reviewer, call, redacted)
    assert heard.shape == sound.shape
    outside = np.ones(len(heard), bool)
    for start, end in page.muted:
        assert not heard[round(start * mulaw.RATE) : round(end * mulaw.RATE)].any()
        outside[max(0, round(start * mulaw.RATE) - 60) : round(end * mulaw.RATE) + 60] = False
    assert sum(end - start for start, end in page.muted) >= 3
    assert np.array_equal(heard[outside], sound[outside])
    assert sound[~outside].any(axis=0).all()
    shown = reviewer.get(reverse("interactions:one", args=[call.interaction]))
    assert shown.status_code == 200
    forbidden = reverse("interactions:audio", args=[call.interaction, original.id])
    assert reviewer.get(forbidden, headers={"range": "bytes=0-"}).status_code == 403
    served = [event for event in world.events() if event.mode is Mode.PLAY]
    assert {(event.trace, event.actor, event.role) for event in served} == {
        (call.trace, viewer.person, Role.QUALITY_REVIEWER)
    }
