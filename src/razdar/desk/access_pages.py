"""Asking for access to a customer, and deciding about what others have asked for."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from razdar.core.disclosure import Purpose
from razdar.core.errors import BadInput, NotFound
from razdar.core.permissions import Permission
from razdar.customers import selectors as customers
from razdar.identity import approvals
from razdar.identity.people_pages import asked_why
from razdar.ui.errors import sentence
from razdar.ui.labels import PURPOSE_LABELS
from razdar.ui.pages import PageRequest, dialog_again, dialog_done, fragment, page
from razdar.work import access


class AskForm(forms.Form):
    """Why an agent needs to work for a customer."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"), choices=[(str(each), PURPOSE_LABELS[each]) for each in access.PURPOSES]
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        min_length=access.SHORTEST,
        max_length=access.LONGEST,
        help_text=gettext_lazy("Say what you want to do. Your supervisor reads it; it is stored sealed."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )


class RefuseForm(forms.Form):
    """What the agent is told."""

    answer = forms.ChoiceField(
        label=gettext_lazy("What the agent is told"),
        choices=[(code.value, words) for code, words in access.ANSWERS.items()],
        widget=forms.RadioSelect,
    )


@require_http_methods(["GET", "POST"])
@page(Permission.WORK_ACCESS_ASK)
def ask(request: PageRequest, customer: UUID) -> HttpResponse:
    """The dialog that asks a supervisor."""
    if not customers.exists(request.viewer, customer):
        raise NotFound
    form = AskForm(request.POST or None, auto_id="dialog_%s")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            access.ask(request.viewer, customer, Purpose(data["purpose"]), data["reason"])
        except BadInput as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Your supervisors see your request now. What they decide appears here."))
            response = dialog_done(HttpResponse())
            response["HX-Redirect"] = reverse("desk:customer", args=[customer])
            return response
    context = {"form": form, "customer": customer, "minutes": int(access.LASTS.total_seconds()) // 60}
    response = fragment(request, "desk/ask.html", context, status=422 if form.errors else 200)
    return dialog_again(response) if request.method == "POST" else response


@require_GET
@page(Permission.WORK_ACCESS_DECIDE)
def requests(request: PageRequest) -> HttpResponse:
    """Everything that waits for the viewer's decision, and what became of what the viewer has asked for."""
    found = approvals.waiting_for(request.viewer, asked_why(request))
    context = {"requests": found, "own": approvals.own(request.viewer)[:20]}
    return render(request, "desk/requests.html", context)


@require_POST
@page(Permission.WORK_ACCESS_DECIDE)
def approve(request: PageRequest, request_id: UUID) -> HttpResponse:
    """Agree to a request."""
    approvals.approve(request.viewer, request_id)
    messages.success(request, _("You approved the request."))
    return redirect("desk:requests")


@require_http_methods(["GET", "POST"])
@page(Permission.WORK_ACCESS_DECIDE)
def refuse(request: PageRequest, request_id: UUID) -> HttpResponse:
    """Refuse a request, with a sentence for who asked where it is about access."""
    waiting = approvals.one_waiting(request.viewer, request_id)
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and waiting.kind != access.KIND:
        approvals.refuse(request.viewer, request_id)
    elif request.method == "POST" and form.is_valid():
        access.refuse(request.viewer, request_id, form.cleaned_data["answer"])
    else:
        context = {"form": form, "entry": waiting, "with_sentence": waiting.kind == access.KIND}
        return render(request, "desk/refuse.html", context, status=422 if form.errors else 200)
    messages.success(request, _("You refused the request."))
    return redirect("desk:requests")
