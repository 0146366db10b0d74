"""``razdar redact`` on real files, without database and keys."""

import argparse
import json
import os
import signal
import time
import wave
from collections.abc import Callable, Iterator
from itertools import count, repeat
from pathlib import Path

import numpy as np
import pytest

from razdar.core.errors import BadInput, RazdarError
from razdar.core.redaction import UNREAD
from razdar.core.redaction.streams import BLOCK, How, Tally, messages_of, text_stream
from razdar.interactions import redact_files_command
from razdar.interactions.redact_command import COMMAND
from tests.conformance import recognisers
from tests.timing import assert_grows_with

CARD = "4111 1111 1111 1111"
SPOKEN = "my card number is four one one one one one one one one one one one one one one one thanks"


def run(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    COMMAND.add_arguments(parser)
    return COMMAND.run(parser.parse_args([str(each) for each in arguments]))


def one(folder: Path, name: str, text: str, *arguments: object) -> str:
    source = folder / name
    source.write_text(text)
    assert run(source, *arguments) == 0
    made = folder / f"{source.stem}.redacted{source.suffix}"
    assert made.stat().st_mode & 0o777 == 0o600
    return made.read_text()


def test_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert one(tmp_path, "a.txt", f"My card is {CARD}.\nBye\n") == "My card is [card].\nBye\n"
    said = capsys.readouterr()
    assert "1 of 1 files" in said.out
    assert "4111" not in said.out + said.err


def test_a_chat_that_was_exported_as_text(tmp_path: Path) -> None:
    chat = (
        "[12/03/2026, 10:11:12] Anna Thistledown: hi\nwrite to anna@example.org\n"
        "12/03/26, 10:12 - Bob: your card number?\n12/03/26, 10:13 - Anna Thistledown: 4111 1111 1111\n"
        "12/03/26, 10:13 - Anna Thistledown: 1111\n"
    )
    shown = one(tmp_path, "chat.txt", chat)
    assert "Person 1: hi\nwrite to [email]\n" in shown
    assert "Person 2: your card number?\n" in shown
    assert not {"Anna", "Bob", "1111"} & set(shown.replace(":", " ").split())


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        {"role": "agent", "text": "Your card number?", "id": 7},
        {"role": "customer", "text": CARD, "phone": "555", "name": "Anna", "paid": 4111111111111111},
    ]
    shown = one(tmp_path, "chat.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    assert [json.loads(line) for line in shown.splitlines()] == [
        lines[0],
        {"role": "customer", "text": "[card]", "phone": "[phone]", "name": "[name]", "paid": "[card]"},
    ]


def test_columns_of_a_table(tmp_path: Path) -> None:
    table = f'id;name;note\n1;Anna;"first; {CARD}"\n'
    assert one(tmp_path, "t.csv", table) == 'id;name;note\n1;[name];"first; [card]"\n'
    assert one(tmp_path, "u.csv", table, "--columns", "note") == 'id;name;note\n1;Anna;"first; [card]"\n'
    assert run(tmp_path / "t.csv", "--columns", "nothing", "--out", tmp_path / "new") == 1


def words(*, seconds: float = 0.4) -> dict[str, object]:
    said = [
        {"w": word, "s": place * seconds, "e": (place + 0.9) * seconds, "c": 0}
        for place, word in enumerate(SPOKEN.split())
    ]
    return {"version": 1, "language": "en", "words": said}


def test_a_transcript(tmp_path: Path) -> None:
    shown = json.loads(one(tmp_path, "call.json", json.dumps(words())))
    assert [word["w"] for word in shown["words"]] == ["my", "card", "number", "is", "[card]", "thanks"]


