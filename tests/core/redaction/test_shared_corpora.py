"""Precision and recall on public texts from outside the project, by type.

A finding is right if type and place agree: intersection over union of at least one half, one to one. Only the types
that a corpus labels completely count. F2 = 5PR / (4P + R): a leak weighs more than a false alarm.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from razdar.core.redaction import find
from razdar.core.redaction.detectors.countries.ir import is_national_code as is_valid
from tests.core.redaction.cases import found
from tests.shared import SHARED

PII = SHARED / "data" / "pii"
TYPES = ("CARD", "EMAIL", "IBAN", "PHONE")
AT_LEAST = {"CARD": 0.98, "EMAIL": 0.97, "IBAN": 0.97, "PHONE": 0.95}
OTHER_KIND = "identifier-values.jsonl"
NOISY = ("en-multidogo", "vectors-presidio-tests")
"""Customer turns without punctuation, and a library's own test literals: reported, not gated."""

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PII.is_dir(), reason="the public corpora are not part of this repository"),
]

Place = tuple[int, int]


def overlap(one: Place, other: Place) -> float:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return max(common, 0) / (max(one[1], other[1]) - min(one[0], other[0]))


def score(gold: list[Place], predicted: list[Place]) -> tuple[int, int, int]:
    """True positives, false positives, misses; greedy, best overlap first."""
    pairs = sorted(
        ((overlap(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(predicted)), key=lambda pair: -pair[0]
    )
    hit: set[int] = set()
    used: set[int] = set()
    for value, i, j in pairs:
        if value >= 0.5 and i not in hit and j not in used:
            hit.add(i)
            used.add(j)
    return len(hit), len(predicted) - len(used), len(gold) - len(hit)


def records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def counted(paths: list[Path]) -> Counter[tuple[str, str]]:
    total: Counter[tuple[str, str]] = Counter()
    for record in (record for path in paths for record in records(path)):
        spans = find(record["text"], lang=record["lang"])
        ignored = [(s["start"], s["end"]) for s in record["spans"] if s["type"] == "IGNORE"]
        for kind in set(TYPES) & set(record["types"]):
            gold = [(s["start"], s["end"]) for s in record["spans"] if s["type"] == kind]
            predicted = [(s.start, s.end) for s in spans if s.type.name == kind]
            predicted = [p for p in predicted if not any(min(p[1], b) - max(p[0], a) > 0 for a, b in ignored)]
            for name, count in zip(("tp", "fp", "fn"), score(gold, predicted), strict=True):
                total[kind, name] += count
    return total


def f2(total: Counter[tuple[str, str]], kind: str) -> tuple[float, float, float]:
    tp, fp, fn = (total[kind, name] for name in ("tp", "fp", "fn"))
    precision, recall = tp / max(tp + fp, 1), tp / max(tp + fn, 1)
    return precision, recall, 5 * precision * recall / max(4 * precision + recall, 1e-9)


def test_f2_by_type(record_property: Any) -> None:
    paths = [path for path in sorted(PII.glob("*.jsonl")) if path.name != OTHER_KIND and path.stem not in NOISY]
    total = counted(paths)
    for kind in TYPES:
        precision, recall, value = f2(total, kind)
        record_property(kind, f"P {precision:.3f} R {recall:.3f} F2 {value:.3f}")
        assert value >= AT_LEAST[kind], (kind, precision, recall, value)


@pytest.mark.parametrize("name", ["en-massive", "fa-massive"])
def test_no_false_alarm_in_commands_to_an_assistant(name: str) -> None:
    total = counted([PII / f"{name}.jsonl"])
    assert {kind: total[kind, "fp"] for kind in TYPES} == dict.fromkeys(TYPES, 0)


def test_identifier_values() -> None:
    for record in records(PII / OTHER_KIND):
        if record["kind"] == "ir.national_id":
            value = record["value"]
            assert (8 <= len(value) <= 10 and value.isdigit() and is_valid(value)) is record["valid"]
        if record["kind"] == "pl.pesel" and record["valid"]:
            assert found(record["value"], next(s.type for s in find(record["value"]))) == [record["value"]]
