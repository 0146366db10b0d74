"""Who plays a recording, and what a changed one does."""

import re
from pathlib import Path

import pytest

from tests.mission.house import JUST_NOW, House
from tests.mission.log import Log
from tests.mission.planted import Planted
from tests.mission.wire import Answer, Wire

PIECE = {"Range": "bytes=0-"}
REASON = {"purpose": "privacy_request", "reason": "The customer asked for a copy of this call.", "case": "PR-18"}
# Into the head of the stored file, its description of the sound, its first samples, its middle and its end.
PLACES = (1, 31, 60, 200, 5_000, 0.5, -1)


@pytest.mark.requirement("S002-8")
@pytest.mark.control(
    patch="razdar.core.disclosure.viewer:Viewer.level",
    with_="tests.weakening.patches:shows_everything",
    fails_with="was played",
)
def test_nobody_plays_without_the_right(planted: Planted) -> None:
    """Supervisor and reviewer play the redacted rendition. Everybody else is refused it, everybody is refused the
    original, and each refusal is in the log with who asked. The privacy officer plays the original after saying why and
    after a second person agreed, not before.
    """
    house, call = planted.house, planted.call
    original = re.sub(r"[0-9a-f-]{36}/$", f"{_original(house, call.id)}/", call.player)
    start = Log(house).position()
    for person in ("agent", "security", "auditor", "observer", "technician", "adams"):
        for address in (call.player, original):
            assert _refused(house.desk(person).get(address, PIECE)), f"{address} was played by {person}"
    for person in ("supervisor", "reviewer"):
        assert house.desk(person).get(call.player, PIECE).body.startswith(b"RIFF")
        assert _refused(house.desk(person).get(original, PIECE)), f"the original was played by {person}"
    privacy = house.desk("privacy", within=JUST_NOW)
    assert _refused(privacy.get(call.player, PIECE)), "the recording was played by privacy"
    assert _refused(privacy.get(original, PIECE)), "the original was played by privacy"
    _ask(house, privacy, call.id, original)
    assert privacy.get(original, PIECE).body.startswith(b"RIFF")

    refusals = [entry for entry in Log(house).since(start) if entry.outcome == "Refused"]
    pages = [entry.role for entry in refusals if "Page: /calls/…/audio/…/" in entry.detail]
    assert sorted(pages) == sorted(
        2 * ["Administrator", "Agent", "Auditor", "Client observer", "Security officer", "Technician"]
    )
    played = [entry.role for entry in refusals if entry.what == "Playing a recording"]
    assert sorted(played) == [*4 * ["Privacy officer"], "Quality reviewer", "Supervisor"]
    assert all(entry.who for entry in refusals)


def _refused(answer: Answer) -> bool:
    return answer.status in {403, 404} and b"RIFF" not in answer.body


def _original(house: House, interaction: str) -> str:
    """The id of the original's sound, which no page shows; a refusal must not rest on it staying unknown."""
    query = "SELECT id::text FROM interactions_recording WHERE interaction_id = %s AND NOT redacted"
    with house.database_session() as session:
        return str(session.execute(query, [interaction]).fetchall()[0][0])


def _ask(house: House, privacy: Wire, interaction: str, original: str) -> None:
    """Ask for the original, first without a reason; it stays shut until a second person has agreed."""
    asking = f"/calls/{interaction}/originals/recording/ask/"
    assert privacy.submit(asking, {**REASON, "reason": ""}).status == 422
    assert privacy.submit(asking, REASON).status == 200
    assert _refused(privacy.get(original, PIECE)), "the original was played before anybody agreed"
    security = house.desk("security")
    for approval in re.findall(r"/approvals/[0-9a-f-]{36}/approve/", security.get("/approvals/").text):
        security.post(approval, {})
    assert _refused(privacy.get(original, PIECE)), "the original was played before it was opened"
    page = privacy.get(f"/calls/{interaction}/").text
    for opening in re.findall(rf"/calls/{interaction}/originals/recording/open/[0-9a-f-]{{36}}/", page):
        privacy.post(opening, {})


@pytest.mark.requirement("S002-18")
@pytest.mark.control(
    patch="razdar.core.crypto.suites:by_id",
    with_="tests.weakening.patches:keeps_plain",
    fails_with="changed file was played",
)
def test_a_changed_recording_is_detected(planted: Planted) -> None:
    """A recording whose stored file differs in a single bit, wherever it is, is not played: the player gets an error
    and no sound. Put back, it plays as before.
    """
    house, call = planted.house, planted.call
    file = _stored_sound(house, call.player)
    stored, before = file.read_bytes(), _whole(house, call.player)
    assert before
    for place in PLACES:
        at = int(len(stored) * place) if isinstance(place, float) else place % len(stored)
        file.write_bytes(stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :])
        try:
            assert not _whole(house, call.player), (
                f"a file changed at {at} of {len(stored)}: the changed file was played"
            )
        finally:
            file.write_bytes(stored)
    assert _whole(house, call.player) == before


def _stored_sound(house: House, player: str) -> Path:
    """The file of the rendition that a player plays."""
    recording = player.rstrip("/").rpartition("/")[2]
    with house.database_session() as session:
        query = "SELECT object_name::text FROM interactions_recording WHERE id = %s"
        name = session.execute(query, [recording]).fetchall()[0][0]
    return next((house.var / "objects").rglob(str(name)))


def _whole(house: House, player: str) -> bytes:
    """The whole sound, fetched piece by piece as a player does; nothing when a piece is refused."""
    desk, sound, total = house.desk("reviewer"), b"", 1
    while len(sound) < total:
        answer = desk.get(player, {"Range": f"bytes={len(sound)}-"})
        if answer.status != 206:
            assert answer.status in {500, 503}
            assert b"RIFF" not in answer.body
            return b""
        sound += answer.body
        total = int(answer.headers["Content-Range"].rpartition("/")[2])
    return sound
