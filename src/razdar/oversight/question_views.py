"""Pages of questions about the log: the list, asking, one question with its answers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from razdar.core.errors import BadInput, NotFound
from razdar.core.permissions import Permission
from razdar.oversight import questions
from razdar.oversight.forms import QuestionForm
from razdar.oversight.labels import QUESTION_STATES, TURN_LABELS
from razdar.ui.errors import sentence
from razdar.ui.pages import PageRequest, page


@require_GET
@page(Permission.OVERSIGHT_QUESTION_VIEW)
def listing(request: PageRequest) -> HttpResponse:
    """Questions of the client, what has waited longest first."""
    state = request.GET.get("state", "")
    if state and state not in QUESTION_STATES:
        raise BadInput("There is no such list.")
    rows = [(one, *QUESTION_STATES[one.state]) for one in questions.listed(request.viewer, state)]
    states = [
        ("", _("All"), not state),
        *((name, said, name == state) for name, (_look, said) in QUESTION_STATES.items()),
    ]
    return render(request, "oversight/questions.html", {"rows": rows, "states": states, "state": state})


@require_http_methods(["GET", "POST"])
@page(Permission.OVERSIGHT_QUESTION_ASK)
def ask(request: PageRequest) -> HttpResponse:
    """Ask about entries that were marked."""
    entries = questions.entries_of(_places(request))
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = questions.ask(request.viewer, entries, form.cleaned_data["text"])
        except BadInput as error:
            form.add_error("text", sentence(error))
        else:
            messages.success(request, _("Asked. The privacy and security officers see it now."))
            return redirect("oversight:question", asked)
    context = {"form": form, "entries": entries}
    return render(request, "oversight/question_ask.html", context, status=422 if form.errors else 200)


@require_GET
@page(Permission.OVERSIGHT_QUESTION_VIEW)
def question(request: PageRequest, question_id: UUID) -> HttpResponse:
    """One question: what was written, and the entries it is about."""
    return _shown(request, question_id, QuestionForm())


@require_POST
@page(Permission.OVERSIGHT_QUESTION_VIEW)
def say(request: PageRequest, question_id: UUID, act: str) -> HttpResponse:
    """Answer, ask on, or close."""
    if act == "close":
        questions.close(request.viewer, question_id)
        messages.success(request, _("Closed."))
        return redirect("oversight:questions")
    if act not in _VERBS:
        raise NotFound
    form = QuestionForm(request.POST)
    if form.is_valid():
        try:
            _VERBS[act](request.viewer, question_id, form.cleaned_data["text"])
        except BadInput as error:
            form.add_error("text", sentence(error))
        else:
            messages.success(request, _("Sent."))
            return redirect("oversight:question", question_id)
    return _shown(request, question_id, form)


_VERBS = {"answer": questions.answer, "again": questions.ask_on}


def _shown(request: PageRequest, question_id: UUID, form: QuestionForm) -> HttpResponse:
    asked = questions.question(request.viewer, question_id)
    look, state = QUESTION_STATES[asked.listed.state]
    context = {
        "asked": asked,
        "look": look,
        "state": state,
        "turns": [(one, TURN_LABELS[one.kind]) for one in asked.turns],
        "form": form,
    }
    return render(request, "oversight/question.html", context, status=422 if form.errors else 200)


def _places(request: PageRequest) -> list[int]:
    """Places in the log, as an address or a form names them."""
    said = [*request.GET.getlist("entries"), *request.POST.getlist("entries")]
    if not all(one.isascii() and one.isdigit() and len(one) <= 18 for one in said):
        raise BadInput("This is not a place in the log.")
    return [int(one) for one in said]
