"""The first page after signing in."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from razdar.core.disclosure import Role
from razdar.ui.pages import PageRequest, page
from razdar.ui.shell import links_for

STARTS = {Role.AGENT.value: "desk:agent", Role.QUALITY_REVIEWER.value: "desk:recordings"}
"""The first page of a role, where it is not the list of places."""


@require_GET
@page()
def home(request: PageRequest) -> HttpResponse:
    """Where this role's work is; the own sign-in stands in the navigation and is no work.

    Who has one place to work at begins there.
    """
    if request.viewer.role in STARTS:
        return redirect(STARTS[request.viewer.role])
    own = reverse("mfa_index")
    places = [link for link in links_for(request) if link.url != own]
    return render(request, "desk/home.html", {"places": places})
