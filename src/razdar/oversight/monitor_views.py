"""Pages of the live monitor: what happens to the client's data now, and stopping all reading of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from razdar.core.errors import NotFound
from razdar.core.permissions import Permission
from razdar.identity import freezes, observers
from razdar.oversight import monitoring, proofs, questions
from razdar.oversight.monitoring import KIND_LABELS
from razdar.oversight.selectors import short
from razdar.ui.pages import PageRequest, fragment, page


@require_GET
@page(Permission.OVERSIGHT_MONITOR_VIEW)
def monitor(request: PageRequest) -> HttpResponse:
    """Everything at once: the feed, who is at work, the last 24 hours, the proof, the freeze, the hours."""
    feed = monitoring.feed(request.viewer, request.GET.get("kind", "all"))
    context = {
        **_fed(request, feed),
        **_lately(request, feed.opening),
        **_freeze(request),
        "proof": proofs.proof(request.viewer),
        "hours": monitoring.hours(request.viewer),
        "waiting": questions.waiting(request.viewer),
    }
    return render(request, "oversight/monitor.html", context)


@require_GET
@page(Permission.OVERSIGHT_MONITOR_VIEW)
def feed(request: PageRequest) -> HttpResponse:
    """The feed alone, which asks for itself again unless it is paused."""
    found = monitoring.feed(request.viewer, request.GET.get("kind", "all"), _opening(request))
    return fragment(request, "oversight/monitor_feed.html", _fed(request, found))


@require_GET
@page(Permission.OVERSIGHT_MONITOR_VIEW)
def lately(request: PageRequest) -> HttpResponse:
    """Who is at work now and what the last 24 hours brought, which ask for themselves again."""
    return fragment(request, "oversight/monitor_lately.html", _lately(request, _opening(request)))


@require_GET
@page(Permission.OVERSIGHT_MONITOR_VIEW)
def freeze(request: PageRequest) -> HttpResponse:
    """Whether reading is stopped, what waits for a second person, and when it was stopped before."""
    return render(request, "oversight/freeze.html", _freeze(request))


@require_GET
@page(Permission.OVERSIGHT_MONITOR_VIEW)
def freeze_state(request: PageRequest) -> HttpResponse:
    """The same as a part of a page, which asks for itself again."""
    return fragment(request, "oversight/freeze_state.html", _freeze(request))


@require_POST
@page(Permission.VAULT_CLIENT_FREEZE)
def freeze_ask(request: PageRequest, kind: str) -> HttpResponse:
    """Ask another person of the client to agree."""
    if kind == freezes.FREEZE:
        freezes.ask_freeze(request.viewer)
    elif kind == freezes.LIFT:
        freezes.ask_lift(request.viewer)
    else:
        raise NotFound
    messages.success(request, _("Asked. It happens as soon as another observer of this client agrees."))
    return redirect("oversight:freeze")


@require_POST
@page(Permission.VAULT_CLIENT_FREEZE)
def freeze_decide(request: PageRequest, request_id: UUID, act: str) -> HttpResponse:
    """Agree to what another person of the client asked for, or refuse it; or take back what one asked for oneself."""
    if act == "agree":
        freezes.agree(request.viewer, request_id)
        messages.success(request, _("Agreed. It holds from now on, in every part of the system."))
    elif act == "refuse":
        freezes.refuse(request.viewer, request_id)
        messages.success(request, _("You refused the request. Nothing was changed."))
    elif act == "take-back":
        freezes.take_back(request.viewer, request_id)
        messages.success(request, _("You took the request back. Nothing was changed."))
    else:
        raise NotFound
    return redirect("oversight:freeze")


@require_POST
@page(Permission.VAULT_CLIENT_FREEZE)
def observer_decide(request: PageRequest, request_id: UUID, act: str) -> HttpResponse:
    """Agree that another observer is taken out of action, or refuse it."""
    if act not in {"agree", "refuse"}:
        raise NotFound
    observers.decide(request.viewer, request_id, agree=act == "agree")
    messages.success(
        request, _("You agreed.") if act == "agree" else _("You refused the request. Nothing was changed.")
    )
    return redirect("oversight:freeze")


def _fed(request: PageRequest, found: monitoring.Feed) -> dict[str, object]:
    paused = "paused" in request.GET
    return {
        "feed": found,
        "kinds": [(kind.value, label, kind == found.kind) for kind, label in KIND_LABELS.items()],
        "paused": paused,
        "may_ask": request.viewer.may(Permission.OVERSIGHT_QUESTION_ASK),
    }


def _opening(request: PageRequest) -> str:
    """The mark of an opening. It names a person and a session, so it is no part of an address, which proxies log."""
    return request.headers.get("Razdar-Opening", "")


def _lately(request: PageRequest, mark: str) -> dict[str, object]:
    opening, found = monitoring.lately(request.viewer, mark)
    return {"opening": opening, "lately": found}


def _freeze(request: PageRequest) -> dict[str, object]:
    standing = freezes.standing(request.viewer)
    return {
        "freeze": standing,
        "requests": [(one, one.requested_by == request.viewer.person) for one in standing.requests],
        "history": [_told(one) for one in standing.history],
        "observers_asked": observers.waiting(request.viewer),
    }


def _told(one: freezes.Freeze) -> dict[str, object]:
    """A freeze with the people who decided, by pseudonym; nobody where it was set again from the log."""
    return {"freeze": one, "set_by": _pair(one.set), "lifted_by": _pair(one.lifted) if one.lifted else ()}


def _pair(decision: freezes.Decision) -> tuple[str, ...]:
    return () if decision.asked_by.int == 0 else (short(decision.asked_by), short(decision.agreed_by))
