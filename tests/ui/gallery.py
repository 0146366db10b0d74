"""Every component on one page, with working reveal, match, denial and audio: the site that the look tests open."""

import io
import math
import struct
import time
import wave
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

from django import forms
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from razdar.core.disclosure import MASK, DataClass, Level, Shown, Viewer
from razdar.core.errors import NotFound, NotYours, StepUpNeeded, Unavailable
from razdar.core.permissions import Permission
from razdar.security import violations
from razdar.ui.csp import REPORT_PATH
from razdar.ui.pages import PageRequest, dialog_again, dialog_done, fragment, page, public_page
from razdar.ui.player import Original, Player, Region, RegionKind, Turn, Word
from razdar.ui.shell import Shell

SECONDS = 30
RATE = 8000
PIECE = 5 * RATE * 2
REGION = (8.0, 12.5)
CHECKED: list[str] = ["verified"]
"""What a check of the recording finds, the next one first; the last one stays."""
REPORTED: list[violations.Violation] = []
"""What browsers reported."""

PHONE = Shown(DataClass.PHONE, "phone", Level.ON_REQUEST, MASK, True, revealable=True, matchable=True)
OPEN_PHONE = Shown(DataClass.PHONE, "phone", Level.CLEAR, "+48 22 123 45 67", True)
FIELDS = (
    Shown(DataClass.SURNAME, "surname", Level.CLEAR, "حسینی‌نژاد", True),
    Shown(DataClass.GENDER, "gender", Level.CLEAR, "female", True),
    Shown(DataClass.BIRTH_DATE, "born", Level.MASKED, MASK, True, matchable=True),
    Shown(DataClass.EMAIL, "email", Level.PARTIAL, "k••••••••@••••••••.org", True),
    Shown(DataClass.NATIONAL_ID, "id", Level.ON_REQUEST, MASK, True, revealable=True, second_person=True),
    Shown(DataClass.IBAN, "iban", Level.MASKED, "", False),
    Shown(DataClass.HEALTH, "health", Level.NONE, "", False),
)


class SampleForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), help_text=_("The client reads this."), widget=forms.Textarea({"rows": 3})
    )
    seconds = forms.ChoiceField(label=_("Time"), choices=[("2", "2"), ("60", "60")])
    kind = forms.ChoiceField(label=_("Kind"), choices=[("a", _("Call")), ("b", _("Message"))], widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), required=False)
    sure = forms.BooleanField(label=_("I have checked who is calling."))


class RevealForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), min_length=5)
    seconds = forms.IntegerField(label=_("Seconds"), initial=60)


def sample_player(**changes: object) -> Player:
    words = tuple(Word(f"word{i}", 1 + i * 0.5, 1.4 + i * 0.5) for i in range(14))
    removed = Word("[card]", *REGION, redacted=True)
    plain = Player(
        audio_url="/audio/",
        duration=SECONDS,
        peaks=sample_peaks(),
        lanes=(str(_("Agent")), str(_("Customer"))),
        regions=(
            Region(*REGION, "Card number"),
            Region(20.0, 21.0, "Phone number"),
            Region(23.0, 25.5, "Recording paused", RegionKind.PAUSE),
            Region(28.0, 29.0, "Nothing received", RegionKind.GAP),
        ),
        turns=(
            Turn(0, "Agent", 1.0, words),
            Turn(1, "Customer", 8.0, (removed, Word("thanks", 13, 13.5))),
            *(Turn(n % 2, "Agent", 14 + n, (Word(f"more{n}", 14 + n, 14.6 + n),)) for n in range(15)),
        ),
        note="Card numbers are silenced.",
        check_url="/check/",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def sample_peaks(lanes: int = 2) -> list[list[int]]:
    """Speech, more or less: each side by turns, in syllables, and silence in the regions."""

    def loud(lane: int, bucket: int) -> int:
        second = bucket * SECONDS / 600
        silent = any(start <= second < end for start, end in (REGION, (20, 21), (23, 25.5), (28, 29)))
        speaks = lanes == 1 or int(second / 3.5) % 2 == lane
        return 0 if silent or not speaks else int(8 + 60 * abs(math.sin(bucket / 2.3) * math.sin(bucket / 17 + lane)))

    return [[loud(lane, bucket) for bucket in range(600)] for lane in range(lanes)]


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
        changes |= {"lanes": ("Both sides",), "peaks": sample_peaks(1), "regions": (), "turns": ()}
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
    bad = SampleForm({"note": "x"}, auto_id="bad_%s")
    bad.is_valid()
    context = {
        "fields": FIELDS,
        "phone": PHONE,
        "now": timezone.now(),
        "form": SampleForm(),
        "bad": bad,
        "player": sample_player(),
        "messages": [Message("success", "The customer was stored."), Message("error", "The list is too old.")],
    }
    return render(request, "gallery.html", context)


class Message(str):
    level_tag: str

    def __new__(cls, level_tag: str, text: str) -> "Message":
        made = super().__new__(cls, text)
        made.level_tag = level_tag
        return made


@page(Permission.CUSTOMERS_FIELD_REVEAL)
def reveal(request: PageRequest) -> HttpResponse:
    form = RevealForm(request.POST or None, auto_id="dialog_%s")
    if request.method == "POST" and form.is_valid():
        context = {"shown": OPEN_PHONE, "id": "phone", "seconds": form.cleaned_data["seconds"], "mask_url": "/mask/"}
        return dialog_done(fragment(request, "ui/components/revealed.html", context))
    if request.method == "POST":
        return dialog_again(fragment(request, "reveal.html", {"form": form}, status=422))
    return fragment(request, "reveal.html", {"form": form})


@page()
def mask(request: PageRequest) -> HttpResponse:
    context = {"shown": PHONE, "id": "phone", "reveal_url": "/reveal/", "match_url": "/denied/"}
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
    return render(request, "sign_in.html", {"form": SampleForm()})


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
            request.shell = Shell("مریم (sv-12)", _("Supervisor"), "Nordwind Insurance")  # type: ignore[attr-defined]
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
    path("check/", check),
    path("player/", player),
    path("calls/", include(([path("<uuid:interaction>/", player, name="one")], "interactions"))),
    path("", include("razdar.ui.urls")),
]
