"""Questions about the log: the client's people ask and close, the operator's officers answer; sealed, logged, apart."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.utils import timezone

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, Unopenable
from razdar.core.ledger.events import Mode
from razdar.identity.models import Client
from razdar.oversight import jobs, questions
from razdar.oversight.models import Question, Turn
from razdar.runtime.postgres.conninfo import RoleUrls
from razdar.runtime.scope import scope
from tests.audit.sequencing import wait_until_sequenced
from tests.world import World, build, unlocked_keys

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit", "sequencer"])
TEXT = "Why was this customer looked at five times at night?"
ANSWER = "The customer called back twice; the calls are in the log."


@pytest.fixture(autouse=True)
def _unlocked() -> None:
    """In place of the log's own stand-in: what is sealed here is sealed with keys."""


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, database: RoleUrls) -> Iterator[World]:
    with unlocked_keys(tmp_path / "keys"):
        made = build(database.owner)
        wait_until_sequenced()
        yield made
        connections["sequencer"].close()


def viewer(world: World, role: Role) -> Viewer:
    return world.viewer(role)


def asked(world: World, *entries: int) -> UUID:
    with scope(world.client):
        return questions.ask(viewer(world, Role.CLIENT_OBSERVER), entries or (0,), TEXT)


def seen(world: World, question: UUID, role: Role = Role.CLIENT_OBSERVER) -> questions.Asked:
    with scope(world.client):
        return questions.question(viewer(world, role), question)


def test_asked_answered_asked_on_answered_and_closed(world: World) -> None:
    question = asked(world, 1, 0, 1)
    observer, officer = viewer(world, Role.CLIENT_OBSERVER), viewer(world, Role.PRIVACY_OFFICER)
    states = [seen(world, question).listed.state]
    for step in (
        lambda: questions.answer(officer, question, ANSWER),
        lambda: questions.ask_on(observer, question, "And who decided that it was at night?"),
        lambda: questions.answer(viewer(world, Role.SECURITY_OFFICER), question, ANSWER),
        lambda: questions.close(observer, question),
    ):
        with scope(world.client):
            step()
        states.append(seen(world, question).listed.state)
    assert states == ["open", "answered", "open", "answered", "closed"]
    whole = seen(world, question, Role.PRIVACY_OFFICER)
    assert [(turn.kind, turn.text[:7]) for turn in whole.turns] == [
        ("asked", TEXT[:7]),
        ("answered", ANSWER[:7]),
        ("asked", "And who"),
        ("answered", ANSWER[:7]),
        ("closed", ""),
    ]
    assert [row.index for row in whole.rows] == [1, 0]
    assert (whole.may_answer, whole.may_ask_on) == (False, False)
    for late in (
        lambda: questions.answer(officer, question, ANSWER),
        lambda: questions.ask_on(observer, question, TEXT),
        lambda: questions.close(observer, question),
    ):
        with scope(world.client), pytest.raises(BadInput):
            late()


def test_each_step_is_in_the_log_and_nothing_that_was_written(world: World) -> None:
    question = asked(world)
    observer, officer = viewer(world, Role.CLIENT_OBSERVER), viewer(world, Role.PRIVACY_OFFICER)
    with scope(world.client):
        questions.answer(officer, question, ANSWER)
        questions.question(officer, question)
        questions.ask_on(observer, question, TEXT)
        questions.close(observer, question)
    found = [event for event in world.events() if event.action.startswith("oversight:question")]
    assert [event.action.rpartition(":")[2] for event in found] == ["ask", "answer", "view", "again", "close"]
    assert {dict(event.detail)["question"] for event in found} == {str(question)}
    assert [event.mode for event in found] == [Mode.CHANGE, Mode.CHANGE, Mode.VIEW, Mode.CHANGE, Mode.CHANGE]
    assert TEXT not in repr(found)


def test_questions_go_when_the_log_they_are_about_does(world: World) -> None:
    old, new = asked(world), asked(world)
    with scope(world.client):
        Question.objects.filter(pk=old).update(since=timezone.now() - timedelta(days=740))
        Question.objects.filter(pk=new).update(since=timezone.now() - timedelta(days=720))
    jobs.retain.function()
    with scope(world.client):
        assert list(Question.objects.values_list("pk", flat=True)) == [new]
        assert set(Turn.objects.values_list("question_id", flat=True)) == {new}
    (event,) = [each for each in world.events() if each.action == jobs.DESTROY]
    assert (event.client, dict(event.detail)) == (world.client, {"questions": 1})


