"""A small installation with planted values, and everybody who may come to its doors.

The customer's record and its calls belong to one client. On `call` nothing is opened; on `opened` the privacy officer
has been granted both originals; `asked` is there to be asked for. What can be done only once is made here in advance,
for the one role that may do it.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import psycopg
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client as Browser
from django.utils import timezone

from razdar.core.disclosure import DataClass, Purpose, RevealRequest, Role
from razdar.core.ledger.events import Event, decode
from razdar.customers import linking
from razdar.customers import selectors as selectors_of_customers
from razdar.customers import services as customers
from razdar.customers.callers import who_calls
from razdar.identity import approvals, factors, freezes, observers
from razdar.identity.models import User
from razdar.identity.sessions import SessionStore
from razdar.identity.viewers import for_job
from razdar.interactions import jobs, originals, selectors
from razdar.interactions.services import IncomingCall, import_call
from razdar.oversight import questions
from razdar.oversight.models import Question
from razdar.privacy import jobs as erasing
from razdar.privacy import services as privacy
from razdar.runtime.scope import scope
from razdar.vault import choosing
from tests.core.crypto.holding import PERSON
from tests.doors import planted as p
from tests.doors import planted_desk, rules
from tests.doors.colleagues import colleagues, join
from tests.doors.planted import Form, Planted
from tests.doors.scan import Scanner
from tests.identity.soft_key import SoftKey, challenge
from tests.identity.world import PASSWORD, Clock, Person
from tests.world import World

HOST = "localhost:8000"
NOTHING_YET = UUID(int=0)
REQUEST = RevealRequest(Purpose.PRIVACY_REQUEST, p.REASON.texts[0])
SPARE = "spare@example.org"


@dataclass(frozen=True)
class Actor:
    """Somebody at the door.

    Attributes:
        name: the role at the client whose data is planted; ``other ...`` for the same role at the other client;
            ``loner`` an agent without an assignment, ``newcomer`` a supervisor without a second factor, ``nobody``.
        role: the role at work; None for who is not fully signed in.
        ours: works for the client whose data is planted.
    """

    name: str
    person: UUID | None = None
    role: Role | None = None
    ours: bool = True

    def __str__(self) -> str:
        return self.name

    @property
    def assigned(self) -> bool:
        return self.name != "loner"


@dataclass
class House:
    """The installation; see the module."""

    world: World
    actors: tuple[Actor, ...]
    accounts: Mapping[UUID | None, Person]
    customer: UUID
    calls: Mapping[str, UUID]
    recordings: Mapping[tuple[str, bool], UUID]
    addresses: Mapping[DataClass, str]
    once: Mapping[str, UUID]
    token: str
    passkey: int
    names: Mapping[UUID, Planted]
    scanner: Scanner
    _browsers: dict[str, Browser] = field(default_factory=dict)
    _mark: UUID = NOTHING_YET

    def actor(self, name: str) -> Actor:
        return next(each for each in self.actors if each.name == name)

    def browser(self, actor: Actor, *, fresh: bool = False) -> Browser:
        """The actor's browser, signed in as far as the actor can be; or a second one, for what ends a session."""
        if actor.name not in self._browsers:
            self._forget_tries()
            self._browsers[actor.name] = signed_in(self.accounts.get(actor.person))
        prove_again(self._browsers[actor.name])
        return another(self._browsers[actor.name]) if fresh else self._browsers[actor.name]

    def new_events(self) -> list[Event]:
        """What was logged since the last question."""
        query = "SELECT id, payload FROM audit_inbox WHERE id > %s AND length(payload) > 0 ORDER BY id"
        rows = self._owner.execute(query, [self._mark]).fetchall()
        self._mark = rows[-1][0] if rows else self._mark
        return [decode(bytes(payload)).event for _, payload in rows]

    @cached_property
    def last_entry(self) -> int:
        """The last place in the log of the planted customer's client; the other client's log has no such place."""
        query = "SELECT max(index) FROM audit_event WHERE log = %s"
        ours, others = (
            int((self._owner.execute(query, [client]).fetchone() or (None,))[0] or 0)
            for client in (self.world.client, self.world.other)
        )
        assert ours > others
        return ours

    def begin_anew(self) -> None:
        """Give everybody their tries back, and the loner no assignment."""
        self._owner.execute("DELETE FROM vault_tally")
        self._forget_tries()
        self._owner.execute("DELETE FROM razdar_cache")
        self._owner.execute("DELETE FROM vault_assignment WHERE person = %s", [self.actor("loner").person])

    def nobody_stops_reading(self) -> None:
        """At the other client, whose observer may have asked for it through a door."""
        self._owner.execute(
            "DELETE FROM identity_approval WHERE kind = 'freeze' AND client_id = %s", [self.world.other]
        )

    def _forget_tries(self) -> None:
        """Everybody knocks from one address, and the wrong codes of one test use up all that an address has."""
        self._owner.execute("DELETE FROM identity_tries")

    @cached_property
    def _owner(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(self.world.owner_url, autocommit=True)

    def close(self) -> None:
        self._owner.close()


def signed_in(account: Person | None) -> Browser:
    """A browser in which somebody went as far through the sign-in as they can; nobody's, if there is no account."""
    browser = Browser(raise_request_exception=False, headers={"host": HOST})
    if account and account.seed:
        return account.sign_in(browser)
    if account:
        account.type_password(browser)
    return browser


def prove_again(browser: Browser) -> None:
    """What the session has proven it proved just now: on a slow machine these tests take longer than a proof lasts."""
    session = browser.session
    proofs = session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    if any(time.time() - proof["at"] > 60 for proof in proofs):
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{**proof, "at": time.time()} for proof in proofs]
        session.save()


