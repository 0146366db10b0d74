"""An installation from nothing, made as an operator makes it: by the command line and the ordinary pages.

Two clients; at the first a person for every role, at the second those who would look across. Everybody chose a password
on an invitation, set up an authenticator app, and had a role that opens data approved by a second administrator.
"""

import re
import secrets
from collections.abc import Iterable, Iterator

from tests.mission.house import House
from tests.mission.people import NotSignedIn, Person
from tests.mission.wire import Wire

FIRST, SECOND = "Aldermoor Water", "Brackwell Rail"
ADMINISTRATORS = {FIRST: ("adams", "abbott"), SECOND: ("bell", "booth")}
_STAFF = {
    FIRST: {
        "agent": "agent",
        "agent2": "agent",
        "supervisor": "supervisor",
        "reviewer": "quality_reviewer",
        "privacy": "privacy_officer",
        "security": "security_officer",
        "auditor": "auditor",
        "observer": "client_observer",
        "technician": "technician",
    },
    SECOND: {
        "agent.b": "agent",
        "supervisor.b": "supervisor",
        "reviewer.b": "quality_reviewer",
        "privacy.b": "privacy_officer",
        "auditor.b": "auditor",
    },
}
_LINK = re.compile(r"/invitation/[\w-]+/")
_PERSON = re.compile(r"/people/[0-9a-f-]{36}/")
_APPROVE = re.compile(r'action="(/people/[0-9a-f-]{36}/roles/[0-9a-f-]{36}/approve/)"')


def found(house: House) -> None:
    """Fill an empty house and leave it shut."""
    house.cli("init", "--client", FIRST, *_named(FIRST))
    links = [*_links(house, FIRST), *_further_client(house)]
    with house.running():
        for person, link in links:
            _join(house, person, link)
        for client in (FIRST, SECOND):
            _staff(house, client)


def _named(client: str) -> Iterator[str]:
    for name in ADMINISTRATORS[client]:
        yield from ("--administrator", f"{name}={name.title()} {client.split(maxsplit=1)[0]}")


def _further_client(house: House) -> list[tuple[Person, str]]:
    house.cli("client", "add", SECOND, *_named(SECOND))
    return _links(house, SECOND)


def _links(house: House, client: str) -> list[tuple[Person, str]]:
    """The administrators of a client with the links that the command has just printed."""
    people = [Person(name, "administrator", client, _password()) for name in ADMINISTRATORS[client]]
    return list(zip(people, _LINK.findall(house.printed), strict=True))


def _join(house: House, person: Person, link: str) -> Wire:
    wire = person.accept(house.origin, link)
    person.set_up_app(wire)
    house.people[person.name] = person
    return wire


def _staff(house: House, client: str) -> None:
    first, second = (house.desk(name) for name in ADMINISTRATORS[client])
    for name, role in _STAFF[client].items():
        person = Person(name, role, client, _password())
        _join(house, person, invite(first, person))
    for page in _people(second):
        second.get(page)
        for approval in _APPROVE.findall(second.get(page).text):
            second.post(approval, {})


def invite(administrator: Wire, person: Person) -> str:
    """Invite somebody on the page that there is for it; the path of the link."""
    newcomer = {"work_name": person.name, "name": f"{person.name} of {person.client}", "roles": person.role}
    link = _LINK.search(administrator.submit("/people/invite/", newcomer).text)
    if link is None:
        raise NotSignedIn(f"{person.name}: no invitation")
    return link[0]


def _people(administrator: Wire) -> Iterable[str]:
    return dict.fromkeys(_PERSON.findall(administrator.get("/people/").text))


def _password() -> str:
    return secrets.token_urlsafe(18)