def test_sound_with_its_words(tmp_path: Path) -> None:
    rate, loud = 8000, np.full((8000 * 25, 2), 9000, dtype="<i2")
    with wave.open(str(tmp_path / "call.wav"), "wb") as sound:
        sound.setparams((2, 2, rate, len(loud), "NONE", ""))
        sound.writeframes(loud.tobytes())
    (tmp_path / "call.json").write_text(json.dumps(words(seconds=1)))
    assert run(tmp_path, "--out", tmp_path / "out") == 0
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["call.json", "call.wav"]
    with wave.open(str(tmp_path / "out" / "call.wav")) as sound:
        quiet = np.frombuffer(sound.readframes(len(loud)), dtype="<i2").reshape(-1, 2)
    assert len(quiet) == len(loud)
    assert not quiet[4 * rate : 19 * rate].any()
    assert (quiet[: 3 * rate] == 9000).all()
    assert (quiet[21 * rate :] == 9000).all()


def test_a_tone_in_place_of_concealed_sound(tmp_path: Path) -> None:
    rate, loud = 8000, np.full((8000 * 25, 2), 9000, dtype="<i2")
    with wave.open(str(tmp_path / "call.wav"), "wb") as sound:
        sound.setparams((2, 2, rate, len(loud), "NONE", ""))
        sound.writeframes(loud.tobytes())
    (tmp_path / "call.json").write_text(json.dumps(words(seconds=1)))
    assert run(tmp_path, "--out", tmp_path / "out", "--beep") == 0
    with wave.open(str(tmp_path / "out" / "call.wav")) as sound:
        heard = np.frombuffer(sound.readframes(len(loud)), dtype="<i2").reshape(-1, 2)
    tone = heard[4 * rate : 19 * rate, 0].astype(int)
    assert np.abs(tone).max() < 3_300
    assert np.abs(np.diff(tone)).max() < 2_700, "it clicks where blocks meet"
    assert (heard[: 3 * rate] == 9000).all()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    one(tmp_path, "a.txt", "hello")
    (tmp_path / "a.redacted.txt").write_text("mine")
    assert run(tmp_path / "a.txt") == 1
    assert (tmp_path / "a.redacted.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", f"card {CARD}".encode("utf-16")),
        ("b.txt", f"card {CARD}".encode("utf-16-le")),
        ("c.pdf", b"%PDF"),
        ("d.json", b"{"),
        ("e.jsonl", b"{}\n4111 1111\n"),
        ("f.wav", b"RIFF"),
        ("g.csv", b'a,b\n1,"' + b"x" * 200_000),
        ("h.json", b'{"a":' * 400 + b"1" + b"}" * 400),
        ("i.jsonl", b'{"a":' * 400 + b"1" + b"}" * 400),
    ],
)
def test_what_cannot_be_read_is_told_and_leaves_nothing(
    tmp_path: Path, name: str, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "fine.txt").write_text("hello")
    assert run(tmp_path, "--out", tmp_path / "out") == 1
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["fine.txt"]
    said = capsys.readouterr()
    assert name in said.err
    assert "4111" not in said.err


POLICY = {
    "version": 1,
    "actions": {"phone": "token", "email": "keep", "name": "drop"},
    "patterns": [{"expression": r"\bQU-\d{6}\b", "type": "reference"}],
}


def test_a_policy_of_ones_own(tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps(POLICY))
    said = f"Call +44 20 7946 0417 about QU-104221 or a@example.org, card {CARD}"
    text = one(tmp_path, "a.txt", said, "--policy", policy)
    assert text.startswith("Call <PHONE_")
    assert text.endswith("about [reference] or a@example.org, card [card]")
    row = one(tmp_path, "t.csv", "name;phone;email\nAnna;+44 20 7946 0417;a@example.org\n", "--policy", policy)
    assert row.splitlines()[1].startswith(";<PHONE_")
    assert row.splitlines()[1].endswith(";a@example.org")
    lines = one(tmp_path, "c.jsonl", json.dumps({"text": "+44 20 7946 0417"}) + "\n", "--policy", policy)
    assert "<PHONE_" in lines
    call = words()
    call["words"] = [{"w": "a@example.org", "s": 1, "e": 2, "c": 0}]
    assert "a@example.org" in one(tmp_path, "call.json", json.dumps(call), "--policy", policy)


