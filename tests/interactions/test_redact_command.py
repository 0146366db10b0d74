"""``razdar redact`` on real files, without database and keys."""

import argparse
import json
import os
import signal
import time
import wave
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest

from razdar.core.redaction.scripts import labelled, labels_of, subtitles
from razdar.core.redaction.streams import BLOCK, Tally, messages_of, text_stream
from razdar.interactions import redact_files_command
from razdar.interactions.redact_command import COMMAND

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


def test_long_texts_are_searched_over_the_edges_of_blocks() -> None:
    for shift in range(0, 40, 13):
        text = ("x" * shift + "lorem ipsum " * (BLOCK // 12) + f"my card is {CARD}. ") * 3
        tally = Tally()
        pieces = [text[at : at + BLOCK] for at in range(0, len(text), BLOCK)]
        assert "".join(text_stream(pieces, tally, "en")) == text.replace(CARD, "[card]")
        assert sum(tally.concealed.values()) == 3


def test_an_endless_number_takes_no_endless_memory() -> None:
    shown = sum(len(piece) for piece in text_stream(repeat("4111 " * (BLOCK // 5), 3), Tally(), "en"))
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


def seconds(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def test_quotes_in_a_table_cost_no_more_than_other_signs(tmp_path: Path) -> None:
    def of(count: int) -> float:
        name = f"{count}.csv"
        return seconds(lambda: one(tmp_path, name, "a,b\n" + ', "a' * count))

    of(10)
    assert of(8000) < 8 * of(2000) + 0.2


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
    def of(count: int) -> float:
        lines = ["12/03/26, 10:12 - Bob: hi\n", *repeat("x" * 9 + "\n", count)]
        return seconds(lambda: list(messages_of(lines)))

    of(10)
    assert of(80_000) < 8 * of(20_000) + 0.1


def test_names_of_fields_that_become_alike_are_numbered(tmp_path: Path) -> None:
    source = {f"anna{number}@example.org": number for number in range(3)} | {"[email] 2": "x"}
    shown = json.loads(one(tmp_path, "a.json", json.dumps(source)))
    assert shown == {"[email]": 0, "[email] 2": 1, "[email] 3": 2, "[email] 2 2": "[email]"}


TALK = [("agent", "What is your CVV?"), ("user", "123"), ("agent", "Card number?"), ("user", "4539 5787"),
        ("agent", "go on"), ("user", "6362 1486")]  # fmt: skip
SHOWN = ["What is your CVV?", "[cvv]", "Card number?", "[card]", "go on", "[card]"]


@pytest.mark.parametrize(("who", "said"), [("role", "content"), ("Speaker", "utterance")])
def test_conversations_inside_files_are_searched_as_such(tmp_path: Path, who: str, said: str) -> None:
    talk = {"id": 7, "messages": [{who: sender, said: text} for sender, text in TALK]}
    made = [json.loads(one(tmp_path, "a.json", json.dumps(talk)))]
    made.append(json.loads(one(tmp_path, "b.jsonl", json.dumps(talk))))
    for shown in made:
        assert [message[said] for message in shown["messages"]] == SHOWN
        assert [message[who] for message in shown["messages"]] == [sender for sender, _ in TALK]
        assert shown["id"] == 7
    table = "".join(f"{sender},{text}\n" for sender, text in [(who, said), *TALK])
    assert one(tmp_path, "c.csv", table).splitlines()[1:] == [
        f"{sender},{text}" for (sender, _), text in zip(TALK, SHOWN, strict=True)
    ]


def test_who_speaks_is_known_and_nowhere_named(tmp_path: Path) -> None:
    lines = [{"speaker": "Zbyszko", "text": "hi, Thistledown here?"}, {"speaker": "Anna Thistledown", "text": "yes"}]
    shown = one(tmp_path, "a.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    assert [json.loads(line) for line in shown.splitlines()] == [
        {"speaker": "Person 1", "text": "hi, [name] here?"},
        {"speaker": "Person 2", "text": "yes"},
    ]


def test_the_senders_of_a_chat_are_found_in_its_texts_from_the_first_on(tmp_path: Path) -> None:
    chat = "12/03/26, 10:11 - Zbyszko added Thistledown\n12/03/26, 10:12 - Zbyszko: call 07700 900123\n"
    chat += "12/03/26, 10:13 - Zbyszko: fine\n" * 200
    chat += f"12/03/26, 10:14 - Anna Thistledown: {CARD}\n12/03/26, 10:14 - +44 7700 900123: x\n"
    shown = one(tmp_path, "chat.txt", chat)
    assert shown.startswith("12/03/26, 10:11 - [name] added [name]\n12/03/26, 10:12 - Person 1: call [phone]\n")
    assert shown.endswith("10:14 - Person 2: [card]\n12/03/26, 10:14 - Person 3: x\n")


def test_names_of_fields_are_handed_down(tmp_path: Path) -> None:
    source = {
        "password": {"value": "bluebird"}, "phone": {"home": "600 900", "type": "home"}, "pin_code": 4821,
        "part1": "4111", "part2": "1111", "part3": 1111, "part4": "1111", "size": [4539, 5787, 6362, 1486],
        "contact": {"plan": "gold"}, "cc_num": ["41", "11"], "speaker": "Anna", "card_type": "debit",
    }  # fmt: skip
    assert json.loads(one(tmp_path, "a.json", json.dumps(source))) == {
        "password": {"value": "[password]"}, "phone": {"home": "[phone]", "type": "home"}, "pin_code": "[pin]",
        "part1": "[card]", "part2": "[card]", "part3": "[card]", "part4": "[card]", "size": ["[card]"] * 4,
        "contact": {"plan": "gold"}, "cc_num": ["[card]"] * 2, "speaker": "[name]", "card_type": "debit",
    }  # fmt: skip


def test_columns_are_known_by_their_words(tmp_path: Path) -> None:
    table = "Nachname,billing_address,telefon,last name 2,n1,n2,n3,n4\nx,y,z,w,4111,1111,1111,1111\n"
    shown = one(tmp_path, "a.csv", table).splitlines()[1]
    assert shown == "[name],[address],[phone],[name],[card],[card],[card],[card]"


def test_subtitles_keep_their_times(tmp_path: Path) -> None:
    vtt = (
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000 align:start\n<v Zbyszko>and the <i>CVV</i>, Thistledown?</v>\n\n"
        "00:05.000 --> 00:06.000\n<v Anna Thistledown>1 <00:05.200>2 3\n\nNOTE 4111 1111 1111 1111\n"
    )
    assert one(tmp_path, "a.vtt", vtt) == (
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000 align:start\n<v Person 1>and the CVV, [name]?\n\n"
        "00:05.000 --> 00:06.000\n<v Person 2>[cvv]\n\nNOTE [card]\n"
    )
    srt = "".join(
        f"{at}\r\n00:00:0{at},000 --> 00:00:0{at},900\r\n{text}\r\n\r\n"
        for at, text in enumerate(["Agent: card number?", "Customer: 4539 5787", "Agent: go on", "Customer: 6362 1486"])
    )
    (tmp_path / "b.srt").write_bytes(srt.encode())
    assert run(tmp_path / "b.srt") == 0
    expected = srt.replace("4539 5787", "[card]").replace("6362 1486", "[card]")
    assert (tmp_path / "b.redacted.srt").read_bytes().decode() == expected


def test_a_text_that_says_who_speaks_is_a_conversation(tmp_path: Path) -> None:
    text = "Customer: 4539 5787\nAgent: go on\nCustomer: 6362 1486\n"
    assert one(tmp_path, "a.txt", text) == "Customer: [card]\nAgent: go on\nCustomer: [card]\n"
    text = "Zbyszko: your card, Thistledown?\nThistledown: 4539 5787\nZbyszko: go on\nThistledown: 6362\n1486\n"
    assert one(tmp_path, "b.txt", text) == (
        "Person 1: your card, [name]?\nPerson 2: [card]\nPerson 1: go on\nPerson 2: [card]\n"
    )


def test_names_of_fields_are_no_speakers(tmp_path: Path) -> None:
    text = "Password: bluebird7\nNote: fine\nPassword: Blue$ky77\nNote: fine\n"
    shown = one(tmp_path, "a.txt", text)
    assert "Note: fine" in shown
    assert "Person" not in shown


@pytest.mark.parametrize("piece", ["\n", "1\n", "00:05.000 --> 00:06.000\n", "<v <v <i\n", "a: b\n", "<" * 99 + "\n"])
def test_subtitles_and_scripts_take_time_in_proportion(piece: str) -> None:
    labels = labels_of("a: b\n" * 9)

    def of(count: int) -> float:
        return seconds(lambda: [*subtitles(repeat(piece, count)), *labelled(repeat(piece, count), labels)])

    of(10)
    assert of(16_000) < 10 * of(4_000) + 0.1


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
    assert "17 seconds of sound had no words" in capsys.readouterr().out