def another(browser: Browser) -> Browser:
    """A browser with a session of its own that has proven the same."""
    made = Browser(raise_request_exception=False, headers={"host": HOST})
    if settings.SESSION_COOKIE_NAME in browser.cookies:
        session = SessionStore()
        session.update(dict(browser.session.items()))
        session.save()
        made.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return made


def build(world: World, clock: Clock) -> House:
    """Plant everything, through the product's own services."""
    actors = tuple(_actors(world))
    accounts = _accounts(actors, clock)
    customer, addresses = _customer(world)
    world.assign(world.viewer(Role.AGENT), customer)
    calls = {name: _call(world, customer) for name in ("call", "opened", "asked")}
    for data_class in (DataClass.RECORDING, DataClass.TRANSCRIPT):
        _open(world, calls["opened"], data_class)
    once, token = _once(world, customer, calls["asked"])
    desk = {**calls, "handed": _call(world, once["known"])}
    once |= planted_desk.plant(world, customer, join(world, "leaver", Role.AGENT), desk)
    names = {person: Planted(f"name of {name}", DataClass.STAFF_HR, (name,)) for person, name in _names(world, actors)}
    seeds = [Planted(f"seed of {a.work_name}", DataClass.STAFF_HR, (a.seed,), Form.SECRET) for a in accounts.values()]
    everything = (
        *p.OF_THE_CUSTOMER,
        p.REASON,
        p.CLAIM,
        p.PASSWORD,
        p.INVITED,
        *names.values(),
        *(each for each in seeds if each.texts[0]),
    )
    return House(
        world=world,
        actors=actors,
        accounts=accounts,
        customer=customer,
        calls=calls,
        recordings={(name, row.redacted): row.id for name, call in calls.items() for row in _recordings(world, call)},
        addresses=addresses,
        once=once,
        token=token,
        passkey=_passkey(accounts[world.people[world.client, Role.TECHNICIAN]]),
        names=names,
        scanner=Scanner(everything),
    )


# --- People -----------------------------------------------------------------------------------------------------------


def _actors(world: World) -> Iterator[Actor]:
    for role in Role:
        yield Actor(role.value, world.people[world.client, role], role)
        yield Actor(f"other {role}", world.people[world.other, role], role, ours=False)
    yield Actor("loner", join(world, "loner", Role.AGENT), Role.AGENT)
    yield Actor("newcomer", join(world, "newcomer", Role.SUPERVISOR))
    yield Actor("nobody")


