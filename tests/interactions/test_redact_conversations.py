"""``razdar redact`` on files that hold conversations: who speaks, subtitles, scripts, and names of fields."""

import json
from collections.abc import Callable
from itertools import repeat
from pathlib import Path

import pytest

from razdar.core.redaction.scripts import labelled, labels_of, subtitles
from tests.interactions.test_redact_command import CARD, one, run
from tests.timing import assert_grows_with

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

    def of(count: int) -> Callable[[], object]:
        return lambda: [*subtitles(repeat(piece, count)), *labelled(repeat(piece, count), labels)]

    of(10)()
    assert_grows_with(of, 4_000)
