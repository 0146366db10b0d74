"""Pages of calls: the list, one call with its player, and pieces of sound."""

from itertools import groupby
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from razdar.core.disclosure import DataClass, Purpose, RevealRequest
from razdar.core.errors import BadInput, NotFound
from razdar.core.permissions import Permission
from razdar.customers import selectors as customers
from razdar.customers.forms import RevealForm
from razdar.interactions import backlog, originals, selectors
from razdar.interactions.bodies import Spoken
from razdar.ui.pages import PageRequest, dialog_again, dialog_done, fragment, page
from razdar.ui.player import Player, Region, Turn, Word

NAMED = (DataClass.SURNAME,)
"""What these pages show of a customer's record."""


@require_GET
@page(Permission.INTERACTIONS_RECORD_LIST)
def listed(request: PageRequest) -> HttpResponse:
    """Calls, newest first, of one customer or of all; an agent's own only."""
    customer, number = _filters(request)
    rows, more = selectors.listed(request.viewer, customer=customer, page=number)
    names = {}
    if request.viewer.may(Permission.CUSTOMERS_CARD_VIEW):
        asked = list(dict.fromkeys(row.customer for row in rows))
        names = {card.id: card for card in customers.cards(request.viewer, asked, NAMED)}
    context = {
        "rows": [(row, names.get(row.customer)) for row in rows],
        "number": number,
        "more": more,
        "customer": customer,
        "may_view": request.viewer.may(Permission.INTERACTIONS_RECORD_VIEW),
    }
    return render(request, "interactions/list.html", context)


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
    shown = selectors.page(request.viewer, interaction)
    names = []
    if request.viewer.may(Permission.CUSTOMERS_CARD_VIEW):
        names = customers.cards(request.viewer, [shown.row.customer], NAMED)
    context = {
        "page": shown,
        "card": names[0] if names else None,
        "players": [_player(shown, r, interaction) for r in shown.recordings if r.openable],
        "turns": _turns(shown) if not any(r.openable for r in shown.recordings) else (),
        "originals": originals.askable(request.viewer, interaction),
        "may_see_log": request.viewer.may(Permission.OVERSIGHT_LOG_VIEW),
    }
    return render(request, "interactions/one.html", context)


def _player(shown: selectors.Page, rendition: selectors.Rendition, interaction: UUID) -> Player:
    lanes = (_("Agent"), _("Customer")) if rendition.channels == 2 else (_("Both sides"),)
    muted = shown.muted if rendition.redacted else ()
    return Player(
        audio_url=reverse("interactions:audio", args=[interaction, rendition.id]),
        duration=rendition.duration_s,
        peaks=rendition.waveform,
        lanes=lanes,
        regions=tuple(Region(start, end, _("Personal data")) for start, end in muted),
        turns=_turns(shown),
        note=_(
            "Redacted rendition: numbers and addresses of payment and contact are silenced, and what is on record here."
        )
        if rendition.redacted
        else _("Original."),
    )


def _turns(shown: selectors.Page) -> tuple[Turn, ...]:
    """Words in order of time, joined while one side speaks."""
    speakers = {0: _("Agent"), 1: _("Customer")}
    ordered = sorted(shown.words, key=lambda word: word.start)
    return tuple(
        Turn(channel, speakers.get(channel, ""), said[0].start, tuple(_word(w) for w in said))
        for channel, group in groupby(ordered, key=lambda word: word.channel)
        if (said := list(group))
    )


def _word(word: Spoken) -> Word:
    return Word(word.text, word.start, word.end, word.redacted)


REASONS = {
    "bad-input": _lazy("What came with the call cannot be used as its transcript."),
    "nothing-recorded": _lazy("Nothing was recorded of the call."),
    "heard-nothing": _lazy("The transcription engine heard no words."),
    "engine-crashed": _lazy("The transcription engine broke off."),
    "engine-failed": _lazy("The transcription engine could not do it."),
    "engine-hung": _lazy("The transcription engine did not go on and was ended."),
    "engine-memory": _lazy("The transcription engine needs more memory than it may have."),
    "engine-nonsense": _lazy("The transcription engine gave an answer that makes no sense."),
    "engine-not-ready": _lazy("The transcription engine or its model is not where the settings say."),
    "unavailable": _lazy("A part of the system was away; it is tried again by itself."),
}
"""Why calls stay locked, by error code; a code without words here is shown as it is."""


@require_GET
@page(Permission.INTERACTIONS_PIPELINE_VIEW)
def jobs(request: PageRequest) -> HttpResponse:
    """What the pipeline has not done yet, counted."""
    found = backlog.of_client(request.viewer)
    failed = [(REASONS.get(code, code), number) for code, number in found.failed]
    return render(request, "interactions/jobs.html", {"backlog": found, "failed": failed})


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
    response["HX-Redirect"] = reverse("interactions:one", args=[interaction])
    return response


@require_POST
@page(Permission.INTERACTIONS_ORIGINAL_PLAY)
def open_original(request: PageRequest, interaction: UUID, kind: str, grant: UUID) -> HttpResponse:
    """Start the ten minutes in which an original may be heard or read."""
    originals.open_original(request.viewer, interaction, originals.kind_of(kind), grant)
    return redirect("interactions:one", interaction)
