"""Whether whoever has a duty is there at all, and whether one person has two that do not go together.

Who answers for a process is called by name on every page that tells it: that is what the table is for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from razdar.core.disclosure import Role
from razdar.identity import rights
from razdar.identity.models import RoleGrant, User
from razdar.identity.processes import GRANTS, PROCESS_LABELS, USES, Bearer, Duties, Duty, Process
from razdar.identity.selectors import display_names
from razdar.ui import formats
from razdar.ui.labels import ROLE_LABELS

_GIVING = (Duty.RESPONSIBLE, Duty.ACCOUNTABLE)
_USING = (Duty.RESPONSIBLE,)


@dataclass(frozen=True)
class Warned:
    """Something that is wrong with who answers for a process.

    Attributes:
        kind: ``bad`` where nobody answers, else ``warn``.
    """

    kind: str
    text: str


@dataclass(frozen=True)
class Staffing:
    """Who works at a client now.

    Attributes:
        roles: by person, the roles they hold; whoever cannot sign in holds none.
        names: of everybody who is asked about, also of those who left.
    """

    roles: Mapping[UUID, frozenset[Role]]
    names: Mapping[UUID, str]

    def people(self, bearer: Bearer) -> frozenset[UUID]:
        """The people behind a role, or the person who is named, if they work here."""
        if bearer.role is None:
            return frozenset({bearer.person} & self.roles.keys()) if bearer.person else frozenset()
        return frozenset(person for person, roles in self.roles.items() if bearer.role in roles)

    def is_vacant(self, bearer: Bearer) -> bool:
        return not self.people(bearer)

    def name(self, bearer: Bearer) -> str:
        return self.names.get(bearer.person, "") if bearer.person else str(ROLE_LABELS[bearer.role or Role.AGENT])


def of(client: UUID, duties: Iterable[Duties]) -> Staffing:
    """Who works at a client, with the names of everybody in these duties. Grants that none of our services wrote do
    not count, and neither do people who have left or cannot sign in."""
    closed = User.objects.filter(is_active=False) | User.objects.exclude(disabled=User.Disabled.NO)
    grants = RoleGrant.objects.filter(client_id=client, state=RoleGrant.State.ACTIVE).exclude(
        user_id__in=closed.values("pk")
    )
    roles: dict[UUID, frozenset[Role]] = {}
    for grant in grants:
        if rights.genuine(grant):
            roles[grant.user_id] = roles.get(grant.user_id, frozenset()) | {Role(grant.role)}
    asked = {bearer.person for each in duties for bearer in each.everybody() if bearer.person}
    return Staffing(roles, display_names({*roles, *asked}))


def wrong_with(duties: Duties, here: Staffing) -> Iterator[Warned]:
    """What is wrong with the duties of one process by themselves."""
    if here.is_vacant(duties.owner):
        if duties.owner.role is None:
            text = _("Its owner, %(name)s, does not work here any more.")
        else:
            text = _("Its owner is a role that nobody holds: %(name)s.")
        yield Warned("bad", text % {"name": here.name(duties.owner)})
    for duty, sentence in (
        (Duty.ACCOUNTABLE, _("Nobody who is here is accountable.")),
        (Duty.RESPONSIBLE, _("Nobody who is here is responsible.")),
    ):
        if all(here.is_vacant(bearer) for bearer in duties.of(duty)):
            yield Warned("bad", sentence)
    for duty in Duty:
        for bearer in duties.of(duty):
            if bearer.role is None and here.is_vacant(bearer):
                yield Warned("warn", _("%(name)s does not work here any more.") % {"name": here.name(bearer)})


def both(every: Mapping[Process, Duties], here: Staffing) -> Iterator[Warned]:
    """People who, by their duties, both give the right to see data and see it."""
    for person in sorted(here.roles, key=lambda each: here.names.get(each, "")):
        gives = [p for p in Process if p in GRANTS and _does(every[p], person, here, _GIVING)]
        uses = [p for p in Process if p in USES and _does(every[p], person, here, _USING)]
        if gives and uses:
            said = {
                "name": here.names.get(person, ""),
                "grants": formats.listed(PROCESS_LABELS[p][0] for p in gives),
                "uses": formats.listed(PROCESS_LABELS[p][0] for p in uses),
            }
            text = _("%(name)s both grants and uses. Grants: %(grants)s. Uses: %(uses)s.")
            yield Warned("warn", text % said)


def _does(duties: Duties, person: UUID, here: Staffing, which: tuple[Duty, ...]) -> bool:
    return any(person in here.people(bearer) for duty in which for bearer in duties.of(duty))
