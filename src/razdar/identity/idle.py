"""The idle lock: who walks away leaves a blank screen, and a session in which nothing can be opened.

Rules (NIST SP 800-63B-4 section 2.2.3; PCI DSS 4.0.1, 8.2.8)
--------------------------------------------------------------
* A session is locked 15 minutes after the last act of a person, and at once when the person says so. From then on every
  page, fragment and stream of that session is answered as if a factor were missing, until a strong factor is proven
  later than the lock. A recovery code does not unlock; who lost the factor signs out and in again.
* Every request is an act of a person, but one that says that nobody asked for it: the header `HEADER` of our scripts,
  or the ``Accept`` of an event stream, whose maker cannot set headers. Saying so makes a request count for less and
  never for more. What is done without a request, such as typing, the browser tells at the latest half a minute later.
* The lock is decided before a request counts: the first request after a closed laptop is opened finds it.
* How it fits the end of sessions, 15 minutes after the last request of any kind: a browser that asks for nothing finds
  its session over; one whose page keeps itself up to date finds it locked. A locked page goes on asking in the
  background, so that its session, and what was typed into the page, is there when its person comes back; it still ends
  12 hours after the sign-in.
* Who has no strong factor could not unlock, so their session ends instead.
* The lock and its end are events of the log, and wrong codes are counted with those of the sign-in; opening the session
  again takes none of them back.
"""

from enum import StrEnum
from typing import cast
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from razdar.core.ledger.events import Mode
from razdar.identity import events
from razdar.identity.factors import has_strong
from razdar.identity.proofs import proof_of
from razdar.identity.sessions import SessionStore
from razdar.runtime.scope import unit

HEADER = "Razdar-Background"
STREAM = "text/event-stream"
WARNING_SECONDS = 60
"""How long before the lock the browser says so."""
BEAT_SECONDS = 20
"""How often the browser tells of acts that made no request, at most."""

STAYS_OPEN = frozenset(
    {"lock", "lock-now", "lock-state", "account_logout", "set_language", "set_appearance", "security:csp-report"}
)
"""Addresses that answer a locked session: they show nothing, and lead out of it or to its end."""


class Standing(StrEnum):
    """How a browser's session stands."""

    OUT = "out"
    LOCKED = "locked"
    OPEN = "open"


def is_background(request: HttpRequest) -> bool:
    """Whether a request says of itself that no person stands behind it."""
    return HEADER in request.headers or is_stream(request)


def is_stream(request: HttpRequest) -> bool:
    return STREAM in request.headers.get("Accept", "")


def standing(request: HttpRequest) -> Standing:
    """How the session stands, as far as this request knows."""
    if not request.user.is_authenticated:
        return Standing.OUT
    return Standing.LOCKED if is_locked(request) else Standing.OPEN


def is_locked(request: HttpRequest) -> bool:
    """Whether the session is locked. A session of another kind than ours is none of a person's."""
    session = request.session
    return session.locked if isinstance(session, SessionStore) else True


def arrive(request: HttpRequest) -> Standing:
    """Take note of a request, once: lock the session when its time has come, else count the act."""
    found = standing(request)
    if found is not Standing.OPEN:
        return found
    if _session(request).lock_is_due:
        return lock(request, "time")
    if not is_background(request):
        _session(request).note_act()
    return found


def lock(request: HttpRequest, by: str) -> Standing:
    """Lock the session, or end it where no strong factor could unlock it.

    Args:
        by: ``time`` or ``person``, for the log.
    """
    person = UUID(str(request.user.pk))
    origin = events.origin_of(request)
    if not has_strong(person):
        logout(request)
        events.record_now("identity:session:end", Mode.CHANGE, origin, person)
        return Standing.OUT
    with unit():
        if _session(request).lock():
            events.record("identity:session:lock", origin, person, detail=(("by", by),))
    return Standing.LOCKED


def unlock(request: HttpRequest) -> bool:
    """Open the session again, if a strong factor was proven in it later than it was locked; whether it is open."""
    session = _session(request)
    if proof_of(request).assured_at <= session.locked_since:
        return False
    with unit():
        session.unlock()
        events.record("identity:session:unlock", events.origin_of(request), UUID(str(request.user.pk)))
    return True


def answers_locked(request: HttpRequest) -> bool:
    """Whether the address may answer a locked session."""
    try:
        return resolve(request.path_info).view_name in STAYS_OPEN
    except Resolver404:
        return False


def refuse_stream() -> HttpResponse:
    """To a stream: a redirect would be followed and read as an empty one."""
    return HttpResponse(status=401)


def _session(request: HttpRequest) -> SessionStore:
    return cast(SessionStore, request.session)
