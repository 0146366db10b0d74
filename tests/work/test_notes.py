"""Notes: who writes and reads them, what is stored of them, how they are changed and taken back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from razdar.core.disclosure import DataClass, Level, Role
from razdar.core.errors import BadInput, NotDisclosed, NotFound, NotYours, Refused
from razdar.core.redaction import SpanType
from razdar.customers import linking
from razdar.customers.living import hold
from razdar.interactions import keeping_changes
from razdar.runtime.scope import scope
from razdar.work import detecting, drafts, jobs, notes
from razdar.work.models import Note, NoteBefore, NoteDraft
from razdar.work.notes import Choice, Undecided
from tests.work.contact import meanwhile
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "asked about the heronry at Wigmarsh"
CARD = "4111 1111 1111 1111"
PHONE = "+442079460777"


@pytest.fixture
def customer(world: World) -> UUID:
    made = world.customer()
    world.assign(world.viewer(Role.AGENT), made)
    return made


def texts(world: World, customer: UUID, role: Role = Role.AGENT) -> list[str]:
    with scope(world.client):
        found, _ = notes.written(world.viewer(role), customer)
    return [each.shown.text for each in found if each.shown and each.shown.level is Level.CLEAR]


def test_a_note_is_read_by_who_works_for_the_customer_and_by_nobody_else(world: World, customer: UUID) -> None:
    with scope(world.client):
        notes.save(world.viewer(Role.AGENT), customer, f"  {TEXT}\r\nsecond line ")
    assert texts(world, customer) == [f"{TEXT}\nsecond line"]
    assert texts(world, customer, Role.SUPERVISOR) == [f"{TEXT}\nsecond line"]
    with scope(world.client):
        (masked,), _ = notes.written(world.second(Role.AGENT), customer)
        assert masked.shown
        assert masked.shown.level is Level.MASKED
        assert TEXT not in repr(masked)
        assert notes.written(world.viewer(Role.QUALITY_REVIEWER), customer) == ([], False)
    with scope(world.other):
        assert notes.written(world.viewer(Role.SUPERVISOR, world.other), customer) == ([], False)


def test_nothing_of_a_note_is_stored_in_clear(world: World, customer: UUID) -> None:
    agent = world.viewer(Role.AGENT)
    with scope(world.client):
        drafts.keep(agent, customer, TEXT)
        note = notes.save(agent, customer, TEXT).id
        notes.change(agent, customer, note, TEXT + " again")
        stored = [bytes(row.text.blob) for model in (Note, NoteBefore) for row in model.objects.all()]
    assert len(stored) == 2
    assert not any(word.encode() in blob for blob in stored for word in TEXT.split())
    assert not any(TEXT in str(event) for event in world.events())


def test_who_does_not_work_for_the_customer_writes_nothing(world: World, customer: UUID) -> None:
    with scope(world.client):
        for act in (notes.save, drafts.keep):
            with pytest.raises(NotDisclosed):
                act(world.second(Role.AGENT), customer, TEXT)  # type: ignore[operator]
            with pytest.raises(NotYours):
                act(world.viewer(Role.QUALITY_REVIEWER), customer, TEXT)  # type: ignore[operator]
        assert not Note.objects.exists()
        assert not NoteDraft.objects.exists()


def test_a_card_number_does_not_reach_the_store_whatever_is_chosen(world: World, customer: UUID) -> None:
    agent = world.viewer(Role.AGENT)
    with scope(world.client):
        for choice in Choice:
            assert notes.save(agent, customer, f"paid with {CARD}", choice).taken_out == (SpanType.CARD,)
        drafts.keep(agent, customer, f"paying with {CARD}")
        assert drafts.text_of(agent, customer) == "paying with [card]"
    assert set(texts(world, customer)) == {"paid with [card]"}


def test_other_personal_data_waits_for_a_choice(world: World, customer: UUID) -> None:
    agent = world.viewer(Role.AGENT)
    with scope(world.client):
        with pytest.raises(Undecided):
            notes.save(agent, customer, f"call {PHONE}")
        assert not Note.objects.exists()
        assert notes.save(agent, customer, f"call {PHONE}", Choice.KEEP).taken_out == ()
        assert notes.save(agent, customer, f"call {PHONE}", Choice.CONCEAL).taken_out == (SpanType.PHONE,)
        with pytest.raises(BadInput):
            notes.save(agent, customer, " \n ")
    assert texts(world, customer) == ["call [phone]", f"call {PHONE}"]
    both = f"call {PHONE}, paid with {CARD}"
    with scope(world.client):
        taken_out = {
            choice: notes.save(agent, customer, both, choice).taken_out for choice in (Choice.KEEP, Choice.CONCEAL)
        }
    assert taken_out == {Choice.KEEP: (SpanType.CARD,), Choice.CONCEAL: (SpanType.PHONE, SpanType.CARD)}


def test_what_a_note_said_before_is_kept(world: World, customer: UUID) -> None:
    agent = world.viewer(Role.AGENT)
    with scope(world.client):
        note = notes.save(agent, customer, TEXT).id
        assert notes.to_change(agent, customer, note) == TEXT
        notes.change(agent, customer, note, "was something else")
        (before,) = notes.before(world.viewer(Role.SUPERVISOR), customer, note)
        assert before.text == TEXT
        assert TEXT not in repr(before)
        with pytest.raises(NotFound):
            notes.change(world.viewer(Role.SUPERVISOR), customer, note, "not mine")
    assert texts(world, customer) == ["was something else"]


@pytest.mark.parametrize(("minutes", "changes", "takes_back"), [(4, True, True), (6, True, False), (16, False, False)])
def test_for_how_long_a_note_is_ones_own(
    world: World, customer: UUID, minutes: int, changes: bool, takes_back: bool
) -> None:
    agent = world.viewer(Role.AGENT)
    with scope(world.client):
        note = notes.save(agent, customer, TEXT).id
        Note.objects.update(written_at=datetime.now(UTC) - timedelta(minutes=minutes))
        (shown,), _ = notes.written(agent, customer)
        assert (shown.changeable, shown.undoable) == (changes, takes_back)
        for allowed, act in (
            (changes, lambda: notes.change(agent, customer, note, TEXT)),
            (takes_back, lambda: notes.withdraw(agent, customer, note)),
        ):
            if allowed:
                act()
            else:
                with pytest.raises(Refused):
                    act()


def test_a_note_taken_back_is_gone_and_its_words_are_in_the_draft(world: World, customer: UUID) -> None:
    agent = world.viewer(Role.AGENT)
    with scope(world.client):
        note = notes.save(agent, customer, TEXT).id
        notes.change(agent, customer, note, "changed once")
        notes.withdraw(agent, customer, note)
        assert drafts.text_of(agent, customer) == "changed once"
        assert not NoteBefore.objects.exists()
        assert not Note.objects.get().text.present
        (line,), _ = notes.written(agent, customer)
        assert line.withdrawn_at
        assert line.shown is None


def test_a_draft_is_ones_own_and_goes_with_the_note_and_with_time(world: World, customer: UUID) -> None:
    agent, other = world.viewer(Role.AGENT), world.second(Role.AGENT)
    world.assign(other, customer)
    with scope(world.client):
        drafts.keep(agent, customer, TEXT)
        drafts.keep(agent, customer, TEXT + " and more")
        assert drafts.text_of(agent, customer) == TEXT + " and more"
        assert drafts.text_of(other, customer) == ""
        notes.save(agent, customer, TEXT)
        assert drafts.text_of(agent, customer) == ""
        drafts.keep(agent, customer, TEXT)
        NoteDraft.objects.update(saved_at=datetime.now(UTC) - drafts.LASTS)
        assert drafts.text_of(agent, customer) == ""
    jobs.forget.function()
    with scope(world.client):
        assert not NoteDraft.objects.exists()


def test_linked_records_show_their_notes_together(world: World, customer: UUID) -> None:
    supervisor, second = world.viewer(Role.SUPERVISOR), world.customer(reference_no="QX-2", national_id="44051401359")
    with scope(world.client):
        notes.save(supervisor, customer, "on the one")
        notes.save(supervisor, second, "on the other")
        linking.merge(supervisor, second, customer)
    for record in (customer, second):
        assert texts(world, record, Role.SUPERVISOR) == ["on the other", "on the one"]


@pytest.fixture
def other(world: World, customer: UUID) -> UUID:
    """Another record of the same person."""
    made = world.customer(reference_no="QX-2", national_id="44051401359")
    with scope(world.client):
        linking.merge(world.viewer(Role.SUPERVISOR), made, customer)
    return made


def test_what_is_taken_back_goes_into_the_draft_of_its_own_record(world: World, customer: UUID, other: UUID) -> None:
    agent = world.viewer(Role.AGENT)
    with scope(world.client):
        drafts.keep(agent, customer, "begun beside the one")
        note = notes.save(agent, other, TEXT).id
        notes.withdraw(agent, customer, note)
        assert drafts.text_of(agent, other) == TEXT
        assert drafts.text_of(agent, customer) == "begun beside the one"


def test_what_was_begun_stays_above_what_is_taken_back(world: World, customer: UUID) -> None:
    agent = world.viewer(Role.AGENT)
    with scope(world.client):
        note = notes.save(agent, customer, TEXT).id
        drafts.keep(agent, customer, "begun since")
        notes.withdraw(agent, customer, note)
        assert drafts.text_of(agent, customer) == f"begun since\n\n{TEXT}"


def test_nothing_is_lost_where_both_together_are_too_long(world: World, customer: UUID) -> None:
    agent, long = world.viewer(Role.AGENT), "word " * (detecting.LONGEST // 5)
    with scope(world.client):
        note = notes.save(agent, customer, TEXT).id
        drafts.keep(agent, customer, long)
        with pytest.raises(Refused):
            notes.withdraw(agent, customer, note)
        assert drafts.text_of(agent, customer) == long.strip()
    assert texts(world, customer) == [TEXT]


@pytest.mark.parametrize("act", ["change", "withdraw"])
def test_whoever_holds_the_record_of_a_note_is_waited_for(world: World, customer: UUID, other: UUID, act: str) -> None:
    agent = world.viewer(Role.AGENT)
    acts = {
        "change": lambda: notes.change(agent, customer, note, "changed"),
        "withdraw": lambda: notes.withdraw(agent, customer, note),
    }

    def work() -> None:
        with scope(world.client):
            acts[act]()

    with scope(world.client):
        note = notes.save(agent, other, TEXT).id
    with scope(world.client):
        hold(world.client, other)
        working = meanwhile(work)
        assert working.is_alive(), "the record it was written under was not held"
    working.join(30)
    assert texts(world, customer) == (["changed"] if act == "change" else [])


def test_notes_that_were_kept_long_enough_are_destroyed(world: World, customer: UUID) -> None:
    agent, now = world.viewer(Role.AGENT), datetime.now(UTC)
    with scope(world.client):
        old = notes.save(agent, customer, TEXT).id
        notes.change(agent, customer, old, "old")
        notes.save(agent, customer, "new")
        Note.objects.filter(id=old).update(written_at=now - timedelta(days=366))
    jobs.retain.function()
    assert texts(world, customer) == ["new"]
    with scope(world.client):
        assert not NoteBefore.objects.exists()
    (event,) = [each for each in world.events() if each.action == jobs.DESTROY]
    assert dict(event.detail) == {"data_class": "note", "days": 365, "notes": 1}
    assert customer in event.subjects


def test_whoever_decides_about_their_days_is_told_what_is_destroyed(world: World, customer: UUID) -> None:
    with scope(world.client):
        old = notes.save(world.viewer(Role.AGENT), customer, TEXT).id
        Note.objects.filter(id=old).update(written_at=datetime.now(UTC) - timedelta(days=366))
    administrator = world.viewer(Role.ADMINISTRATOR)
    shorter, longer = (keeping_changes.effect(administrator, DataClass.NOTE, days) for days in (364, 400))
    assert (shorter.carried_out, shorter.more, longer.fewer) == (True, 0, 1)
    assert keeping_changes.in_words(shorter) == ("The next run destroys nothing more than it would today.",)
    assert "1 note is due now" in " ".join(keeping_changes.in_words(longer))
    with scope(world.client):
        Note.objects.filter(id=old).update(written_at=datetime.now(UTC) - timedelta(days=200))
    shorter = keeping_changes.effect(administrator, DataClass.NOTE, 100)
    assert "destroys 1 note more" in " ".join(keeping_changes.in_words(shorter))


def test_every_act_is_in_the_log_and_says_nothing(world: World, customer: UUID) -> None:
    agent = world.viewer(Role.AGENT)
    with scope(world.client):
        drafts.keep(agent, customer, TEXT)
        drafts.text_of(agent, customer)
        note = notes.save(agent, customer, TEXT).id
        notes.written(agent, customer)
        notes.change(agent, customer, note, TEXT)
        notes.withdraw(agent, customer, note)
    told = {each.action for each in world.events() if each.customer == customer and each.actor == agent.person}
    assert told >= {
        drafts.SAVE,
        drafts.OPEN,
        notes.WRITE,
        notes.VIEW,
        notes.CHANGE,
        notes.WITHDRAW,
    }
