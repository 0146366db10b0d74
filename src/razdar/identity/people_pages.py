"""Pages of administrators: people, roles, links, and the requests that a second person decides."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from razdar.core.disclosure import Role
from razdar.core.errors import BadInput, NotFound
from razdar.core.permissions import Permission
from razdar.identity import approvals, selectors, services
from razdar.identity.forms import InviteForm, RoleForm
from razdar.identity.invitations import Link
from razdar.identity.services import Newcomer
from razdar.ui.errors import sentence
from razdar.ui.pages import PageRequest, page

P = Permission


@page(P.IDENTITY_PERSON_LIST)
@require_GET
def people(request: PageRequest) -> HttpResponse:
    """Everybody at the client."""
    return render(request, "identity/people.html", {"people": selectors.people(request.viewer)})


@page(P.IDENTITY_PERSON_INVITE)
def invite(request: PageRequest) -> HttpResponse:
    """Invite somebody; the answer to the form shows the link, once."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        newcomer = Newcomer(form.cleaned_data["work_name"], form.cleaned_data["name"], form.chosen())
        try:
            link = services.invite(request.viewer, request.viewer.client, newcomer)
        except BadInput as error:
            form.add_error(None, sentence(error))
        else:
            return _link_page(request, link)
    return render(request, "identity/invite.html", {"form": form}, status=422 if form.errors else 200)


@page(P.IDENTITY_PERSON_LIST)
@require_GET
def person(request: PageRequest, person_id: UUID) -> HttpResponse:
    """One person: roles, state, what can be done."""
    context = {"person": selectors.person(request.viewer, person_id), "role_form": RoleForm()}
    return render(request, "identity/person.html", context)


@page(P.IDENTITY_ROLE_GRANT)
@require_POST
def propose_role(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Give or propose a role."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("Choose a role."))
    services.propose_role(request.viewer, person_id, Role(form.cleaned_data["role"]))
    return redirect("identity:person", person_id)


ROLE_ACTS = {"approve": services.approve_role, "refuse": services.refuse_role, "end": services.end_role}


@page(P.IDENTITY_PERSON_LIST)
@require_POST
def role(request: PageRequest, person_id: UUID, grant_id: UUID, act: str) -> HttpResponse:
    """Approve, refuse or end a role; the service asks for the permission of the act."""
    if act not in ROLE_ACTS:
        raise NotFound
    ROLE_ACTS[act](request.viewer, grant_id)
    return redirect("identity:person", person_id)


@page(P.IDENTITY_PERSON_INVITE)
@require_POST
def sign_out_person(request: PageRequest, person_id: UUID) -> HttpResponse:
    """End somebody's sessions."""
    services.sign_out_everywhere(request.viewer, person_id)
    messages.success(request, _("This person is signed out everywhere."))
    return redirect("identity:person", person_id)


@page(P.IDENTITY_PERSON_INVITE)
@require_POST
def unlock_person(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Open a closed account."""
    services.unlock(request.viewer, person_id)
    messages.success(request, _("This person can sign in again."))
    return redirect("identity:person", person_id)


@page(P.IDENTITY_PERSON_INVITE)
@require_POST
def renew_person(request: PageRequest, person_id: UUID) -> HttpResponse:
    """A new link for somebody who cannot sign in any more; shown once."""
    return _link_page(request, services.renew(request.viewer, person_id))


def _link_page(request: PageRequest, link: Link | None) -> HttpResponse:
    address = request.build_absolute_uri(link.path) if link else ""
    return render(request, "identity/link.html", {"link": link, "address": address})


@page(P.IDENTITY_REVEAL_APPROVE)
@require_GET
def requests(request: PageRequest) -> HttpResponse:
    """Requests that wait for this person."""
    return render(request, "identity/approvals.html", {"requests": approvals.waiting_for(request.viewer)})


@page(P.IDENTITY_REVEAL_APPROVE)
@require_POST
def decide(request: PageRequest, request_id: UUID, act: str) -> HttpResponse:
    """Approve or refuse."""
    if act == "approve":
        approvals.approve(request.viewer, request_id)
        messages.success(request, _("You approved the request."))
    elif act == "refuse":
        approvals.refuse(request.viewer, request_id)
        messages.success(request, _("You refused the request."))
    else:
        raise NotFound
    return redirect("identity:approvals")
