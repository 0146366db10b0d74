"""Every component on one page, with working reveal, match, denial and audio: the site that the look tests open."""

import io
import math
import struct
import time
import wave
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from razdar.core.disclosure import Viewer
from razdar.core.errors import NotFound, NotYours, StepUpNeeded, Unavailable
from razdar.core.permissions import Permission
from razdar.security import violations
from razdar.ui import samples
from razdar.ui.csp import REPORT_PATH
from razdar.ui.pages import PageRequest, dialog_again, dialog_done, fragment, page, public_page
from razdar.ui.player import Original, Player
from razdar.ui.shell import Place, Shell, Waiting, shell_of

SECONDS = samples.SECONDS
RATE = 8000
PIECE = 5 * RATE * 2
REGION = samples.CARD
CHECKED: list[str] = ["verified"]
"""What a check of the recording finds, the next one first; the last one stays."""
REPORTED: list[violations.Violation] = []
"""What browsers reported."""
DONE: list[dict[str, str]] = []
"""What forms were sent to `done`."""

OPEN_PHONE = samples.open_phone()
URLS = samples.Urls(
    reveal="/reveal/",
    match="/stale/",
    refused="/denied/",
    mask="/mask/",
    sound="/audio/",
    check="/check/",
    act="/done/",
)
WAITING = [3]
"""How much waits, as the bar is told."""


def sample_player(**changes: object) -> Player:
    return samples.player(URLS, **{"note": "Card numbers are silenced.", **changes})


OPENED = "original"


@page()
def player(request: PageRequest, interaction: UUID | None = None) -> HttpResponse:
    """A recording as its page shows it; ``?rendition=original`` for two seconds, ``?mono``, ``?checks=damaged``."""
    original = request.GET.get("rendition") == OPENED
    changes: dict[str, object] = {}
    if original:
        ends = timezone.now() + timedelta(seconds=int(request.GET.get("seconds", "2")))
        changes = {"original": Original(ends, int(request.GET.get("seconds", "2"))), "regions": (), "note": "Original."}
    if "mono" in request.GET:
        changes |= {"lanes": ("Both sides",), "peaks": samples.peaks(1), "regions": (), "turns": ()}
    if "checks" in request.GET:
        CHECKED[:] = request.GET["checks"].split(",")
    shown = SimpleNamespace(row=SimpleNamespace(id=UUID(int=5)), shown=SimpleNamespace(redacted=not original))
    opened = changes.get("original")
    context = {"player": sample_player(**changes), "page": shown, "both": True, "originals": (), "opened": opened}
    return render(request, "player.html", context)


@page()
def check(request: PageRequest) -> HttpResponse:
    """The badge beside the player."""
    found = CHECKED.pop(0) if len(CHECKED) > 1 else CHECKED[0]
    if found == "gone":
        raise NotFound("There is no such recording.")
    facts = {"state": found, "digest": "9f86d081884c7d65" * 4, "index": 1204, "at": timezone.now(), "entry_url": "/"}
    return fragment(request, "ui/components/integrity.html", facts | {"signed_at": timezone.now()})


@page()
def gallery(request: PageRequest) -> HttpResponse:
    said = [
        Message("success", "The customer was stored."),
        Message("error", "The list is too old."),
        Message("success", "The call was put away.", "undo:/done/"),
    ]
    return render(request, "gallery.html", samples.context(URLS) | {"messages": said})


class Message(str):
    level_tag: str
    extra_tags: str

    def __new__(cls, level_tag: str, text: str, extra_tags: str = "") -> "Message":
        made = super().__new__(cls, text)
        made.level_tag, made.extra_tags = level_tag, extra_tags
        return made


