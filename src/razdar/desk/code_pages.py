"""In which ways contacts may end: the list that administrators keep."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from razdar.core.errors import BadInput, NotFound
from razdar.core.permissions import Permission
from razdar.ui.errors import sentence
from razdar.ui.pages import PageRequest, page
from razdar.work import codes


class NameForm(forms.Form):
    """What a way for a contact to end is called."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=codes.LONGEST,
        help_text=gettext_lazy("Agents choose by it, and it stands in reports."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "POST"])
@page(Permission.WORK_CODES_KEEP)
def listed(request: PageRequest) -> HttpResponse:
    """The list in its order, and a form for another one."""
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes.add(request.viewer, form.cleaned_data["name"])
        except BadInput as error:
            form.add_error("name", sentence(error))
        else:
            messages.success(request, _("Added. Agents can choose it from now on."))
            return redirect("desk:codes")
    context = {"codes": codes.known(request.viewer.client), "form": form}
    return render(request, "desk/codes.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@page(Permission.WORK_CODES_KEEP)
def rename(request: PageRequest, code: UUID) -> HttpResponse:
    """Give one another name."""
    known = next((each for each in codes.known(request.viewer.client) if each.id == code), None)
    if known is None:
        raise NotFound
    form = NameForm(request.POST or None, initial={"name": known.name})
    if request.method == "POST" and form.is_valid():
        try:
            codes.rename(request.viewer, code, form.cleaned_data["name"])
        except BadInput as error:
            form.add_error("name", sentence(error))
        else:
            messages.success(request, _("Renamed, for past contacts too."))
            return redirect("desk:codes")
    return render(request, "desk/code.html", {"known": known, "form": form}, status=422 if form.errors else 200)


@require_POST
@page(Permission.WORK_CODES_KEEP)
def act(request: PageRequest, code: UUID, act: str) -> HttpResponse:
    """Switch one on or off, or move it."""
    if act in {"on", "off"}:
        codes.switch(request.viewer, code, on=act == "on")
    elif act in {"up", "down"}:
        codes.move(request.viewer, code, up=act == "up")
    else:
        raise NotFound
    return redirect("desk:codes")
