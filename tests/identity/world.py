"""People of the tests: founded, invited and signed in through the same doors as everybody."""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client as Browser

from razdar.core.disclosure import Role, Viewer
from razdar.identity import factors, invitations, selectors, services
from razdar.identity.services import Newcomer

PASSWORD = "seven quiet herons at dusk"
CODE_PAGE = "/account/login/code/"


@dataclass
class Clock:
    """Seconds since 1970, moved by hand."""

    now: float = field(default_factory=time.time)

    def time(self) -> float:
        return self.now

    def tick(self, seconds: float = 30) -> None:
        self.now += seconds


@dataclass
class Person:
    """Somebody who can sign in."""

    id: UUID
    work_name: str
    seed: str
    clock: Clock

    def code(self, steps: int = 0) -> str:
        """The code of the present step, or of one before or after it."""
        return str(format_hotp_value(hotp_value(self.seed, int(self.clock.now) // 30 + steps)))

    def type_password(self, browser: Browser, password: str = PASSWORD, **extra: Any) -> Any:
        return browser.post("/account/login/", {"login": self.work_name, "password": password}, **extra)

    def sign_in(self, browser: Browser | None = None) -> Browser:
        """A browser in which this person is signed in."""
        browser = browser or Browser()
        self.clock.tick()
        assert self.type_password(browser)["Location"] == CODE_PAGE
        answer = browser.post(CODE_PAGE, {"code": self.code()})
        assert answer.status_code == 302, answer.content
        return browser


@dataclass
class World:
    """A client and its administrators."""

    client: UUID
    anna: Person
    boris: Person
    clock: Clock

    def join(self, work_name: str, *roles: Role) -> Person:
        """Invite, approve and set up somebody with these roles, by both administrators."""
        anna, boris = viewer_of(self.anna), viewer_of(self.boris)
        link = services.invite(anna, self.client, Newcomer(work_name, f"{work_name} Surname", roles))
        assert link
        person = set_up(link, self.clock)
        for held in selectors.person(boris, person.id).roles:
            if not held.active:
                services.approve_role(boris, held.id)
        return person


def viewer_of(person: Person, browser: Browser | None = None) -> Viewer:
    """The viewer that a real session of this person gives."""
    viewer = seen_by(browser or person.sign_in())
    assert viewer
    return viewer


def request_of(browser: Browser) -> Any:
    """A request of this browser as views get it."""
    return browser.get("/account/").wsgi_request


def seen_by(browser: Browser) -> Viewer | None:
    """The viewer that the next request of this browser carries."""
    viewer: Viewer | None = request_of(browser).viewer
    return viewer


def set_up(link: invitations.Link, clock: Clock, password: str = PASSWORD) -> Person:
    """Accept a link and set up an authenticator app."""
    person = invitations.accept(link.token, password)
    return Person(person, link.work_name, factors.enrol_totp(person), clock)


def found(clock: Clock, client: str, first: str, second: str) -> World:
    """Found a client whose two administrators have set up their sign-in."""
    administrators = [Newcomer(name, f"{name} Surname", (Role.ADMINISTRATOR,)) for name in (first, second)]
    founded = services.create_client(client, administrators)
    one, two = (set_up(link, clock) for link in founded.links)
    return World(founded.client, one, two, clock)