def _names(world: World, actors: tuple[Actor, ...]) -> Iterator[tuple[UUID, str]]:
    for actor in actors:
        if actor.person:
            yield actor.person, f"Person {actor.name.removeprefix('other ')} {int(not actor.ours)}"


def _accounts(actors: tuple[Actor, ...], clock: Clock) -> dict[UUID | None, Person]:
    """Everybody's password and authenticator app; the newcomer has no app yet."""
    User.objects.update(password=make_password(PASSWORD))
    found: dict[UUID | None, Person] = {}
    for actor in actors:
        if actor.person:
            seed = factors.enrol_totp(actor.person) if actor.role else ""
            found[actor.person] = Person(actor.person, User.objects.get(pk=actor.person).username, seed, clock)
    return found


def _passkey(account: Person) -> int:
    """A passkey of one person, made in a browser like any other."""
    browser, key = signed_in(account), SoftKey(f"http://{HOST}", "localhost")
    page = browser.get("/account/passkeys/add/").content
    form = {"name": "desk key", "credential": key.register(challenge(page))}
    assert browser.post("/account/passkeys/add/", form).status_code == 302
    return factors.factors_of(account.id).passkeys[0].id


# --- The customer and the calls ---------------------------------------------------------------------------------------


def _customer(world: World) -> tuple[UUID, dict[DataClass, str]]:
    fields = {each.data_class: each.texts[0] for each in p.FIELDS}
    handles = [(each.data_class, each.texts[0]) for each in p.HANDLES]
    with scope(world.client):
        job = for_job("test", world.client)
        (customer,) = customers.create(job, [customers.Draft(fields, handles, "en")])
        supervisor = world.viewer(Role.SUPERVISOR)
        card = selectors_of_customers.card(supervisor, customer)
    return customer, {shown.data_class: shown.key for shown in (*card.fields, *card.handles)}


def _call(world: World, customer: UUID) -> UUID:
    sound, transcript = p.call()
    agent = world.people[world.client, Role.AGENT]
    incoming = IncomingCall(customer, sound, transcript, datetime.now(UTC), agent=agent, language="en")
    call = import_call(for_job("import-call", world.client), incoming)
    for _ in ("transcribe", "redact"):
        jobs.advance(world.client, call)
    return call


def _recordings(world: World, call: UUID) -> tuple[selectors.Rendition, ...]:
    with scope(world.client):
        return selectors.page(world.viewer(Role.PRIVACY_OFFICER), call).recordings


def _agreed(world: World, call: UUID, data_class: DataClass) -> UUID:
    """A grant of the privacy officer for an original, agreed to by the security officer."""
    officer, second = world.viewer(Role.PRIVACY_OFFICER), world.viewer(Role.SECURITY_OFFICER)
    with scope(world.client):
        originals.ask(officer, call, data_class, REQUEST)
        approvals.approve(second, approvals.waiting_for(second)[-1].id)
        return next(o.grant for o in originals.askable(officer, call) if o.data_class is data_class and o.grant)


def _open(world: World, call: UUID, data_class: DataClass) -> None:
    with scope(world.client):
        originals.open_original(world.viewer(Role.PRIVACY_OFFICER), call, data_class, _agreed(world, call, data_class))


# --- What can be done once --------------------------------------------------------------------------------------------


def _once(world: World, customer: UUID, call: UUID) -> tuple[dict[str, UUID], str]:
    once = {"open": _agreed(world, call, DataClass.RECORDING), "grant": _field_grant(world, customer)}
    once |= {f"decide {act}": _request(world, customer) for act in ("approve", "refuse")}
    once |= {"erase": _spare(world), "erased": _erased(world), "known": _spare(world)}
    once |= _observers(world) | {"question": _question(world), "closing": _question(world)}
    once["two keys"], once["two keys grant"] = _two_keys(world)
    once["caller"], once["other caller"] = _caller(world), _caller(world)
    _compare(world, once["caller"], once["known"])
    once["link"] = _link(world, once["other caller"], once["known"])
    token = colleagues(world, once)
    return once | rules.proposals(world), token


