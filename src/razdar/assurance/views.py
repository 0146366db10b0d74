"""Pages about the installation itself: how keys are kept, what works in the background, which certificates are served.

Nothing on them is of a customer, so that looking at them leaves no event; having work done does.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from razdar.assurance import doors_seen, keyring, working
from razdar.core.permissions import Permission
from razdar.ui.formats import number
from razdar.ui.pages import PageRequest, fragment, page


@require_GET
@page(Permission.VAULT_KEYS_VIEW)
def keys(request: PageRequest) -> HttpResponse:
    """How the client's keys are kept."""
    return render(request, "assurance/keys.html", _keys(request))


@require_GET
@page(Permission.VAULT_KEYS_VIEW)
def keys_now(request: PageRequest) -> HttpResponse:
    """The part that changes, which the page asks for again."""
    return fragment(request, "assurance/keys_now.html", _keys(request))


def _keys(request: PageRequest) -> dict[str, object]:
    return {"ring": keyring.keyring(request.viewer), "commands": keyring.commands(request.viewer)}


@require_GET
@page(Permission.ASSURANCE_SYSTEM_VIEW)
def jobs(request: PageRequest) -> HttpResponse:
    """What is done by the clock, and what waits."""
    return render(request, "assurance/jobs.html", {"work": working.work(request.viewer)})


@require_GET
@page(Permission.ASSURANCE_SYSTEM_VIEW)
def jobs_now(request: PageRequest) -> HttpResponse:
    """The same without the page around it."""
    return fragment(request, "assurance/jobs_now.html", {"work": working.work(request.viewer)})


@require_POST
@page(Permission.ASSURANCE_JOB_RUN)
def run(request: PageRequest, name: str) -> HttpResponse:
    """Have scheduled work done now."""
    if working.run_now(request.viewer, name):
        messages.success(request, _("It is done as soon as a worker is free."))
    else:
        messages.info(request, _("It waits for a worker already."))
    return redirect("assurance:jobs")


@require_POST
@page(Permission.ASSURANCE_JOB_RUN)
def again(request: PageRequest, name: str) -> HttpResponse:
    """Have given-up jobs tried again."""
    count = working.retry(request.viewer, name)
    said = ngettext("%(count)s job is tried again.", "%(count)s jobs are tried again.", count)
    messages.success(request, said % {"count": number(count)})
    return redirect("assurance:jobs")


@require_GET
@page(Permission.ASSURANCE_SYSTEM_VIEW)
def certificates(request: PageRequest) -> HttpResponse:
    """Outgoing mail, and the certificates that are served."""
    return render(request, "assurance/certificates.html", {"doors": doors_seen.doors(request.viewer)})


@require_GET
@page(Permission.ASSURANCE_SYSTEM_VIEW)
def certificates_now(request: PageRequest) -> HttpResponse:
    """The certificates alone, which the page asks for again when somebody looked."""
    return fragment(request, "assurance/certificates_now.html", {"doors": doors_seen.doors(request.viewer)})
