"""Pages of customers: search by exact value, the card, and its dialogs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from razdar.core.disclosure import DataClass, Purpose, RevealRequest, Shown
from razdar.core.errors import BadInput, NotFound
from razdar.core.permissions import Permission
from razdar.customers import forms, link_pages, links, selectors, services, storing
from razdar.customers.field_views import field_view
from razdar.customers.fields import FIELDS, HANDLES
from razdar.ui.errors import sentence
from razdar.ui.pages import PageRequest, dialog_again, dialog_done, fragment, page

NAMING = frozenset({DataClass.SURNAME, DataClass.GENDER})
"""What a page calls a customer by in its heading."""
SECOND_KEY_FILE = "second-key.age"
COMMANDS = (
    f"age -d -i KEYFILE {SECOND_KEY_FILE}",
    f"razdar keys open-second {SECOND_KEY_FILE} --identity KEYFILE",
)
"""What the keeper of a second key types, on a machine of their own."""


@require_http_methods(["GET", "POST"])
@page(Permission.CUSTOMERS_RECORD_SEARCH)
def search(request: PageRequest) -> HttpResponse:
    """Search form, the viewer's own customers, and what was found. Values travel in the body, never in the address."""
    classes = selectors.search_classes(request.viewer)
    form = forms.SearchForm(classes, request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        by = form.cleaned_data["by"]
        found = selectors.find(request.viewer, DataClass(by), form.cleaned_data["value"])
        # The value is not sent back: beside the name that it found it says more than its seeker may see.
        form = forms.SearchForm(classes, initial={"by": by})
    mine = selectors.mine(request.viewer) if request.viewer.needs_assignment else []
    cards = {card.id: card for card in selectors.found_cards(request.viewer, found or (), mine)}
    hits = links.principals(request.viewer, found or ()).values()
    context = {
        "form": form,
        "found": None if found is None else [cards[i] for i in dict.fromkeys(hits) if i in cards],
        "mine": [cards[i] for i in mine if i in cards] if request.viewer.needs_assignment else None,
        "may_create": request.viewer.may(Permission.CUSTOMERS_RECORD_CREATE),
    }
    return render(request, "customers/search.html", context)


@require_http_methods(["GET", "POST"])
@page(Permission.CUSTOMERS_RECORD_CREATE)
def new(request: PageRequest) -> HttpResponse:
    """A new customer; who is stored already by one of the values is told of, not shown."""
    form = forms.CustomerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.typed()
        known = selectors.stored_already(request.viewer, typed)
        if not form.agrees(known):
            form.tell(known)
        elif made := _made(request, form, typed):
            return redirect("customers:card", made)
    return render(request, "customers/new.html", {"form": form}, status=422 if form.errors else 200)


def _made(request: PageRequest, form: forms.CustomerForm, typed: Mapping[DataClass, str]) -> UUID | None:
    fields = {c: text for c, text in typed.items() if c in FIELDS}
    handles = tuple((c, text) for c, text in typed.items() if c in HANDLES)
    try:
        (made,) = services.create(request.viewer, [storing.Draft(fields, handles)])
    except storing.BadValue as error:
        form.add_error(str(error.data_class), sentence(error))
    except BadInput as error:
        form.add_error(None, sentence(error))
    else:
        return made
    return None


@require_GET
@page(Permission.CUSTOMERS_CARD_VIEW)
def card(request: PageRequest, customer: UUID) -> HttpResponse:
    """A customer's card, masked for the viewer."""
    shown = selectors.card(request.viewer, customer)
    linked = [] if shown.erased_at else link_pages.listed(request, shown)
    context = {
        "card": shown,
        "person": linked,
        "own_link": next((each for each in linked if each.link.customer == customer), None),
        "may_identify": request.viewer.may(Permission.CUSTOMERS_CALLER_IDENTIFY),
        "may_merge": request.viewer.may(Permission.CUSTOMERS_RECORD_MERGE),
        "fields": [field_view(request, customer, field) for field in shown.fields],
        "handles": [field_view(request, customer, field) for field in shown.handles],
        "waiting": services.waiting(request.viewer, customer),
        "may_correct": request.viewer.may(Permission.CUSTOMERS_FIELD_CORRECT),
        "may_see_log": request.viewer.may(Permission.OVERSIGHT_LOG_VIEW),
        "may_erase": request.viewer.may(Permission.PRIVACY_CUSTOMER_ERASE),
        "may_list": request.viewer.may(Permission.INTERACTIONS_RECORD_LIST),
    }
    return render(request, "customers/card.html", context)


@require_GET
@page(Permission.CUSTOMERS_CARD_VIEW)
def field(request: PageRequest, customer: UUID, key: str) -> HttpResponse:
    """One field as the card shows it: what a revealed value is replaced by when its time is over."""
    return _value(request, customer, selectors.field(request.viewer, customer, key))


def _value(request: PageRequest, customer: UUID, shown: Shown) -> HttpResponse:
    return fragment(request, "customers/value.html", {"field": field_view(request, customer, shown)})


@require_http_methods(["GET", "POST"])
@page(Permission.CUSTOMERS_FIELD_REVEAL)
def reveal(request: PageRequest, customer: UUID, key: str) -> HttpResponse:
    """The dialog that asks for purpose and reason, and the value for a minute."""
    shown = _reachable(request, customer, key)
    form = forms.RevealForm(request.viewer.cell(shown.data_class).purposes, request.POST or None)
    context = {"form": form, "field": field_view(request, customer, shown)}
    if request.method == "GET":
        return fragment(request, "customers/reveal.html", context)
    if not form.is_valid():
        return dialog_again(fragment(request, "customers/reveal.html", context, status=422))
    asked = RevealRequest(Purpose(form.cleaned_data["purpose"]), form.cleaned_data["reason"], form.cleaned_data["case"])
    revealed = services.reveal(request.viewer, customer, key, asked)
    if revealed is not None:
        return _revealed(request, customer, revealed)
    if keyless := services.waiting_for_key(request.viewer, customer, key):
        return dialog_again(_key_dialog(request, customer, keyless, forms.SecondKeyForm(auto_id="dialog_%s")))
    return dialog_again(fragment(request, "customers/waiting.html", context))


@require_http_methods(["POST"])
@page(Permission.CUSTOMERS_FIELD_REVEAL)
def open_granted(request: PageRequest, customer: UUID, key: str, grant: UUID) -> HttpResponse:
    """Open a field for which a second person has agreed."""
    return _revealed(request, customer, services.open_granted(request.viewer, customer, key, grant))


@require_http_methods(["GET", "POST"])
@page(Permission.CUSTOMERS_FIELD_REVEAL)
def second_key(request: PageRequest, customer: UUID, key: str, grant: UUID) -> HttpResponse:
    """The dialog that takes the second key of a value under dual control, and the value for a minute."""
    waits = services.waiting_for_key(request.viewer, customer, key)
    if waits is None or waits.grant != grant:
        raise NotFound
    form = forms.SecondKeyForm(request.POST or None, auto_id="dialog_%s")
    if request.method == "POST" and form.is_valid():
        try:
            opened = services.open_with_key(request.viewer, customer, key, grant, form.cleaned_data["key"])
        except BadInput as error:
            form.add_error("key", sentence(error))
        else:
            return _revealed(request, customer, opened, grant)
    response = _key_dialog(request, customer, waits, form)
    return dialog_again(response) if request.method == "POST" else response


def _key_dialog(
    request: PageRequest, customer: UUID, waits: services.Waiting, form: forms.SecondKeyForm
) -> HttpResponse:
    where = [customer, waits.field_key, waits.grant]
    context = {
        "form": form,
        "field": field_view(request, customer, _reachable(request, customer, waits.field_key)),
        "until": waits.until,
        "file_url": reverse("customers:second-key-file", args=where),
        "open_url": reverse("customers:second-key", args=where),
        "commands": COMMANDS,
    }
    return fragment(request, "customers/second_key.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@page(Permission.CUSTOMERS_FIELD_REVEAL)
def second_key_file(request: PageRequest, customer: UUID, key: str, grant: UUID) -> HttpResponse:
    """The age file for the person who keeps the second key."""
    content = services.second_key_file(request.viewer, customer, key, grant)
    named = {"Content-Disposition": f'attachment; filename="{SECOND_KEY_FILE}"'}
    return HttpResponse(content, content_type="application/octet-stream", headers=named)


def _revealed(
    request: PageRequest, customer: UUID, revealed: services.Revelation, used: UUID | None = None
) -> HttpResponse:
    view = field_view(request, customer, revealed.shown)
    context = {
        "shown": revealed.shown,
        "id": view.id,
        "seconds": max(1, round((revealed.until - datetime.now(UTC)).total_seconds())),
        "mask_url": reverse("customers:field", args=[customer, revealed.shown.key]),
        "used": used,
    }
    return dialog_done(fragment(request, "customers/revealed.html", context))


@require_http_methods(["GET", "POST"])
@page(Permission.CUSTOMERS_FIELD_MATCH)
def match(request: PageRequest, customer: UUID, key: str) -> HttpResponse:
    """The dialog that compares what the caller says with the record, without showing the record."""
    shown = _reachable(request, customer, key)
    form = forms.ValueForm(shown.data_class, request.POST or None)
    context = {"form": form, "field": field_view(request, customer, shown), "agrees": None}
    if request.method == "POST" and form.is_valid():
        context["agrees"] = services.match(request.viewer, customer, key, form.cleaned_data["value"])
        context["form"] = forms.ValueForm(shown.data_class)  # the claim is not sent back
    response = fragment(request, "customers/match.html", context, status=422 if form.errors else 200)
    return dialog_again(response) if request.method == "POST" else response


@require_http_methods(["GET", "POST"])
@page(Permission.CUSTOMERS_FIELD_CORRECT)
def correct(request: PageRequest, customer: UUID, key: str) -> HttpResponse:
    """The dialog that replaces a value by typing the new one."""
    shown = _reachable(request, customer, key)
    form = forms.CorrectionForm(shown, request.POST or None)
    context = {"form": form, "field": field_view(request, customer, shown)}
    if request.method == "POST" and form.is_valid():
        try:
            services.correct(request.viewer, customer, key, form.cleaned_data["value"])
        except BadInput as error:
            form.add_error("value", sentence(error))
        else:
            return _after_correction(request, customer, shown, removed=not form.cleaned_data["value"])
    response = fragment(request, "customers/correct.html", context, status=422 if form.errors else 200)
    return dialog_again(response) if request.method == "POST" else response


def _after_correction(request: PageRequest, customer: UUID, shown: Shown, *, removed: bool) -> HttpResponse:
    """The field as it is now, and a sentence that says what was done; what else shows it asks again."""
    context: dict[str, object] = {"data_class": shown.data_class, "removed": removed}
    try:
        context["field"] = field_view(request, customer, selectors.field(request.viewer, customer, shown.key))
    except NotFound:  # an emptied handle is gone, and with it the line it stood on
        return _heard(dialog_done(fragment(request, "customers/corrected.html", context)), "razdar:handles")
    response = dialog_done(fragment(request, "customers/corrected.html", context))
    return _heard(response, "razdar:named") if shown.data_class in NAMING else response


def _heard(response: HttpResponse, event: str) -> HttpResponse:
    """Let the parts of the page that listen for an event ask again."""
    response["HX-Trigger"] = event
    return response


@require_http_methods(["GET", "POST"])
@page(Permission.CUSTOMERS_FIELD_CORRECT)
def add_handle(request: PageRequest, customer: UUID) -> HttpResponse:
    """The dialog that adds a telephone number, a WhatsApp number or an e-mail address."""
    if not selectors.exists(request.viewer, customer):
        raise NotFound
    form = forms.HandleForm(request.POST or None)
    context = {"form": form, "customer": customer}
    if request.method == "POST" and form.is_valid():
        try:
            kind = DataClass(form.cleaned_data["kind"])
            services.add_handle(request.viewer, customer, kind, form.cleaned_data["value"])
        except BadInput as error:
            form.add_error("value", sentence(error))
        else:
            return _heard(dialog_done(HttpResponse()), "razdar:handles")
    response = fragment(request, "customers/add_handle.html", context, status=422 if form.errors else 200)
    return dialog_again(response) if request.method == "POST" else response


def _reachable(request: PageRequest, customer: UUID, key: str) -> Shown:
    return selectors.described(request.viewer, customer, key)