def _observers(world: World) -> dict[str, UUID]:
    """An observer about whom the others are asked, and who asks to stop all reading."""
    other = join(world, "second observer", Role.CLIENT_OBSERVER)
    asked = observers.ask(world.viewer(Role.ADMINISTRATOR), other)
    stop = freezes.ask_freeze(world.viewer(Role.CLIENT_OBSERVER, person=other))
    return {"second observer": other, "observer": asked, "freeze": stop}


def _question(world: World) -> UUID:
    """A question about the first entry of the log, which is not sequenced yet."""
    now, viewer = timezone.now(), world.viewer(Role.CLIENT_OBSERVER)
    with scope(world.client):
        row = Question(client_id=world.client, entries=[0], asked_by=viewer.person, asked_at=now, since=now)
        row.save(force_insert=True)
        questions._say(viewer, row, "asked", "Why was this looked at so late?", now)
    return row.id


def _request(world: World, customer: UUID) -> UUID:
    """A request of the privacy officer that waits for somebody else."""
    officer, second = world.viewer(Role.PRIVACY_OFFICER), world.viewer(Role.SECURITY_OFFICER)
    with scope(world.client):
        assert customers.reveal(officer, customer, "national_id", REQUEST) is None
        return approvals.waiting_for(second)[-1].id


def _field_grant(world: World, customer: UUID) -> UUID:
    request, officer = _request(world, customer), world.viewer(Role.PRIVACY_OFFICER)
    with scope(world.client):
        approvals.approve(world.viewer(Role.SECURITY_OFFICER), request)
        return next(each.grant for each in customers.waiting(officer, customer) if each.approved)


def _two_keys(world: World) -> tuple[UUID, UUID]:
    """A customer whose address was stored under dual control, and the supervisor's grant, which waits for the key."""
    address, supervisor = DataClass.POSTAL_ADDRESS, world.viewer(Role.SUPERVISOR)
    choosing.choose(None, world.client, address, "dual_control", [PERSON.recipient.text])
    with scope(world.client):
        draft = customers.Draft({DataClass.SURNAME: "Bittern", address: p.APART})
        (made,) = customers.create(for_job("test", world.client), [draft])
    choosing.choose(None, world.client, address, "standard")  # what is stored stays under two keys
    with scope(world.client):
        assert customers.reveal(supervisor, made, address, RevealRequest(Purpose.COMPLAINT, p.REASON.texts[0])) is None
        (waiting,) = customers.waiting(supervisor, made)
    return made, waiting.grant


def _spare(world: World) -> UUID:
    draft = customers.Draft({DataClass.SURNAME: "Spare", DataClass.GENDER: "male"}, ((DataClass.EMAIL, SPARE),))
    with scope(world.client):
        (made,) = customers.create(for_job("test", world.client), [draft])
    return made


def _caller(world: World) -> UUID:
    """Somebody whose number is withheld."""
    with scope(world.client):
        return who_calls(for_job("telephony", world.client), None).customer


def _link(world: World, caller: UUID, customer: UUID) -> UUID:
    """A supervisor has found out who an unknown caller is."""
    _compare(world, caller, customer)
    with scope(world.client):
        return linking.identify(world.viewer(Role.SUPERVISOR), caller, customer)


def _compare(world: World, caller: UUID, customer: UUID) -> None:
    """What an unknown caller said to a supervisor agreed."""
    supervisor = world.viewer(Role.SUPERVISOR)
    with scope(world.client):
        (handle,) = selectors_of_customers.card(supervisor, customer).handles
        assert customers.match(supervisor, customer, handle.key, SPARE, caller)


def _erased(world: World) -> UUID:
    customer = _spare(world)
    with scope(world.client):
        privacy.erase(world.viewer(Role.PRIVACY_OFFICER), customer, "request")
    erasing.finish(world.client, customer)
    return customer
