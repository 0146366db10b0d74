"""Redaction of a call's transcript, and which stretches of its sound to mute.

Rules:
1. The conversation is searched in the order it was said, turn by turn, so that the other side's question ("your card
   number?") is the cue of the answer. A number runs from one turn into another person's only where one stops and the
   other goes on in digits, a check digit holds over both, and either a cue stands near or one voice says most of it.
2. Each channel is searched once more as one continuous text, so that a number said across turns survives the other
   side's "mm hmm". A silence of more than ``TOPIC_MS`` ends a number.
3. What was found is looked for again in both channels (see ``conversation``). What answers a question is concealed even
   if it matches nothing else, and names are known when they are said again (see ``dialogue``).
4. A word that touches a span is concealed whole. Concealed words of one kind in a row become one mask or token: their
   number would tell. What is dropped is not among the words, and its sound is muted all the same.
5. Sound is muted from 150 ms before the first to 200 ms after the last concealed word; gaps below 300 ms are closed.
6. A recogniser that gives a number less time than any voice needs has lost the place: then everything between the words
   around that turn is muted, the turn included.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from razdar.core.redaction import spoken
from razdar.core.redaction.applying import pseudonym, require_key, value_of
from razdar.core.redaction.conversation import NUMERIC, TOPIC_MS, Heard, Joined, Voice
from razdar.core.redaction.cues import Cue
from razdar.core.redaction.customer import KnownCustomer
from razdar.core.redaction.dialogue import find_turns
from razdar.core.redaction.engine import search
from razdar.core.redaction.entities import EntityEngine
from razdar.core.redaction.folding import view
from razdar.core.redaction.masking import token
from razdar.core.redaction.policy import Action, Policy
from razdar.core.redaction.spans import Span, SpanType, Why
from razdar.core.redaction.transcript import (
    Interval,
    RedactedTranscript,
    RedactedWord,
    Transcript,
    Turn,
    Word,
    load_transcript,
    merge,
)

__all__ = [
    "Interval",
    "RedactedTranscript",
    "RedactedWord",
    "Transcript",
    "Turn",
    "Word",
    "load_transcript",
    "redact_transcript",
]

BEFORE_MS = 150
AFTER_MS = 200
CLOSE_MS = 300
QUICKEST_MS = 55
"""No voice says a digit or a word in less."""

LONG_READING = 12
"""So many digits of one voice are most of a card number."""

EDGE_WORDS = 4
"""One voice goes on where the other stopped in so many words, "um" and "yes" included."""

_PIECES = re.compile(rb"[a-z0-9]+")


def redact_transcript(
    transcript: Transcript,
    customer: KnownCustomer | None = None,
    *,
    also: Sequence[Sequence[Interval]] = (),
    policy: Policy = Policy.DEFAULT,
    key: bytes | None = None,
    entities: EntityEngine | None = None,
) -> RedactedTranscript:
    """Conceal what must not be shown and say which sound to mute.

    Args:
        transcript: as ``load_transcript`` returned it.
        customer: whom the call is with, if known.
        also: for each channel what is muted whatever was said: keys that were heard (``dtmf.key_presses``), sound
        without words (``audio.unworded``).
        policy: what becomes of each type; what it does not keep is muted.
        key: for tokens, as of ``redact``.
        entities: a named-entity engine that is asked about each turn, if there is one.

    Raises:
        ValueError: as ``redact``. TooSlow: patterns of the policy took too long. As ``find``, besides.
    """
    require_key(policy, key)
    turns = transcript.turns()
    channels = list(_channels(transcript))
    concealed = _Concealed()
    heard = Heard(lambda position: _voice(transcript.words[position]))
    for text in (_conversation(transcript, turns), *channels):
        spans = _findings(text, policy, customer)
        for span in spans:
            concealed.add(text, span)
        heard.add(text, [span for span in spans if span.type in NUMERIC])
    for text in _handed_over(transcript, turns):
        spans = [span for span in _findings(text, policy, None) if _is_shared(transcript, text, span)]
        for span in spans:
            concealed.add(text, span)
        heard.add(text, spans)
    for text in channels:
        for span in heard.read_backs(text):
            concealed.add(text, span)
    for text, span in _between_turns(transcript, turns, policy, customer, entities):
        concealed.add(text, span)
    return RedactedTranscript(
        language=transcript.language,
        words=_shown(transcript, turns, concealed, _Stands(policy, key)),
        muted=_muted(transcript, turns, concealed, also),
        duration_ms=transcript.duration_ms,
    )


def _findings(text: Joined, policy: Policy, customer: KnownCustomer | None) -> list[Span]:
    """What the policy does not keep."""
    scan = text.scan
    spans = policy.with_own(scan.text, search(scan, customer), scan.view)
    return [span for span in spans if policy.conceals(span, scan.text)]


class _Said(NamedTuple):
    """A turn as ``find_turns`` takes it."""

    speaker: int
    text: str
    start_ms: int
    end_ms: int


def _between_turns(
    transcript: Transcript,
    turns: Sequence[Turn],
    policy: Policy,
    customer: KnownCustomer | None,
    entities: EntityEngine | None,
) -> Iterator[tuple[Joined, Span]]:
    """What the turns tell about one another (rule 3)."""
    words = transcript.words
    said = [
        _Said(
            turn.channel,
            " ".join(words[position].text for position in turn.positions),
            words[turn.positions[0]].start_ms,
            max(words[position].end_ms for position in turn.positions),
        )
        for turn in turns
    ]
    found = find_turns(said, lang=transcript.language, customer=customer, entities=entities)
    for turn, one, spans in zip(turns, said, found, strict=True):
        concealed = [span for span in spans if policy.conceals(span, one.text)]
        if concealed:
            text = _joined(transcript, [turn.positions])
            yield from ((text, span) for span in concealed)


class _Concealed:
    """Which words are concealed, and as what; the better evidence names the kind."""

    def __init__(self) -> None:
        self._best: dict[int, tuple[Span, Joined]] = {}

    def add(self, text: Joined, span: Span) -> None:
        for position in text.pieces(span.start, span.end):
            if position not in self._best or span.score > self._best[position][0].score:
                self._best[position] = (span, text)

    def kind(self, position: int) -> SpanType | None:
        return self._best[position][0].type if position in self._best else None

    def value(self, position: int) -> str:
        """The value to which a concealed word belongs, without its dress."""
        span, text = self._best[position]
        return value_of(text.scan, span)

    def runs(self, turn: Turn) -> Iterator[tuple[SpanType | None, tuple[int, ...]]]:
        """The words of a turn, cut where the kind of concealment changes."""
        for kind, positions in groupby(turn.positions, self.kind):
            yield kind, tuple(positions)


def _joined(transcript: Transcript, rows: Iterable[Iterable[int]]) -> Joined:
    words = transcript.words
    return Joined([[(position, words[position].text) for position in row] for row in rows], transcript.language)


def _conversation(transcript: Transcript, turns: Sequence[Turn]) -> Joined:
    return _joined(transcript, [turn.positions for turn in turns])


def _channels(transcript: Transcript) -> Iterator[Joined]:
    for channel in range(transcript.channels):
        pieces: list[list[int]] = []
        for position in transcript.of_channel(channel):
            last = transcript.words[pieces[-1][-1]].end_ms if pieces else 0
            if not pieces or transcript.words[position].start_ms - last > TOPIC_MS:
                pieces.append([])
            pieces[-1].append(position)
        yield _joined(transcript, pieces)


def _handed_over(transcript: Transcript, turns: Sequence[Turn]) -> Iterator[Joined]:
    """Turns in which the other voice goes on in the middle of digits, each row of them after the turn before it."""
    number_words = spoken.number_words(transcript.language)

    def counts(positions: Sequence[int]) -> bool:
        words = (view(transcript.words[position].text) for position in positions)
        return any(
            piece.isdigit() or piece.decode("latin-1") in number_words
            for word in words
            for piece in _PIECES.findall(word)
        )

    joined = [
        one.channel != other.channel and counts(one.positions[-EDGE_WORDS:]) and counts(other.positions[:EDGE_WORDS])
        for one, other in pairwise(turns)
    ]
    at = 0
    while at < len(joined):
        last = at
        while last < len(joined) and joined[last]:
            last += 1
        if last > at:
            positions = sorted(position for turn in turns[at : last + 1] for position in turn.positions)
            yield _joined(transcript, [*([turns[at - 1].positions] if at else []), positions])
        at = last + 1


def _is_shared(transcript: Transcript, text: Joined, span: Span) -> bool:
    """Rule 1: a check digit over both voices, and a cue or one voice that says most of it."""
    if span.type not in NUMERIC or Why.CHECKSUM not in span.why:
        return False
    by_voice: Counter[int] = Counter()
    for word in (transcript.words[position] for position in text.pieces(span.start, span.end)):
        by_voice[word.channel] += _least_sounds(word.text)
    cued = text.scan.company(span.start, span.end).near(Cue.CARD, Cue.IBAN)
    return len(by_voice) > 1 and (cued or max(by_voice.values()) >= LONG_READING)


def _voice(word: Word) -> Voice:
    return Voice(word.start_ms, word.end_ms, word.channel)


class _Stands(NamedTuple):
    """What stands in place of concealed words."""

    policy: Policy
    key: bytes | None

    def words(self, kind: SpanType, concealed: _Concealed, position: int) -> str | None:
        """The mask or token of a row of words that begins there; None where nothing stands."""
        action = self.policy.actions[kind]
        if action is Action.DROP:
            return None
        if action is Action.TOKEN and self.key is not None:
            return pseudonym(kind, concealed.value(position), self.key)
        return token(kind)


def _shown(
    transcript: Transcript, turns: Sequence[Turn], concealed: _Concealed, stands: _Stands
) -> tuple[RedactedWord, ...]:
    """Open words as they are; concealed ones in a row as one mask or token, or not at all (rule 4)."""
    shown: list[RedactedWord] = []
    for turn in turns:
        for kind, positions in concealed.runs(turn):
            words = [transcript.words[position] for position in positions]
            if kind is None:
                shown.extend(RedactedWord(word.text, word.start_ms, word.end_ms, word.channel) for word in words)
            elif (stand := stands.words(kind, concealed, positions[0])) is not None:
                end = max(word.end_ms for word in words)
                shown.append(RedactedWord(stand, words[0].start_ms, end, turn.channel, kind))
    return tuple(sorted(shown, key=lambda word: (word.start_ms, word.channel)))


def _muted(
    transcript: Transcript, turns: Sequence[Turn], concealed: _Concealed, also: Sequence[Sequence[Interval]]
) -> tuple[tuple[Interval, ...], ...]:
    muted: list[list[Interval]] = [[] for _ in range(transcript.channels)]
    for channel, stretches in enumerate(also):
        muted[channel].extend(stretches)
    for turn, around in zip(turns, _surroundings(transcript, turns), strict=True):
        for kind, positions in concealed.runs(turn):
            if kind is not None:
                words = [transcript.words[position] for position in positions]
                muted[turn.channel].append(_sounding(words, around, transcript.duration_ms))
    return tuple(merge([one for one in channel if one.start_ms < one.end_ms], CLOSE_MS) for channel in muted)


def _sounding(words: Sequence[Word], around: tuple[int, int], duration_ms: int) -> Interval:
    """When a row of words is heard (rule 5); all around its turn if their times are impossible (rule 6)."""
    start, end = words[0].start_ms, max(word.end_ms for word in words)
    if end - start < QUICKEST_MS * sum(_least_sounds(word.text) for word in words):
        start, end = around
    return Interval(max(0, start - BEFORE_MS), min(duration_ms, end + AFTER_MS))


def _surroundings(transcript: Transcript, turns: Sequence[Turn]) -> list[tuple[int, int]]:
    """For each turn: the end of its channel's words before it and the start of those after it (rule 6)."""
    words = transcript.words
    last_end: dict[int, int] = defaultdict(int)
    next_start = dict.fromkeys(range(transcript.channels), transcript.duration_ms)
    before: list[int] = []
    after: list[int] = []
    for turn in turns:
        before.append(last_end[turn.channel])
        last_end[turn.channel] = max(last_end[turn.channel], *(words[position].end_ms for position in turn.positions))
    for turn in reversed(turns):
        after.append(next_start[turn.channel])
        next_start[turn.channel] = words[turn.positions[0]].start_ms
    return list(zip(before, reversed(after), strict=True))


def _least_sounds(word: str) -> int:
    """How many sounds a word has at least: one, or one for each digit."""
    return max(1, sum(0x30 <= byte <= 0x39 for byte in view(word)))
