"""Pages of the log: who looked at a customer, and everything that happened at a client."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from razdar.audit.selectors import Filters, Page
from razdar.core.errors import BadInput
from razdar.core.permissions import Permission
from razdar.oversight import selectors
from razdar.oversight.forms import FilterForm
from razdar.oversight.selectors import Rows
from razdar.ui.pages import PageRequest, page


@require_GET
@page(Permission.OVERSIGHT_LOG_VIEW)
def log(request: PageRequest) -> HttpResponse:
    """The log of the viewer's client."""
    return _page(
        request,
        "oversight/log.html",
        lambda *wanted: selectors.client_log(request.viewer, *wanted),
        {"standing": selectors.standing(request.viewer)},
    )


@require_GET
@page(Permission.OVERSIGHT_LOG_VIEW)
def customer_events(request: PageRequest, customer: UUID) -> HttpResponse:
    """Who looked at one customer."""
    return _page(
        request,
        "oversight/customer_events.html",
        lambda *wanted: selectors.who_looked(request.viewer, customer, *wanted),
        {"customer": customer, "may_open": request.viewer.may(Permission.CUSTOMERS_CARD_VIEW)},
    )


def _page(
    request: PageRequest,
    template: str,
    read: Callable[[Filters, Page], Rows],
    context: dict[str, object] | None = None,
) -> HttpResponse:
    """A filtered page; with a filter that makes no sense, nothing is read and the filter is shown again."""
    form = FilterForm(*selectors.people_and_actions(request.viewer), request.GET)
    valid = form.is_valid()
    found = read(form.filters(), Page(before=_before(request))) if valid else Rows((), None)
    shown = {
        **(context or {}),
        "form": form,
        "rows": found.rows,
        "older": found.older,
        "valid": valid,
        "narrowed": valid and form.filters() != Filters(),
        "paged": "before" in request.GET,
    }
    return render(request, template, shown, status=200 if valid else 422)


def _before(request: PageRequest) -> int | None:
    text = request.GET.get("before")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadInput("This is not a place in the log.")
    return int(text)
