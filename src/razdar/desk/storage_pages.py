"""How the client's data is stored: what holds, how far the work behind it is, and proposing another mode."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from razdar.core.errors import BadInput
from razdar.core.permissions import Permission
from razdar.desk.forms import ModeForm
from razdar.identity import approvals, client_modes, mode_changes
from razdar.ui.errors import sentence
from razdar.ui.pages import PageRequest, fragment, page


@require_GET
@page(Permission.VAULT_MATRIX_VIEW)
def storage(request: PageRequest) -> HttpResponse:
    """How each kind of data is stored."""
    found = client_modes.stored(request.viewer)
    context = {
        "used": [each for each in found if each.used],
        "unused": [each for each in found if not each.used],
        "modes": client_modes.every(),
        "may_propose": request.viewer.may(Permission.VAULT_MATRIX_PROPOSE),
        "own": approvals.own(request.viewer, mode_changes.KIND),
        "runs": client_modes.runs(request.viewer),
    }
    return render(request, "desk/storage.html", context)


@require_GET
@page(Permission.VAULT_MATRIX_VIEW)
def progress(request: PageRequest) -> HttpResponse:
    """The work in the background alone, which the page asks for again when it went on."""
    return fragment(request, "desk/storage_progress.html", {"runs": client_modes.runs(request.viewer)})


@require_http_methods(["GET", "POST"])
@page(Permission.VAULT_MATRIX_PROPOSE)
def choose(request: PageRequest, data_class: str) -> HttpResponse:
    """Propose another mode for one kind of data; what each mode would bring is said beside it."""
    stored = client_modes.stored_class(request.viewer, data_class)
    modes = client_modes.choices_for(request.viewer, stored.data_class)
    form = ModeForm(modes, request.POST or None, initial={"mode": stored.mode.name})
    if request.method == "POST" and form.is_valid():
        try:
            mode_changes.propose(request.viewer, stored.data_class, form.cleaned_data["mode"], form.recipients_named())
        except BadInput as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Proposed. It holds when a second person has agreed."))
            return redirect("desk:storage")
    context = {"stored": stored, "form": form}
    return render(request, "desk/storage_choose.html", context, status=422 if form.errors else 200)
