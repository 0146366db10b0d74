"""Pages of calls: the list, one call with its player, and pieces of sound."""

from dataclasses import asdict
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from razdar.core.disclosure import Purpose, RevealRequest
from razdar.core.errors import BadInput, NotFound
from razdar.core.permissions import Permission
from razdar.customers import links
from razdar.customers import selectors as customers
from razdar.customers.forms import RevealForm
from razdar.customers.selectors import NAMED
from razdar.interactions import backlog, originals, players, reasons, selectors
from razdar.interactions.selectors import Wanted
from razdar.ui.pages import PageRequest, dialog_again, dialog_done, fragment, page


@require_GET
@page(Permission.INTERACTIONS_RECORD_LIST)
def listed(request: PageRequest) -> HttpResponse:
    """Calls, newest first, of one customer or of all; an agent's own only."""
    customer, number = _filters(request)
    rows, more = selectors.listed(request.viewer, customer=customer, page=number)
    names: dict[UUID, customers.Card] = {}
    if request.viewer.may(Permission.CUSTOMERS_CARD_VIEW):
        names = _names(request, [row.customer for row in rows])
    context = {
        "rows": [(row, names.get(row.customer)) for row in rows],
        "number": number,
        "more": more,
        "customer": customer,
        "first": rows[0].id if rows else "",
        "may_view": request.viewer.may(Permission.INTERACTIONS_RECORD_VIEW),
    }
    return render(request, "interactions/list.html", context)


@require_GET
@page(Permission.INTERACTIONS_RECORD_LIST)
def states(request: PageRequest) -> HttpResponse:
    """What became of the calls of a list since it was made, and how many came; of customers it says nothing."""
    customer, number = _filters(request)
    rows = selectors.states(request.viewer, customer=customer, page=number)
    first = _first(request)
    ids = [row.id for row in rows]
    fresh = ids.index(first) if first in ids else len(ids)
    context = {"rows": rows[fresh:], "fresh": fresh, "first": first or "", "number": number, "customer": customer}
    return fragment(request, "interactions/states.html", context)


def _first(request: PageRequest) -> UUID | None:
    """The uppermost call of a list that a page shows."""
    try:
        first = request.GET.get("first")
        return UUID(first) if first else None
    except ValueError as error:
        raise NotFound("There is no such page.") from error


def _names(request: PageRequest, asked: list[UUID]) -> dict[UUID, customers.Card]:
    """Who the customers of calls are: of somebody with several linked records, the principal's."""
    whose = links.principals(request.viewer, asked)
    cards = {card.id: card for card in customers.cards(request.viewer, list(dict.fromkeys(whose.values())), NAMED)}
    return {customer: cards[principal] for customer, principal in whose.items() if principal in cards}


def _filters(request: PageRequest) -> tuple[UUID | None, int]:
    try:
        customer = request.GET.get("customer")
        return (UUID(customer) if customer else None), max(1, int(request.GET.get("page", "1")))
    except ValueError as error:
        raise NotFound("There is no such page.") from error


@require_GET
@page(Permission.INTERACTIONS_RECORD_VIEW)
def one(request: PageRequest, interaction: UUID) -> HttpResponse:
    """One call: state, player, transcript, and asking for the originals."""
    wanted = request.GET.get("rendition", "")
    shown = selectors.page(request.viewer, interaction, Wanted(wanted) if wanted in set(Wanted) else Wanted.ANY)
    names: dict[UUID, customers.Card] = {}
    if request.viewer.may(Permission.CUSTOMERS_CARD_VIEW):
        names = _names(request, [shown.row.customer])
    askable = originals.askable(request.viewer, interaction)
    player = players.player_of(shown, askable)
    context = {
        "page": shown,
        "card": names.get(shown.row.customer),
        "may_identify": request.viewer.may(Permission.CUSTOMERS_CALLER_IDENTIFY),
        "player": player,
        "both": sum(rendition.openable for rendition in shown.recordings) > 1,
        "turns": () if player else players.turns_of(shown.words),
        "opened": players.original_of(shown, askable),
        "originals": askable,
        "may_see_log": request.viewer.may(Permission.OVERSIGHT_LOG_VIEW),
    }
    return render(request, "interactions/one.html", context)