@page()
def done(request: PageRequest) -> HttpResponse:
    """What a form of the page leads to; says what it was sent."""
    DONE.append({name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"})
    return render(request, "done.html", {})


@page()
def waiting(request: PageRequest) -> HttpResponse:
    return fragment(request, "ui/components/waiting.html", {"shell": shell_of(request)})


@page(Permission.CUSTOMERS_FIELD_REVEAL)
def reveal(request: PageRequest) -> HttpResponse:
    form = samples.SampleRevealForm(request.POST or None, auto_id="dialog_%s")
    if request.method == "POST" and form.is_valid():
        context = {"shown": OPEN_PHONE, "id": "phone", "seconds": form.cleaned_data["seconds"], "mask_url": "/mask/"}
        return dialog_done(fragment(request, "ui/components/revealed.html", context))
    if request.method == "POST":
        return dialog_again(fragment(request, "reveal.html", {"form": form}, status=422))
    return fragment(request, "reveal.html", {"form": form})


@page()
def mask(request: PageRequest) -> HttpResponse:
    context = {"shown": samples.phone(), "id": "phone", "reveal_url": "/reveal/", "match_url": "/denied/"}
    return fragment(request, "ui/components/value.html", context)


@page()
def denied(request: PageRequest) -> HttpResponse:
    raise NotYours("You have no contact with this customer right now.")


@page()
def stale(request: PageRequest) -> HttpResponse:
    raise StepUpNeeded


@public_page
def unavailable(request: HttpRequest) -> HttpResponse:
    raise Unavailable


@public_page
def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<h1>Some page of a proxy</h1>", status=502)


@csrf_exempt
def report(request: HttpRequest) -> HttpResponse:
    REPORTED.extend(violations.read(request.content_type or "", request.body))
    return HttpResponse(status=204)


def crash(request: HttpRequest) -> HttpResponse:
    raise ValueError("secret-marker")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise BadRequest("secret-marker")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("secret-marker")


@public_page
def sign_in(request: HttpRequest) -> HttpResponse:
    return render(request, "sign_in.html", {"form": samples.SampleForm()})


def audio(request: HttpRequest) -> HttpResponse:
    """As recordings are served: partial answers of at most five seconds each, whatever was asked for."""
    whole = tone()
    first, _, last = request.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
    start = int(first)
    end = min(start + PIECE, int(last or len(whole)) + 1, len(whole))
    response = HttpResponse(whole[start:end], status=206, content_type="audio/wav")
    response["Content-Range"] = f"bytes {start}-{end - 1}/{len(whole)}"
    response["Accept-Ranges"] = "bytes"
    return response


def tone(rate: int = RATE) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        samples = (int(8000 * math.sin(i / 6)) for i in range(SECONDS * rate))
        out.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.getvalue()


SHELL = Shell(
    "مریم (sv-12)",
    _("Supervisor"),
    "Nordwind Insurance",
    pseudonym="7f3a09c1",
    places=(
        Place("a", "Nordwind Insurance", _("Supervisor"), current=True),
        Place("b", "Aurora Travel", _("Quality reviewer"), current=False),
    ),
    waiting=Waiting("/", "/waiting/", lambda: WAITING[-1]),
)


class SomebodyMiddleware:
    """Puts a supervisor on every request, except where the query says ``nobody``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "nobody" not in request.GET:
            request.viewer = Viewer(  # type: ignore[attr-defined]
                person=UUID(int=7),
                role="supervisor",
                client=UUID(int=9),
                session="s",
                permissions=frozenset({Permission.CUSTOMERS_FIELD_REVEAL}),
                assured_at=time.time(),
            )
            request.shell = SHELL  # type: ignore[attr-defined]
        return self.get_response(request)


urlpatterns = [
    path("", gallery, name="gallery"),
    path("reveal/", reveal, name="reveal"),
    path("mask/", mask),
    path("denied/", denied),
    path("stale/", stale),
    path("unavailable/", unavailable),
    path("broken/", broken),
    path(REPORT_PATH.removeprefix("/"), report),
    path("crash/", crash),
    path("suspicious/", suspicious),
    path("forbidden/", forbidden),
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-out/", sign_in, name="account_logout"),
    path("step-up/", sign_in, name="account_reauthenticate"),
    path("audio/", audio),
    path("done/", done, name="done"),
    path("workplace/", done, name="workplace"),
    path("waiting/", waiting),
    path("check/", check),
    path("player/", player),
    path("calls/", include(([path("<uuid:interaction>/", player, name="one")], "interactions"))),
    path("", include("razdar.ui.urls")),
]