@pytest.mark.parametrize("policy", [b"", b"{}", b'{"version": 1, "actions": {"card": "keep"}}', b"\xff\xfe{"])
def test_without_the_policy_that_was_asked_for_nothing_is_redacted(tmp_path: Path, policy: bytes) -> None:
    (tmp_path / "a.txt").write_text(CARD)
    (tmp_path / "policy.json").write_bytes(policy)
    for named in ("policy.json", "nowhere.json"):
        with pytest.raises(BadInput):
            run(tmp_path / "a.txt", "--policy", tmp_path / named)
    assert not (tmp_path / "a.redacted.txt").exists()


def test_a_named_entity_engine_is_asked_as_well(tmp_path: Path) -> None:
    models = recognisers.model(tmp_path)
    engine = ("--entities", recognisers.NAME, "--models", models)
    assert one(tmp_path, "a.txt", f"Thistledown has {CARD}.\n", *engine) == "[name] has [card].\n"
    chat = "12/03/26, 10:12 - Bob: ask Thistledown\n12/03/26, 10:13 - Ann: Thistledown is away\n"
    assert one(tmp_path, "chat.txt", chat, *engine).count("[name]") == 2
    assert "[name]" in one(tmp_path, "t.csv", "note,kind\nask Thistledown,call\n", *engine)


def test_what_breaks_the_engine_is_taken_out_whole_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = recognisers.model(tmp_path)
    source = tmp_path / "a.txt"
    source.write_text("Thistledown says please raise")
    assert run(source, "--entities", recognisers.NAME, "--models", models) == 1
    assert (tmp_path / "a.redacted.txt").read_text() == UNREAD
    assert "1 pieces could not be searched" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--entities", "nobody"), "no named-entity engine of this name. There is: .*presidio"),
        (("--entities", recognisers.NAME), "Name the folder"),
        (("--entities", recognisers.NAME, "--models", "/nowhere"), "no folder that can be read"),
        (("--models", "/nowhere"), "Say with --entities"),
    ],
    ids=["unknown", "no models", "no folder", "no engine"],
)
def test_without_the_engine_that_was_asked_for_nothing_is_redacted(
    tmp_path: Path, options: tuple[str, ...], sentence: str
) -> None:
    source = tmp_path / "a.txt"
    source.write_text("hello")
    with pytest.raises(RazdarError, match=sentence):
        run(source, *options)
    assert not (tmp_path / "a.redacted.txt").exists()


