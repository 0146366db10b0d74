"""The sound of a recording of either kind: the whole for the stages, a piece for who listens; always through the door.

A *file* is read as it is. A *stream* is put together from its segments on the time line of the call: channel 0 is the
agent, channel 1 the customer. Where nothing was kept there is silence of that length; a frame that is neither in a
segment nor in a region that says why it is missing does not open, so that nothing can be left out unnoticed. A segment
is silence only if a region says that it is damaged and it does not open either: what opens is heard, whatever a region
says. Only the segments that the asked frames lie in are opened, one after the other, and nothing is kept.
"""

import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import soundfile
from django.db.models import F, Q
from numpy.typing import NDArray

from razdar.core.disclosure import Viewer
from razdar.core.errors import RazdarError, Unopenable
from razdar.interactions.audio import LONG, MOST_SECONDS, Audio, BadSound, read_audio, read_frames
from razdar.interactions.models import Recording, RecordingSegment, Region
from razdar.interactions.timeline import Stretch, holes
from razdar.vault import content
from razdar.vault.door import Look
from razdar.vault.sealed import SealedFile, SealedStream
from razdar.vault.streams import OpenedStream

AGENT, CUSTOMER = 0, 1
"""Channels of a live call."""


def whole(viewer: Viewer, recording: Recording, look: Look) -> Audio:
    """All of a recording, in memory.

    Raises:
        NotDisclosed, NotFound, TooManyTries: see `razdar.vault.content`. Unopenable: altered, or a part is not there.
        BadSound: longer than four hours. Unavailable: keys or object store are away.
    """
    if recording.frames > MOST_SECONDS * recording.rate:
        raise BadSound(LONG, f"The sound is longer than {MOST_SECONDS // 3600} hours.")
    sealed = recording.sealed
    if isinstance(sealed, SealedFile):
        with content.open_file(viewer, sealed, look) as file:
            return read_audio(file.read())
    return Audio(_of_stream(viewer, recording, sealed, look, Stretch(0, recording.frames)), recording.rate)


def frames(viewer: Viewer, recording: Recording, look: Look, first: int, last: int) -> NDArray[np.int16]:
    """Frames ``first`` to ``last`` (exclusive) of a recording, (frames, channels). That it broke off is logged.

    Raises:
        As `whole`.
    """
    sealed = recording.sealed
    if isinstance(sealed, SealedStream):
        return _of_stream(viewer, recording, sealed, look, Stretch(first, last))
    with content.open_file(viewer, sealed, look) as file:
        try:
            return read_frames(file, first, last)
        except RazdarError:
            content.broke_off(viewer, sealed, look)
            raise


def decoded(sound: bytes, length: int) -> NDArray[np.int16]:
    """The sound of a segment, of one channel.

    Args:
        sound: a sound file; empty for silence.
        length: frames it has.

    Raises:
        Unopenable: it is no sound, or of another length.
    """
    if not sound:
        return np.zeros(length, np.int16)
    try:
        pcm, _ = soundfile.read(io.BytesIO(sound), dtype="int16", always_2d=True)
    except soundfile.SoundFileError:
        raise Unopenable from None
    if pcm.shape != (length, 1):
        raise Unopenable
    heard: NDArray[np.int16] = pcm[:, 0]
    return heard


def _of_stream(
    viewer: Viewer, recording: Recording, sealed: SealedStream, look: Look, wanted: Stretch
) -> NDArray[np.int16]:
    silent = _silent(recording, wanted)
    damaged = {(one.channel, one.stretch) for one in silent if one.reason == Region.DAMAGED}
    found = _segments(recording, wanted)
    asked = replace(sealed, segments=tuple(row.sealed for row in found))
    pcm = np.zeros((wanted.frames, recording.channels), np.int16)
    with content.open_stream(viewer, asked, look) as opened:
        try:
            _require_all([*found, *silent], recording.channels, wanted)
            _require_places(recording, found)
            for row in found:
                said = _heard(opened, row, is_damaged=(row.channel, row.stretch) in damaged)
                part = row.stretch.within(wanted)
                mine = said[part.begins - row.begins : part.ends - row.begins]
                pcm[part.begins - wanted.begins : part.ends - wanted.begins, row.channel] = mine
        except RazdarError:
            content.broke_off(viewer, asked, look)
            raise
    return pcm


def _heard(opened: OpenedStream, row: RecordingSegment, *, is_damaged: bool) -> NDArray[np.int16]:
    """The sound of one segment; silence where it is known to be damaged, and is.

    Raises:
        Unopenable: it does not open, and nothing says why. Unavailable: the object store is away.
    """
    try:
        return decoded(opened.read(row.sealed).sound, row.stretch.frames)
    except Unopenable:
        if not is_damaged:
            raise
        return np.zeros(row.stretch.frames, np.int16)


def _silent(recording: Recording, wanted: Stretch) -> list[Region]:
    """The regions of which no segment may be to be had."""
    mine = Region.objects.filter(client_id=recording.client_id, interaction_id=recording.interaction_id)
    rows = mine.filter(begins__lt=wanted.ends, ends__gt=wanted.begins)
    return list(rows.filter(Q(kind=Region.Kind.MISSING) | Q(reason=Region.DAMAGED)))


def _segments(recording: Recording, wanted: Stretch) -> list[RecordingSegment]:
    """The segments that some frames lie in, in the order of their streams."""
    mine = RecordingSegment.objects.filter(client_id=recording.client_id, recording_id=recording.id)
    rows = mine.filter(begins__lt=wanted.ends, ends__gt=wanted.begins).order_by("channel", "begins", "number")
    return [row for row in rows if row.stretch.frames]


def _require_places(recording: Recording, found: list[RecordingSegment]) -> None:
    """All segments of a stream lie on one side, and as far from the beginning as their stream."""
    streams = {row.stream for row in found}
    mine = RecordingSegment.objects.filter(client_id=recording.client_id, stream__in=streams)
    places = mine.values_list("recording_id", "stream", "channel", F("begins") - F("first")).distinct()
    if len(places) != len(streams):
        raise Unopenable


def _require_all(known: Sequence[RecordingSegment | Region], channels: int, wanted: Stretch) -> None:
    for channel in range(channels):
        if any(holes((one.stretch for one in known if one.channel == channel), wanted)):
            raise Unopenable
