"""From the one error tree to what a person sees.

============================  ======  =======================================================================
error                         status  answer
============================  ======  =======================================================================
StepUpNeeded                  403     to the step-up page, and back to the page it came from
Refused and its kind          403     the sentence of the error; TooManyTries is 429
NotFound                      404     the same page for unknown and for another client's
BadInput                      422     the sentence of the error
ClientFrozen                  503     the client has stopped all reading; who lets it go on
Unavailable and its kind      503     "nothing was lost, try again"
Unopenable                    500     says nothing more
any other RazdarError         500     says nothing more
============================  ======  =======================================================================

A request for a fragment (htmx) is answered with an alert that is swapped into the message region, or with a
redirect header; everything else gets a page. Error answers carry ``undo = True``: the middleware that holds the
request's transaction rolls it back, so that a refused request leaves nothing half-written. Limits that count failed
tries must therefore be counted outside the request's transaction.

An error's sentence is English where it is raised, which may be in the core, and is translated where it is shown: here.
"""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from razdar.core.errors import (
    BadInput,
    ClientFrozen,
    NotFound,
    RazdarError,
    Refused,
    StepUpNeeded,
    TooManyTries,
    Unavailable,
)
from razdar.ui.shell import shell_of


@dataclass(frozen=True)
class Face:
    """How one kind of error looks.

    Attributes:
        status: HTTP status.
        kind: look of the alert: ``bad``, ``warn`` or ``info``.
        title: heading of the page.
        sentence: said when the error itself has nothing to say, or must not.
        speaks: whether the error's own sentence is shown.
        framed: the page keeps the ordinary frame around it: somebody signed in waits, and goes elsewhere meanwhile.
    """

    status: int
    kind: str
    title: str | Promise
    sentence: str | Promise
    speaks: bool = True
    framed: bool = False


FACES: tuple[tuple[type[RazdarError], Face], ...] = (
    (
        TooManyTries,
        Face(429, "warn", _("Too many tries"), _("A limit was reached. Wait a little, then try again.")),
    ),
    (
        Refused,
        Face(403, "warn", _("This is not allowed"), _("Your role or this situation does not allow it.")),
    ),
    (
        NotFound,
        Face(404, "info", _("Not found"), _("There is nothing here that you can open."), speaks=False),
    ),
    (
        BadInput,
        Face(422, "warn", _("This cannot be used"), _("What was entered cannot be used. Nothing was stored.")),
    ),
    (
        ClientFrozen,
        Face(
            503,
            "warn",
            _("Reading is stopped"),
            _(
                "Your client has stopped all reading of its data. Nothing is lost; "
                "it goes on as soon as two people of the client lift the freeze."
            ),
            framed=True,
        ),
    ),
    (
        Unavailable,
        Face(
            503,
            "bad",
            _("Not available right now"),
            _("A part of the system is missing or busy. Nothing was lost; try again in a moment."),
        ),
    ),
    (
        RazdarError,
        Face(500, "bad", _("Something went wrong"), _("The request could not be finished."), speaks=False),
    ),
)


def is_fragment(request: HttpRequest) -> bool:
    """Whether the request came from htmx and wants a piece of a page, not a page."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-Boosted") != "true"


def sentence(error: RazdarError) -> str:
    """What the error says, in the language of the page; empty when it says nothing."""
    said = str(error)
    return gettext(said) if said else ""


def answer(request: HttpRequest, error: RazdarError) -> HttpResponse:
    """The answer for an error of the tree; never contains anything of the error but its sentence."""
    if isinstance(error, StepUpNeeded):
        response = to_step_up(request)
    else:
        face = next(face for kind, face in FACES if isinstance(error, kind))
        response = _shown(request, face, sentence(error) if face.speaks else "")
    response.undo = True  # type: ignore[attr-defined]
    return response


def sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back."""
    return _redirect(request, resolve_url(settings.LOGIN_URL), status=401)


def locked(request: HttpRequest) -> HttpResponse:
    """To the locked screen, and back. A page's script sees by the header that it can be locked where it stands."""
    response = _redirect(request, resolve_url(settings.LOCK_URL), status=401)
    response["Razdar-Locked"] = "1"
    return response


def to_step_up(request: HttpRequest, back: str = "") -> HttpResponse:
    """To the step-up page, and back: to where the person stands, or to another address of this site."""
    return _redirect(request, resolve_url(settings.STEP_UP_URL), 403, back)


def _redirect(request: HttpRequest, url: str, status: int, back: str = "") -> HttpResponse:
    target = f"{url}?{urlencode({'next': back or page_address(request)})}"
    if not is_fragment(request):
        return HttpResponseRedirect(target)
    response = HttpResponse(status=status)
    response["HX-Redirect"] = target
    return response


def page_address(request: HttpRequest) -> str:
    """The page a person stands on, as path and query of this site: where to come back to."""
    if is_fragment(request):
        stands_on = request.headers.get("HX-Current-URL", "")
    elif request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    else:
        stands_on = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(stands_on, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(stands_on)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _shown(request: HttpRequest, face: Face, said: str) -> HttpResponse:
    context: dict[str, object] = {"kind": face.kind, "title": face.title, "sentence": said or face.sentence}
    if not is_fragment(request):
        return render(request, *_page(request, face, context), status=face.status)
    response = render(request, "ui/components/alert.html", context, status=face.status)
    # The script shows an error's text only where the answer says that it is a fragment made for it.
    response["Razdar-Alert"] = face.kind
    return response


def _page(request: HttpRequest, face: Face, context: dict[str, object]) -> tuple[str, dict[str, object]]:
    if face.framed and shell_of(request):
        return "ui/frozen.html", {**context, "address": page_address(request)}
    return "ui/error.html", context
