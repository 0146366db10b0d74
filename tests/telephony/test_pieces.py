"""The small parts: mu-law, one-time ids, what an exchange says, the spool, certificates."""

import argparse
import os
import ssl
import stat
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar import __main__ as product
from razdar.core.errors import BadInput, Misconfigured, Unavailable
from razdar.telephony import commands, mulaw, tokens
from razdar.telephony.recording import spool, tls, wire
from razdar.telephony.recording.spool import Full, Spool

# --- mu-law -----------------------------------------------------------------------------------------------------------


def test_mulaw_is_that_of_the_recommendation() -> None:
    """G.711, table 2a: the ends, zero, and the first values of each segment."""
    decoded = mulaw.decoded(bytes((0x00, 0x80, 0x7F, 0xFF, 0x0F, 0x1F, 0x6F, 0xFE)))
    assert decoded.tolist() == [-32124, 32124, 0, 0, -16764, -8316, -132, 8]


def test_every_code_comes_back_but_negative_zero() -> None:
    every = bytes(range(256))
    assert mulaw.encoded(mulaw.decoded(every)) == every.replace(b"\x7f", b"\xff")


@given(st.lists(st.integers(-32768, 32767), max_size=50))
def test_samples_come_back_within_their_step(samples: list[int]) -> None:
    pcm = np.array(samples, dtype=np.int16)
    back = mulaw.decoded(mulaw.encoded(pcm)).astype(int)
    for sample, again in zip(samples, back.tolist(), strict=True):
        assert abs(sample - again) <= max(8, abs(sample) // 16)


# --- One-time ids -----------------------------------------------------------------------------------------------------


@given(st.uuids(), st.uuids())
def test_a_token_holds_client_and_tap(client: UUID, tap: UUID) -> None:
    token = tokens.pack(client, tap)
    assert tokens.unpack(token) == (client, tap)
    assert len(token) == 43
    assert all(c.isascii() and (c.isalnum() or c in "-_") for c in token)


@given(st.text(max_size=60))
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        tokens.unpack(text)


def test_a_token_has_one_spelling() -> None:
    token = tokens.pack(UUID(int=5), UUID(int=6))
    for other in (token[:-1] + "Z", token + "=", token + " ", token[:-1], " " + token):
        with pytest.raises(BadInput):
            tokens.unpack(other)


# --- What an exchange says --------------------------------------------------------------------------------------------

START = "MEDIA_START connection_id:a channel:WebSocket/a/0x7f channel_id:l-1.0 format:{} optimal_frame_size:{} ptime:20"


@pytest.mark.parametrize(
    "message",
    [START.format("ulaw", 160), '{"event": "MEDIA_START", "format": "ulaw", "optimal_frame_size": 160, "ptime": 20}'],
)
def test_a_stream_begins(message: str) -> None:
    wire.begins(message)


@pytest.mark.parametrize(
    "message",
    [
        START.format("alaw", 160),
        START.format("slin16", 640),
        START.format("ulaw", 320),
        "MEDIA_START",
        "MEDIA_XON",
        "",
        "format:ulaw",
        "{",
        '{"event": "MEDIA_START"}',
        '{"event": ["MEDIA_START"], "format": "ulaw"}',
        '{"event": "MEDIA_START", "format": "opus"}',
        "[" * 4000,
        '{"a":' * 2000,
        b"\x00" * 160,
    ],
)
def test_what_was_not_asked_for_does_not_begin(message: str | bytes) -> None:
    with pytest.raises(BadInput):
        wire.begins(message)


def test_frames_are_taken_and_other_messages_are_not_looked_at() -> None:
    assert wire.frame(b"\x80" * 160) == b"\x80" * 160
    for message in ("MEDIA_XOFF", "DTMF_END digit:5 channel_id:x", '{"event": "STATUS"}', "anything"):
        assert wire.frame(message) == b""


@pytest.mark.parametrize("message", [b"", b"\x80" * 159, b"\x80" * 320, START.format("ulaw", 160), "{"])
def test_frames_of_another_size_are_refused(message: str | bytes) -> None:
    with pytest.raises(BadInput):
        wire.frame(message)


@given(st.text(max_size=300))
def test_any_text_is_refused_or_passed_over(text: str) -> None:
    for taken in (wire.begins, wire.frame, wire.token, wire.credentials):
        try:
            taken(text)  # type: ignore[operator]
        except BadInput:
            continue


def test_credentials_and_places() -> None:
    assert wire.credentials("Basic bm9kZTpzZWM6cmV0") == ("node", "sec:ret")
    assert wire.token("/stream?tap=abc") == "abc"
    for header in ("", "Bearer x", "Basic", "Basic !!", "Basic bm9kZQ==", "basic \xff"):
        with pytest.raises(BadInput):
            wire.credentials(header)
    for path in (
        "/",
        "/stream",
        "/stream?tap=",
        "/stream?tap=a&tap=b",
        "/other?tap=a",
        "//x/stream?tap=a",
        "/stream/?tap=a",
    ):
        with pytest.raises(BadInput):
            wire.token(path)


# --- The spool --------------------------------------------------------------------------------------------------------

CLIENT, STREAM = uuid4(), uuid4()


def test_parts_are_private_files_and_come_back(tmp_path: Path) -> None:
    kept = Spool(tmp_path / "spool")
    old = os.umask(0)
    try:
        kept.append(CLIENT, STREAM, 0, b"abc")
    finally:
        os.umask(old)
    kept.append(CLIENT, STREAM, 0, b"def")
    kept.append(CLIENT, STREAM, 1, b"g")
    first, second = kept.parts()
    assert (first.client, first.stream, first.number, first.path.read_bytes()) == (CLIENT, STREAM, 0, b"abcdef")
    assert second.number == 1
    assert stat.S_IMODE(first.path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700
    kept.remove(CLIENT, STREAM, 0)
    kept.remove(CLIENT, STREAM, 0)
    assert [part.number for part in kept.parts()] == [1]
    kept.release()
    again = Spool(tmp_path / "spool", most=10)
    assert again.fullness == pytest.approx(0.1)
    again.release()


def test_one_recorder_uses_a_spool(tmp_path: Path) -> None:
    kept = Spool(tmp_path / "spool")
    with pytest.raises(Unavailable, match="Another recorder"):
        Spool(tmp_path / "spool")
    kept.release()
    Spool(tmp_path / "spool").release()


def test_a_spool_open_to_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir(mode=0o755)
    with pytest.raises(Misconfigured, match="Other accounts"):
        Spool(tmp_path / "spool")


def test_a_full_spool_takes_nothing_more_and_tears_nothing(tmp_path: Path) -> None:
    kept = Spool(tmp_path / "spool", most=10)
    kept.append(CLIENT, STREAM, 0, b"12345678")
    with pytest.raises(Full):
        kept.append(CLIENT, STREAM, 0, b"123")
    kept.append(CLIENT, STREAM, 0, b"12")
    assert next(kept.parts()).path.read_bytes() == b"1234567812"
    kept.remove(CLIENT, STREAM, 0)
    assert kept.fullness == 0
    kept.release()


def test_a_short_write_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, write = Spool(tmp_path / "spool"), os.write
    kept.append(CLIENT, STREAM, 0, b"whole")
    monkeypatch.setattr(spool.os, "write", lambda handle, data: write(handle, data[:2]))
    with pytest.raises(Full):
        kept.append(CLIENT, STREAM, 0, b"not whole")
    monkeypatch.undo()
    assert next(kept.parts()).path.read_bytes() == b"whole"
    assert kept.fullness == pytest.approx(5 / spool.MOST_BYTES)
    kept.release()


# --- Certificates -----------------------------------------------------------------------------------------------------


def test_an_own_certificate_is_made_once_and_is_private(tmp_path: Path) -> None:
    made = tls.own(tmp_path / "recorder")
    before = made.chain.read_bytes()
    assert tls.own(tmp_path / "recorder").chain.read_bytes() == before
    for path in (tmp_path / "recorder").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    context = tls.context(made)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert not list((tmp_path / "recorder").glob("ca*key*"))


def test_a_certificate_that_ends_soon_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "_DAYS", 10)
    first = tls.own(tmp_path / "recorder").chain.read_bytes()
    monkeypatch.undo()
    assert tls.own(tmp_path / "recorder").chain.read_bytes() != first


def test_files_that_are_no_certificate_are_said(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("nothing")
    with pytest.raises(Misconfigured, match="cannot be used"):
        tls.context(tls.Certificate(tmp_path / "x", tmp_path / "x"))


# --- The command line -------------------------------------------------------------------------------------------------


def test_an_option_does_not_change_which_command_was_asked_for() -> None:
    """The key agent gives keys by the command's name, and logs are named by it."""
    product._discover()
    for words in (["recorder", "--name", "x"], ["node", "list"], ["simulate-call", "x.wav"]):
        assert product._parser().parse_args(words).asked == words[0]


def test_a_client_is_named_alike_by_every_command() -> None:
    product._discover()  # razdar init makes the first client, and asks for its name
    parsers, found = [product._parser()], dict[str, object]()
    while parsers:
        for action in parsers.pop()._actions:
            if isinstance(action, argparse._SubParsersAction):
                parsers += action.choices.values()
            elif "--client" in action.option_strings and "asked for when missing" not in str(action.help):
                found[str(action.help)] = action.metavar
    assert len(found) > 1
    assert set(found.values()) == {"NAME-OR-ID"}


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf", "x", "", "1001"])
def test_a_speed_that_is_none_is_said(speed: str) -> None:
    with pytest.raises(BadInput, match="A speed is"):
        commands._speed(speed)


def test_speeds() -> None:
    assert [commands._speed(text) for text in ("1", "2.5", "max")] == [1.0, 2.5, 0.0]
