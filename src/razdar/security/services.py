"""What is worth noticing: violations that browsers report, pages that somebody asked for and may not have."""

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from razdar import audit
from razdar.core.disclosure import Viewer
from razdar.core.errors import TooManyTries
from razdar.core.ledger import Event, Mode, Outcome
from razdar.core.permissions import Permission
from razdar.security.violations import Address, Violation

WINDOW = 60
PER_SOURCE = 10
"""Reports of one source in a window."""
IN_ALL = 60
"""Reports of everybody in a window: the log of the installation cannot be flooded through this door."""
QUIET = 3600
"""Seconds in which the same violation is written down once."""


def admit_report(source: str) -> None:
    """Count a report before it is read.

    Args:
        source: the sender's network address; only its digest is used, as the name of a counter that lives a minute.

    Raises:
        TooManyTries: a limit was reached.
    """
    digest = hashlib.blake2s(source.encode(), digest_size=12).hexdigest()
    if _count(f"security:csp:from:{digest}") > PER_SOURCE or _count("security:csp:all") > IN_ALL:
        raise TooManyTries("Too many reports.")


def record_violations(violations: Sequence[Violation], own_host: str) -> int:
    """Write each violation into the installation's log, the same one at most once an hour.

    Args:
        violations: as read from a report.
        own_host: host (and port) that this installation answers under.

    Returns:
        how many were written.
    """
    details = [_detail(violation, own_host) for violation in violations]
    fresh = [detail for detail in dict.fromkeys(details) if _is_new(detail)]
    for detail in fresh:
        audit.record_now(Event(client=None, action="security:csp:violation", mode=Mode.SYSTEM, detail=detail))
    return len(fresh)


def note_refused_page(request: HttpRequest, viewer: Viewer, needed: Permission) -> None:
    """Write down that somebody asked for a page without the permission; which record it was about is not kept.

    Raises:
        Unavailable: the log cannot be written.
    """
    match = request.resolver_match
    detail = (("page", match.view_name if match else "unnamed"), ("needed", needed.value))
    audit.record_now(
        Event.by(viewer, "security:page:refuse", Mode.DENY, outcome=Outcome.DENIED, detail=detail),
    )


def _detail(violation: Violation, own_host: str) -> tuple[tuple[str, str | int], ...]:
    return (
        ("directive", violation.directive),
        ("page", _place(violation.page, own_host)),
        ("blocked", _place(violation.blocked, own_host)),
        ("line", violation.line),
    )


def _place(address: Address, own_host: str) -> str:
    """A word that says where, without an id, a query or a foreign name in it."""
    if address.word:
        return address.word
    if address.host != own_host.lower():
        return "foreign"
    if address.path.startswith(settings.STATIC_URL or "/static/"):
        return "static"
    try:
        return resolve(address.path).view_name or "unnamed"
    except Resolver404:
        return "unknown"


def _count(name: str) -> int:
    cache.add(name, 0, WINDOW)
    try:
        return cache.incr(name)
    except ValueError:  # the window ended between the two calls
        return 1


def _is_new(detail: tuple[tuple[str, str | int], ...]) -> bool:
    digest = hashlib.blake2s(repr(detail).encode(), digest_size=16).hexdigest()
    return cache.add(f"security:csp:seen:{digest}", 1, QUIET)