def test_long_texts_are_searched_over_the_edges_of_blocks() -> None:
    for shift in range(0, 40, 13):
        text = ("x" * shift + "lorem ipsum " * (BLOCK // 12) + f"my card is {CARD}. ") * 3
        tally = Tally()
        pieces = [text[at : at + BLOCK] for at in range(0, len(text), BLOCK)]
        assert "".join(text_stream(pieces, tally, How("en"))) == text.replace(CARD, "[card]")
        assert sum(tally.concealed.values()) == 3


def test_an_endless_number_takes_no_endless_memory() -> None:
    shown = sum(len(piece) for piece in text_stream(repeat("4111 " * (BLOCK // 5), 3), Tally(), How("en")))
    assert shown < 3 * BLOCK


def test_a_failure_that_nobody_foresaw_is_that_of_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError(CARD)

    monkeypatch.setitem(redact_files_command.KINDS, "csv", broken)
    (tmp_path / "a.csv").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    assert run(tmp_path, "--out", tmp_path / "out") == 1
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["b.txt"]
    said = capsys.readouterr()
    assert "ZeroDivisionError" in said.err
    assert "4111" not in said.err


def test_half_a_character_is_no_obstacle(tmp_path: Path) -> None:
    assert json.loads(one(tmp_path, "a.json", '{"a": "\\ud800", "card": "x"}')) == {"a": "?", "card": "[card]"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_is_not_finished_has_no_name_and_goes_on_a_signal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    names: list[str] = []

    def stopped(*_: object) -> Iterator[str]:
        yield "half"
        names.extend(file.name for file in tmp_path.iterdir())
        os.kill(os.getpid(), number)
        time.sleep(5)
        yield "all"

    monkeypatch.setattr(redact_files_command, "text_stream", stopped)
    (tmp_path / "a.txt").write_text("hello")
    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as caught:
        run(tmp_path / "a.txt")
    assert caught.value.code == 128 + number
    assert len(names) == 2
    assert "a.redacted.txt" not in names
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]
    assert signal.getsignal(number) is before


def test_who_comes_first_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(*_: object) -> Iterator[str]:
        (tmp_path / "a.redacted.txt").write_text("mine")
        yield "late"

    monkeypatch.setattr(redact_files_command, "text_stream", overtaken)
    (tmp_path / "a.txt").write_text("hello")
    assert run(tmp_path / "a.txt") == 1
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a.txt": "hello", "a.redacted.txt": "mine"}


def test_quotes_in_a_table_cost_no_more_than_other_signs(tmp_path: Path) -> None:
    names = count()

    def of(quotes: int) -> Callable[[], object]:
        return lambda: one(tmp_path, f"{next(names)}.csv", "a,b\n" + ', "a' * quotes)

    of(10)()
    assert_grows_with(of, 2000)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ('"a;b;c",card\n1,x\n', "a;b;c,card\n1,[card]\n"),
        ("a|card\r\n1,5|x\r\n", "a|card\r\n1,5|[card]\r\n"),
        ("a\tcard\n'q\tx\n", "a\tcard\n'q\t[card]\n"),
        ('a, card, cvv\n"1", "x, y", 123\n', "a,card,cvv\n1,[card],[cvv]\n"),
        ("card\nx\n", "card\n[card]\n"),
    ],
)
def test_the_first_row_tells_what_parts_the_columns(tmp_path: Path, table: str, expected: str) -> None:
    (tmp_path / "t.csv").write_bytes(table.encode())
    assert run(tmp_path / "t.csv") == 0
    assert (tmp_path / "t.redacted.csv").read_bytes().decode() == expected


def test_a_message_of_many_lines_takes_time_in_proportion() -> None:
    def of(lines: int) -> Callable[[], object]:
        sent = ["12/03/26, 10:12 - Bob: hi\n", *repeat("x" * 9 + "\n", lines)]
        return lambda: list(messages_of(sent))

    of(10)()
    assert_grows_with(of, 20_000)


def test_names_of_fields_that_become_alike_are_numbered(tmp_path: Path) -> None:
    source = {f"anna{number}@example.org": number for number in range(3)} | {"[email] 2": "x"}
    shown = json.loads(one(tmp_path, "a.json", json.dumps(source)))
    assert shown == {"[email]": 0, "[email] 2": 1, "[email] 3": 2, "[email] 2 2": "[email]"}


def test_sound_that_the_words_say_nothing_about_is_silenced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rate = 8000
    voice = (8000 * np.sin(np.arange(rate * 20) * 0.3 + 5 * np.sin(np.arange(rate * 20) * 0.002))).astype("<i2")
    with wave.open(str(tmp_path / "call.wav"), "wb") as sound:
        sound.setparams((1, 2, rate, len(voice), "NONE", ""))
        sound.writeframes(voice.tobytes())
    said = [{"w": "hello", "s": 0, "e": 0.5, "c": 0}, {"w": "bye", "s": 15, "e": 19.5, "c": 0}]
    (tmp_path / "call.json").write_text(json.dumps({"version": 1, "language": "en", "words": said}))
    assert run(tmp_path, "--out", tmp_path / "out") == 0
    with wave.open(str(tmp_path / "out" / "call.wav")) as sound:
        quiet = np.frombuffer(sound.readframes(len(voice)), dtype="<i2")
    assert np.array_equal(quiet[: rate // 2], voice[: rate // 2])
    assert not quiet[rate : rate * 14].any()
    assert np.array_equal(quiet[rate * 15 : rate * 16], voice[rate * 15 : rate * 16])
    assert not quiet[rate * 18 :].any()
    assert json.loads((tmp_path / "out" / "call.json").read_text())["muted"][0]
    assert "18 seconds of sound had no words" in capsys.readouterr().out
