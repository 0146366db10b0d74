"""Redaction of dialogues: turns with speakers, typed or transcribed, with times or without.

Rules:
1. The conversation is searched in the order it was said, so that a question is the cue of its answer, and the turns of
   each speaker once more as one text, so that a number over several turns survives the other side's "mm hmm". What was
   found last is concealed in the turns before, too.
2. A silence of more than ``TOPIC_MS``, a long speech of the other side, or its question for something else ends a
   number.
3. What answers a question is masked even if it matches nothing else (see ``slots``).
4. Numbers that were found are looked for again (see ``conversation``), and so are names, as whole words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from razdar.core.redaction.conversation import BREAK, NOBODYS, NUMERIC, TOPIC_MS, Heard, Joined, Voice
from razdar.core.redaction.cues import Cue
from razdar.core.redaction.customer import Known, known_customer
from razdar.core.redaction.engine import search
from razdar.core.redaction.entities import EntityEngine, found_by
from razdar.core.redaction.equipment import scanned
from razdar.core.redaction.folding import plain
from razdar.core.redaction.naming import NEVER
from razdar.core.redaction.questions import LOOK_BACK, asked, asks
from razdar.core.redaction.read_backs import read_backs
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.slots import answers, core
from razdar.core.redaction.spans import Span, SpanType, Why, resolve

TURN_MS = 4_000
"""A turn without times is taken to last so long."""

LONG_SPEECH = 120
"""Characters that nobody says while somebody else reads out a number."""

SHORTEST_NAME = 3
LONGEST_BEGINNING = 64
_BEGINNING = re.compile(rb"(?:^|[ \n])([a-z0-9]+[a-z0-9._%+-]*[._%+0-9-][a-z0-9._%+-]*) $")
_NAME_WORD = re.compile("[^\\s.,;:!?()'\"\u060c\u3001\u3002\uff0c]+")


@runtime_checkable
class Spoken(Protocol):
    """A turn as an object; ``start_ms`` and ``end_ms`` are taken if they are there."""

    @property
    def speaker(self) -> object:
        """Who speaks; anything that tells one from another."""

    @property
    def text(self) -> str:
        """What is said."""


class _Turn(NamedTuple):
    speaker: object
    text: str
    start_ms: int
    end_ms: int


def find_turns(
    turns: Iterable[Spoken | Sequence[str]],
    *,
    lang: str | None = None,
    customer: Known | None = None,
    entities: EntityEngine | None = None,
) -> list[list[Span]]:
    """Personal and payment data in a dialogue.

    Args:
        turns: pairs of speaker and text, or objects with ``speaker``, ``text`` and, if known, ``start_ms`` and
        ``end_ms``.
        lang: BCP 47 tag of the language if known.
        customer: whom the dialogue is with, if known.
        entities: a named-entity engine that is asked about each turn, if there is one.

    Returns:
        For each turn its spans in code points of its text, sorted, without overlaps.

    Raises:
        As ``find``.
    """
    known = known_customer(customer)
    said = [_turn(turn, place) for place, turn in enumerate(turns)]
    speakers = {speaker: number for number, speaker in enumerate(dict.fromkeys(turn.speaker for turn in said))}
    voices = [Voice(turn.start_ms, turn.end_ms, speakers[turn.speaker]) for turn in said]
    scans = [scanned(turn.text, lang) for turn in said]
    speakers_said = [turn.speaker for turn in said]
    candidates = [found_by(entities, turn.text, lang) for turn in said]
    heard = Heard(voices.__getitem__)
    own = [Joined(_rows(said, scans, speaker), lang, of_turns=True) for speaker in speakers]
    whole = Joined([[(place, turn.text)] for place, turn in enumerate(said)], lang, of_turns=True)
    for text in (whole, *own):
        spans = search(text.scan, known)
        for span in (*spans, *_begun_before(text, spans)):
            _add(text, span, candidates)
        heard.add(text, [span for span in spans if span.type in NUMERIC])
    for place, span in answers(scans, speakers_said, candidates):
        candidates[place].append(span)
        heard.answer(place, scans[place], span)
    for place, span in list(_new_read_backs(own, heard, _Known(candidates, said))):
        candidates[place].append(span)
    for place, span in [
        *_parts_again(said, scans, candidates),
        *read_backs(scans, speakers_said, candidates),
        *_names_again(said, candidates),
    ]:
        candidates[place].append(span)
    return [resolve(spans, scan.view) for spans, scan in zip(candidates, scans, strict=True)]


def _turn(turn: Spoken | Sequence[str], place: int) -> _Turn:
    start = place * TURN_MS
    if isinstance(turn, Spoken):
        begun, ended = getattr(turn, "start_ms", None), getattr(turn, "end_ms", None)
        begun = start if begun is None else int(begun)
        return _Turn(turn.speaker, turn.text, begun, begun + TURN_MS if ended is None else int(ended))
    speaker, text = turn[0], turn[1]
    return _Turn(speaker, text, start, start + TURN_MS)


def _add(text: Joined, span: Span, candidates: Sequence[list[Span]]) -> None:
    for place, part in text.places(span):
        candidates[place].append(part)


class _Known:
    """What of each turn is found already, by kind. It is asked for each of many numbers of one turn, so an answer must
    not take all of them."""

    def __init__(self, candidates: Sequence[Sequence[Span]], said: Sequence[_Turn]) -> None:
        self._marked: dict[tuple[int, SpanType], bytearray] = {}
        for place, spans in enumerate(candidates):
            for span in spans:
                marked = self._marked.setdefault((place, span.type), bytearray(len(said[place].text)))
                marked[span.start : span.end] = b"\x01" * (span.end - span.start)

    def holds(self, place: int, part: Span) -> bool:
        marked = self._marked.get((place, part.type))
        return marked is not None and marked.find(0, part.start, part.end) == -1


def _new_read_backs(own: Sequence[Joined], heard: Heard, known: _Known) -> Iterator[tuple[int, Span]]:
    """What is heard again, by turn: a number is no read-back of itself."""
    for text in own:
        for span in heard.read_backs(text):
            for place, part in text.places(span):
                if not known.holds(place, part):
                    yield place, part


def _rows(said: Sequence[_Turn], scans: Sequence[Scan], speaker: object) -> Iterator[list[tuple[int, str]]]:
    """The turns of one speaker, cut where another topic begins (rule 2)."""
    row: list[tuple[int, str]] = []
    between: list[int] = []
    last = 0
    for place, turn in enumerate(said):
        if turn.speaker != speaker:
            between.append(place)
            continue
        if row and (turn.start_ms - last > TOPIC_MS or _is_new_topic(said, scans, between)):
            yield row
            row = []
        if not row:
            row.extend(_questions(said, scans, between))
        row.append((place, turn.text))
        between, last = [], turn.end_ms
    yield row


def _questions(said: Sequence[_Turn], scans: Sequence[Scan], between: Sequence[int]) -> Iterator[tuple[int, str]]:
    """What the other side asked last for: it is the cue of a number over several turns, too."""
    for place in reversed(between):
        if asked(scans[place]):
            yield NOBODYS, said[place].text[-LOOK_BACK:] + " " + BREAK
            return


def _is_new_topic(said: Sequence[_Turn], scans: Sequence[Scan], between: Sequence[int]) -> bool:
    return any(len(said[place].text) > LONG_SPEECH or asks(scans[place]) for place in between)


def _begun_before(text: Joined, spans: Sequence[Span]) -> Iterator[Span]:
    """The beginning of an e-mail address that ended one turn, where the next one begins with the rest of it."""
    for span in spans:
        if span.type is not SpanType.EMAIL or not text.begins(span.start):
            continue
        first = max(0, span.start - LONGEST_BEGINNING)
        match = _BEGINNING.search(text.scan.view, first, span.start)
        if match is not None and text.scan.company(match.start(1), span.end).near(Cue.EMAIL):
            yield Span(match.start(1), match.end(1), SpanType.EMAIL, span.score, (Why.CUE, Why.SHAPE))


def _parts_again(
    said: Sequence[_Turn], scans: Sequence[Scan], candidates: Sequence[Sequence[Span]]
) -> Iterator[tuple[int, Span]]:
    """What the other side says between two turns of one address, if it repeats a number of the first."""
    for place in range(1, len(said) - 1):
        if said[place - 1].speaker != said[place + 1].speaker or not scans[place].strings:
            continue
        parts = [[one for one in candidates[place + side] if one.type is SpanType.EMAIL] for side in (-1, 1)]
        if not all(parts):
            continue
        start, end = core(scans[place])
        first = parts[0][-1]
        heard = {
            one.digits for one in scans[place - 1].strings if first.start <= one.starts[0] and one.ends[-1] <= first.end
        }
        if start < end and any(one.digits in heard for one in scans[place].strings):
            yield place, Span(start, end, SpanType.EMAIL, 0.5, (Why.REPEATED,))


def _names_again(said: Sequence[_Turn], candidates: Sequence[Sequence[Span]]) -> Iterator[tuple[int, Span]]:
    """The words of names that were found, in all turns; in scripts with capitals only with one, or when found so."""
    names: set[str] = set()
    for turn, spans in zip(said, candidates, strict=True):
        for span in spans:
            if span.type is SpanType.PERSON:
                words = _NAME_WORD.findall(plain(turn.text[span.start : span.end]))
                names.update(word for word in words if len(word) >= SHORTEST_NAME and word not in NEVER)
    if not names:
        return
    for place, turn in enumerate(said):
        folded = plain(turn.text)
        for match in _NAME_WORD.finditer(folded):
            if match.group() in names and not turn.text[match.start()].islower():
                yield place, Span(match.start(), match.end(), SpanType.PERSON, 0.5, (Why.REPEATED,))
