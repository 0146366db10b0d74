"""The redaction policy of a client: kept sealed, changed by two, believed only as Razdar wrote it, and used."""

from time import thread_time
from uuid import UUID

import pytest

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, NotYours, TooManyTries
from razdar.core.redaction import Action, OwnPattern, Policy, SpanType
from razdar.identity import approvals, redacting, redacting_box
from razdar.identity.models import RedactionPolicy
from razdar.identity.redacting import PolicyUnreadable
from razdar.interactions import jobs
from razdar.interactions.models import Stage
from razdar.runtime.scope import scope
from razdar.vault import limits
from razdar.work import notes
from razdar.work.models import Note
from razdar.work.notes import Choice, Undecided
from tests.interactions.taking_in import pages, processed, taken_in
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Our own numbers stand in every call"
SECRET_TEXT = "wigmarsh.hotline@example.org"
PHONE = "+442079460777"
WANTED = Policy(
    {SpanType.PHONE: Action.KEEP, SpanType.DATE: Action.MASK},
    allowed=[SECRET_TEXT],
    patterns=(OwnPattern(r"\bQU-\d{6}\b", SpanType.REFERENCE, thread_time),),
)


@pytest.fixture
def administrator(world: World) -> Viewer:
    return world.viewer(Role.ADMINISTRATOR)


@pytest.fixture
def officer(world: World) -> Viewer:
    return world.viewer(Role.SECURITY_OFFICER)


def agree(officer: Viewer, version: UUID, *, approve: bool = True) -> None:
    request = next(each for each in approvals.waiting_for(officer) if each.subject == str(version))
    (approvals.approve if approve else approvals.refuse)(officer, request.id)


def put(administrator: Viewer, officer: Viewer, wanted: Policy) -> UUID:
    made = redacting.propose(administrator, wanted, redacting.held(administrator).version, WHY)
    agree(officer, made)
    return made


def test_a_client_begins_with_the_shipped_policy(world: World, administrator: Viewer) -> None:
    assert redacting.policy_of(world.client) == Policy.DEFAULT
    assert redacting.held(administrator).version == 1
    with pytest.raises(BadInput):
        redacting.start(world.client)


def test_a_change_holds_when_a_second_person_has_agreed(world: World, administrator: Viewer, officer: Viewer) -> None:
    made = redacting.propose(administrator, WANTED, 1, WHY)
    assert redacting.policy_of(world.client) == Policy.DEFAULT
    assert redacting.held(administrator).waiting == made
    with pytest.raises(NotYours):
        redacting.decide(administrator, made, approve=True)
    agree(officer, made)
    assert redacting.policy_of(world.client) == WANTED
    assert redacting.policy_of(world.other) == Policy.DEFAULT
    newest, oldest = redacting.history(administrator)
    assert (newest.number, newest.state, newest.reason, newest.opening) == (2, "active", WHY, 2)
    assert (oldest.number, oldest.state, oldest.changes) == (1, "superseded", ())


def test_a_privacy_officer_proposes_and_does_not_decide_it(world: World, officer: Viewer) -> None:
    privacy = world.viewer(Role.PRIVACY_OFFICER)
    made = redacting.propose(privacy, WANTED, 1, WHY)
    assert all(each.subject != str(made) for each in approvals.waiting_for(privacy))
    with pytest.raises(NotYours):
        redacting.decide(privacy, made, approve=True)
    agree(officer, made)
    assert redacting.policy_of(world.client) == WANTED


def test_a_tighter_policy_needs_a_second_person_too(world: World, administrator: Viewer, officer: Viewer) -> None:
    tighter = Policy({SpanType.DATE: Action.MASK})
    made = redacting.propose(administrator, tighter, 1, WHY)
    assert redacting.version(administrator, made).opening == 0
    agree(officer, made, approve=False)
    assert redacting.policy_of(world.client) == Policy.DEFAULT
    assert redacting.version(administrator, made).state == "refused"


