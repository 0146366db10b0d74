"""Pages on which records turn out to be one person's: who a caller is, merging two customers, undoing a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from razdar.core.disclosure import DataClass, Level
from razdar.core.errors import BadInput, NotFound, TooManyTries
from razdar.core.permissions import Permission
from razdar.customers import forms, linking, links, selectors, services
from razdar.customers.selectors import NAMED
from razdar.ui.errors import sentence
from razdar.ui.pages import PageRequest, page

MOST_SHOWN = 50


@dataclass(frozen=True)
class LinkView:
    """A link as the card lists it; the address to undo it is empty for who may not."""

    link: links.Link
    customer: selectors.Card
    principal: selectors.Card
    undo_url: str


def listed(request: PageRequest, shown: selectors.Card) -> list[LinkView]:
    """The links between the records of the person whose card is shown, the newest 50."""
    found = links.links(request.viewer, shown.id)[-MOST_SHOWN:]
    named = dict.fromkeys(each for link in found for each in (link.customer, link.principal) if each != shown.id)
    cards = {card.id: card for card in selectors.cards(request.viewer, list(named), NAMED)} | {shown.id: shown}
    return [
        LinkView(each, cards[each.customer], cards[each.principal], _undo_url(request, each))
        for each in found
        if each.customer in cards and each.principal in cards
    ]


def _undo_url(request: PageRequest, link: links.Link) -> str:
    may = request.viewer.may(linking.undoes(provisional=link.provisional))
    return reverse("customers:undo-link", args=[link.customer, link.id]) if may else ""


@require_http_methods(["GET", "POST"])
@page(Permission.CUSTOMERS_CALLER_IDENTIFY)
def identify(request: PageRequest, customer: UUID) -> HttpResponse:
    """Find the customer whom an unknown caller is, by an exact value."""
    _require_provisional(request, customer)
    form, found = _search(request, customer)
    context = {
        "form": form,
        "found": found,
        "customer": customer,
        "candidates": links.candidates(request.viewer, customer),
    }
    return render(request, "customers/identify.html", context)


@require_http_methods(["GET", "POST"])
@page(Permission.CUSTOMERS_CALLER_IDENTIFY)
def identify_as(request: PageRequest, customer: UUID, known: UUID) -> HttpResponse:
    """Compare what an unknown caller says with a customer's record; once it agrees, they can be linked."""
    _require_provisional(request, customer)
    card = selectors.card(request.viewer, known)
    if card.erased_at:
        raise NotFound("There is no such customer.")
    asked = [shown for shown in (*card.fields, *card.handles) if shown.matchable and shown.level is not Level.CLEAR]
    form, agrees = forms.CompareForm(asked, request.POST or None), None
    if request.method == "POST" and form.is_valid():
        agrees = _compared(request, customer, known, form)
        form = forms.CompareForm(asked, initial={"field": form.cleaned_data["field"]}) if agrees is not None else form
    context = {
        "form": form,
        "card": card,
        "customer": customer,
        "askable": bool(asked),
        "agrees": agrees,
        "agreed": linking.has_agreed(request.viewer, customer, known),
    }
    status = 422 if asked else 403
    return render(request, "customers/identify_as.html", context, status=status if form.errors else 200)


def _compared(request: PageRequest, caller: UUID, known: UUID, form: forms.CompareForm) -> bool | None:
    try:
        field, said = form.cleaned_data["field"], form.cleaned_data["value"]
        return services.match(request.viewer, known, field, said, caller)
    except (BadInput, TooManyTries) as error:
        form.add_error("value", sentence(error))
        return None


@require_POST
@page(Permission.CUSTOMERS_CALLER_IDENTIFY)
def identify_link(request: PageRequest, customer: UUID, known: UUID) -> HttpResponse:
    """Say that the caller is that customer."""
    linking.identify(request.viewer, customer, known)
    return redirect("customers:card", known)


@require_http_methods(["GET", "POST"])
@page(Permission.CUSTOMERS_RECORD_MERGE)
def merge(request: PageRequest, customer: UUID) -> HttpResponse:
    """Find the customer who is the same person, by an exact value."""
    if links.is_provisional(request.viewer, customer):
        raise NotFound("There is no such page.")
    form, found = _search(request, customer)
    return render(request, "customers/merge.html", {"form": form, "found": found, "customer": customer})


@require_http_methods(["GET", "POST"])
@page(Permission.CUSTOMERS_RECORD_MERGE)
def merge_into(request: PageRequest, customer: UUID, principal: UUID) -> HttpResponse:
    """What merging two customers will mean; then it is done."""
    if request.method == "POST":
        linking.merge(request.viewer, customer, principal)
        return redirect("customers:card", principal)
    return render(request, "customers/merge_into.html", _two(request, customer, principal))


@require_http_methods(["GET", "POST"])
@page(Permission.CUSTOMERS_CALLER_IDENTIFY)
def undo_link(request: PageRequest, customer: UUID, link: UUID) -> HttpResponse:
    """What undoing a link will mean; then it is done."""
    found = links.link(request.viewer, customer, link)
    if not _undo_url(request, found):
        raise NotFound("There is no such link.")
    if request.method == "POST":
        linking.undo(request.viewer, customer, link)
        return redirect("customers:card", customer)
    context = _two(request, found.customer, found.principal) | {"link": found}
    return render(request, "customers/undo_link.html", context)


def _two(request: PageRequest, customer: UUID, principal: UUID) -> dict[str, object]:
    cards = {card.id: card for card in selectors.cards(request.viewer, [customer, principal], NAMED)}
    if len(cards) != len({customer, principal}):
        raise NotFound("There is no such customer.")
    return {
        "card": cards[customer],
        "principal": cards[principal],
        "contacts": links.contacts(request.viewer, customer),
    }


def _require_provisional(request: PageRequest, customer: UUID) -> None:
    if not links.is_provisional(request.viewer, customer):
        raise NotFound("There is no such page.")


def _search(request: PageRequest, customer: UUID) -> tuple[forms.SearchForm, Sequence[selectors.Card] | None]:
    """The search form, and who was found who is known and not this very person."""
    classes = selectors.search_classes(request.viewer)
    form = forms.SearchForm(classes, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return form, None
    by = form.cleaned_data["by"]
    hits = selectors.find(request.viewer, DataClass(by), form.cleaned_data["value"])
    me = links.principals(request.viewer, [customer])[customer]
    # The value is not sent back: beside the name that it found it says more than its seeker may see.
    form = forms.SearchForm(classes, initial={"by": by})
    found = selectors.found_cards(request.viewer, hits, classes=NAMED)
    return form, [card for card in found if not card.provisional and card.id != me]
