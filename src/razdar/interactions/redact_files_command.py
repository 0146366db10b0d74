"""The kinds of files that ``razdar redact`` reads, one function for each; all but JSON are never whole in memory."""

import csv
import io
import json
import os
import secrets
import wave
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TextIO

import numpy as np

from razdar.core.errors import BadInput
from razdar.core.redaction import Interval, RedactedTranscript, Transcript, load_transcript, redact_transcript
from razdar.core.redaction import audio as waveforms
from razdar.core.redaction.dtmf import key_presses
from razdar.core.redaction.records import field_value, json_stream, redacted_json, redacted_rows
from razdar.core.redaction.scripts import labelled, labels_of, script_stream, subtitles
from razdar.core.redaction.streams import BLOCK, How, People, Tally, chat_stream, is_chat, messages_of, text_stream
from razdar.core.redaction.transcript import MOST_BYTES, merge

LONGEST_LINE = 16 << 20
LONGEST_MS = 9_000_000_000
MOST_CHANNELS = 64
BLOCK_SECONDS = 10
BESIDE_SECONDS = 1
_WINDOWS = 500


class Wanted(NamedTuple):
    """What was asked for.

    Attributes:
        how: language, policy, and the key of its tokens.
        columns: of a table; None for all.
        beep: whether a tone stands in place of concealed sound, not silence.
    """

    how: How
    columns: frozenset[str] | None
    beep: bool = False


def text(source: Path, made: Path, wanted: Wanted, tally: Tally) -> None:
    """Plain text; a chat that was exported as text, or one with speakers, is told by its first lines."""
    with _opened(source) as file:
        sample = file.read(BLOCK)
        file.seek(0)
        if is_chat(sample.partition("\n")[0]):
            chat(source, made, wanted, tally)
        elif labels := labels_of(sample):
            _write(made, script_stream(labelled(_lines(file), labels), tally, wanted.how))
        else:
            _write(made, text_stream(iter(lambda: file.read(BLOCK), ""), tally, wanted.how))


def subtitle_file(source: Path, made: Path, wanted: Wanted, tally: Tally) -> None:
    """Subtitles, as WebVTT or SubRip."""
    with _opened(source) as file:
        _write(made, script_stream(subtitles(_lines(file)), tally, wanted.how))


def chat(source: Path, made: Path, wanted: Wanted, tally: Tally) -> None:
    """A chat that was exported as text; read twice, since who writes late may be named early."""
    people = People()
    with _opened(source) as file:
        for message in messages_of(_lines(file)):
            people.learn(message.sender)
        file.seek(0)
        _write(made, chat_stream(messages_of(_lines(file)), people, tally, wanted.how))


def json_lines(source: Path, made: Path, wanted: Wanted, tally: Tally) -> None:
    """A JSON value in each line."""
    with _opened(source) as file:
        _write(made, json_stream(_lines(file), tally, wanted.how))


def whole_json(source: Path, made: Path, wanted: Wanted, tally: Tally) -> None:
    """A transcript with word times, or any JSON."""
    data = _bytes(source)
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadInput("This is not JSON in UTF-8.") from None
    if isinstance(document, dict) and "version" in document and isinstance(document.get("words"), list):
        transcript(source, made, wanted, tally)
    else:
        _write(made, [json.dumps(redacted_json(document, tally, wanted.how), ensure_ascii=False, indent=1), "\n"])


def transcript(source: Path, made: Path, wanted: Wanted, tally: Tally) -> None:
    """A transcript with word times, without its sound."""
    loaded = load_transcript(_bytes(source), duration_ms=LONGEST_MS, channels=MOST_CHANNELS)
    last = max(word.end_ms for word in loaded.words)
    channels = max(word.channel for word in loaded.words) + 1
    _write(made, [_redacted(replace(loaded, duration_ms=last, channels=channels), wanted, tally).to_json()])


def table(source: Path, made: Path, wanted: Wanted, tally: Tally) -> None:
    """CSV whose first row names the columns."""
    with _opened(source) as file:
        sample = file.read(BLOCK)
        file.seek(0)
        dialect = _dialect(sample)
        _write(made, _rows(csv.reader(file, dialect), dialect, wanted, tally))


