"""Pages of an erasure: what would go, the record of what went, its certificate; and the list of all."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from razdar.core.errors import BadInput, StepUpNeeded
from razdar.core.permissions import Permission
from razdar.privacy import selectors, services
from razdar.privacy.forms import GROUND_LABELS, EraseForm
from razdar.ui.errors import sentence, to_step_up
from razdar.ui.pages import PageRequest, is_fragment, page

KINDS = {
    "field": _("Fields of the record"),
    "handle": _("Ways to reach the customer"),
    "note": _("Notes"),
    "former note": _("What notes said before"),
    "draft of a note": _("Drafts of notes"),
    "end of a contact": _("How contacts ended"),
    "request for access": _("Requests to work for the customer"),
    "hand-over": _("Contacts given to another agent"),
    "interaction": _("Interactions"),
    "recording": _("Recordings"),
    "transcript": _("Transcripts"),
    "recorded call": _("Calls that the recorder took"),
    "recorded segment": _("Stored pieces of sound"),
    "index entry": _("Search entries"),
    "reveal": _("Reveals and their reasons"),
    "key": _("Keys"),
    "import line": _("Lines of imported tables"),
}


@require_http_methods(["GET", "POST"])
@page(Permission.PRIVACY_CUSTOMER_ERASE)
def erase(request: PageRequest, customer: UUID) -> HttpResponse:
    """What would go, counted; then the destruction. After a proof of the factor the ground is chosen still."""
    form, changed = EraseForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.erase(request.viewer, customer, said["ground"], said["previewed"])
            return redirect("privacy:record", customer)
        except services.OtherRecords as error:
            changed = sentence(error)
        except StepUpNeeded:
            return to_step_up(request, f"{request.path}?{urlencode({'ground': said['ground']})}")
    preview = selectors.preview(request.viewer, customer)
    ground = request.GET.get("ground", "")
    returned = request.method == "GET" and ground in GROUND_LABELS
    if not form.errors:  # what is shown now is what may be confirmed
        form = EraseForm(initial={"previewed": preview.records, "ground": ground if returned else None})
    context = {
        "form": form,
        "changed": changed,
        "returned": returned,
        "customer": customer,
        "counts": _named(preview.counts),
        "linked": preview.linked,
    }
    return render(request, "privacy/erase.html", context, status=422 if form.errors or changed else 200)


@require_GET
@page()
def record(request: PageRequest, customer: UUID) -> HttpResponse:
    """What was destroyed; while it is being carried out or certified, the panels bring themselves up to date."""
    shown = selectors.record(request.viewer, customer)
    going_on = not shown.destroyed_at or not (shown.certificate or shown.damaged)
    hears = request.viewer.may(Permission.PRIVACY_ERASURE_VIEW)
    context = {
        "record": shown,
        "ground": GROUND_LABELS.get(shown.ground, shown.ground),
        "counts": _named(shown.counts),
        "may_download": hears,
        "going_on": going_on,
        "hears": hears,
    }
    return render(request, "privacy/record_panels.html" if is_fragment(request) else "privacy/record.html", context)


@require_GET
@page(Permission.PRIVACY_ERASURE_VIEW)
def erasures(request: PageRequest) -> HttpResponse:
    """All erasures at the client, newest first."""
    found = selectors.records(request.viewer, _before(request))
    rows = [(record, GROUND_LABELS.get(record.ground, record.ground)) for record in found.records]
    context = {"rows": rows, "older": found.older, "paged": "before" in request.GET}
    return render(request, "privacy/erasures.html", context)


@require_GET
@page(Permission.PRIVACY_ERASURE_VIEW)
def certificate(request: PageRequest, customer: UUID) -> HttpResponse:
    """The signed certificate, as a file."""
    headers = {"Content-Disposition": f'attachment; filename="erasure-{customer}.txt"'}
    text = selectors.certificate(request.viewer, customer)
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


def _before(request: PageRequest) -> UUID | None:
    text = request.GET.get("before")
    try:
        return None if text is None else UUID(text)
    except ValueError as error:
        raise BadInput("This is not a place in the list.") from error


def _named(counts: tuple[tuple[str, int], ...]) -> list[tuple[object, int]]:
    return [(KINDS.get(kind, kind), number) for kind, number in counts]