def test_what_was_overtaken_is_not_put_in_force(administrator: Viewer, officer: Viewer, world: World) -> None:
    made = redacting.propose(administrator, WANTED, 1, WHY)
    put(administrator, officer, Policy({SpanType.AGE: Action.MASK}))
    with pytest.raises(BadInput):
        agree(officer, made)
    with pytest.raises(BadInput):
        redacting.propose(administrator, WANTED, 1, WHY)
    assert redacting.policy_of(world.client).actions[SpanType.PHONE] is Action.MASK


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.PRIVACY_OFFICER}))
def test_nobody_else_proposes(world: World, role: Role) -> None:
    with pytest.raises(NotYours):
        redacting.propose(world.viewer(role), WANTED, 1, WHY)


def test_who_only_looks_reads_no_text_and_no_pattern(world: World, administrator: Viewer, officer: Viewer) -> None:
    put(administrator, officer, WANTED)
    for role, reads in ((Role.AUDITOR, False), (Role.CLIENT_OBSERVER, False), (Role.PRIVACY_OFFICER, True)):
        assert redacting.held(world.viewer(role)).opens is reads
        assert redacting.history(world.viewer(role))[0].opens is reads
    for role in (Role.AGENT, Role.SUPERVISOR, Role.QUALITY_REVIEWER, Role.TECHNICIAN):
        for ask in (redacting.held, redacting.history):
            with pytest.raises(NotYours):
                ask(world.viewer(role))


def test_nothing_of_a_policy_is_stored_or_logged_in_clear(world: World, administrator: Viewer, officer: Viewer) -> None:
    before = len(world.events())
    put(administrator, officer, WANTED)
    with scope(world.client):
        rows = list(RedactionPolicy.objects.filter(client_id=world.client).values_list("body", "reason"))
    events = [event for event in world.events()[before:] if event.action.startswith("identity:redaction")]
    assert [event.action.rpartition(":")[2] for event in events] == ["propose", "approve"]
    for event in events:
        said = dict(event.detail)
        assert (said["version"], said["opens"], said["texts"], said["patterns"]) == (2, 1, 1, 1)
        assert (said["found_phone"], said["found_date"]) == ("mask/keep", "keep/mask")
    for held in (str(rows), str(events)):
        assert not any(word in held for word in ("wigmarsh", "QU-", WHY))


@pytest.mark.parametrize("harm", ["body", "state", "mac", "gone"])
def test_what_razdar_did_not_write_stops_redaction(world: World, harm: str) -> None:
    with scope(world.client):
        rows = RedactionPolicy.objects.filter(client_id=world.client)
        harmed = {"body": "bm8=", "mac": b"\0" * 32, "state": "superseded"}
        rows.delete() if harm == "gone" else rows.update(**{harm: harmed[harm]})
    for _ in range(2):
        with pytest.raises(PolicyUnreadable):
            redacting.policy_of(world.client)
    assert redacting.policy_of(world.other) == Policy.DEFAULT
    assert "identity:redaction:unreadable" in [event.action for event in world.events()]
    with pytest.raises(PolicyUnreadable):
        redacting.held(world.viewer(Role.ADMINISTRATOR))
    with pytest.raises(PolicyUnreadable):
        redacting_box.tried(world.viewer(Role.ADMINISTRATOR), "card 4111 1111 1111 1111")


def test_without_a_policy_a_call_stays_locked_and_is_redacted_when_it_is_back(world: World) -> None:
    interaction = taken_in(world)
    jobs.advance(world.client, interaction)
    with scope(world.client):
        RedactionPolicy.objects.filter(client_id=world.client).delete()
    with pytest.raises(PolicyUnreadable):
        jobs.advance(world.client, interaction)
    with scope(world.client):
        stage = Stage.objects.get(interaction_id=interaction, name="redact")
        assert (stage.state, stage.error) == (Stage.State.FAILED, "policy-unreadable")
    assert pages(world, interaction, Role.SUPERVISOR).row.locked
    with scope(world.client):
        redacting.start(world.client)
    jobs.advance(world.client, interaction)
    assert not pages(world, interaction, Role.SUPERVISOR).row.locked


def test_a_call_is_redacted_by_the_policy_of_its_client(world: World, administrator: Viewer, officer: Viewer) -> None:
    usual = {word.text.lower() for word in pages(world, processed(world), Role.SUPERVISOR).words}
    assert {"[card]", "please"} <= usual
    put(administrator, officer, Policy(patterns=(OwnPattern(r"\bplease\b", SpanType.REFERENCE, thread_time),)))
    said = {word.text.lower() for word in pages(world, processed(world), Role.SUPERVISOR).words}
    assert "[card]" in said
    assert "please" not in said, "the client's own pattern was not asked"


