"""Which grants need a second person, and which roles exclude each other.

A role that opens data is granted by two people. So is a role that approves: otherwise one administrator could invite a
second self and approve the own proposals with it.

An observer is one of the client's people, who watches and can stop all reading: nobody holds another role beside it.
"""

from collections.abc import Iterable

from razdar.core.disclosure import Role
from razdar.core.duties import ROLE_PERMISSIONS, opens_data
from razdar.core.errors import BadInput
from razdar.core.permissions import Permission

APPROVES = frozenset(
    {
        Permission.IDENTITY_ROLE_APPROVE,
        Permission.IDENTITY_REVEAL_APPROVE,
        Permission.VAULT_CLIENT_FREEZE,
        Permission.VAULT_MATRIX_APPROVE,
    }
)
# An integration is a key with scopes, not a person.
FOR_PEOPLE = tuple(role for role in Role if role is not Role.INTEGRATION)


def needs_second_person(role: Role) -> bool:
    """Whether somebody else must approve a grant of this role."""
    return opens_data(role) or bool(ROLE_PERMISSIONS.get(role, frozenset()) & APPROVES)


def check_roles(roles: Iterable[Role]) -> None:
    """Refuse a set of roles that one person cannot be given at one client.

    Raises:
        BadInput: not a person's role, or as `check_separation`.
    """
    if not set(roles) <= set(FOR_PEOPLE):
        raise BadInput("People cannot hold this role.")
    check_separation(roles)


def check_separation(roles: Iterable[Role]) -> None:
    """Refuse a set of roles that one person must not hold at one client.

    Raises:
        BadInput: an administrator would also hold a role that opens data, or an observer any other role.
    """
    held = set(roles)
    if Role.CLIENT_OBSERVER in held and len(held) > 1:
        raise BadInput("An observer works for the client and watches: nobody holds another role beside it here.")
    if Role.ADMINISTRATOR in held and any(opens_data(role) for role in held):
        raise BadInput("Nobody both grants and uses a right: an administrator cannot hold a role that opens data here.")
