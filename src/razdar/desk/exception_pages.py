"""Exceptions from the disclosure matrix for single persons: all of them, one, proposing one, ending one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from razdar.core.disclosure import DataClass
from razdar.core.errors import BadInput
from razdar.core.permissions import Permission
from razdar.desk.rule_forms import ExceptionForm
from razdar.identity import exception_endings, exceptions
from razdar.identity.exceptions import Wanted
from razdar.ui.errors import sentence
from razdar.ui.pages import PageRequest, page

P = Permission
LIVING = {"active", "waiting"}


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def listed(request: PageRequest) -> HttpResponse:
    """Those that hold or wait, and those that are over."""
    found = exceptions.listed(request.viewer)
    context = {
        "living": [each for each in found if each.state in LIVING],
        "over": [each for each in found if each.state not in LIVING],
        "may_propose": request.viewer.may(P.VAULT_MATRIX_PROPOSE),
    }
    return render(request, "desk/exceptions.html", context)


@require_http_methods(["GET", "POST"])
@page(P.VAULT_MATRIX_PROPOSE)
def new(request: PageRequest) -> HttpResponse:
    """Propose one for somebody else."""
    candidates = exceptions.candidates(request.viewer)
    form = ExceptionForm(candidates, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wanted = Wanted(UUID(data["grant"]), DataClass(data["data_class"]), form.cell(), data["hours"])
        try:
            made = exceptions.propose(request.viewer, wanted, data["reason"])
        except BadInput as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Proposed. It holds when a second person has agreed."))
            return redirect("desk:exception", made)
    context = {"form": form, "nobody": not candidates}
    return render(request, "desk/exception_new.html", context, status=422 if form.errors else 200)


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def one(request: PageRequest, exception_id: UUID) -> HttpResponse:
    """One with what it opens, why, and the decision for whoever may decide."""
    return render(request, "desk/exception.html", {"exception": exceptions.one(request.viewer, exception_id)})


@require_POST
@page(P.VAULT_MATRIX_VIEW)
def end(request: PageRequest, exception_id: UUID) -> HttpResponse:
    """End it now, or ask for it where that opens more; the service asks who may."""
    if exception_endings.end(request.viewer, exception_id):
        messages.success(request, _("It has ended. The person's next request is without it."))
        return redirect("desk:exceptions")
    messages.success(request, _("Asked. It ends when a second person has agreed."))
    return redirect("desk:exception", exception_id)
