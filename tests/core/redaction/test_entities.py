"""Named-entity engines: what they find is concealed by the same policy, and what makes no sense lets nothing leave."""

import re
from collections.abc import Iterable

import pytest

from razdar.core.redaction import (
    UNREAD,
    Action,
    BadEntity,
    Entity,
    Policy,
    SpanType,
    Why,
    find,
    load_transcript,
    redact,
    redact_transcript,
    redact_turns,
)
from razdar.core.redaction.entities import SURE


class Words:
    """Takes certain words for entities of a kind."""

    def __init__(self, words: str, kind: str = "PERSON", score: float = 0.95) -> None:
        self._pattern, self._kind, self._score = re.compile(words), kind, score
        self.asked: list[tuple[str, str | None]] = []

    def find(self, text: str, lang: str | None) -> Iterable[Entity]:
        self.asked.append((text, lang))
        return [Entity(*match.span(), self._kind, self._score) for match in self._pattern.finditer(text)]


class Says:
    """Gives one answer, whatever the text."""

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def find(self, _text: str, _lang: str | None) -> Iterable[Entity]:
        return [self._answer]  # type: ignore[list-item]


class Breaks:
    def find(self, _text: str, _lang: str | None) -> Iterable[Entity]:
        raise RuntimeError("the model is gone")


SEEN = "I spoke to Thistledown, my card is 4111 1111 1111 1111"


def test_what_only_the_engine_knows_is_found() -> None:
    engine = Words("Thistledown")
    (name, card) = find(SEEN, lang="en", entities=engine)
    assert (SEEN[name.start : name.end], name.type, name.why) == ("Thistledown", SpanType.PERSON, (Why.ENTITY,))
    assert card.type is SpanType.CARD
    assert engine.asked == [(SEEN, "en")]
    assert redact(SEEN, entities=engine).text == "I spoke to [name], my card is [card]"
    assert "Thistledown" in redact(SEEN).text, "without the engine nothing tells that this is a name"


def test_an_engine_outvotes_no_rule() -> None:
    (only,) = find("my card is 4111 1111 1111 1111", entities=Words("4111.*", "DATE", 1.0))
    assert (only.type, only.end) == (SpanType.CARD, 30)
    assert only.score > SURE


def test_what_a_rule_leaves_of_its_finding_is_concealed() -> None:
    text = "write to zo@example.org Quillfeather"
    done = redact(text, entities=Words("zo@example.org Quillfeather"))
    assert done.text == "write to [email] [name]"


def test_the_policy_decides_about_it_too() -> None:
    kept = redact(SEEN, Policy({SpanType.PERSON: Action.KEEP}), entities=Words("Thistledown"))
    assert kept.text == "I spoke to Thistledown, my card is [card]"
    named = redact(SEEN, Policy({SpanType.PERSON: Action.TOKEN}), key=bytes(16), entities=Words("Thistledown"))
    assert named.text.startswith("I spoke to <PERSON_")


def test_it_splits_no_character() -> None:
    text = "here is निशा today"
    at = text.index("न")
    assert redact(text, entities=Says((at, at + 1, "PERSON", 0.9))).text == "here is [name]शा today"


def test_blanks_around_it_stay() -> None:
    assert redact("ask Thistledown now", entities=Words(" Thistledown ")).text == "ask [name] now"


def test_in_a_conversation_the_name_is_known_when_it_is_said_again() -> None:
    turns = [("agent", "Have you spoken to Thistledown?"), ("customer", "No, Thistledown is away.")]
    done = redact_turns(turns, entities=Words("(?<=to )Thistledown"))
    assert [one.text for one in done] == ["Have you spoken to [name]?", "No, [name] is away."]


def test_sound_is_muted_where_the_name_is_said() -> None:
    said = b"""{"version": 1, "language": "en", "words": [{"w": "ask", "s": 1.0, "e": 1.4, "c": 0},
               {"w": "Thistledown", "s": 3.0, "e": 3.8, "c": 0}, {"w": "now", "s": 5.0, "e": 5.4, "c": 0}]}"""
    done = redact_transcript(load_transcript(said, duration_ms=6_000, channels=1), entities=Words("Thistledown"))
    assert [word.text for word in done.words] == ["ask", "[name]", "now"]
    (muted,) = done.muted[0]
    assert muted.start_ms < 3_000
    assert muted.end_ms > 3_800


def test_a_text_without_letters_is_not_shown_to_it() -> None:
    engine = Words(".*")
    assert find("12 34", entities=engine) == find("12 34")
    assert engine.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        (-1, 4, "PERSON", 0.9),
        (4, 4, "PERSON", 0.9),
        (5, 1_000, "PERSON", 0.9),
        (1.0, 4, "PERSON", 0.9),
        (1, 4, "SOMEBODY", 0.9),
        (1, 4, "PERSON", 1.1),
        (1, 4, "PERSON", float("nan")),
        (1, 4),
    ],
    ids=["before", "empty", "beyond", "half", "kind", "score", "no score", "short"],
)
def test_nonsense_lets_nothing_leave(answer: tuple[object, ...]) -> None:
    with pytest.raises(ValueError) as raised:
        find(SEEN, entities=Says(answer))
    assert "Thistledown" not in str(raised.value)
    done = redact(SEEN, entities=Says(answer))
    assert (done.text, done.quarantined) == (UNREAD, True)


def test_an_engine_that_breaks_lets_nothing_leave() -> None:
    assert redact(SEEN, entities=Breaks()).quarantined
    assert all(one.quarantined for one in redact_turns([("a", SEEN), ("b", "yes")], entities=Breaks()))
    assert issubclass(BadEntity, ValueError)
