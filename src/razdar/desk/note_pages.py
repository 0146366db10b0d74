"""Notes on the desk: the warning while somebody types, drafts, saving, changing, taking back."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from razdar.core.errors import NotDisclosed, NotFound, RazdarError, Refused
from razdar.core.permissions import Permission
from razdar.customers import selectors as customers
from razdar.ui.findings import KINDS
from razdar.ui.pages import PageRequest, dialog_done, fragment, page
from razdar.work import contacts, detecting, drafts, notes
from razdar.work.detecting import Found
from razdar.work.notes import Choice, Saved, Undecided


def context_of(request: PageRequest, customer: UUID, **more: object) -> dict[str, object]:
    """The panel of notes; `more` says what just happened."""
    found, further = notes.written(request.viewer, customer)
    writes = request.viewer.may(Permission.WORK_NOTE_WRITE) and contacts.works_for(request.viewer, customer)
    return {
        "customer": customer,
        "notes": found,
        "further_notes": further,
        "writes_notes": writes,
        "draft": drafts.text_of(request.viewer, customer) if writes else "",
        "longest": detecting.LONGEST,
        "me": request.viewer.person,
        **more,
    }


def _panel(request: PageRequest, customer: UUID, **more: object) -> HttpResponse:
    return fragment(request, "desk/notes.html", context_of(request, customer, **more))


@require_POST
@page(Permission.WORK_NOTE_WRITE)
def check(request: PageRequest, customer: UUID) -> HttpResponse:
    """What kinds of personal data stand in what is typed, and where. Nothing of it is stored or logged."""
    _require(request, customer)
    found = notes.found(request.viewer, request.POST.get("text", "")[: 2 * detecting.LONGEST])
    if _code(found) == request.POST.get("known", ""):
        return HttpResponse(status=204)  # nothing new: what was announced is not announced again
    return fragment(request, "desk/note_warning.html", _warning(found))


@require_POST
@page(Permission.WORK_NOTE_WRITE)
def draft(request: PageRequest, customer: UUID) -> HttpResponse:
    """Keep what is written so far."""
    text = request.POST.get("text", "")
    drafts.keep(request.viewer, customer, text)
    return fragment(request, "desk/note_draft.html", {"kept_at": timezone.now() if text.strip() else None})


@require_POST
@page(Permission.WORK_NOTE_WRITE)
def save(request: PageRequest, customer: UUID) -> HttpResponse:
    """Save a note; with personal data in it the choice is asked for first."""
    text = request.POST.get("text", "")
    try:
        saved = notes.save(request.viewer, customer, text, _choice(request))
    except Undecided:
        return _asking(request, text, "#note-warning")
    except (NotDisclosed, NotFound) as error:
        raise _unsaved(request, customer, error) from error
    return _panel(request, customer, saved=saved, taken_out=_names(saved))


@require_http_methods(["GET", "POST"])
@page(Permission.WORK_NOTE_WRITE)
def change(request: PageRequest, customer: UUID, note: UUID) -> HttpResponse:
    """The dialog in which one's own note is changed."""
    if request.method == "GET":
        context = {
            "customer": customer,
            "text": notes.to_change(request.viewer, customer, note),
            "save_url": reverse("desk:note-change", args=[customer, note]),
            "longest": detecting.LONGEST,
        }
        return fragment(request, "desk/note_change.html", context)
    text = request.POST.get("text", "")
    try:
        saved = notes.change(request.viewer, customer, note, text, _choice(request))
    except Undecided:
        return _asking(request, text, "#change-warning")
    except (NotDisclosed, NotFound) as error:
        raise _unsaved(request, customer, error) from error
    return dialog_done(_panel(request, customer, changed=saved, taken_out=_names(saved)))


@require_POST
@page(Permission.WORK_NOTE_WRITE)
def withdraw(request: PageRequest, customer: UUID, note: UUID) -> HttpResponse:
    """Take back one's own note; its words are in the field again."""
    notes.withdraw(request.viewer, customer, note)
    return _panel(request, customer, withdrawn=True)


@require_GET
@page(Permission.WORK_DESK_USE)
def before(request: PageRequest, customer: UUID, note: UUID) -> HttpResponse:
    """The dialog with what a note said before."""
    found = notes.before(request.viewer, customer, note)
    return fragment(request, "desk/note_before.html", {"found": found})


def _require(request: PageRequest, customer: UUID) -> None:
    if not customers.exists(request.viewer, customer):
        raise NotFound


def _unsaved(request: PageRequest, customer: UUID, error: RazdarError) -> RazdarError:
    """Why what somebody typed cannot be saved, where that came about while they typed."""
    if customers.is_erased(request.viewer, customer):
        return Refused(
            "This customer was erased meanwhile, so what you typed was not saved and cannot be saved any more."
        )
    if not contacts.works_for(request.viewer, customer):
        return Refused(
            "You do not work for this customer any more, so what you typed was not saved. Ask for access first."
        )
    return error


def _choice(request: PageRequest) -> Choice:
    said = request.POST.get("choice", "")
    return Choice(said) if said in set(Choice) else Choice.NONE


def _asking(request: PageRequest, text: str, place: str) -> HttpResponse:
    context = {**_warning(notes.found(request.viewer, text)), "asking": True}
    response = fragment(request, "desk/note_warning.html", context, status=422)
    response["HX-Retarget"] = place
    response["HX-Reswap"] = "innerHTML"
    return response


def _warning(found: tuple[Found, ...]) -> dict[str, object]:
    return {
        "found": [(each, KINDS[each.kind]) for each in found],
        "code": _code(found),
        "refused": any(not each.kept for each in found),
        "choosable": any(each.kept for each in found),
    }


def _names(saved: Saved) -> list[str]:
    return [str(KINDS[kind]) for kind in saved.taken_out]


def _code(found: tuple[Found, ...]) -> str:
    """What was announced: kinds and places, nothing of the text."""
    return ",".join(f"{each.kind}:{each.start}-{each.end}" for each in found)
