"""How a contact ended, said on the desk in one step, and what comes next."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from razdar.core.errors import NotFound
from razdar.core.permissions import Permission
from razdar.ui.pages import PageRequest, fragment, page
from razdar.work import codes, contacts, dispositions
from razdar.work.contacts import Contact

NONE_CHOSEN = UUID(int=0)
"""No client's contacts end so; whoever may not say it at all is told that first."""


def context_of(request: PageRequest, customer: UUID, current: Contact | None, **more: object) -> dict[str, object]:
    """The panel of a contact's end; `more` says what just happened."""
    viewer = request.viewer
    mine = current is not None and current.agent == viewer.person
    may = viewer.may(Permission.WORK_DISPOSITION_SET) and (mine or viewer.may(Permission.WORK_CONTACT_OVERSEE))
    open_ones = contacts.unfinished(viewer, datetime.now(UTC)) if may else []
    return {
        "customer": customer,
        "current": current,
        "ends": may and current is not None,
        "codes": codes.active(viewer.client) if may else [],
        "said_before": dispositions.history(viewer, current.id) if current else [],
        "following": next((each for each in open_ones if current is None or each.id != current.id), None),
        "me": viewer.person,
        **more,
    }


@require_POST
@page(Permission.WORK_DISPOSITION_SET)
def say(request: PageRequest, interaction: UUID) -> HttpResponse:
    """Say how a contact ended."""
    try:
        code = UUID(request.POST.get("code", ""))
    except ValueError:
        code = NONE_CHOSEN
    dispositions.say(request.viewer, interaction, code)
    return _panel(request, interaction, said=True)


@require_POST
@page(Permission.WORK_DISPOSITION_SET)
def take_back(request: PageRequest, interaction: UUID, said: UUID) -> HttpResponse:
    """Take back what was said a moment ago."""
    dispositions.take_back(request.viewer, interaction, said)
    return _panel(request, interaction, taken_back=True)


def _panel(request: PageRequest, interaction: UUID, **more: object) -> HttpResponse:
    contact = contacts.one(request.viewer, interaction)
    if contact is None:
        raise NotFound
    response = fragment(request, "desk/wrap_up.html", context_of(request, contact.customer, contact, **more))
    response["HX-Trigger"] = "razdar:contacts"  # the list of contacts on the page asks again
    return response
