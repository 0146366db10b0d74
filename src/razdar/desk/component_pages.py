"""The page of components, for who builds and checks pages: each part of the desk in each of its states, on samples.

Nothing here reads or changes anything of a client, so nothing here is an event of the log.
"""

import io
import re
import wave
from collections.abc import Callable
from functools import cache

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from razdar.core.errors import NotFound, NotYours, TooManyTries
from razdar.core.permissions import Permission
from razdar.ui import samples, undo
from razdar.ui.pages import PageRequest, dialog_again, dialog_done, fragment, page
from razdar.ui.samples import SECONDS, SampleRevealForm, Urls

RATE = 8000
PIECE = 5 * RATE * 2
_RANGE = re.compile(r"bytes=(\d{1,9})-(\d{0,9})")


@require_GET
@page(Permission.DESK_COMPONENTS_VIEW)
def components(request: PageRequest) -> HttpResponse:
    """Everything at once."""
    return render(request, "desk/components.html", samples.context(_urls()))


@require_http_methods(["GET", "POST"])
@page(Permission.DESK_COMPONENTS_VIEW)
def part(request: PageRequest, name: str) -> HttpResponse:
    """What a component asks for."""
    if name not in _PARTS:
        raise NotFound
    return _PARTS[name](request)


def _urls() -> Urls:
    return Urls(**{name: reverse("desk:component-part", args=[name]) for name in _PARTS})


def _reveal(request: PageRequest) -> HttpResponse:
    form = SampleRevealForm(request.POST or None, auto_id="dialog_%s")
    url = reverse("desk:component-part", args=["reveal"])
    if request.method == "POST" and form.is_valid():
        mask_url = reverse("desk:component-part", args=["mask"])
        shown = {"shown": samples.open_phone(), "id": "phone", "seconds": form.cleaned_data["seconds"]}
        return dialog_done(fragment(request, "ui/components/revealed.html", shown | {"mask_url": mask_url}))
    answer = fragment(
        request, "desk/sample_reveal.html", {"form": form, "url": url}, status=422 if form.errors else 200
    )
    return dialog_again(answer) if form.errors else answer


def _mask(request: PageRequest) -> HttpResponse:
    urls = _urls()
    shown = {"shown": samples.phone(), "id": "phone", "reveal_url": urls.reveal, "match_url": urls.refused}
    return fragment(request, "ui/components/value.html", shown)


def _refused(_request: PageRequest) -> HttpResponse:
    raise NotYours("You have no contact with this customer right now.")


def _tried(_request: PageRequest) -> HttpResponse:
    raise TooManyTries


def _check(request: PageRequest) -> HttpResponse:
    now = timezone.now()
    facts = {"state": "verified", "digest": "0" * 64, "index": 0, "at": now, "signed_at": now}
    return fragment(request, "ui/components/integrity.html", facts)


def _act(request: PageRequest) -> HttpResponse:
    if request.method == "POST":
        again = reverse("desk:component-part", args=["act"])
        undo.done(request, _("The sample was done, or undone. Nothing has changed."), again)
    return redirect("desk:components")


def _sound(request: PageRequest) -> HttpResponse:
    """As recordings are served: partial answers of at most five seconds each, whatever was asked for."""
    whole = _silence()
    asked = _RANGE.fullmatch(request.headers.get("Range", "bytes=0-"))
    start = int(asked[1]) if asked else 0
    if start >= len(whole):
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(whole)}"})
    end = min(start + PIECE, int(asked[2]) + 1 if asked and asked[2] else len(whole), len(whole))
    headers = {"Content-Range": f"bytes {start}-{end - 1}/{len(whole)}", "Accept-Ranges": "bytes"}
    return HttpResponse(whole[start:end], status=206, content_type="audio/wav", headers=headers)


@cache
def _silence() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(bytes(2 * RATE * SECONDS))
    return file.getvalue()


_PARTS: dict[str, Callable[[PageRequest], HttpResponse]] = {
    "reveal": _reveal,
    "match": _tried,
    "refused": _refused,
    "mask": _mask,
    "sound": _sound,
    "check": _check,
    "act": _act,
}