def _dialect(sample: str) -> type[csv.Dialect]:
    """How a table is written; its first row tells what parts the columns."""
    first = sample.partition("\n")[0]
    unquoted = "".join(first.split('"')[::2])
    parted = max(",;\t|", key=unquoted.count)

    class Written(csv.excel):
        delimiter = parted
        lineterminator = "\r\n" if first.endswith("\r") else "\n"
        skipinitialspace = f'{parted} "' in sample

    return Written


def _rows(rows: Iterator[list[str]], dialect: type[csv.Dialect], wanted: Wanted, tally: Tally) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line, dialect)
    try:
        first = next(rows, [])
        names = [name.strip() for name in first]
        _require(names, wanted)
        # Where there are no names after all, this is a row like others.
        head = [field_value("", name, tally, wanted.how) for name in names]
        for row in chain([head] if first else [], redacted_rows(names, rows, wanted.columns, tally, wanted.how)):
            writer.writerow(row)
            yield line.getvalue()
            line.seek(0)
            line.truncate()
    except csv.Error:
        raise BadInput("This is not CSV: a quote is not closed, or a cell is longer than 128 KB.") from None


def _require(names: list[str], wanted: Wanted) -> None:
    if wanted.columns is not None and not wanted.columns <= set(names):
        raise BadInput("A column named in --columns is not in the table's first row.")


