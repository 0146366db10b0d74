"""An archive of recorded calls taken in: every form of sound, every way to be broken, verified, shredded once."""

import csv
import io
import os
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile

from razdar.core.disclosure import DataClass, Role
from razdar.customers import services as customers
from razdar.demo_content.calls import CALLS
from razdar.identity.viewers import for_job
from razdar.interactions import columns, importing, jobs, verifying
from razdar.interactions.models import Interaction, Recording, Stage
from razdar.privacy import jobs as erasing
from razdar.privacy import services as privacy
from razdar.runtime.models import ImportLine
from razdar.runtime.scope import scope
from tests.importing import Shell
from tests.world import VALUES, World

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "id,file,reference,caller,start,direction,agent,language,transcript,duration"
REFERENCE = VALUES[DataClass.REFERENCE_NO]
CALL = CALLS[0]
RATE = 8000
START = "2026-03-01T14:30+01:00"


def tone(seconds: float = 1.0, channels: int = 1) -> np.ndarray:
    wave = (np.sin(np.arange(int(RATE * seconds)) * 0.35) * 9000).astype(np.int16)
    return np.stack([wave] * channels, 1)


def sound(form: str = "WAV", subtype: str | None = None, *, seconds: float = 1.0, channels: int = 1) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, tone(seconds, channels), RATE, format=form, subtype=subtype)
    return out.getvalue()


def row(number: object, file: str = "", **changes: str) -> str:
    usual = {"id": f"c{number}", "file": file or f"{number}.wav", "reference": REFERENCE, "start": START}
    return ",".join({**dict.fromkeys(HEADER.split(","), ""), **usual, **changes}.values())


@pytest.fixture
def shell(world: World, tmp_path: Path) -> Shell:
    world.customer()
    return Shell(tmp_path)


def put(shell: Shell, **files: bytes) -> None:
    for name, data in files.items():
        (shell.folder / name.replace("__", "/").replace("_", ".")).write_bytes(data)


def reasons(shell: Shell) -> dict[int, str]:
    report = shell.folder / "table.rejects.report.csv"
    return {int(each["line"]): each["code"] for each in csv.DictReader(report.read_text().splitlines())}


def calls(world: World) -> list[Interaction]:
    with scope(world.client):
        return list(Interaction.objects.order_by("created_at"))


def states(world: World) -> dict[int, str]:
    with scope(world.client):
        return dict(ImportLine.objects.order_by("line").values_list("line", "state"))


FORMS = {
    "wav": ("WAV", "PCM_16", 1),
    "stereo.wav": ("WAV", "PCM_16", 2),
    "mu.wav": ("WAV", "ULAW", 2),
    "a.wav": ("WAV", "ALAW", 1),
    "gsm.wav": ("WAV", "GSM610", 1),
    "ms.wav": ("WAV", "MS_ADPCM", 1),
    "flac": ("FLAC", "PCM_16", 2),
    "mp3": ("MP3", "MPEG_LAYER_III", 2),
    "ogg": ("OGG", "VORBIS", 2),
    "opus": ("OGG", "OPUS", 1),
    "gsm": ("RAW", "GSM610", 1),
}


def test_every_form_is_taken_in_and_verified(world: World, shell: Shell) -> None:
    for name, (form, subtype, channels) in FORMS.items():
        (shell.folder / f"call.{name}").write_bytes(sound(form, subtype, channels=channels))
    table = shell.table(HEADER, *(row(name, f"call.{name}", duration="1") for name in FORMS))
    assert shell.run(table) == 0, shell.text
    assert f"{len(FORMS)}  calls imported" in shell.text
    assert set(states(world).values()) == {"verified"}
    with scope(world.client):
        stored = sorted(Recording.objects.values_list("channels", flat=True))
    assert stored == sorted(channels for _, _, channels in FORMS.values())


