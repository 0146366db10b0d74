"""The disclosure matrix: what holds, the own draft of a change cell by cell, and proposing it as one change."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from razdar.core import cells
from razdar.core.disclosure import DataClass, Role
from razdar.core.errors import BadInput, NotFound
from razdar.core.permissions import Permission
from razdar.desk import grid
from razdar.desk.rule_forms import CellForm, ReasonForm
from razdar.identity import approvals, cell_words, matrix_changes, matrix_drafts
from razdar.ui.errors import sentence
from razdar.ui.labels import ROLE_LABELS
from razdar.ui.pages import PageRequest, dialog_again, dialog_done, fragment, is_fragment, page

P = Permission


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def matrix(request: PageRequest) -> HttpResponse:
    """The matrix that holds, with the own draft over it for whoever may propose."""
    return render(request, "desk/matrix.html", _grid(request))


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def matrix_list(request: PageRequest) -> HttpResponse:
    """The same for one role as a list: for small screens, and for whoever has no script."""
    held = matrix_changes.current(request.viewer)
    roles = grid.columns(held)
    wanted = request.GET.get("role", "")
    role = next((role for role in roles if role == wanted), roles[0])
    draft = _draft(request)
    context = {
        "role": role,
        "roles": roles,
        "version": held.version,
        "groups": grid.of_role(held, draft, role),
        "draft": draft,
    }
    return render(request, "desk/matrix_list.html", context)


@require_http_methods(["GET", "POST"])
@page(P.VAULT_MATRIX_PROPOSE)
def cell(request: PageRequest, role: str, data_class: str) -> HttpResponse:
    """One cell of the own draft: in a dialog over the grid, or as a page of its own."""
    where = _cell(role, data_class)
    now, drafted = matrix_drafts.cell_of(request.viewer, *where)
    form = CellForm(*where, request.POST or None, initial=CellForm.from_cell(drafted), auto_id="cell_%s")
    if request.method == "POST" and form.is_valid():
        try:
            matrix_drafts.put(request.viewer, *where, form.cell())
        except BadInput as error:
            form.add_error(None, sentence(error))
        else:
            return _changed(request, done=True)
    context = {
        "form": form,
        "role": where[0],
        "data_class": where[1],
        "name": cell_words.titled(*where),
        "now": cell_words.in_words(now),
        "from_list": request.GET.get("from") == "list",
    }
    status = 422 if form.errors else 200
    if not is_fragment(request):
        return render(request, "desk/matrix_cell.html", context, status=status)
    answer = fragment(request, "desk/matrix_cell_dialog.html", context, status=status)
    return dialog_again(answer) if form.errors else answer


@require_POST
@page(P.VAULT_MATRIX_PROPOSE)
def undo(request: PageRequest, role: str, data_class: str) -> HttpResponse:
    """Take one cell out of the own draft."""
    matrix_drafts.undo(request.viewer, *_cell(role, data_class))
    return _changed(request)


@require_POST
@page(P.VAULT_MATRIX_PROPOSE)
def rebase(request: PageRequest) -> HttpResponse:
    """Put the own draft on the version that holds now."""
    matrix_drafts.rebase(request.viewer)
    messages.success(request, _("Your draft stands on the version that holds now. Look at it again."))
    return redirect("desk:matrix")


@require_http_methods(["GET", "POST"])
@page(P.VAULT_MATRIX_PROPOSE)
def discard(request: PageRequest) -> HttpResponse:
    """Forget the own draft, after saying what is lost."""
    if request.method == "POST":
        matrix_drafts.discard(request.viewer)
        messages.success(request, _("Your draft is gone. Nothing has changed."))
        return redirect("desk:matrix")
    return render(request, "desk/matrix_discard.html", {"draft": matrix_drafts.of(request.viewer)})


@require_http_methods(["GET", "POST"])
@page(P.VAULT_MATRIX_PROPOSE)
def propose(request: PageRequest) -> HttpResponse:
    """The whole draft with its reason; then it waits for somebody else."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            version = matrix_drafts.propose(request.viewer, form.cleaned_data["reason"])
        except BadInput as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Proposed. It holds when a second person has agreed."))
            return redirect("desk:matrix-version", version)
    context = {"form": form, "draft": matrix_drafts.of(request.viewer)}
    return render(request, "desk/matrix_propose.html", context, status=422 if form.errors else 200)


def _cell(role: str, data_class: str) -> tuple[Role, DataClass]:
    try:
        where = Role(role), DataClass(data_class)
    except ValueError:
        raise NotFound from None
    if where[1] not in cells.CLASSES:
        raise NotFound
    return where


def _changed(request: PageRequest, *, done: bool = False) -> HttpResponse:
    """After a change of the draft: the grid anew, or back to where the change was made."""
    if is_fragment(request):
        answer = fragment(request, "desk/matrix_grid.html", _grid(request))
        return dialog_done(answer) if done else answer
    role = request.POST.get("list_role", "")
    return redirect(f"{reverse('desk:matrix-list')}?role={Role(role)}" if role in set(Role) else "desk:matrix")


def _draft(request: PageRequest) -> matrix_drafts.DraftView | None:
    return matrix_drafts.of(request.viewer) if request.viewer.may(P.VAULT_MATRIX_PROPOSE) else None


def _grid(request: PageRequest) -> dict[str, Any]:
    held, draft = matrix_changes.current(request.viewer), _draft(request)
    roles = grid.columns(held)
    return {
        "version": held.version,
        "roles": roles,
        "other_roles": [ROLE_LABELS[role] for role in Role if role not in roles and role is not Role.INTEGRATION],
        "groups": grid.groups(held, draft, roles),
        "draft": draft,
        "own": approvals.own(request.viewer, matrix_changes.KIND)[:5],
    }