def audio(source: Path, made: Path, wanted: Wanted, tally: Tally) -> None:
    """A recording (WAV, 16 bit) and its words, which stand beside it under the same name with .json.

    What is heard and has no words is silenced too: nobody knows what it is.
    """
    beside = source.with_suffix(".json")
    if not beside.is_file():
        raise BadInput("Its words are missing: put the transcript beside it, under the same name with .json.")
    try:
        with wave.open(str(source), "rb") as sound:
            rate, channels, frames = sound.getframerate(), sound.getnchannels(), sound.getnframes()
            if sound.getsampwidth() != 2 or rate < 4000 or not channels:
                raise BadInput("Only WAV with 16 bits a sample and 4,000 samples a second or more can be redacted.")
            loaded = load_transcript(_bytes(beside), duration_ms=frames * 1000 // rate, channels=channels)
            unworded = waveforms.unworded(_loudness(sound), rate, loaded.words)
            tally.unworded_ms += sum(one.end_ms - one.start_ms for one in unworded)
            first, *others = _keyed(sound)
            done = _redacted(loaded, wanted, tally, (merge([*first, *unworded]), *others))
            with new_file(made) as handle, new_file(made.with_suffix(".json")) as words:
                sound.rewind()
                _write_sound(handle, sound, done, beep=wanted.beep)
                os.write(words, done.to_json().encode("ascii"))
    except (wave.Error, EOFError):
        raise BadInput("This is not WAV as it can be read here: PCM, 16 bits a sample.") from None


def _keyed(sound: wave.Wave_read) -> tuple[tuple[Interval, ...], ...]:
    """Keys that are heard, searched in blocks that overlap."""
    rate, found = sound.getframerate(), [list[Interval]() for _ in range(sound.getnchannels())]
    step = 60 * rate
    for start in range(0, sound.getnframes(), step):
        first = max(0, start - 11 * rate)  # so that a single key finds its company in the block before
        sound.setpos(first)
        shift = first * 1000 // rate
        for channel, presses in enumerate(key_presses(_pcm(sound, start + step - first), rate)):
            found[channel].extend(Interval(one.start_ms + shift, one.end_ms + shift) for one in presses)
    return tuple(merge(presses) for presses in found)


def _loudness(sound: wave.Wave_read) -> waveforms.Loudness:
    """Of the whole sound, read in blocks of whole windows."""
    rate, step = sound.getframerate(), _WINDOWS * waveforms.window_frames(sound.getframerate())
    sound.rewind()
    blocks = [waveforms.loudness(_pcm(sound, step), rate) for _ in range(0, sound.getnframes(), step)]
    return np.concatenate([np.zeros((0, sound.getnchannels()), dtype=np.float32), *blocks])


def _write_sound(handle: int, sound: wave.Wave_read, done: RedactedTranscript, *, beep: bool) -> None:
    """The sound with silence or tones, block by block; each is muted with a second on both sides, for the fades."""
    rate, frames = sound.getframerate(), sound.getnframes()
    with os.fdopen(os.dup(handle), "wb") as file, wave.open(file, "wb") as quiet:
        quiet.setparams(sound.getparams())
        for start in range(0, frames, BLOCK_SECONDS * rate):
            first = max(0, start - BESIDE_SECONDS * rate)
            sound.setpos(first)
            shift = first * 1000 // rate
            pcm = _pcm(sound, start - first + (BLOCK_SECONDS + BESIDE_SECONDS) * rate)
            moved = [[Interval(each.start_ms - shift, each.end_ms - shift) for each in one] for one in done.muted]
            muted = waveforms.mute(pcm, rate, moved, beep=beep)
            quiet.writeframesraw(muted[start - first :][: BLOCK_SECONDS * rate].astype("<i2").tobytes())


def _pcm(sound: wave.Wave_read, frames: int) -> waveforms.Pcm:
    data = sound.readframes(frames)
    channels = sound.getnchannels()
    whole = len(data) // (2 * channels) * 2 * channels
    return np.frombuffer(data[:whole], dtype="<i2").astype(np.int16).reshape(-1, channels)


def _redacted(
    loaded: Transcript, wanted: Wanted, tally: Tally, also: tuple[tuple[Interval, ...], ...] = ()
) -> RedactedTranscript:
    how = wanted.how
    said = replace(loaded, language=how.lang or loaded.language)
    done = redact_transcript(said, also=also, policy=how.policy, key=how.key, entities=how.entities)
    tally.concealed.update(word.type for word in done.words if word.type is not None)
    return done


@contextmanager
def _opened(source: Path) -> Iterator[TextIO]:
    """A text that is UTF-8 to its end, or it is refused: in another encoding nothing would be found."""
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError:
        raise BadInput("This is not UTF-8. Convert it first, for example with iconv.") from None


def _lines(file: TextIO) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise BadInput("A line is longer than 16 MB.")
        yield line


def _bytes(source: Path) -> bytes:
    with source.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadInput("It is larger than 16 MB. Write it as JSON Lines, one value in each line.")
    return data


def _write(made: Path, pieces: Iterable[str]) -> None:
    """Write a text that is made while it is written; NUL bytes say that what was read was no text.

    JSON may hold half a character, which is none in UTF-8: it becomes a question mark.
    """
    with (
        new_file(made) as handle,
        os.fdopen(os.dup(handle), "w", encoding="utf-8", errors="replace", newline="") as file,
    ):
        for piece in pieces:
            if "\0" in piece:
                raise BadInput("This is not text: it holds NUL bytes. If it is UTF-16, convert it first with iconv.")
            file.write(piece)


@contextmanager
def new_file(path: Path) -> Iterator[int]:
    """A file that was not there before, as an open descriptor.

    Until it is finished it has another name (``.razdar-....part``, in the same folder), so that half a file is never
    taken for a whole one; it is gone if anything goes wrong.

    Raises:
        BadInput: it is there already.
    """
    if os.path.lexists(path):
        raise _is_there(path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f".razdar-{secrets.token_hex(8)}.part")
    handle = _created(unfinished)
    try:
        try:
            yield handle
        finally:
            os.close(handle)
        _named(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _created(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)


def _named(unfinished: Path, path: Path) -> None:
    """Give a file its name: taken first by an empty file, since renaming would replace (and not all disks can link)."""
    try:
        os.close(_created(path))
    except FileExistsError:
        raise _is_there(path) from None
    unfinished.replace(path)


def _is_there(path: Path) -> BadInput:
    return BadInput(f"{path} is there already, and nothing is overwritten. Choose another --out.")


KINDS: dict[str, Callable[[Path, Path, Wanted, Tally], None]] = {
    "text": text,
    "subtitles": subtitle_file,
    "transcript": transcript,
    "jsonl": json_lines,
    "json": whole_json,
    "chat": chat,
    "csv": table,
    "audio": audio,
}
