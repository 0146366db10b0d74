"""Fills a founded installation: ``python -m tests.leaks.seed``, as a process of its own.

The first demo client's hundred customers, one of them erased again; an agent who can sign in, whose password and seed
are written to standard output as JSON; a browser's session.
"""

import json
import os
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING
from uuid import UUID

from razdar import __main__ as product
from razdar.runtime import logs
from razdar.runtime.commands import Needs

if TYPE_CHECKING:
    from razdar.core.disclosure import Role, Viewer

ADMINISTRATORS = ("anna.a", "boris.b")
AGENT = "agnes.a"


def main() -> None:
    """Do all of it through the product's own services."""
    os.umask(0o077)
    logs.configure("seed", product.make_var() / "log")
    with ExitStack() as stack:
        product.prepare(Needs.KEYS, stack)
        from razdar.identity import selectors

        (client,) = selectors.clients()
        _erase(client.id, _customers(client.id)[-1])
        _people(client.id)


def _customers(client: UUID) -> list[UUID]:
    from razdar.core.disclosure import DataClass
    from razdar.customers.services import Draft, create
    from razdar.demo_content import people
    from razdar.identity.viewers import for_job
    from razdar.runtime.scope import scope

    def draft(one: people.DemoCustomer) -> Draft:
        fields = {
            DataClass.SURNAME: one.surname,
            DataClass.GIVEN_NAME: one.given_name,
            DataClass.BIRTH_DATE: one.birth_date,
            DataClass.NATIONAL_ID: one.national_id,
            DataClass.POSTAL_ADDRESS: one.address,
            DataClass.REFERENCE_NO: one.reference,
        }
        handles = [(DataClass.PHONE, phone) for phone in one.phones]
        handles += [(DataClass.EMAIL, email) for email in one.emails]
        return Draft({c: text for c, text in fields.items() if text}, handles, one.language)

    with scope(client):
        return create(for_job("seed", client), [draft(one) for one in people.customers(0)])


def _erase(client: UUID, customer: UUID) -> None:
    from razdar.core.disclosure import Role
    from razdar.privacy import jobs, services
    from razdar.runtime.ids import uuid7
    from razdar.runtime.scope import scope

    with scope(client):
        services.erase(_viewer(client, uuid7(), Role.PRIVACY_OFFICER), customer, "request")
    jobs.finish(client, customer)


def _people(client: UUID) -> None:
    from razdar.core.disclosure import Role
    from razdar.demo_content.cast import fresh_password
    from razdar.identity import factors, invitations, selectors, services
    from razdar.identity.models import RoleGrant
    from razdar.identity.services import Newcomer
    from razdar.identity.sessions import SessionStore
    from razdar.runtime.scope import scope

    link = services.invite(None, client, Newcomer(AGENT, "Agnes Agent", (Role.AGENT,)))
    assert link is not None
    password = fresh_password()
    person = invitations.accept(link.token, password)
    administrator = _viewer(client, selectors.person_by_work_name(ADMINISTRATORS[0]), Role.ADMINISTRATOR)
    with scope(client):
        services.approve_role(administrator, RoleGrant.objects.get(user_id=person).id)
    json.dump({"password": password, "seed": factors.enrol_totp(person)}, sys.stdout)
    session = SessionStore()
    session["note"] = "a session"
    session.create()


def _viewer(client: UUID, person: UUID, role: "Role") -> "Viewer":
    """Somebody of this role who has just signed in."""
    from razdar.core.disclosure import Viewer
    from razdar.core.duties import ROLE_PERMISSIONS

    permissions = ROLE_PERMISSIONS[role]
    return Viewer(person, role.value, client, "seed", permissions=permissions, assured_at=time.time())


if __name__ == "__main__":
    main()
