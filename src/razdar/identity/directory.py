"""The people of a client, found by work name and narrowed, a page at a time; and one of them with everything around.

Of somebody who also works for another client no state, factor or time is told, and none of them is found by narrowing
to one: what is not told must not be guessed from what is left out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import NotYours
from razdar.core.permissions import Permission
from razdar.identity import factors, leaving, observers, selectors, tries
from razdar.identity.elsewhere import shared
from razdar.identity.factors import Factors
from razdar.identity.models import Invitation, MatrixException, RoleGrant, Session, User
from razdar.identity.names import canonical
from razdar.identity.observers import Word
from razdar.identity.proofs import STRONG
from razdar.identity.selectors import ELSEWHERE, Person
from razdar.identity.sessions import IDLE, LONGEST
from razdar.runtime.scope import scope

ROWS = 50


class Standing(StrEnum):
    """How somebody's sign-in stands."""

    ACTIVE = "active"
    INVITED = "invited"
    LAPSED = "lapsed"
    TRIES = "tries"
    INACTIVE = "inactive"
    CLOSED = "closed"
    LEFT = "left"
    ELSEWHERE = "elsewhere"


class Signed(StrEnum):
    """When somebody signed in for the last time."""

    WEEK = "week"
    OLDER = "older"
    NEVER = "never"


class Order(StrEnum):
    NAME = "name"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class Narrowed:
    """What is looked for; what is left empty does not narrow.

    Attributes:
        text: part of a work name; names are sealed and cannot be searched.
        factor: whether a strong second factor is set up.
        page: from 1.
    """

    text: str = ""
    role: Role | None = None
    standing: Standing | None = None
    factor: bool | None = None
    signed: Signed | None = None
    order: Order = Order.NAME
    page: int = 1

    @property
    def looks_at_sign_in(self) -> bool:
        """Whether it looks at what is told of nobody who also works for another client."""
        narrows = self.standing or self.factor is not None or self.signed or self.order is not Order.NAME
        return bool(narrows) and self.standing is not Standing.ELSEWHERE


@dataclass(frozen=True)
class Listed:
    """A page of people.

    Attributes:
        total: how many there are on all pages.
        following: the number of the next page; None at the end.
    """

    people: tuple[Person, ...]
    total: int
    following: int | None


@dataclass(frozen=True)
class Seat:
    """A browser in which somebody is signed in."""

    started_at: datetime
    seen_at: datetime
    locked: bool


@dataclass(frozen=True)
class Account:
    """A person with everything around.

    Attributes:
        factors: what is set up; None where it is not told.
        seats: browsers in which the person is signed in, the newest first.
        waits_until: no sign-in is looked at before, because of failed tries.
        link_until: how long an open link of theirs is good.
        settled: whether roles that need two people can be approved; not before the person has used the link.
        exceptions: how many exceptions hold for them or are proposed.
        acts: what the viewer may do: ``sign-out``, ``unlock``, ``renew``, ``reset``, ``close``, ``reopen``, ``leave``.
        objection: why the viewer can do none of it, as a sentence.
        word: how it stands with the word of the other observers, where one is needed.
    """

    person: Person
    factors: Factors | None
    seats: tuple[Seat, ...]
    waits_until: datetime | None
    link_until: datetime | None
    settled: bool
    exceptions: int
    acts: frozenset[str]
    objection: str
    word: Word | None


def find(viewer: Viewer, narrowed: Narrowed) -> Listed:
    """People of the viewer's client who hold, are proposed for or held a role there.

    Raises:
        NotYours: the viewer may not list people.
    """
    if not viewer.may(Permission.IDENTITY_PERSON_LIST):
        raise NotYours("Looking after people is not among your duties.")
    rows = _ordered(_narrowed(viewer, narrowed), narrowed.order)
    begin = (max(narrowed.page, 1) - 1) * ROWS
    found = list(rows[begin : begin + ROWS + 1])
    following = narrowed.page + 1 if len(found) > ROWS else None
    return Listed(tuple(selectors.people_of(viewer, found[:ROWS])), rows.count(), following)


def waiting(viewer: Viewer) -> tuple[Person, ...]:
    """People with a role that waits for the viewer's decision, by work name; at most a page of them.

    Raises:
        NotYours: as `find`.
    """
    if not viewer.may(Permission.IDENTITY_PERSON_LIST):
        raise NotYours("Looking after people is not among your duties.")
    rows = User.objects.filter(pk__in=_undecided(viewer).values("user_id")).order_by("username")
    return tuple(selectors.people_of(viewer, list(rows[:ROWS])))


def count_waiting(viewer: Viewer) -> int:
    """How many proposed roles wait for the viewer's decision."""
    return _undecided(viewer).count()


def _undecided(viewer: Viewer) -> QuerySet[RoleGrant]:
    """Roles proposed for somebody else by somebody else, or by nobody in particular, at the console."""
    if not viewer.may(Permission.IDENTITY_ROLE_APPROVE):
        return RoleGrant.objects.none()
    rows = RoleGrant.objects.filter(client_id=viewer.client, state=RoleGrant.State.PROPOSED)
    return rows.exclude(user_id=viewer.person).exclude(proposed_by_id=viewer.person)


