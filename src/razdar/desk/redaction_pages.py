"""What redaction conceals: the policy that holds and its history, proposing another one, and trying it on a text."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from razdar.core.errors import BadInput
from razdar.core.permissions import Permission
from razdar.core.redaction import NEVER_KEPT
from razdar.desk.redaction_forms import GROUPS, PolicyForm, TryForm
from razdar.identity import redacting, redacting_box
from razdar.identity.redacting_words import Line, lines
from razdar.ui.errors import sentence
from razdar.ui.findings import ACTION_MEANINGS, ACTIONS, KINDS, SAMPLES, shipped
from razdar.ui.pages import PageRequest, page

P = Permission


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def policy(request: PageRequest) -> HttpResponse:
    """The policy that holds, kind by kind, with its texts and patterns for who may read them, and what was changed."""
    held = redacting.held(request.viewer)
    actions = held.policy.actions
    context = {
        "held": held,
        "groups": [(name, [(KINDS[k], ACTIONS[actions[k]], shipped(k)) for k in kinds]) for name, kinds in GROUPS],
        "allowed": sorted(held.policy.allowed) if held.opens else [],
        "patterns": [(p.expression, KINDS[p.type]) for p in held.policy.patterns] if held.opens else [],
        "texts": len(frozenset(held.policy.allowed)),
        "history": redacting.history(request.viewer),
        "meanings": [(label, ACTION_MEANINGS[each], SAMPLES.get(each)) for each, label in ACTIONS.items()],
        "never_kept": [label for kind, label in KINDS.items() if kind in NEVER_KEPT],
        "may_propose": request.viewer.may(P.IDENTITY_REDACTION_PROPOSE),
    }
    return render(request, "desk/redaction.html", context)


@require_http_methods(["GET", "POST"])
@page(P.IDENTITY_REDACTION_PROPOSE)
def change(request: PageRequest) -> HttpResponse:
    """Propose another policy: first what it would change is shown, then it is proposed."""
    held = redacting.held(request.viewer)
    if "more" in request.POST:
        return _form(request, PolicyForm(held.policy, held.version, typed=request.POST.dict()), ())
    form = PolicyForm(held.policy, held.version, request.POST or None)
    found: tuple[Line, ...] = ()
    if form.is_valid():
        try:
            wanted, base = form.policy(), form.cleaned_data["base"]
            found = lines(redacting.check(request.viewer, wanted, base), opens=True)
            if "sure" in request.POST:
                made = redacting.propose(request.viewer, wanted, base, form.cleaned_data["reason"])
                messages.success(request, _("Proposed. It holds when a second person has agreed."))
                return redirect("desk:redaction-version", made)
        except BadInput as error:
            form.add_error(None, sentence(error))
    return _form(request, form, found)


def _form(request: PageRequest, form: PolicyForm, found: tuple[Line, ...]) -> HttpResponse:
    context = {"form": form, "lines": found, "opening": sum(line.opens for line in found)}
    return render(request, "desk/redaction_change.html", context, status=422 if form.errors else 200)


@require_GET
@page(P.VAULT_MATRIX_VIEW)
def version(request: PageRequest, version_id: UUID) -> HttpResponse:
    """One version with what it changes, and the decision for whoever may decide."""
    found = redacting.version(request.viewer, version_id)
    context = {"version": found, "lines": lines(found.changes, opens=found.opens)}
    return render(request, "desk/redaction_version.html", context)


@require_http_methods(["GET", "POST"])
@page(P.VAULT_MATRIX_VIEW)
def test(request: PageRequest) -> HttpResponse:
    """What of a typed text would be concealed, and why. The text is neither stored nor logged."""
    form = TryForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = redacting_box.tried(request.viewer, form.cleaned_data["text"], form.cleaned_data["language"])
    return render(
        request, "desk/redaction_test.html", {"form": form, "tried": found}, status=422 if form.errors else 200
    )