@require_GET
@page(Permission.INTERACTIONS_RECORD_VIEW)
def progress(request: PageRequest, interaction: UUID) -> HttpResponse:
    """How far a call is that was locked when its page was made; nothing of it is opened here."""
    found = selectors.progress(request.viewer, interaction)
    return fragment(request, "interactions/progress.html", {"page": found, "alone": True})


@require_GET
@page(Permission.INTERACTIONS_RENDITION_PLAY)
def integrity(request: PageRequest, interaction: UUID, recording: UUID) -> HttpResponse:
    """The badge beside a player: whether what is stored is what was sealed."""
    found = selectors.integrity_of(request.viewer, interaction, recording)
    context = asdict(found)
    if found.index is not None and request.viewer.may(Permission.OVERSIGHT_LOG_VIEW):
        context["entry_url"] = reverse("oversight:entry", args=[found.index])
    return fragment(request, "ui/components/integrity.html", context)


@require_GET
@page(Permission.INTERACTIONS_PIPELINE_VIEW)
def jobs(request: PageRequest) -> HttpResponse:
    """What the pipeline has not done yet, counted."""
    return render(request, "interactions/jobs.html", _backlog(request))


@require_GET
@page(Permission.INTERACTIONS_PIPELINE_VIEW)
def waiting(request: PageRequest) -> HttpResponse:
    """The calls alone, which the page asks for again when something went on."""
    return fragment(request, "interactions/waiting.html", _backlog(request))


def _backlog(request: PageRequest) -> dict[str, object]:
    found = backlog.of_client(request.viewer)
    return {"backlog": found, "failed": [(reasons.reason(code), number) for code, number in found.failed]}


@require_GET
@page(Permission.INTERACTIONS_RENDITION_PLAY)
def audio(request: PageRequest, interaction: UUID, recording: UUID) -> HttpResponse:
    """A piece of sound, at most five seconds, never compressed, never cached (RFC 9110, section 15.3.7)."""
    try:
        piece = selectors.sound_piece(request.viewer, interaction, recording, request.headers.get("Range", ""))
    except BadInput:
        return HttpResponse(status=416, headers={"Accept-Ranges": "bytes"})
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Range": f"bytes {piece.start}-{piece.end - 1}/{piece.total}",
        "Content-Encoding": "identity",
    }
    return HttpResponse(piece.data, status=206, content_type="audio/wav", headers=headers)


@require_http_methods(["GET", "POST"])
@page(Permission.INTERACTIONS_ORIGINAL_PLAY)
def ask(request: PageRequest, interaction: UUID, kind: str) -> HttpResponse:
    """The dialog that asks for an original, with purpose and reason."""
    data_class, second = originals.described(request.viewer, interaction, kind)
    form = RevealForm(request.viewer.cell(data_class).purposes, request.POST or None)
    context = {"form": form, "interaction": interaction, "kind": kind, "data_class": data_class, "second": second}
    if request.method == "GET":
        return fragment(request, "interactions/ask.html", context)
    if not form.is_valid():
        return dialog_again(fragment(request, "interactions/ask.html", context, status=422))
    asked = RevealRequest(Purpose(form.cleaned_data["purpose"]), form.cleaned_data["reason"], form.cleaned_data["case"])
    originals.ask(request.viewer, interaction, data_class, asked)
    response = dialog_done(HttpResponse())
    response["HX-Redirect"] = _with_original(interaction)
    return response


@require_POST
@page(Permission.INTERACTIONS_ORIGINAL_PLAY)
def open_original(request: PageRequest, interaction: UUID, kind: str, grant: UUID) -> HttpResponse:
    """Start the ten minutes in which an original may be heard or read."""
    originals.open_original(request.viewer, interaction, originals.kind_of(kind), grant)
    return redirect(_with_original(interaction))


def _with_original(interaction: UUID) -> str:
    return f"{reverse('interactions:one', args=[interaction])}?rendition={Wanted.ORIGINAL}"
