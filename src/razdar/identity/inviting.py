"""Inviting many people at once: a list is read, each line is checked, and what is right is invited in one act.

Rules
-----
* A line is a work name, a name and one or more roles, as in ``sara.q, Sara Quinn, agent``; a tab or a semicolon may
  stand for the comma, as spreadsheets write it, and roles are separated by the same or by ``/``, ``|`` or ``+``.
* A role is called by its code or by its name in the language of the page.
* Checking writes nothing and says of each line what is wrong with it. A work name that belongs to another client is
  merely unusable, and the try is logged, as it is for a single invitation.
* The act invites everybody or nobody: what became wrong meanwhile is found before anything is written.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from razdar.core.disclosure import Role, Viewer
from razdar.core.errors import BadInput, RazdarError, TooManyTries
from razdar.core.permissions import Permission
from razdar.identity import services
from razdar.identity.duties import FOR_PEOPLE, check_roles
from razdar.identity.invitations import Link
from razdar.identity.looking_after import require
from razdar.identity.models import RoleGrant, User
from razdar.identity.names import canonical
from razdar.identity.services import Newcomer
from razdar.runtime.scope import scope
from razdar.ui import formats
from razdar.ui.errors import sentence
from razdar.ui.labels import ROLE_LABELS

MOST_LINES = 200
LONGEST_TEXT = 64 * 1024
_HEADINGS = frozenset({"work name", "work_name", "workname", "username"})
_BETWEEN_ROLES = re.compile(r"[;,/|+]")


@dataclass(frozen=True)
class InviteLine:
    """A line of the list.

    Attributes:
        number: where it stands, from 1.
        raw: as it was typed.
        faults: what is wrong with it, as sentences; none where it can be invited.
    """

    number: int
    raw: str
    work_name: str
    name: str
    roles: tuple[Role, ...]
    faults: tuple[str, ...] = ()


def read(text: str) -> list[InviteLine]:
    """The lines of a list, with what is wrong with each by itself.

    Raises:
        BadInput: there is no line, or there are too many.
    """
    rows = [(number, raw.strip()) for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), 1)]
    rows = [(number, raw) for number, raw in rows if raw and not _is_heading(raw)]
    if not rows:
        raise BadInput("There is no line in it. Write one person in each line.")
    if len(rows) > MOST_LINES:
        raise BadInput("At most 200 people can be invited at once. Divide the list.")
    return list(_once([_line(number, raw) for number, raw in rows]))


def check(viewer: Viewer, text: str) -> list[InviteLine]:
    """The lines of a list, with everything that is wrong with each; writes nothing but tries at names of others.

    Raises:
        NotYours: not among the viewer's duties. StepUpNeeded: prove the factor again. BadInput: as `read`.
        TooManyTries: the viewer has tried too many names; then of no line is anything said.
    """
    require(viewer, Permission.IDENTITY_PERSON_INVITE)
    lines = read(text)
    with scope(viewer.client):
        return [line if line.faults else _checked(viewer, line) for line in lines]


def invite(viewer: Viewer, lines: Sequence[InviteLine]) -> list[Link]:
    """Invite everybody of these lines; the links, each to be shown once.

    Raises:
        As `check`. BadInput: one of them cannot be invited; then nobody is.
    """
    require(viewer, Permission.IDENTITY_PERSON_INVITE)
    if not lines or any(line.faults for line in lines):
        raise BadInput("One of these lines cannot be invited any more. Nobody was invited.")
    with scope(viewer.client):
        people = [Newcomer(line.work_name, line.name, line.roles) for line in lines]
        made = [services.invite(viewer, viewer.client, person) for person in people]
    return [link for link in made if link]


# --- A line -----------------------------------------------------------------------------------------------------------


def _is_heading(raw: str) -> bool:
    first = canonical(re.split(r"[,;\t]", raw, maxsplit=1)[0].strip(' "'))
    return first in _HEADINGS or first == _("Work name").casefold()


def _line(number: int, raw: str) -> InviteLine:
    delimiter = "\t" if "\t" in raw else next((letter for letter in raw if letter in ",;"), ",")
    try:
        cells = next(csv.reader([raw], delimiter=delimiter, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return InviteLine(number, raw, "", "", (), (_("The quotation marks in this line do not match."),))
    work_name, name, *rest = [*(cell.strip() for cell in cells), "", ""]
    called = [each.strip() for cell in rest for each in _BETWEEN_ROLES.split(cell) if each.strip()]
    roles = [_role(each) for each in called]
    return InviteLine(
        number,
        raw,
        canonical(work_name),
        " ".join(name.split()),
        tuple(dict.fromkeys(role for role in roles if role)),
        tuple(_faults(work_name, name, called, roles)),
    )


def _faults(work_name: str, name: str, called: Sequence[str], roles: Sequence[Role | None]) -> Iterator[str]:
    if not work_name or not name or not called:
        yield _("A line needs a work name, a name and a role, separated by commas.")
    for each, role in zip(called, roles, strict=True):
        if role is None:
            yield _("There is no role called “%(role)s”.") % {"role": each[:40]}
    try:
        check_roles([role for role in roles if role])
    except BadInput as error:
        yield sentence(error)


def _role(called: str) -> Role | None:
    wanted = " ".join(called.replace("_", " ").replace("-", " ").casefold().split())
    names = {role: (role.value.replace("_", " "), str(ROLE_LABELS[role]).casefold()) for role in FOR_PEOPLE}
    return next((role for role, known in names.items() if wanted in known), None)


def _once(lines: Iterable[InviteLine]) -> Iterator[InviteLine]:
    seen: dict[str, int] = {}
    for line in lines:
        first = seen.setdefault(line.work_name, line.number) if line.work_name else line.number
        if first == line.number:
            yield line
        else:
            text = _("The same work name stands in line %(line)s already.") % {"line": formats.number(first)}
            yield replace(line, faults=(*line.faults, text))


# --- Against who is there ---------------------------------------------------------------------------------------------


def _checked(viewer: Viewer, line: InviteLine) -> InviteLine:
    try:
        services.checked_name(line.name)
        _check_free(viewer, line)
    except TooManyTries:
        raise
    except RazdarError as error:
        return replace(line, faults=(sentence(error),))
    return line


def _check_free(viewer: Viewer, line: InviteLine) -> None:
    found = services.known(line.work_name, viewer)
    if found is None:
        return
    living = RoleGrant.objects.filter(user=found, client_id=viewer.client).exclude(state=RoleGrant.State.ENDED)
    if living.exists():
        raise BadInput("This person works here already. Change the roles on the person's page.")
    if found.disabled == User.Disabled.CLOSED:
        raise BadInput("An administrator closed this account. Open it again first.")
