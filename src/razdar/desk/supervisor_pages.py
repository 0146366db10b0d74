"""The supervisor's desk: contacts of the client, who works on what now, giving a contact to somebody else."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from razdar.core.errors import NotFound
from razdar.core.permissions import Permission
from razdar.customers import links
from razdar.customers import selectors as customers
from razdar.customers.selectors import NAMED, Card
from razdar.desk.filters import ContactFilter, GiveForm, RecordingFilter
from razdar.identity import accounts
from razdar.identity import team as agents
from razdar.identity.team import Agent
from razdar.ui.pages import PageRequest, fragment, page
from razdar.work import codes, contacts, handing_over, overview
from razdar.work.contacts import Contact
from razdar.work.overview import Narrowed

P = Permission


@require_GET
@page(P.WORK_CONTACT_OVERSEE)
def listed(request: PageRequest) -> HttpResponse:
    """Contacts of the client, narrowed and sorted."""
    found = agents.agents(request.viewer)
    names = {each.id: each.name for each in found}
    known = [(str(each.id), each.name) for each in codes.known(request.viewer.client)]
    team_ = [(str(each.id), each.name) for each in found]
    form = ContactFilter(overview.channels(request.viewer), team_, known, request.GET or None)
    narrowed = form.narrowed()
    shown = overview.contacts_of_client(request.viewer, narrowed or Narrowed())
    cards = _cards(request, [each.contact.customer for each in shown.rows])
    context = {
        "form": form,
        "narrows": form.narrows,
        "rows": [(each, cards.get(each.contact.customer), _name(names, each.contact.agent)) for each in shown.rows],
        "following": shown.following,
        "order": (narrowed or Narrowed()).order.value,
        "begun": bool((narrowed or Narrowed()).after),
        "may_give": request.viewer.may(P.WORK_CONTACT_REASSIGN),
    }
    return render(request, "desk/contacts.html", context, status=200 if narrowed else 422)


@require_GET
@page(P.INTERACTIONS_RENDITION_PLAY)
def recordings(request: PageRequest) -> HttpResponse:
    """Recordings of the client, narrowed and sorted; opening one is a look of its own."""
    form = RecordingFilter(overview.channels(request.viewer), request.GET or None)
    narrowed = form.narrowed()
    shown = overview.recordings_of_client(request.viewer, narrowed or Narrowed())
    context = {
        "form": form,
        "narrows": form.narrows,
        "rows": shown.rows,
        "following": shown.following,
        "order": (narrowed or Narrowed()).order.value,
        "begun": bool((narrowed or Narrowed()).after),
        "may_view": request.viewer.may(P.INTERACTIONS_RECORD_VIEW),
    }
    return render(request, "desk/recordings.html", context, status=200 if narrowed else 422)


@require_GET
@page(P.WORK_CONTACT_OVERSEE)
def team(request: PageRequest) -> HttpResponse:
    """Who is there, and what each works on."""
    found, working = agents.agents(request.viewer), contacts.everybody(request.viewer)
    cards = _cards(request, [each.customer for each in working])
    lines = [
        (agent, [(each, cards.get(each.customer)) for each in working if each.person == agent.id]) for agent in found
    ]
    context = {
        "lines": lines,
        "at": timezone.now(),
        "here": sum(bool(agent.present) for agent in found),
        "may_sign_out": request.viewer.may(P.IDENTITY_AGENT_SIGN_OUT),
        "may_give": request.viewer.may(P.WORK_CONTACT_REASSIGN),
    }
    return render(request, "desk/team.html", context)


@require_http_methods(["GET", "POST"])
@page(P.WORK_CONTACT_REASSIGN)
def give(request: PageRequest, interaction: UUID) -> HttpResponse:
    """Give a contact to another agent: choose who, look at what will happen, confirm."""
    contact = _contact(request, interaction)
    found = {each.id: each for each in agents.agents(request.viewer)}
    others = [each for each in found.values() if each.id not in {contact.agent, request.viewer.person}]
    form = GiveForm(others, request.POST or None)
    context = {"form": form, "contact": contact, "before": found.get(contact.agent) if contact.agent else None}
    if request.method == "GET" or not form.is_valid():
        return fragment(request, "desk/give.html", context, status=422 if form.errors else 200)
    to = found[UUID(form.cleaned_data["agent"])]
    if not request.POST.get("sure"):
        return fragment(request, "desk/give_sure.html", {**context, **_recipient(request, to)})
    handing_over.give(request.viewer, interaction, to.id)
    response = HttpResponse()
    response["HX-Redirect"] = reverse("desk:given", args=[interaction])
    return response


def _recipient(request: PageRequest, to: Agent) -> dict[str, object]:
    """What is to be known of who gets a contact: the name, whether they are there, what they have already."""
    working = [each for each in contacts.everybody(request.viewer) if each.person == to.id]
    return {"to": to, "working": len(working), "running": sum(_runs(each.contact) for each in working)}


def _name(names: dict[UUID, str], person: UUID | None) -> str:
    return names.get(person, "") if person else ""


def _runs(contact: Contact | None) -> bool:
    return contact is not None and contact.runs


@require_GET
@page(P.WORK_CONTACT_REASSIGN)
def given(request: PageRequest, interaction: UUID) -> HttpResponse:
    """One contact: who has it, how it ended, and the last hand-over with its undo."""
    contact = _contact(request, interaction)
    names = {each.id: each.name for each in agents.agents(request.viewer)}
    last = handing_over.newest(request.viewer, interaction)
    cards = _cards(request, [contact.customer])
    context = {
        "contact": contact,
        "card": cards.get(contact.customer),
        "agent": names.get(contact.agent) if contact.agent else None,
        "given": last,
        "givable": handing_over.is_givable(request.viewer.client, contact.id, contact.started_at),
        "before": names.get(last.before) if last and last.before else None,
        "after": names.get(last.after) if last else None,
    }
    return render(request, "desk/given.html", context)


@require_POST
@page(P.WORK_CONTACT_REASSIGN)
def give_back(request: PageRequest, interaction: UUID, handed: UUID) -> HttpResponse:
    """Undo a hand-over of a moment ago."""
    handing_over.take_back(request.viewer, interaction, handed)
    messages.success(request, _("The contact is with the agent who had it before."))
    return redirect("desk:given", interaction)


@require_http_methods(["GET", "POST"])
@page(P.IDENTITY_AGENT_SIGN_OUT)
def sign_out(request: PageRequest, person: UUID) -> HttpResponse:
    """End all sessions of an agent, after saying what that means."""
    found = agents.agent(request.viewer, person)
    if found is None:
        raise NotFound
    if request.method == "GET":
        working = [each for each in contacts.everybody(request.viewer) if each.person == person]
        running = sum(_runs(each.contact) for each in working)
        return render(request, "desk/sign_out.html", {"agent": found, "running": running})
    accounts.sign_out_everywhere(request.viewer, person)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": found.name})
    return redirect("desk:team")


def _contact(request: PageRequest, interaction: UUID) -> Contact:
    contact = contacts.one(request.viewer, interaction)
    if contact is None or not customers.exists(request.viewer, contact.customer):
        raise NotFound
    return contact


def _cards(request: PageRequest, asked: list[UUID]) -> dict[UUID, Card]:
    """Who the customers of contacts are: of somebody with several linked records, the principal's."""
    if not request.viewer.may(P.CUSTOMERS_CARD_VIEW):
        return {}
    whose = links.principals(request.viewer, asked)
    cards = {card.id: card for card in customers.cards(request.viewer, list(dict.fromkeys(whose.values())), NAMED)}
    return {customer: cards[principal] for customer, principal in whose.items() if principal in cards}