def test_without_a_policy_no_note_is_saved_and_the_draft_is(world: World) -> None:
    agent, customer = world.viewer(Role.AGENT), world.customer()
    world.assign(agent, customer)
    with scope(world.client):
        RedactionPolicy.objects.filter(client_id=world.client).delete()
        with pytest.raises(PolicyUnreadable):
            notes.save(agent, customer, "asked about the heronry")
        with pytest.raises(PolicyUnreadable):
            notes.found(agent, PHONE)
        assert not Note.objects.filter(customer_id=customer).exists()


def test_notes_follow_the_policy(world: World, administrator: Viewer, officer: Viewer) -> None:
    agent, customer = world.viewer(Role.AGENT), world.customer()
    world.assign(agent, customer)
    with scope(world.client):
        with pytest.raises(Undecided):
            notes.save(agent, customer, f"call back {PHONE}")
        put(administrator, officer, WANTED)
        assert notes.save(agent, customer, f"call back {PHONE} or {SECRET_TEXT}").taken_out == ()
        with pytest.raises(Undecided):
            notes.save(agent, customer, "about QU-104221")
        assert notes.save(agent, customer, "about QU-104221", Choice.CONCEAL).taken_out == (SpanType.REFERENCE,)
        with pytest.raises(Undecided):
            notes.save(agent, customer, "from a@example.org")


def test_a_pattern_that_is_slow_or_hostile_is_refused() -> None:
    ticks = iter(range(10_000_000))
    with pytest.raises(BadInput, match="too long"):
        OwnPattern(r"QU-\d{6}", SpanType.REFERENCE, lambda: float(next(ticks)))
    begun = thread_time()
    greedy = OwnPattern(r"(x+)+$", SpanType.REFERENCE, thread_time)  # fatal to patterns that try and try again
    assert not list(greedy.places("x" * 100_000 + "!"))
    assert thread_time() - begun < 1
    for bad in ("(?=x)y", r"(a)\1", "a" * 201, "(", ".*", "[a-z ]+"):
        with pytest.raises(BadInput):
            OwnPattern(bad, SpanType.REFERENCE, thread_time)


TYPED = "Anna, call +44 20 7946 0777 about QU-104221, card 4111 1111 1111 1111"


def test_the_box_says_what_and_why_and_leaves_no_trace(
    world: World, administrator: Viewer, officer: Viewer, caplog: pytest.LogCaptureFixture
) -> None:
    put(administrator, officer, Policy({SpanType.PHONE: Action.KEEP}, patterns=WANTED.patterns))
    before = len(world.events())
    tried = redacting_box.tried(world.viewer(Role.AUDITOR), TYPED, "en")
    assert "4111" not in tried.text
    assert "[reference]" in tried.text
    assert "+44 20 7946 0777" in tried.text
    assert "".join(piece.text for piece in tried.pieces) == TYPED
    by_kind = {str(each.kind): each for each in tried.findings}
    assert not by_kind["Phone number"].concealed
    assert "its check digits are right" in map(str, by_kind["Card number"].why)
    assert "a pattern of your client finds it" in map(str, by_kind["Client's own reference"].why)
    assert (by_kind["Card number"].line, by_kind["Card number"].column) == (1, TYPED.index("4111") + 1)
    assert len(world.events()) == before
    assert "4111" not in caplog.text
    for hidden in (repr(tried), repr(tried.pieces)):
        assert "4111" not in hidden


def test_a_text_of_the_list_stays_and_the_box_says_so(world: World, administrator: Viewer, officer: Viewer) -> None:
    put(administrator, officer, WANTED)
    (found,) = redacting_box.tried(administrator, f"write to {SECRET_TEXT.upper()}").findings
    assert (found.listed, found.concealed) == (True, False)


def test_tries_are_counted(world: World, administrator: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    few = limits.Limit("redaction", 2, redacting_box.TRIES.window, "Wait.")
    monkeypatch.setattr(redacting_box, "TRIES", few)
    other = world.second(Role.ADMINISTRATOR)
    for _ in range(2):
        redacting_box.tried(other, "x")
    with pytest.raises(TooManyTries):
        redacting_box.tried(other, "x")
