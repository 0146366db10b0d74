"""Pages of administrators: people, inviting one, roles; and the requests that a second person decides."""

import time
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from razdar.core.disclosure import Role
from razdar.core.errors import BadInput, NotFound, TooManyTries
from razdar.core.permissions import Permission
from razdar.identity import approvals, directory, services
from razdar.identity.account_pages import link_page
from razdar.identity.directory import Narrowed
from razdar.identity.duties import needs_second_person
from razdar.identity.forms import InviteForm, RoleForm
from razdar.identity.people_forms import PeopleFilter
from razdar.identity.services import Newcomer
from razdar.ui.errors import sentence
from razdar.ui.pages import PageRequest, fragment, page
from razdar.ui.shell import shell_of

P = Permission


@page(P.IDENTITY_PERSON_LIST)
@require_http_methods(["GET", "POST"])
def people(request: PageRequest) -> HttpResponse:
    """Everybody at the client, narrowed and sorted, a page at a time."""
    form = PeopleFilter(request.POST if request.method == "POST" else None)
    narrowed = form.narrowed()
    found, waits = directory.find(request.viewer, narrowed or Narrowed()), directory.waiting(request.viewer)
    context = {
        "form": form,
        "narrows": form.narrows,
        "found": found,
        "waiting": [(person, held) for person in waits for held in person.roles if held.decidable],
        "begun": bool(narrowed and narrowed.page > 1),
        "leaves_out": narrowed is not None and narrowed.looks_at_sign_in,
        "may_invite": request.viewer.may(P.IDENTITY_PERSON_INVITE),
    }
    return render(request, "identity/people.html", context, status=200 if narrowed else 422)


@page(P.IDENTITY_PERSON_INVITE)
def invite(request: PageRequest) -> HttpResponse:
    """Invite somebody; the answer to the form shows the link, once."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        newcomer = Newcomer(form.cleaned_data["work_name"], form.cleaned_data["name"], form.chosen())
        try:
            link = services.invite(request.viewer, request.viewer.client, newcomer)
        except (BadInput, TooManyTries) as error:
            form.add_error(None, sentence(error))
        else:
            return link_page(request, link, waits=any(map(needs_second_person, newcomer.roles)))
    return render(request, "identity/invite.html", {"form": form}, status=422 if form.errors else 200)


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


@page(P.IDENTITY_REVEAL_APPROVE)
@require_GET
def requests(request: PageRequest) -> HttpResponse:
    """Requests that wait for this person."""
    since = _now_ms()  # before anything is read, so that nothing falls in between
    context = {"requests": approvals.waiting_for(request.viewer, asked_why(request)), "since": since}
    return render(request, "identity/approvals.html", context)


def asked_why(request: PageRequest) -> UUID | None:
    """Of which request on a list somebody asks for the reason."""
    try:
        return UUID(request.GET.get("why", ""))
    except ValueError:
        return None


@page(P.IDENTITY_REVEAL_APPROVE)
@require_GET
def news(request: PageRequest) -> HttpResponse:
    """What became of the requests on a page since it was made; their reasons are read when somebody asks for them."""
    text = request.GET.get("since", "")
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        raise NotFound
    found = approvals.news(request.viewer, datetime.fromtimestamp(int(text) / 1000, UTC))
    return fragment(request, "identity/news.html", {"news": found, "since": int(text)})


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@page(P.IDENTITY_REVEAL_APPROVE)
@require_GET
def waiting(request: PageRequest) -> HttpResponse:
    """How many requests wait, for the top bar."""
    return fragment(request, "ui/components/waiting.html", {"shell": shell_of(request)})


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
