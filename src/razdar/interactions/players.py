"""The player of a page of a call, put together from what its viewer may have."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby, pairwise

from django.urls import reverse
from django.utils.translation import gettext as _

from razdar.core.redaction.spans import SpanType
from razdar.core.redaction.transcript import PAUSE_MS
from razdar.interactions.bodies import Spoken
from razdar.interactions.originals import Original as OriginalState
from razdar.interactions.selectors import Page, Rendition, Unkept
from razdar.ui import formats
from razdar.ui.findings import KINDS
from razdar.ui.player import Original, Player, Region, RegionKind, Turn, Word


def player_of(page: Page, originals: list[OriginalState], now: datetime | None = None) -> Player | None:
    """The player, or None where no rendition opens for the viewer.

    Args:
        originals: what the viewer may ask for, for the time that is left of an original.
    """
    shown = page.shown
    if shown is None:
        return None
    place = [page.row.id, shown.id]
    return Player(
        audio_url=reverse("interactions:audio", args=place),
        check_url=reverse("interactions:integrity", args=place),
        duration=shown.duration_s,
        peaks=shown.waveform,
        lanes=lanes_of(shown),
        regions=regions_of(page, shown),
        turns=turns_of(page.words, shown.channels),
        note=_note(shown),
        original=original_of(page, originals, now),
    )


def lanes_of(shown: Rendition) -> tuple[str, ...]:
    """The names of the channels."""
    return (_("Agent"), _("Customer")) if shown.channels == 2 else (_("Both sides"),)


def regions_of(page: Page, shown: Rendition) -> tuple[Region, ...]:
    """Every silent stretch of a rendition, in order of time: what was removed, what never arrived, what was paused."""
    redacted = page.muted if shown.redacted else ()
    removed = [Region(start, end, _removed(page.words, start, end)) for start, end in redacted]
    return tuple(
        sorted((*removed, *map(_unkept_region, _of_both_sides(shown.unkept))), key=lambda region: region.start)
    )


def turns_of(words: tuple[Spoken, ...], channels: int = 2) -> tuple[Turn, ...]:
    """Words in order of time, joined while one side speaks without a long pause."""
    speakers = {0: _("Agent"), 1: _("Customer")} if channels == 2 else {}
    ordered = sorted(words, key=lambda word: word.start)
    return tuple(
        Turn(said[0].channel, speakers.get(said[0].channel, ""), said[0].start, tuple(map(_word, said)))
        for _channel, one_side in groupby(ordered, key=lambda word: word.channel)
        for said in _without_pauses(list(one_side))
    )


def original_of(page: Page, originals: list[OriginalState], now: datetime | None = None) -> Original | None:
    """How long what is shown of an original stays open: until the first of its grants ends. None for none shown."""
    kinds = {"recording"} if page.shown and not page.shown.redacted else set()
    kinds |= {"transcript"} if page.words_are_original else set()
    if not kinds:
        return None
    ends = [one.until for one in originals if one.kind in kinds and one.state == "open" and one.until]
    if not ends:
        return Original()
    left = min(ends) - (now or datetime.now(UTC))
    return Original(min(ends), max(1, int(left.total_seconds())))


def _without_pauses(said: list[Spoken]) -> Iterator[list[Spoken]]:
    first = 0
    for place, (before, word) in enumerate(pairwise(said), start=1):
        if (word.start - before.end) * 1000 >= PAUSE_MS:
            yield said[first:place]
            first = place
    yield said[first:]


def _word(word: Spoken) -> Word:
    return Word(word.text, word.start, word.end, word.redacted)


def _removed(words: tuple[Spoken, ...], start: float, end: float) -> str:
    """The kinds of what was removed in a stretch; what was keyed in, or heard without a word, has no kind."""
    kinds = dict.fromkeys(w.kind for w in words if w.redacted and w.start < end and w.end > start)
    if not kinds:
        return _("Keys or sound without words")
    names = [KINDS[SpanType(kind)] for kind in kinds if kind in set(SpanType)]
    return formats.listed(names) or _("Personal data")


def _of_both_sides(unkept: tuple[Unkept, ...]) -> list[Unkept]:
    """What overlaps and is of one kind is told once, whichever sides it is of."""
    told: list[Unkept] = []
    for stretch in sorted(unkept, key=lambda one: (one.kind, one.from_ms)):
        last = told[-1] if told else None
        if last and last.kind == stretch.kind and stretch.from_ms <= last.to_ms:
            told[-1] = replace(last, to_ms=max(last.to_ms, stretch.to_ms))
        else:
            told.append(stretch)
    return told


def _unkept_region(stretch: Unkept) -> Region:
    kind = RegionKind.GAP if stretch.kind == "missing" else RegionKind(stretch.kind)
    label = _("Recording paused") if kind is RegionKind.PAUSE else _("Nothing received")
    return Region(stretch.from_ms / 1000, stretch.to_ms / 1000, label, kind)


def _note(shown: Rendition) -> str:
    if not shown.redacted:
        return _("Original: it still holds personal data. Each second that is sent to you is logged.")
    return _(
        "Redacted rendition: numbers and addresses of payment and contact are silenced, what is on record here, "
        "and what is heard where no words were recognised."
    )
