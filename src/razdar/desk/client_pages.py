"""Clients: the list of those the viewer administers, the one they work for now, and what is set for it.

A new client is made at the console alone, because that makes its keys; the page says how.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from razdar.core.errors import BadInput
from razdar.core.permissions import Permission
from razdar.identity import client_modes, client_settings
from razdar.identity.client_settings import Wanted
from razdar.interactions import amounts
from razdar.ui.errors import sentence
from razdar.ui.pages import PageRequest, page

P = Permission


class ClientForm(forms.Form):
    """Time zone and language of a client."""

    zone = forms.ChoiceField(
        label=lazy("Time zone"),
        help_text=lazy("In which people of this client read times."),
        widget=forms.Select({"dir": "ltr"}),
    )
    language = forms.ChoiceField(
        label=lazy("Language"),
        required=False,
        help_text=lazy("For people who have chosen none in their browser."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["zone"], [(zone, zone.replace("_", " ")) for zone in client_settings.zones()])
        _choose(self.fields["language"], [("", pgettext_lazy("language", "As the browser asks")), *settings.LANGUAGES])


def _choose(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


@require_GET
@page(P.IDENTITY_PERSON_LIST)
def listed(request: PageRequest) -> HttpResponse:
    """The clients that the viewer administers, and how another one is made."""
    context = {"clients": client_settings.listed(request.viewer), "command": client_settings.CREATE}
    return render(request, "desk/clients.html", context)


@require_GET
@page(P.IDENTITY_PERSON_LIST)
def one(request: PageRequest) -> HttpResponse:
    """The client where the viewer works now."""
    stored = client_modes.stored(request.viewer)
    modes: dict[str, int] = {}
    for each in stored:
        if each.used:
            modes[each.mode.label] = modes.get(each.mode.label, 0) + 1
    found = client_settings.card(request.viewer)
    context = {
        "card": found,
        "language": dict(settings.LANGUAGES).get(found.line.language, ""),
        "modes": sorted(modes.items()),
        "amounts": amounts.of(request.viewer),
        "most": amounts.MOST,
        "may_see_keys": request.viewer.may(P.VAULT_KEYS_VIEW),
        "may_change": request.viewer.may(P.IDENTITY_CLIENT_CHANGE),
    }
    return render(request, "desk/client.html", context)


@require_http_methods(["GET", "POST"])
@page(P.IDENTITY_CLIENT_CHANGE)
def change(request: PageRequest) -> HttpResponse:
    """Set time zone and language of the client where the viewer works now."""
    now = client_settings.card(request.viewer).line
    form = ClientForm(request.POST or None, initial={"zone": now.zone, "language": now.language})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            changed = client_settings.change(request.viewer, Wanted(data["zone"], data["language"]))
        except BadInput as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(
                request, _("Stored. It holds from the next page on.") if changed else _("Nothing changed.")
            )
            return redirect("desk:client")
    context = {"form": form, "now": now, "command": client_settings.RENAME.format(client=now.id)}
    return render(request, "desk/client_change.html", context, status=422 if form.errors else 200)
