"""Reads: frozen dataclasses for pages and for the rooms above. Names of staff are opened here and nowhere else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.utils import timezone

from razdar.core.disclosure import DataClass, Role, Viewer
from razdar.core.errors import BadInput, NotFound, NotYours, Unopenable
from razdar.core.permissions import Permission
from razdar.identity import retention
from razdar.identity.elsewhere import shared
from razdar.identity.models import Client, Invitation, RoleGrant, Session, User
from razdar.identity.names import canonical
from razdar.identity.proofs import STRONG
from razdar.vault import staff

NAME = "name"
ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class HeldRole:
    """A role somebody holds or is proposed for.

    Attributes:
        decidable: whether the viewer who asked may approve or refuse it.
    """

    id: UUID
    role: Role
    active: bool
    proposed_at: datetime
    proposed_by: str
    decidable: bool


@dataclass(frozen=True)
class Person:
    """A member of staff as the people page shows them.

    Attributes:
        name: the work name for somebody who also works for another client and holds no role here.
        state: ``active``, ``invited`` (has an open link), ``lapsed`` (the link ran out), why the person is disabled, or
            ``elsewhere`` for somebody who also works for another client: nothing of their sign-in is told then.
        sessions: how many browsers are signed in; None where that is not told.
        signed_in_at: the last sign-in with a second factor; None where there was none or it is not told.
        has_factor: whether a strong second factor is set up; None where that is not told.
    """

    id: UUID
    work_name: str
    name: str
    state: str
    last_active_at: datetime | None
    sessions: int | None
    roles: tuple[HeldRole, ...]
    signed_in_at: datetime | None = None
    has_factor: bool | None = None


@dataclass(frozen=True)
class ClientInfo:
    id: UUID
    name: str
    retention: Mapping[str, int]


def display_name(person: UUID) -> str:
    """The name of one person; the work name where the sealed one does not open."""
    row = User.objects.filter(pk=person).only("id", "username", "sealed_name").first()
    return _name(row) if row else ""


def display_names(people: Iterable[UUID]) -> dict[UUID, str]:
    """The names of several people, by pseudonym; for pages that show who did what."""
    rows = User.objects.filter(pk__in=set(people)).only("id", "username", "sealed_name")
    return {row.pk: _name(row) for row in rows}


def names_seen(viewer: Viewer, people: Iterable[UUID]) -> dict[UUID, str]:
    """What a viewer calls these people on the pages of rules: by name whoever looks after them or decides for them, and
    oneself; else by the short end of the pseudonym, as the log does."""
    named = bool(viewer.permissions & {Permission.IDENTITY_PERSON_LIST, Permission.IDENTITY_REVEAL_APPROVE})
    found = display_names(people)
    return {who: name if named or who == viewer.person else who.hex[-8:] for who, name in found.items()}


def client_name(client: UUID) -> str:
    return Client.objects.filter(pk=client).values_list("name", flat=True).first() or ""


def client_names_of(person: UUID) -> list[str]:
    """Names of the clients a person works for or is invited to."""
    grants = RoleGrant.objects.filter(user_id=person).exclude(state=RoleGrant.State.ENDED)
    return list(Client.objects.filter(pk__in=grants.values("client_id")).values_list("name", flat=True))


def clients() -> list[ClientInfo]:
    """All clients of the installation, by name."""
    return [ClientInfo(c.pk, c.name, c.retention) for c in Client.objects.order_by("name")]


def client_by_name(name: str) -> ClientInfo:
    """One client.

    Raises:
        NotFound: there is none of that name.
    """
    row = Client.objects.filter(name=name).first()
    if row is None:
        raise NotFound("There is no client of that name.")
    return ClientInfo(row.pk, row.name, row.retention)


def person_by_work_name(work_name: str) -> UUID:
    """The pseudonym of somebody known by work name, for commands.

    Raises:
        NotFound: nobody has that work name.
    """
    found = User.objects.filter(username=canonical(work_name)).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound("Nobody has that work name.")
    return found


def only_client(name: str) -> ClientInfo:
    """The client of a name; without a name the only one.

    Raises:
        NotFound: none of that name. BadInput: no name, and not exactly one client.
    """
    if name:
        return client_by_name(name)
    every = clients()
    if len(every) != 1:
        raise BadInput("Say which client with --client; there is more than one, or none yet.")
    return every[0]


def known_client(client: UUID) -> UUID:
    """The client of an id that somebody typed.

    Raises:
        NotFound: there is no such client.
    """
    if not Client.objects.filter(pk=client).exists():
        raise NotFound("There is no such client; razdar client list shows the ids.")
    return client


def kept_days(client: UUID) -> Mapping[DataClass, int]:
    """How many days a client keeps each class of data.

    Raises:
        NotFound: there is no such client.
    """
    row = Client.objects.filter(pk=client).first()
    if row is None:
        raise NotFound("There is no such client.")
    return {DataClass(name): days for name, days in retention.checked(row.retention).items()}


def people(viewer: Viewer) -> list[Person]:
    """Everybody who holds, is proposed for or held a role at the viewer's client, by work name.

    Raises:
        NotYours: the viewer may not list people.
    """
    _require(viewer)
    grants = RoleGrant.objects.filter(client_id=viewer.client)
    rows = User.objects.filter(pk__in=grants.values("user_id")).order_by("username")
    return people_of(viewer, list(rows))


def person(viewer: Viewer, person_id: UUID) -> Person:
    """One of them.

    Raises:
        NotYours: as `people`. NotFound: nobody of the viewer's client.
    """
    _require(viewer)
    known = RoleGrant.objects.filter(client_id=viewer.client, user_id=person_id).exists()
    row = User.objects.filter(pk=person_id).first() if known else None
    if row is None:
        raise NotFound
    return people_of(viewer, [row])[0]


def _require(viewer: Viewer) -> None:
    if not viewer.may(Permission.IDENTITY_PERSON_LIST):
        raise NotYours("Looking after people is not among your duties.")


def people_of(viewer: Viewer, rows: list[User]) -> list[Person]:
    """These rows as the viewer's client may see them; who asks has looked whether the viewer may list people."""
    ids = [row.pk for row in rows]
    living = RoleGrant.objects.filter(client_id=viewer.client, user_id__in=ids).exclude(state=RoleGrant.State.ENDED)
    grants = list(living.order_by("role"))
    names = display_names(g.proposed_by_id for g in grants if g.proposed_by_id)
    roles = {pk: tuple(_held(viewer, g, names) for g in grants if g.user_id == pk) for pk in ids}
    open_links = set(
        Invitation.objects.filter(user_id__in=ids, used_at=None, expires_at__gt=timezone.now()).values_list(
            "user_id", flat=True
        )
    )
    strong = set(Authenticator.objects.filter(user_id__in=ids, type__in=STRONG).values_list("user_id", flat=True))
    signed_in = list(Session.objects.filter(user_id__in=ids).values_list("user_id", flat=True))
    others = shared(viewer.client, ids)
    return [
        _shared_person(row, roles[row.pk])
        if row.pk in others
        else Person(
            id=row.pk,
            work_name=row.username,
            name=_name(row),
            state=_state(row, row.pk in open_links),
            last_active_at=row.last_active_at,
            sessions=signed_in.count(row.pk),
            roles=roles[row.pk],
            signed_in_at=row.last_login,
            has_factor=row.pk in strong,
        )
        for row in rows
    ]


def _shared_person(row: User, roles: tuple[HeldRole, ...]) -> Person:
    known_here = any(held.active for held in roles)
    name = _name(row) if known_here else row.username
    return Person(row.pk, row.username, name, state=ELSEWHERE, last_active_at=None, sessions=None, roles=roles)


def _held(viewer: Viewer, grant: RoleGrant, names: Mapping[UUID, str]) -> HeldRole:
    proposed = grant.state == RoleGrant.State.PROPOSED
    others = viewer.person not in {grant.proposed_by_id, grant.user_id}
    return HeldRole(
        id=grant.pk,
        role=Role(grant.role),
        active=not proposed,
        proposed_at=grant.proposed_at,
        proposed_by=names.get(grant.proposed_by_id, "") if grant.proposed_by_id else "",
        decidable=proposed and others and viewer.may(Permission.IDENTITY_ROLE_APPROVE),
    )


def _state(row: User, invited: bool) -> str:
    if row.disabled:
        return str(row.disabled)
    if row.is_active:
        return "active"
    return "invited" if invited else "lapsed"


def _name(row: User) -> str:
    try:
        return staff.open_staff(row.pk, NAME, row.sealed_name)
    except Unopenable:
        return row.username
