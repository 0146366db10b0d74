"""The agent's desk: what one works on now, and everything about one customer on one page."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from razdar.core.disclosure import DataClass
from razdar.core.permissions import Permission
from razdar.customers import links
from razdar.customers import selectors as customers
from razdar.customers.field_views import field_view
from razdar.customers.forms import SearchForm
from razdar.customers.selectors import LISTED, Card
from razdar.desk import note_pages, wrap_up_pages
from razdar.ui.pages import PageRequest, dialog_done, fragment, page
from razdar.work import access, contacts
from razdar.work.contacts import Contact, Working

SEARCHED_BY = "desk searched by"
"""Under it a session keeps the kind of value, never a value."""


@dataclass(frozen=True)
class Line:
    """A customer whom the viewer works for; `card` is None for one that is gone."""

    working: Working
    card: Card | None


@require_http_methods(["GET", "POST"])
@page(Permission.WORK_DESK_USE)
def agent(request: PageRequest) -> HttpResponse:
    """Search, what one works on now, what is still to be closed, and what was asked for."""
    classes = customers.search_classes(request.viewer)
    form = SearchForm(classes, request.POST or None, initial={"by": request.session.get(SEARCHED_BY, "")})
    found: list[UUID] | None = None
    if request.method == "POST" and form.is_valid():
        by = form.cleaned_data["by"]
        found = customers.find(request.viewer, DataClass(by), form.cleaned_data["value"])
        request.session[SEARCHED_BY] = by
        # The value is not sent back: beside the name that it found it says more than its seeker may see.
        form = SearchForm(classes, initial={"by": by})
    working, open_ones = _now(request), contacts.unfinished(request.viewer, datetime.now(UTC))
    asked = access.own(request.viewer) if request.viewer.may(Permission.WORK_ACCESS_ASK) else []
    others = [each.customer for each in working] + [each.customer for each in open_ones]
    others += [each.customer for each in asked]
    cards = _cards(request, found or [], others)
    hits = links.principals(request.viewer, found or ()).values()
    context = {
        "form": form,
        "found": None if found is None else [cards[i] for i in dict.fromkeys(hits) if i in cards],
        "may_create": request.viewer.may(Permission.CUSTOMERS_RECORD_CREATE),
        "open_ones": [(each, cards.get(each.customer)) for each in open_ones],
        "asked": [(each, cards.get(each.customer)) for each in asked],
        **_now_context(request, working, cards),
    }
    return render(request, "desk/agent.html", context)


@require_GET
@page(Permission.WORK_DESK_USE)
def now(request: PageRequest) -> HttpResponse:
    """What one works on alone, which brings itself up to date."""
    working = _now(request)
    cards = _cards(request, [], [each.customer for each in working])
    return fragment(request, "desk/now.html", _now_context(request, working, cards))


@require_GET
@page(Permission.WORK_DESK_USE)
def customer(request: PageRequest, customer: UUID) -> HttpResponse:
    """One customer: the masked record, the contact and how it ended, notes, and what was before."""
    card = customers.card(request.viewer, customer)
    if card.erased_at:
        return redirect("customers:card", customer)
    history, more = contacts.with_customer(request.viewer, customer)
    current = _current(request, history)
    context = {
        "card": card,
        "fields": [field_view(request, customer, shown) for shown in card.fields],
        "handles": [field_view(request, customer, shown) for shown in card.handles],
        "may_correct": request.viewer.may(Permission.CUSTOMERS_FIELD_CORRECT),
        "may_identify": request.viewer.may(Permission.CUSTOMERS_CALLER_IDENTIFY),
        "again_url": reverse("desk:customer", args=[customer]),
        "history": history,
        "more": more,
        "may_listen": request.viewer.may(Permission.INTERACTIONS_RECORD_VIEW),
        "me": request.viewer.person,
        **_access(request, customer),
        **wrap_up_pages.context_of(request, customer, current),
        **note_pages.context_of(request, customer),
    }
    return render(request, "desk/customer.html", context)


@require_GET
@page(Permission.WORK_DESK_USE)
def customer_state(request: PageRequest, customer: UUID) -> HttpResponse:
    """Whether what an open page of a customer shows may still stand there; where not, what stands there instead."""
    gone = _gone(request, customer)
    if not gone:
        return HttpResponse(status=204)
    return dialog_done(fragment(request, "desk/customer_gone.html", {"customer": customer, "gone": gone}))


def _gone(request: PageRequest, customer: UUID) -> str:
    """Why nothing of it may stand there any more; empty where all may. The page says whether it was open for work."""
    if customers.is_erased(request.viewer, customer):
        return "erased"
    if contacts.reading_stopped(request.viewer):
        return "stopped"
    worked = "works" in request.GET and not contacts.works_for(request.viewer, customer)
    return "over" if worked else ""


def _access(request: PageRequest, customer: UUID) -> dict[str, object]:
    """Whether the record is open for the viewer, for how long, and what became of asking for it."""
    asks = request.viewer.may(Permission.WORK_ACCESS_ASK)
    person = links.principals(request.viewer, [customer])[customer]
    return {
        "works": contacts.works_for(request.viewer, customer),
        "working": next((each for each in contacts.working(request.viewer) if each.customer == person), None),
        "may_ask": asks,
        "asked": next(iter(access.own(request.viewer, customer)), None) if asks else None,
    }


def _current(request: PageRequest, history: list[Contact]) -> Contact | None:
    """The contact to wrap up: the one asked for, or the viewer's own newest whose end nobody has named, or newest."""
    wanted = request.GET.get("contact", "")
    chosen = next((each for each in history if str(each.id) == wanted), None)
    own = [each for each in history if each.agent == request.viewer.person]
    return chosen or next((each for each in own if each.ended is None), next(iter(own), None))


def _now(request: PageRequest) -> list[Working]:
    return contacts.working(request.viewer)


def _cards(request: PageRequest, found: list[UUID], others: list[UUID]) -> dict[UUID, Card]:
    """Cards by customer, also under records that are linked with another: one list, so one event."""
    whose = links.principals(request.viewer, others)
    listed = customers.found_cards(request.viewer, found, list(dict.fromkeys(whose.values())), LISTED)
    cards = {card.id: card for card in listed}
    return cards | {each: cards[principal] for each, principal in whose.items() if principal in cards}


def _now_context(request: PageRequest, working: list[Working], cards: dict[UUID, Card]) -> dict[str, object]:
    return {"lines": [Line(each, cards.get(each.customer)) for each in working], "me": request.viewer.person}
