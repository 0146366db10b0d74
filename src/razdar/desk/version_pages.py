"""Versions of the disclosure matrix: their history, one with what it changes, two side by side, and a sample."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from razdar.core.disclosure import Matrix, Role
from razdar.core.errors import NotFound
from razdar.core.permissions import Permission
from razdar.desk import grid
from razdar.identity import matrix_changes, matrix_drafts
from razdar.identity.matrix_changes import Version
from razdar.interactions import sample
from razdar.ui import formats
from razdar.ui.pages import PageRequest, page

P = Permission
DRAFT, NOW = "draft", "now"


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def versions(request: PageRequest) -> HttpResponse:
    """Every version, with who proposed it, who decided, and when."""
    return render(request, "desk/matrix_versions.html", {"versions": matrix_changes.versions(request.viewer)})


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def version(request: PageRequest, version_id: UUID) -> HttpResponse:
    """One version: what it changes, why, and the decision for whoever may decide."""
    found = matrix_changes.version(request.viewer, version_id)
    context = {
        "version": found,
        "lines": matrix_changes.lines(matrix_changes.changes_of(request.viewer, version_id)),
        "overtaken": found.state == "proposed" and matrix_changes.current(request.viewer).version != found.number - 1,
        "may_propose": request.viewer.may(P.VAULT_MATRIX_PROPOSE),
    }
    return render(request, "desk/matrix_version.html", context)


@require_POST
@page(P.VAULT_MATRIX_PROPOSE)
def again(request: PageRequest, version_id: UUID) -> HttpResponse:
    """Take what a version changes into the own draft, on the version that holds now."""
    matrix_drafts.take_up(request.viewer, version_id)
    messages.success(request, _("It stands in your draft, on the version that holds now."))
    return redirect("desk:matrix")


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def compare(request: PageRequest) -> HttpResponse:
    """What differs between any two versions."""
    found = matrix_changes.versions(request.viewer)
    one, other = (_chosen(found, request.GET.get(name, "")) for name in ("one", "other"))
    lines = matrix_changes.lines(one.matrix.diff(other.matrix)) if one and other else ()
    context = {"versions": found, "one": one, "other": other, "lines": lines}
    return render(request, "desk/matrix_compare.html", context)


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def sampled(request: PageRequest) -> HttpResponse:
    """An invented customer as a role would see it by a draft or a version, beside what the role sees now."""
    held = matrix_changes.current(request.viewer)
    of, name, matrix = _of(request, held)
    roles = grid.columns(held, matrix)
    role = next((role for role in roles if role == request.GET.get("role", "")), roles[0])
    now, then = sample.seen_by(role, held.row(role)), sample.seen_by(role, matrix.row(role))
    pairs = sample.side_by_side(now, then)
    context: dict[str, Any] = {
        "role": role,
        "roles": roles,
        "of": of,
        "name": name,
        "purpose": then.purpose,
        "pairs": pairs,
        "differing": sum(pair.differs for pair in pairs),
        "versions": matrix_changes.versions(request.viewer),
        "has_draft": request.viewer.may(P.VAULT_MATRIX_PROPOSE),
        "needs_contact": role is Role.AGENT,
        "is_now": of == NOW,
    }
    return render(request, "desk/matrix_sample.html", context)


def _of(request: PageRequest, held: Matrix) -> tuple[str, str | Promise, Matrix]:
    """What is to be tried: by code, by name, and as a matrix."""
    of = request.GET.get("of", DRAFT if request.viewer.may(P.VAULT_MATRIX_PROPOSE) else NOW)
    if of == DRAFT:
        return DRAFT, _("your draft"), matrix_drafts.of(request.viewer).wanted
    if of == NOW:
        return NOW, _("what holds now"), held
    found = _chosen(matrix_changes.versions(request.viewer), of)
    if found is None:
        raise NotFound("There is no such version of the matrix.")
    return of, _("version %(number)s") % {"number": formats.number(found.number)}, found.matrix


def _chosen(found: list[Version], key: str) -> Version | None:
    return next((each for each in found if str(each.id) == key), None)
