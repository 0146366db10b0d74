"""Who answers for which process: the whole table, one process with its history, and proposing a change."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from razdar.core.errors import BadInput, NotFound
from razdar.core.permissions import Permission
from razdar.desk.rule_forms import DutiesForm
from razdar.identity import responsibilities
from razdar.identity.processes import DUTY_LABELS, DUTY_MEANINGS, PROCESS_LABELS, Duty, Process
from razdar.ui.errors import sentence
from razdar.ui.pages import PageRequest, page

P = Permission


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def table(request: PageRequest) -> HttpResponse:
    """Every process, and what is wrong with who answers for it."""
    rows, together = responsibilities.table(request.viewer)
    context = {
        "rows": rows,
        "together": together,
        "wrong": sum(bool(row.warnings) for row in rows),
        "duties": [(DUTY_LABELS[duty], DUTY_MEANINGS[duty]) for duty in Duty],
        "may_propose": request.viewer.may(P.VAULT_MATRIX_PROPOSE),
    }
    return render(request, "desk/responsibilities.html", context)


@require_http_methods(["GET", "POST"])
@page(P.VAULT_MATRIX_PROPOSE)
def change(request: PageRequest, process: str) -> HttpResponse:
    """Propose who shall answer for one process."""
    found = _process(process)
    current = responsibilities.current(request.viewer, found)
    bearers = responsibilities.bearers(request.viewer)
    form = DutiesForm(bearers, request.POST or None, initial=DutiesForm.from_duties(current))
    if request.method == "POST" and form.is_valid():
        try:
            made = responsibilities.propose(request.viewer, found, form.duties(), form.cleaned_data["reason"])
        except BadInput as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Proposed. It holds when a second person has agreed."))
            return redirect("desk:responsibility-version", made)
    name, about = PROCESS_LABELS[found]
    context = {"form": form, "name": name, "about": about}
    return render(request, "desk/responsibility_change.html", context, status=422 if form.errors else 200)


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def history(request: PageRequest, process: str) -> HttpResponse:
    """What was changed for one process."""
    found = _process(process)
    context = {
        "process": found,
        "name": PROCESS_LABELS[found][0],
        "versions": responsibilities.history(request.viewer, found),
        "may_propose": request.viewer.may(P.VAULT_MATRIX_PROPOSE),
    }
    return render(request, "desk/responsibility_history.html", context)


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def version(request: PageRequest, version_id: UUID) -> HttpResponse:
    """One change, and the decision for whoever may decide."""
    found = responsibilities.version(request.viewer, version_id)
    return render(request, "desk/responsibility_version.html", {"version": found})


def _process(process: str) -> Process:
    try:
        return Process(process)
    except ValueError:
        raise NotFound from None
