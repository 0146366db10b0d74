"""Inviting many at once: check the list, correct what is wrong, invite the rest. The links are shown once."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from razdar.core.errors import BadInput, TooManyTries
from razdar.core.permissions import Permission
from razdar.identity import inviting
from razdar.identity.invitations import Link
from razdar.identity.inviting import InviteLine
from razdar.identity.people_forms import ManyForm
from razdar.ui.errors import sentence
from razdar.ui.pages import PageRequest, page


@dataclass(frozen=True)
class Shown:
    """A link with the whole address, to be handed over."""

    link: Link
    address: str


@page(Permission.IDENTITY_PERSON_INVITE)
@require_http_methods(["GET", "POST"])
def invite_many(request: PageRequest) -> HttpResponse:
    """The list, what is wrong with each line, and the act."""
    form = ManyForm(request.POST or None, request.FILES or None)
    if request.method == "GET" or not form.is_valid():
        return _page(request, form, [])
    try:
        if request.POST.get("act") == "invite":
            return _invited(request, form)
        lines = inviting.check(request.viewer, form.typed())
    except (BadInput, TooManyTries) as error:
        form.add_error("text", sentence(error))
        return _page(request, form, [])
    return _page(request, _again(lines), lines)


def _invited(request: PageRequest, form: ManyForm) -> HttpResponse:
    """Invite the lines that were right; those that were not stay in the field."""
    lines = inviting.check(request.viewer, form.cleaned_data["good"])
    if any(line.faults for line in lines):  # somebody was quicker: show the list again, with what is wrong now
        return _page(request, _again(lines, form.cleaned_data["text"]), lines)
    links = inviting.invite(request.viewer, lines)
    shown = [Shown(link, request.build_absolute_uri(link.path)) for link in links]
    rest = ManyForm(initial={"text": form.cleaned_data["text"]})
    context = {"shown": shown, "invited": len(lines), "form": rest, "left": bool(form.cleaned_data["text"].strip())}
    return render(request, "identity/links.html", context)


def _again(lines: list[InviteLine], more: str = "") -> ManyForm:
    """The form for the next step: what is right goes along unseen, what is wrong stays in the field."""
    good = "\n".join(line.raw for line in lines if not line.faults)
    bad = "\n".join([*(line.raw for line in lines if line.faults), *([more] if more else [])])
    return ManyForm(initial={"good": good, "text": bad})


def _page(request: PageRequest, form: ManyForm, lines: list[InviteLine]) -> HttpResponse:
    context = {
        "form": form,
        "lines": lines,
        "right": sum(not line.faults for line in lines),
        "wrong": sum(bool(line.faults) for line in lines),
    }
    return render(request, "identity/invite_many.html", context, status=422 if form.errors else 200)
