"""The vectors are whole: as many as they must be, of known types, marked from letter to letter."""

import pytest

from tests.core.redaction.vectors import LANGUAGES, TYPES, vectors


@pytest.mark.parametrize("language", LANGUAGES)
def test_sixty_and_a_third_of_them_negative(language: str) -> None:
    found = list(vectors(language))
    assert len(found) == len({vector.id for vector in found}) == len({vector.turns for vector in found}) == 60
    assert sum(vector.is_negative for vector in found) == 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_are_of_known_types_and_hold_nothing_but_the_value(language: str) -> None:
    for vector in vectors(language):
        for _speaker, turn in vector.turns:
            assert not set("⟦⟧") & set(turn.text), vector.id
            for start, end, kind in turn.marks:
                assert kind in TYPES, vector.id
                assert start < end, vector.id
                assert turn.text[start:end].strip() == turn.text[start:end], vector.id