def test_a_call_is_what_its_row_says(world: World, shell: Shell) -> None:
    (shell.folder / "deep" / "er").mkdir(parents=True)
    put(shell, deep__er__one_flac=CALL.audio(), deep__one_json=CALL.transcript())
    said = {"reference": "", "caller": "+44 20 7946 0777", "start": "01.03.2026 14:30", "direction": "ausgehend"}
    said |= {"language": "en", "transcript": "deep\\one.json", "agent": "agent.0"}
    table = shell.table(HEADER, row(1, "deep/er/one.flac", **said))
    assert shell.run(table, zone="Europe/Warsaw") == 0, shell.text
    (call,) = calls(world)
    assert call.started_at == datetime(2026, 3, 1, 13, 30, tzinfo=UTC)
    assert (call.direction, call.language) == ("outbound", "en")
    assert call.agent == world.people[world.client, Role.AGENT]
    for _ in range(2):
        jobs.advance(world.client, call.id)
    with scope(world.client):
        assert set(Stage.objects.values_list("state", flat=True)) == {"passed"}


def test_without_a_transcript_it_is_kept_and_stays_locked(world: World, shell: Shell) -> None:
    put(shell, **{"1_wav": sound()})
    assert shell.run(shell.table(HEADER, row(1))) == 0
    (call,) = calls(world)
    with scope(world.client):
        assert not call.supplied.present
        assert set(Stage.objects.values_list("state", flat=True)) == {"waiting"}


def promised(data: bytes) -> bytes:
    place = data.index(b"data") + 4
    return data[:place] + struct.pack("<I", 1_000_000) + data[place + 4 :]


BROKEN: dict[str, tuple[dict[str, str], bytes]] = {
    "missing-file": ({"file": "nowhere.wav"}, b""),
    "empty-file": ({}, b""),
    "not-sound": ({}, b"%PDF-1.7 not a call at all"),
    "truncated": ({}, promised(sound())),
    "damaged": ({}, sound("FLAC")[:3000]),
    "channels": ({}, sound(channels=3)),
    "outside": ({"file": "../elsewhere.wav"}, b""),
    "no-customer": ({"reference": "QX-0"}, sound()),
    "no-agent": ({"agent": "nobody.at.all"}, sound()),
    "started_at": ({"start": "last Tuesday"}, sound()),
    "direction": ({"direction": "sideways"}, sound()),
    "duration": ({"duration": "12"}, sound()),
    "language": ({"language": "Quillfeather"}, sound()),
    "missing-transcript": ({"transcript": "nowhere.json"}, sound()),
    "bad-transcript": ({"transcript": "table.csv"}, sound()),
}


def test_every_broken_row_has_its_own_reason(world: World, shell: Shell) -> None:
    rows = []
    for number, (changes, data) in enumerate(BROKEN.values()):
        (shell.folder / f"{number}.wav").write_bytes(data)
        rows.append(row(number, **changes))
    (shell.folder / "good.wav").write_bytes(sound())
    assert shell.run(shell.table(HEADER, *rows, row(99, "good.wav"), row(99, "good.wav"))) == 3
    assert (
        reasons(shell) == dict(enumerate([*BROKEN, None, "twice"], 2)) | {len(BROKEN) + 2: "x"} - {} if False else True
    )
    found = reasons(shell)
    assert [found.get(line) for line in range(2, len(BROKEN) + 4)] == [*BROKEN, None, "twice"]
    assert set(found.values()) <= {*columns.REASONS, "twice"}
    assert len(calls(world)) == 1
    assert not [word for word in ("elsewhere", "nowhere", "sideways", "Quillfeather", REFERENCE) if word in shell.text]


def test_two_customers_with_one_number_are_not_guessed_at(world: World, shell: Shell) -> None:
    world.customer(reference_no="QX-2")
    put(shell, **{"1_wav": sound()})
    shell.run(shell.table(HEADER, row(1, reference="", caller="+442079460777")))
    assert reasons(shell) == {2: "several-customers"}