def test_what_is_written_is_sealed_and_bound_to_its_row(world: World) -> None:
    one, other = asked(world), asked(world)
    with scope(world.client):
        rows = list(Turn.objects.all())
        assert all("customer" not in row.sealed_text for row in rows)
        mine, theirs = Turn.objects.get(question_id=one), Turn.objects.get(question_id=other)
        mine.sealed_text = theirs.sealed_text
        mine.save()
        with pytest.raises(Unopenable):
            questions.question(viewer(world, Role.CLIENT_OBSERVER), one)


ANSWERS = {Role.PRIVACY_OFFICER, Role.SECURITY_OFFICER}
SEES = {*ANSWERS, Role.AUDITOR, Role.CLIENT_OBSERVER}


@pytest.mark.parametrize("role", list(Role))
def test_who_asks_who_answers_and_who_sees(world: World, role: Role) -> None:
    question, who = asked(world), viewer(world, role)
    attempts = {
        "sees": lambda: questions.question(who, question),
        "lists": lambda: questions.listed(who),
        "asks": lambda: questions.ask(who, [0], TEXT),
        "answers": lambda: questions.answer(who, question, ANSWER),
        "asks on": lambda: questions.ask_on(who, question, TEXT),
        "closes": lambda: questions.close(who, question),
    }
    done = set()
    for name, attempt in attempts.items():
        try:
            with scope(world.client):
                attempt()
            done.add(name)
        except NotYours:
            pass
    assert done == {
        *({"sees", "lists"} if role in SEES else ()),
        *({"answers"} if role in ANSWERS else ()),
        *({"asks", "asks on", "closes"} if role is Role.CLIENT_OBSERVER else ()),
    }


def test_another_clients_question_is_not_there(world: World) -> None:
    question = asked(world)
    stranger = world.viewer(Role.CLIENT_OBSERVER, world.other)
    with scope(world.other):
        assert questions.listed(stranger) == []
        for attempt in (
            lambda: questions.question(stranger, question),
            lambda: questions.close(stranger, question),
        ):
            with pytest.raises(NotFound):
                attempt()


@pytest.mark.parametrize(
    ("entries", "text", "error"),
    [
        ((), TEXT, BadInput),
        (tuple(range(51)), TEXT, BadInput),
        ((0, 999_999), TEXT, NotFound),
        ((0,), "why?", BadInput),
        ((0,), "x" * 2001, BadInput),
        ((0,), "Why was +44 20 7946 0777 called at night?", BadInput),
        ((0,), "Why was ottoline.q@example.org written to?", BadInput),
    ],
)
def test_what_cannot_be_asked_leaves_nothing(
    world: World, entries: tuple[int, ...], text: str, error: type[Exception]
) -> None:
    with pytest.raises(error), scope(world.client):
        questions.ask(viewer(world, Role.CLIENT_OBSERVER), entries, text)
    with scope(world.client):
        assert not Question.objects.exists()
        assert not Turn.objects.exists()


def test_the_clock_of_an_answer(world: World) -> None:
    question = asked(world)
    observer = viewer(world, Role.CLIENT_OBSERVER)
    with scope(world.client):
        assert (questions.waiting(observer), questions.listed(observer)[0].late) == (1, False)
        Question.objects.update(since=timezone.now() - questions.ANSWER_WITHIN - timedelta(minutes=1))
        assert questions.listed(observer)[0].late
        questions.answer(viewer(world, Role.PRIVACY_OFFICER), question, ANSWER)
        assert (questions.waiting(observer), questions.listed(observer)[0].late) == (0, False)
        assert questions.listed(observer, "open") == []


def test_questions_go_on_while_the_client_is_frozen(world: World) -> None:
    from razdar.vault import freezing

    with scope(world.client):
        freezing.freeze(viewer(world, Role.CLIENT_OBSERVER), uuid4(), uuid4())
    question = asked(world)
    assert seen(world, question, Role.PRIVACY_OFFICER).turns[0].text == TEXT
    assert Client.objects.filter(pk=world.client).exists()
    with scope(world.client), pytest.raises(NotYours):
        questions.answer(replace(viewer(world, Role.AUDITOR)), question, ANSWER)


def test_what_waits_longest_is_never_crowded_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "_MOST_LISTED", 3)
    observer, first = viewer(world, Role.CLIENT_OBSERVER), asked(world)
    waiting = [first, *(asked(world, 1) for _ in range(2))]
    closed = asked(world, 1)
    with scope(world.client):
        questions.close(observer, closed)
        assert [each.id for each in questions.listed(observer)] == waiting
        questions.answer(viewer(world, Role.PRIVACY_OFFICER), first, ANSWER)
        assert [each.id for each in questions.listed(observer)] == [*waiting[1:], first]
        questions.close(observer, waiting[1])
        assert [each.id for each in questions.listed(observer)] == [waiting[2], first, waiting[1]]
