"""How long each kind of data is kept: what holds, what was changed, and proposing another number of days."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from razdar.core.disclosure import DataClass
from razdar.core.errors import BadInput, NotFound
from razdar.core.permissions import Permission
from razdar.desk.rule_forms import DaysForm
from razdar.identity import keeping
from razdar.interactions import keeping_changes
from razdar.ui.errors import sentence
from razdar.ui.pages import PageRequest, page

P = Permission


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def retention(request: PageRequest) -> HttpResponse:
    """Days by kind of data: first those that the daily run carries out, then those that are a promise."""
    days = keeping.kept(request.viewer)
    history = keeping.history(request.viewer)
    context = {
        "carried_out": [(each, count) for each, count in days.items() if each in keeping_changes.DAILY_RUNS],
        "promised": [(each, count) for each, count in days.items() if each not in keeping_changes.DAILY_RUNS],
        "waiting": [each for each in history if each.state == "proposed"],
        "history": [each for each in history if each.state != "proposed"],
        "may_propose": request.viewer.may(P.VAULT_MATRIX_PROPOSE),
    }
    return render(request, "desk/retention.html", context)


@require_http_methods(["GET", "POST"])
@page(P.VAULT_MATRIX_PROPOSE)
def change(request: PageRequest, data_class: str) -> HttpResponse:
    """Propose another number of days: first what it would bring is said, then it is proposed."""
    days = keeping.kept(request.viewer)
    found = next((each for each in days if each == data_class), None)
    if found is None:
        raise NotFound
    form = DaysForm(request.POST or None, initial={"days": days[found]})
    effect = None
    if request.method == "POST" and form.is_valid():
        try:
            effect = keeping_changes.effect(request.viewer, found, form.cleaned_data["days"])
            if "sure" in request.POST:
                return _proposed(request, found, form)
        except BadInput as error:
            form.add_error(None, sentence(error))
    context = {
        "form": form,
        "data_class": found,
        "days": days[found],
        "effect": effect,
        "sentences": keeping_changes.in_words(effect) if effect else (),
    }
    return render(request, "desk/retention_change.html", context, status=422 if form.errors else 200)


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def one(request: PageRequest, change_id: UUID) -> HttpResponse:
    """One change with its effect, and the decision for whoever may decide."""
    found, effect = keeping_changes.of_change(request.viewer, change_id)
    sentences = keeping_changes.in_words(effect) if found.state == "proposed" else ()
    context = {"change": found, "effect": effect, "sentences": sentences}
    return render(request, "desk/retention_one.html", context)


def _proposed(request: PageRequest, data_class: DataClass, form: DaysForm) -> HttpResponse:
    made = keeping.propose(request.viewer, data_class, form.cleaned_data["days"], form.cleaned_data["reason"])
    messages.success(request, _("Proposed. It holds when a second person has agreed."))
    return redirect("desk:retention-one", made)
