"""A policy as a document, read strictly; what a change of it opens."""

import json
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from razdar.core.errors import BadInput
from razdar.core.redaction import NEVER_KEPT, Action, OwnPattern, Policy, SpanType, Why, redact
from razdar.core.redaction.documents import PolicyChange, changes, checked, from_json, to_json
from razdar.core.redaction.transcript import Transcript, Word
from razdar.core.redaction.words import redact_transcript

OWN = OwnPattern(r"\bQU-\d{6}\b", SpanType.REFERENCE)
POLICY = Policy(
    {SpanType.PHONE: Action.TOKEN, SpanType.DATE: Action.MASK}, allowed=["help@example.org"], patterns=(OWN,)
)
ACTIONS = st.dictionaries(st.sampled_from(sorted(set(SpanType) - NEVER_KEPT)), st.sampled_from(Action))


def test_a_document_says_what_differs_and_reads_the_same() -> None:
    document = json.loads(to_json(POLICY))
    assert document["actions"] == {"phone": "token", "date": "mask"}
    assert document["allowed"] == ["help@example.org"]
    assert document["patterns"] == [{"expression": r"\bQU-\d{6}\b", "type": "reference"}]
    assert from_json(to_json(POLICY), thread_time) == POLICY
    assert json.loads(to_json(Policy.DEFAULT)) == {"version": 1, "actions": {}, "allowed": [], "patterns": []}


@given(ACTIONS, st.sets(st.text(min_size=1, max_size=20).filter(str.strip), max_size=3))
def test_every_policy_goes_through_its_document(actions: dict[SpanType, Action], allowed: set[str]) -> None:
    policy = Policy(actions, allowed=allowed)
    try:
        checked(policy)
    except BadInput:
        return
    assert from_json(to_json(policy)) == policy


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "{",
        '{"version": 2}',
        '{"version": true}',
        '{"actions": {}}',
        '{"version": 1, "action": {}}',
        '{"version": 1, "actions": {"telephone": "keep"}}',
        '{"version": 1, "actions": {"phone": "show"}}',
        '{"version": 1, "actions": ["phone"]}',
        '{"version": 1, "actions": {"phone": ["keep"]}}',
        '{"version": 1, "actions": {"card": "keep"}}',
        '{"version": 1, "actions": {"cvv": "token"}}',
        '{"version": 1, "allowed": "help"}',
        '{"version": 1, "allowed": [1]}',
        '{"version": 1, "allowed": [" "]}',
        '{"version": 1, "patterns": [{"expression": "a"}]}',
        '{"version": 1, "patterns": [{"expression": "Q1", "type": "card"}]}',
        '{"version": 1, "patterns": [{"expression": "(?=a)b", "type": "reference"}]}',
        '{"version": 1, "patterns": [{"expression": ".*", "type": "reference"}]}',
        "[" * 100_000,
        '{"version": 1, "allowed": ["' + "x" * (5 << 20) + '"]}',
    ],
)
def test_what_is_not_quite_a_policy_is_refused(document: str) -> None:
    with pytest.raises(BadInput):
        from_json(document)


@pytest.mark.parametrize("text", ["4111 1111 1111 1111", "our card 5500005555555559", "my password is hunter22x"])
def test_the_list_of_texts_stores_nothing_that_is_never_kept(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked(Policy(allowed=[text]))
    assert text not in str(refused.value)


def opening(before: Policy, after: Policy) -> list[bool]:
    return [change.opens for change in changes(before, after)]


def test_what_a_change_opens() -> None:
    usual = Policy.DEFAULT
    assert opening(usual, Policy({SpanType.PHONE: Action.KEEP})) == [True]
    assert opening(usual, Policy({SpanType.PHONE: Action.TOKEN})) == [True]
    assert opening(usual, Policy({SpanType.PHONE: Action.DROP})) == [False]
    assert opening(usual, Policy({SpanType.DATE: Action.MASK})) == [False]
    assert opening(usual, Policy(allowed=["a@example.org"])) == [True]
    assert opening(Policy(allowed=["a@example.org"]), usual) == [False]
    assert opening(usual, Policy(patterns=(OWN,))) == [False]
    assert opening(Policy(patterns=(OWN,)), usual) == [True]
    assert opening(usual, Policy(patterns=(OwnPattern(r"QU-\d", SpanType.DATE),))) == [True]
    assert changes(POLICY, POLICY) == ()


@given(ACTIONS, ACTIONS)
def test_every_change_of_an_action_is_told_and_back_is_the_other_way(
    one: dict[SpanType, Action], other: dict[SpanType, Action]
) -> None:
    there, back = changes(Policy(one), Policy(other)), changes(Policy(other), Policy(one))
    assert {change.type for change in there} == {
        k for k in SpanType if Policy(one).actions[k] != Policy(other).actions[k]
    }
    assert [not change.opens for change in there] == [change.opens for change in back]


def test_a_change_does_not_show_its_text() -> None:
    (change,) = changes(Policy.DEFAULT, Policy(allowed=["a@example.org"]))
    assert isinstance(change, PolicyChange)
    assert "example" not in repr(change)


def test_an_own_pattern_says_that_it_found_it() -> None:
    (found,) = redact("about QU-104221", POLICY, key=bytes(16)).spans
    assert found.why == (Why.OWN,)


def said(*turns: tuple[int, str]) -> Transcript:
    words, at = [], 0
    for channel, text in turns:
        for word in text.split():
            words.append(Word(word, at, at + 400, channel))
            at += 500
        at += 1500
    return Transcript("en", tuple(words), at, 2)


@pytest.mark.parametrize(("action", "stands"), [(Action.KEEP, True), (Action.MASK, False)])
def test_what_a_policy_keeps_is_kept_in_a_transcript_and_its_sound(action: Action, stands: bool) -> None:
    policy = Policy({SpanType.EMAIL: action})
    done = redact_transcript(said((1, "write to thistledown@example.org please")), policy=policy)
    assert ("thistledown@example.org" in [word.text for word in done.words]) is stands
    assert any(done.muted) is not stands


CALL = ((1, "call 020 7946 0777 or a@example.org"), (0, "I note oh two oh seven nine four six oh triple seven"))


def test_tokens_in_a_transcript_tell_values_apart_and_nothing_else() -> None:
    policy = Policy({SpanType.PHONE: Action.TOKEN})
    with pytest.raises(ValueError, match="key"):
        redact_transcript(said(*CALL), policy=policy)
    done, other = (redact_transcript(said(*CALL), policy=policy, key=bytes([n]) * 32) for n in (1, 2))
    first, second = (word.text for word in done.words if word.type is SpanType.PHONE)
    assert first == second
    assert first.startswith("<PHONE_")
    assert first not in [word.text for word in other.words]
    assert "[email]" in [word.text for word in done.words]


def test_what_is_dropped_is_among_no_words_and_is_silent() -> None:
    usual = redact_transcript(said(*CALL))
    done = redact_transcript(said(*CALL), policy=Policy({SpanType.PHONE: Action.DROP}))
    assert [word for word in usual.words if word.type is not SpanType.PHONE] == list(done.words)
    assert done.muted == usual.muted