def test_links_lead_nowhere(world: World, shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "call.wav").write_bytes(sound())
    (shell.folder / "linked").symlink_to(elsewhere)
    (shell.folder / "link.wav").symlink_to(elsewhere / "call.wav")
    (shell.folder / "inner.wav").symlink_to("table.csv")
    os.mkfifo(shell.folder / "pipe.wav")
    (shell.folder / "folder.wav").mkdir()
    names = ["linked/call.wav", "link.wav", "inner.wav", str(elsewhere / "call.wav"), "pipe.wav", "folder.wav"]
    assert shell.run(shell.table(HEADER, *(row(n, name) for n, name in enumerate(names)))) == 3
    assert list(reasons(shell).values()) == ["outside"] * 4 + ["unreadable-file"] * 2
    assert calls(world) == []


def test_a_named_folder_takes_paths_that_begin_with_it(
    world: World, shell: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    archive = tmp_path_factory.mktemp("archive")
    (archive / "call.wav").write_bytes(sound())
    table = shell.table(HEADER, row(1, str(archive / "call.wav")), row(2, "call.wav"), row(3, "/etc/passwd"))
    assert shell.run(table, folder=archive) == 3
    assert reasons(shell) == {4: "outside"}


def test_the_same_archive_again_changes_nothing_and_a_mended_row_goes_in(world: World, shell: Shell) -> None:
    put(shell, **{"1_wav": sound(), "2_wav": sound(seconds=2)})
    table = shell.table(HEADER, row(1), row(2), row(3))
    assert shell.run(table) == 3
    put(shell, **{"3_wav": sound()})
    assert shell.run(table) == 0
    assert len(calls(world)) == 3
    moved = shell.table(HEADER, row(1, "moved.wav"), row(4, "1.wav"), name="other.csv")
    assert shell.run(moved) == 0
    assert "1  there already" in shell.text
    assert len(calls(world)) == 4


@pytest.mark.parametrize(("days", "said"), [(100, False), (200, True)])
def test_calls_that_were_kept_long_enough_are_told_of_before_originals_go(
    world: World, shell: Shell, days: int, said: bool
) -> None:
    began = datetime.now(UTC) - timedelta(days=days)
    table = shell.table(HEADER, row(1, start=began.isoformat()))
    put(shell, **{"1_wav": sound()})
    assert shell.run(table) == 0
    words = "1 calls are older than the 180 days for which this client keeps a recording: within a week it is destroyed"
    assert (words in shell.text) is said


def test_originals_are_shredded_only_when_they_are_verified(world: World, shell: Shell) -> None:
    put(shell, **{"1_wav": sound(), "2_wav": sound(), "3_wav": b"no sound", "1_json": b"{}"})
    table = shell.table(HEADER, row(1), row(2), row(3), row(4, "2.wav", reference="QX-0"))
    assert shell.run(table, shred=True) == 3
    left = {path.name for path in shell.folder.iterdir()}
    assert left >= {"2.wav", "3.wav", "table.csv"}
    assert "1.wav" not in left
    assert "1 originals were overwritten and removed." in shell.text
    assert "1 originals were kept: named by a row" in shell.text
    assert "snapshots, backups" in shell.text


def test_originals_of_what_was_there_already_are_left(world: World, shell: Shell) -> None:
    put(shell, **{"1_wav": sound(), "2_wav": sound()})
    assert shell.run(shell.table(HEADER, row(1))) == 0
    assert shell.run(shell.table(HEADER, row(1), row(2), name="other.csv"), shred=True) == 0
    assert [(shell.folder / name).exists() for name in ("1.wav", "2.wav")] == [True, False]
    assert "1 were there already: their originals were left as they are." in shell.text


@pytest.mark.parametrize("through", [False, True], ids=["as they came", "through the pipeline"])
def test_a_file_that_is_another_one_by_now_is_not_shredded(world: World, shell: Shell, through: bool) -> None:
    words = b'{"version": 1, "language": "en", "words": [{"w": "hello", "s": 0, "e": 0.1, "c": 0}]}'
    put(shell, **{"1_wav": sound(), "1_json": words, "2_wav": sound(), "2_json": words})
    table = shell.table(HEADER, row(1, transcript="1.json"), row(2, transcript="2.json"))
    assert shell.run(table) == 0
    if through:
        for call in calls(world):
            jobs.advance(world.client, call.id)
    later = {"1.wav": sound(seconds=0.5), "1.json": words.replace(b"hello", b"other")}
    for name, data in later.items():
        (shell.folder / name).write_bytes(data)
    assert shell.run(table, shred=True) == 0
    assert {name: (shell.folder / name).read_bytes() for name in later} == later
    assert not [name for name in ("2.wav", "2.json") if (shell.folder / name).exists()]
    assert "2 originals were kept: what is there now is not what was imported." in shell.text
    assert table.exists()


def test_what_does_not_agree_is_said_and_kept(world: World, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shell, **{"1_wav": sound()})
    with monkeypatch.context() as patch:
        patch.setattr(verifying, "agrees", lambda *_: False)
        assert shell.run(shell.table(HEADER, row(1)), shred=True) == 4
    assert "do not agree with their originals" in shell.text
    assert (shell.folder / "1.wav").exists()
    assert shell.run(shell.folder / "table.csv", shred=True) == 0  # opened again, and it agrees
    assert not (shell.folder / "1.wav").exists()


def test_a_stored_sound_that_is_another_one_is_noticed(world: World, shell: Shell) -> None:
    put(shell, **{"1_wav": sound()})
    shell.run(shell.table(HEADER, row(1)))
    (call,) = calls(world)
    viewer = for_job("test", world.client)
    assert verifying.agrees(viewer, call.id, importing.audio.Audio(tone(), RATE))
    other = tone()
    other[500] += 1
    assert not verifying.agrees(viewer, call.id, importing.audio.Audio(other, RATE))
    assert not verifying.agrees(viewer, call.id, importing.audio.Audio(tone()[:-1], RATE))


def test_an_erased_customers_calls_do_not_come_back(world: World, shell: Shell) -> None:
    put(shell, **{"1_wav": sound()})
    table = shell.table(HEADER, row(1))
    shell.run(table)
    (call,) = calls(world)
    with scope(world.client):
        privacy.erase(world.viewer(Role.PRIVACY_OFFICER), call.customer_id, "request")
    erasing.finish(world.client, call.customer_id)
    assert shell.run(table) == 0
    assert calls(world) == []
    assert shell.run(shell.table(HEADER, row(2, "1.wav"), name="late.csv")) == 3


def test_the_log_has_the_run_its_batches_and_its_end(world: World, shell: Shell) -> None:
    put(shell, **{"1_wav": sound(), "2_wav": sound()})
    shell.run(shell.table(HEADER, row(1), row(2), row(3)))
    found = [event for event in world.events() if event.action.startswith("interactions:archive:")]
    (began,) = [event for event in found if event.action == importing.BEGIN]
    (batch,) = [event for event in found if event.action == importing.ARCHIVE]
    (ended,) = [event for event in found if event.action == importing.END]
    assert dict(batch.detail) == {**dict(began.detail), "stored": 2, "bad": 1}
    assert dict(ended.detail)["verified"] == 2
    assert len({field.subject for field in batch.fields}) == 1


def test_more_customers_than_one_may_be_called_by_kind(world: World, shell: Shell) -> None:
    with scope(world.client):
        draft = customers.storing.Draft({DataClass.REFERENCE_NO: "QX-5"})
        customers.create(for_job("test", world.client), [draft])
    put(shell, **{"1_wav": sound()})
    table = shell.table("a,b,c", f"1.wav,QX-5,{START}")
    chosen = ["a=file", "b=reference", "c=started_at"]
    assert shell.run(table, kind="calls", map=chosen) == 0
    assert len(calls(world)) == 1
