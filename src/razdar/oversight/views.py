"""Pages of the log: all of it, who looked at a customer, one entry, how it is proven, and its export."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from razdar.audit.selectors import Filters, Page
from razdar.core.disclosure import Purpose
from razdar.core.errors import BadInput
from razdar.core.permissions import Permission
from razdar.oversight import monitoring, proofs, selectors
from razdar.oversight.forms import ExportForm, FilterForm, LogFilterForm
from razdar.oversight.selectors import Rows
from razdar.runtime import streams
from razdar.ui.pages import PageRequest, fragment, page


@require_GET
@page(Permission.OVERSIGHT_LOG_VIEW)
def log(request: PageRequest) -> HttpResponse:
    """The log of the viewer's client."""
    return _page(
        request,
        "oversight/log.html",
        LogFilterForm,
        lambda *wanted: selectors.client_log(request.viewer, *wanted),
        {"standing": selectors.standing(request.viewer), "proof": proofs.proof(request.viewer)},
    )


@require_GET
@page(Permission.OVERSIGHT_LOG_VIEW)
def customer_events(request: PageRequest, customer: UUID) -> HttpResponse:
    """Who looked at one customer."""
    return _page(
        request,
        "oversight/customer_events.html",
        FilterForm,
        lambda *wanted: selectors.who_looked(request.viewer, customer, *wanted),
        {
            "customer": customer,
            "news_of": customer,
            "may_open": request.viewer.may(Permission.CUSTOMERS_CARD_VIEW),
            "hours": lambda: monitoring.hours(request.viewer, customer),
        },
    )


@require_GET
@page(Permission.OVERSIGHT_LOG_VIEW)
def entry(request: PageRequest, index: int) -> HttpResponse:
    """Everything one entry says, and how it is proven."""
    return render(
        request,
        "oversight/entry.html",
        {
            "entry": proofs.entry(request.viewer, index),
            "may_ask": request.viewer.may(Permission.OVERSIGHT_QUESTION_ASK),
        },
    )


@require_GET
@page(Permission.OVERSIGHT_LOG_VIEW)
def entry_proof(request: PageRequest, index: int) -> HttpResponse:
    """The proof of one entry, as a file (C2SP tlog-proof)."""
    content = proofs.proof_file(request.viewer, index)
    return _file(content, "text/plain; charset=utf-8", f"entry-{index}.tlog-proof")


@require_GET
@page(Permission.OVERSIGHT_LOG_VIEW)
def entry_bytes(request: PageRequest, index: int) -> HttpResponse:
    """The exact bytes of one entry, to which its proof belongs."""
    return _file(proofs.entry_file(request.viewer, index), "application/octet-stream", f"entry-{index}.json")


@require_GET
@page(Permission.OVERSIGHT_LOG_VIEW)
def proof(request: PageRequest) -> HttpResponse:
    """How well the log is proven, and how to check it elsewhere."""
    context = {"proof": proofs.proof(request.viewer), "keys": proofs.keys(request.viewer)}
    return render(request, "oversight/proof.html", context)


@require_GET
@page(Permission.OVERSIGHT_LOG_VIEW)
def proof_state(request: PageRequest) -> HttpResponse:
    """The state of the proof alone, which the page asks for again when it changed and as time goes by."""
    return fragment(request, "oversight/proof_state.html", {"proof": proofs.proof(request.viewer)})


@require_GET
@page(Permission.OVERSIGHT_LOG_VIEW)
def news(request: PageRequest) -> HttpResponse:
    """How many entries came since a page was made; the entries themselves are read when somebody asks for them."""
    return _news(request, None)


@require_GET
@page(Permission.OVERSIGHT_LOG_VIEW)
def customer_news(request: PageRequest, customer: UUID) -> HttpResponse:
    """The same of the entries about one customer."""
    return _news(request, customer)


def _news(request: PageRequest, customer: UUID | None) -> HttpResponse:
    since = _number(request, "since")
    if since is None:
        raise BadInput("This is not a place in the log.")
    found = selectors.news(request.viewer, since, customer)
    return fragment(request, "oversight/news.html", {"news": found, "news_of": customer})


@require_http_methods(["GET", "POST"])
@page(Permission.OVERSIGHT_LOG_VIEW)
def export(request: PageRequest) -> HttpResponseBase:
    """What for the log is wanted; then the log, as a .zip file that is made while it is sent."""
    form, keys = ExportForm(request.POST or None), proofs.keys(request.viewer)
    if request.method == "POST" and form.is_valid() and keys is not None:
        pieces = proofs.export(request.viewer, Purpose(form.cleaned_data["purpose"]))
        name = f"log-{timezone.now():%Y%m%d-%H%M%S}.zip"
        return StreamingHttpResponse(streams.apieces(pieces), content_type="application/zip", headers=_attached(name))
    context = {"proof": proofs.proof(request.viewer), "form": form, "keys": keys}
    status = 422 if form.errors else 503 if request.method == "POST" else 200
    return render(request, "oversight/export.html", context, status=status)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=content_type, headers=_attached(name))


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _page(
    request: PageRequest,
    template: str,
    form_class: type[FilterForm],
    read: Callable[[Filters, Page], Rows],
    context: dict[str, object],
) -> HttpResponse:
    """A filtered page; with a filter that makes no sense, nothing is read and the filter is shown again."""
    form = form_class(*selectors.people_and_actions(request.viewer), request.GET)
    valid = form.is_valid()
    news = selectors.nothing_new(request.viewer)  # before anything is read, so that nothing falls in between
    found = read(form.filters(), Page(before=_number(request, "before"))) if valid else Rows((), None)
    shown = {
        **context,
        "form": form,
        "rows": found.rows,
        "older": found.older,
        "valid": valid,
        "narrowed": valid and form.filters() != Filters(),
        "paged": "before" in request.GET,
        "news": news,
    }
    return render(request, template, shown, status=200 if valid else 422)


def _number(request: PageRequest, name: str) -> int | None:
    """A place in the log, or how often something was done, as an address says it."""
    text = request.GET.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadInput("This is not a place in the log.")
    return int(text)
