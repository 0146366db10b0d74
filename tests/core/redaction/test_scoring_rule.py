"""The rule by which the bench scores every engine."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def scoring() -> ModuleType:
    spec = importlib.util.spec_from_file_location("_scoring", ROOT / "bench" / "_scoring.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_half_of_the_union_is_enough_and_one_to_one(scoring: ModuleType) -> None:
    assert scoring.matches([(0, 10)], [(0, 5)]) == 1
    assert scoring.matches([(0, 10)], [(0, 4)]) == 0
    assert scoring.matches([(0, 10)], [(0, 10), (0, 9)]) == 1
    assert scoring.matches([(0, 10), (20, 30)], [(20, 31), (1, 10)]) == 2


def test_only_types_that_the_source_labels_count(scoring: ModuleType) -> None:
    record = scoring.Record("0123456789", "en", ((0, 4, "CARD"), (5, 8, "IGNORE")), frozenset({"CARD", "PHONE"}))
    counted = dict(scoring.tallies(record, [(0, 4, "CARD"), (5, 9, "PHONE"), (4, 5, "EMAIL")]))
    assert set(counted) == {"CARD"}, "three of four characters of the telephone number are to be ignored"
    assert (counted["CARD"].right, counted["CARD"].leak) == (1, 0)


def test_a_birth_date_is_a_date_where_these_are_not_told_apart(scoring: ModuleType) -> None:
    together = scoring.Record("born 1/2/1934", "en", ((5, 13, "DATE"),), frozenset({"DATE"}))
    apart = scoring.Record("born 1/2/1934", "en", ((5, 13, "DOB"),), frozenset({"DATE", "DOB"}))
    assert dict(scoring.tallies(together, [(5, 13, "DOB")]))["DATE"].right == 1
    assert dict(scoring.tallies(apart, [(5, 13, "DOB")]))["DOB"].right == 1
    assert dict(scoring.tallies(apart, [(5, 13, "DATE")]))["DATE"].false == 1


def test_figures(scoring: ModuleType) -> None:
    tally = scoring.Tally(right=3, false=1, missed=2, characters=50, covered=40)
    precision, recall = 3 / 4, 3 / 5
    assert (tally.precision, tally.recall) == (precision, recall)
    assert tally.f(2) == pytest.approx(5 * precision * recall / (4 * precision + recall))
    assert tally.f(1) == pytest.approx(2 * precision * recall / (precision + recall))
    assert tally.leak == pytest.approx(0.2)


def test_what_covers_with_another_type_does_not_leak(scoring: ModuleType) -> None:
    record = scoring.Record("0123456789", "en", ((0, 10, "CARD"),), frozenset({"CARD"}))
    counted = dict(scoring.tallies(record, [(0, 5, "PHONE")]))["CARD"]
    assert (counted.missed, counted.leak) == (1, 0.5)


def test_texts_with_marks(scoring: ModuleType, tmp_path: Path) -> None:
    lines = [
        {"id": "1", "text": "tel. ⟦PHONE:601 234 567⟧, tak"},
        {"id": "2", "turns": [["agent", "numer?"], ["customer", "⟦PHONE:601⟧ i ⟦PIN:1234⟧"]]},
    ]
    file = tmp_path / "pl.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    one, two = scoring.records(file)
    assert [one.text[start:end] for start, end, _ in one.spans] == ["601 234 567"]
    assert (two.text, two.lang) == ("numer?\n601 i 1234", "pl")
    assert [two.text[start:end] for start, end, _ in two.spans] == ["601", "1234"]
    assert one.types == {"PHONE", "PIN"}


def test_what_is_concealed_beside_the_labels_is_counted_without_dates(scoring: ModuleType) -> None:
    record = scoring.Record("0123456789", "en", ((0, 4, "CARD"),), frozenset({"CARD"}))
    total = scoring.score([record], [[(2, 7, "NUMBER"), (8, 10, "DATE")]], 1.0)
    assert (total.unlabelled, total.unlabelled_covered) == (6, 3)
    assert total.beside == pytest.approx(0.5)