def account(viewer: Viewer, person: UUID) -> Account:
    """One person with everything around.

    Raises:
        NotYours: as `find`. NotFound: nobody of the viewer's client.
    """
    found = selectors.person(viewer, person)
    objection = leaving.objection(viewer, person)
    idle = objection or not viewer.may(Permission.IDENTITY_PERSON_INVITE)
    waits = None if found.state == ELSEWHERE else tries.waits_until(found.work_name)
    told = found.state != ELSEWHERE
    link_until = _link_until(viewer, person) if told else None
    return Account(
        person=found,
        factors=factors.factors_of(person) if told else None,
        seats=_seats(person) if told else (),
        waits_until=waits,
        link_until=link_until,
        settled=link_until is None and found.state not in {Standing.INVITED, Standing.LAPSED},
        exceptions=_exceptions(viewer, person),
        acts=frozenset() if idle else _acts(found, waits=waits is not None),
        objection=objection,
        word=None if idle else _word(viewer, person),
    )


_ACTS: dict[str, frozenset[str]] = {
    Standing.ACTIVE: frozenset({"sign-out", "renew", "reset", "close"}),
    Standing.INVITED: frozenset({"renew", "close"}),
    Standing.LAPSED: frozenset({"renew", "close"}),
    Standing.TRIES: frozenset({"sign-out", "unlock", "reset", "close"}),
    Standing.INACTIVE: frozenset({"unlock", "reset", "close"}),
    Standing.CLOSED: frozenset({"reopen"}),
}


def _acts(person: Person, *, waits: bool) -> frozenset[str]:
    acts = set(_ACTS.get(person.state, frozenset()))
    if person.state == Standing.ACTIVE and waits:
        acts.add("unlock")
    if person.roles:
        acts.add("leave")
    return frozenset(acts)


def _narrowed(viewer: Viewer, by: Narrowed) -> QuerySet[User]:
    grants = RoleGrant.objects.filter(client_id=viewer.client)
    if by.role is not None:
        grants = grants.filter(role=by.role.value).exclude(state=RoleGrant.State.ENDED)
    rows = User.objects.filter(pk__in=grants.values("user_id"))
    if by.text.strip():
        rows = rows.filter(username__contains=canonical(by.text))
    if not by.looks_at_sign_in and by.standing is None:
        return rows
    others = shared(viewer.client, rows.values_list("pk", flat=True))
    if by.standing is Standing.ELSEWHERE:
        return rows.filter(pk__in=others)
    told = rows.exclude(pk__in=others)
    return told.filter(_standing(by.standing), _factor(by.factor), _signed(by.signed))


def _standing(wanted: Standing | None) -> Q:
    open_link = Invitation.objects.filter(user_id=OuterRef("pk"), used_at=None, expires_at__gt=timezone.now())
    unlike = Q(disabled=User.Disabled.NO)
    if wanted is None:
        return Q()
    if wanted is Standing.ACTIVE:
        return unlike & Q(is_active=True)
    if wanted is Standing.INVITED:
        return unlike & Q(is_active=False) & Q(Exists(open_link))
    if wanted is Standing.LAPSED:
        return unlike & Q(is_active=False) & ~Q(Exists(open_link))
    return Q(disabled=wanted.value)


def _factor(wanted: bool | None) -> Q:
    if wanted is None:
        return Q()
    held = Q(Exists(Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=STRONG)))
    return held if wanted else ~held


def _signed(wanted: Signed | None) -> Q:
    week_ago = timezone.now() - timedelta(days=7)
    return {
        None: Q(),
        Signed.WEEK: Q(last_login__gte=week_ago),
        Signed.OLDER: Q(last_login__lt=week_ago),
        Signed.NEVER: Q(last_login=None),
    }[wanted]


def _ordered(rows: QuerySet[User], order: Order) -> QuerySet[User]:
    if order is Order.NEWEST:
        return rows.order_by(F("last_login").desc(nulls_last=True), "username")
    if order is Order.OLDEST:
        return rows.order_by(F("last_login").asc(nulls_first=True), "username")
    return rows.order_by("username")


def _seats(person: UUID) -> tuple[Seat, ...]:
    now = timezone.now()
    rows = Session.objects.filter(user_id=person, seen_at__gt=now - IDLE, started_at__gt=now - LONGEST)
    return tuple(Seat(row.started_at, row.seen_at, row.locked_at is not None) for row in rows.order_by("-started_at"))


def _link_until(viewer: Viewer, person: UUID) -> datetime | None:
    rows = Invitation.objects.filter(user_id=person, client_id=viewer.client, used_at=None)
    return rows.filter(expires_at__gt=timezone.now()).values_list("expires_at", flat=True).first()


def _word(viewer: Viewer, person: UUID) -> Word | None:
    with scope(viewer.client):
        return observers.word_about(viewer.client, person)


def _exceptions(viewer: Viewer, person: UUID) -> int:
    living = [MatrixException.State.ACTIVE, MatrixException.State.PROPOSED]
    with scope(viewer.client):
        rows = MatrixException.objects.filter(client_id=viewer.client, user_id=person, state__in=living)
        return rows.filter(until__gt=timezone.now()).count()
