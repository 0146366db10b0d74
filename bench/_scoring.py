"""How findings in labelled texts are scored, the same for every engine.

Rules:
1. For each text only the types count that its source labels completely (``types``). Where a source labels dates and
   not dates of birth apart, a date of birth is a date.
2. A finding that lies at least half inside a stretch labelled IGNORE does not count.
3. A finding is right if type and place agree: intersection over union of at least one half, one to one, the best
   overlap first.
4. F2 = 5PR / (4P + R): a leak weighs more than a false alarm. *leak* is the share of the labelled characters that no
   finding of any type covers; *beside* is the share of all other characters that findings cover, dates left out: what
   is concealed in vain, and what the source did not label.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import and_
from pathlib import Path
from typing import Any

CORE = ("CARD", "PHONE", "EMAIL", "IBAN", "NATIONAL_ID", "TAX_ID", "ACCOUNT", "IP", "MAC", "URL")
"""The types of the micro-average."""

Place = tuple[int, int]
Finding = tuple[int, int, str]
"""Start, end, type."""

_MARK = re.compile(r"⟦(\w+):(.*?)⟧", re.DOTALL)


@dataclass(frozen=True)
class Record:
    """A labelled text; ``types`` are those that its source labels completely."""

    text: str
    lang: str
    spans: tuple[Finding, ...]
    types: frozenset[str]


@dataclass
class Tally:
    """Counts of one type; tallies add up."""

    right: int = 0
    false: int = 0
    missed: int = 0
    characters: int = 0
    covered: int = 0

    def add(self, other: "Tally") -> None:
        self.right += other.right
        self.false += other.false
        self.missed += other.missed
        self.characters += other.characters
        self.covered += other.covered

    @property
    def labelled(self) -> int:
        return self.right + self.missed

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.false, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.labelled, 1)

    @property
    def leak(self) -> float:
        return 1 - self.covered / self.characters if self.characters else 0.0

    def f(self, beta: int) -> float:
        weight = beta * beta
        return (1 + weight) * self.right / max((1 + weight) * self.right + weight * self.missed + self.false, 1)


@dataclass
class Score:
    """What one engine found in one file: tallies by type, and the processor time it took."""

    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    documents: int = 0
    seconds: float = 0.0
    unlabelled: int = 0
    unlabelled_covered: int = 0

    @property
    def speed(self) -> float:
        return self.documents / self.seconds if self.seconds else 0.0

    @property
    def beside(self) -> float:
        return self.unlabelled_covered / max(self.unlabelled, 1)

    def add(self, other: "Score") -> None:
        self.documents += other.documents
        self.seconds += other.seconds
        self.unlabelled += other.unlabelled
        self.unlabelled_covered += other.unlabelled_covered
        for kind, one in other.tallies.items():
            self.tallies[kind].add(one)

    def core(self) -> Tally:
        """The micro-average over the core types."""
        total = Tally()
        for kind in CORE:
            if kind in self.tallies:
                total.add(self.tallies[kind])
        return total


def records(path: Path) -> list[Record]:
    """The labelled texts of a file of JSON lines: with ``spans`` and ``types``, or with marks ⟦TYPE:value⟧ inside."""
    with path.open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    labelled = [_labelled(one) for one in found if "spans" in one]
    marked = [_marked(one, one.get("lang", path.stem)) for one in found if "spans" not in one and _is_marked(one)]
    every = frozenset(kind for one in marked for _, _, kind in one.spans)
    return labelled + [Record(one.text, one.lang, one.spans, every) for one in marked]


def score(labelled: Sequence[Record], findings: Iterable[Sequence[Finding]], seconds: float) -> Score:
    """One engine's findings, text by text."""
    total = Score(documents=len(labelled), seconds=seconds)
    for record, found in zip(labelled, findings, strict=True):
        for kind, one in tallies(record, found):
            total.tallies[kind].add(one)
        unlabelled = _unlabelled(record)
        covered = _covered(record, (one for one in found if one[2] != "DATE"))
        total.unlabelled += sum(unlabelled)
        total.unlabelled_covered += sum(map(and_, unlabelled, covered))
    return total


def _covered(record: Record, findings: Iterable[Finding]) -> bytearray:
    """1 for each character that a finding covers."""
    covered = bytearray(len(record.text))
    for start, end, _ in findings:
        covered[start:end] = b"\x01" * (end - start)
    return covered


def _unlabelled(record: Record) -> bytes:
    """1 for each character that no label covers."""
    return bytes(_covered(record, record.spans).translate(bytes([1, 0]) + bytes(254)))


def tallies(record: Record, findings: Sequence[Finding]) -> Iterator[tuple[str, Tally]]:
    """For each type that counts (rule 1)."""
    ignored = [(start, end) for start, end, kind in record.spans if kind == "IGNORE"]
    counted = [one for one in findings if not any(_common(one[:2], place) * 2 >= one[1] - one[0] for place in ignored)]
    same = {"DOB": "DATE"} if "DOB" not in record.types else {}
    covered = _covered(record, findings)
    for kind in record.types:
        gold = [(start, end) for start, end, its in record.spans if its == kind]
        predicted = [(start, end) for start, end, its in counted if same.get(its, its) == kind]
        if gold or predicted:
            right = matches(gold, predicted)
            seen = sum(covered.count(1, start, end) for start, end in gold)
            length = sum(end - start for start, end in gold)
            yield kind, Tally(right, len(predicted) - right, len(gold) - right, length, seen)


def matches(gold: Sequence[Place], predicted: Sequence[Place]) -> int:
    """How many agree (rule 3)."""
    pairs = sorted(
        ((_overlap(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(predicted)), key=lambda pair: -pair[0]
    )
    hit: set[int] = set()
    used: set[int] = set()
    for value, i, j in pairs:
        if value >= 0.5 and i not in hit and j not in used:
            hit.add(i)
            used.add(j)
    return len(hit)


def _common(one: Place, other: Place) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _overlap(one: Place, other: Place) -> float:
    common = _common(one, other)
    return common / (one[1] - one[0] + other[1] - other[0] - common)


def _labelled(entry: dict[str, Any]) -> Record:
    spans = tuple((span["start"], span["end"], span["type"]) for span in entry["spans"])
    return Record(entry["text"], entry["lang"], spans, frozenset(entry["types"]))


def _is_marked(entry: dict[str, Any]) -> bool:
    return "text" in entry or "turns" in entry


def _marked(entry: dict[str, Any], lang: str) -> Record:
    """A text, or a dialogue with a line for each turn."""
    source = entry["text"] if "text" in entry else "\n".join(turn[1] for turn in entry["turns"])
    text, spans, last = "", [], 0
    for match in _MARK.finditer(source):
        text += source[last : match.start()]
        spans.append((len(text), len(text) + len(match.group(2)), match.group(1)))
        text += match.group(2)
        last = match.end()
    return Record(text + source[last:], lang, tuple(spans), frozenset())
