"""The first page after signing in, and the disclosure matrix."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from razdar.core.disclosure import DataClass, Role
from razdar.core.errors import BadInput, NotYours
from razdar.core.permissions import Permission
from razdar.desk.forms import CLASSES, CellForm
from razdar.identity import approvals, matrix_changes
from razdar.ui.errors import sentence
from razdar.ui.labels import CLASS_LABELS, ROLE_LABELS
from razdar.ui.pages import PageRequest, page
from razdar.ui.shell import links_for


@require_GET
@page()
def home(request: PageRequest) -> HttpResponse:
    """Where this role's work is; the own sign-in stands in the navigation and is no work."""
    own = reverse("mfa_index")
    places = [link for link in links_for(request) if link.url != own]
    return render(request, "desk/home.html", {"places": places})


@require_http_methods(["GET", "POST"])
@page(Permission.VAULT_MATRIX_VIEW)
def matrix(request: PageRequest) -> HttpResponse:
    """The matrix that holds, and a form to propose another cell."""
    may_propose = request.viewer.may(Permission.VAULT_MATRIX_PROPOSE)
    form = CellForm(request.POST or None) if may_propose else None
    if request.method == "POST":
        if form is None:
            raise NotYours("Changing the disclosure matrix is not among your duties.")
        if form.is_valid() and _proposed(request, form):
            return redirect("desk:matrix")
    held = matrix_changes.current(request.viewer)
    roles = [role for role in Role if held.row(role)]
    rows = [(CLASS_LABELS[c], [held.cell(role, c) for role in roles]) for c in CLASSES]
    context = {
        "form": form,
        "version": held.version,
        "roles": [ROLE_LABELS[role] for role in roles],
        "rows": [(label, cells) for label, cells in rows if any(cell.level for cell in cells)],
        "own": approvals.own(request.viewer, matrix_changes.KIND),
    }
    return render(request, "desk/matrix.html", context, status=422 if form and form.errors else 200)


def _proposed(request: PageRequest, form: CellForm) -> bool:
    data = form.cleaned_data
    wanted = matrix_changes.current(request.viewer).changed(
        Role(data["role"]), DataClass(data["data_class"]), form.cell()
    )
    try:
        matrix_changes.propose(request.viewer, wanted)
    except BadInput as error:
        form.add_error(None, sentence(error))
        return False
    messages.success(request, _("Proposed. It holds when a second person has agreed."))
    return True
