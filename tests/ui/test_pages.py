"""Who gets in, and what an error of the tree looks like to a person."""

import asyncio
from uuid import UUID

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from razdar.core.disclosure import Viewer
from razdar.core.errors import (
    BadInput,
    KeysLocked,
    NotFound,
    NotYours,
    RazdarError,
    Refused,
    StepUpNeeded,
    TooManyTries,
    Unavailable,
    Unopenable,
)
from razdar.core.permissions import Permission
from razdar.core.registry import Registry
from razdar.ui import errors, pages, shell
from razdar.ui.pages import dialog_again, dialog_done, page, public_page
from razdar.ui.shell import Destination

pytestmark = pytest.mark.usefixtures("gallery_site")

REQUESTS = RequestFactory()
Headers = dict[str, str]
HTMX: Headers = {"HX-Request": "true"}
VIEWER = Viewer(UUID(int=1), "agent", UUID(int=2), "s", permissions=frozenset({Permission.CUSTOMERS_CARD_VIEW}))


def request(
    path: str = "/somewhere/?page=2", viewer: Viewer | None = VIEWER, headers: Headers | None = None
) -> HttpRequest:
    made = REQUESTS.get(path, headers=headers)
    if viewer:
        made.viewer = viewer  # type: ignore[attr-defined]
    return made


@page(Permission.CUSTOMERS_CARD_VIEW)
def card(request: HttpRequest) -> HttpResponse:
    return HttpResponse("card")


@page(Permission.PRIVACY_CUSTOMER_ERASE)
def erase(request: HttpRequest) -> HttpResponse:
    return HttpResponse("erase")


def test_the_permission_opens_the_page_and_can_be_read_from_the_view() -> None:
    assert card(request()).content == b"card"
    assert card.permission is Permission.CUSTOMERS_CARD_VIEW  # type: ignore[attr-defined]


def test_without_the_permission_it_is_the_same_as_no_page() -> None:
    answer = erase(request())
    assert answer.status_code == 404
    assert b"erase" not in answer.content


def test_nobody_signed_in_goes_to_the_sign_in_page_and_back() -> None:
    answer = card(request(viewer=None))
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=%2Fsomewhere%2F%3Fpage%3D2")


def test_a_fragment_s_request_is_led_by_a_header_to_the_page_it_stands_on() -> None:
    answer = card(request(viewer=None, headers=HTMX | {"HX-Current-URL": "http://testserver/customers/?page=3#x"}))
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/sign-in/?next=%2Fcustomers%2F%3Fpage%3D3")


def test_the_way_back_is_never_to_another_site() -> None:
    for where in ("https://evil.example/x", "//evil.example/x", "javascript:alert(1)", ""):
        answer = card(request(viewer=None, headers=HTMX | {"HX-Current-URL": where}))
        assert answer["HX-Redirect"] == "/sign-in/?next=%2F"


def test_something_that_only_looks_like_a_viewer_is_nobody() -> None:
    fake = request(viewer=None)
    fake.viewer = object()  # type: ignore[attr-defined]
    assert card(fake).status_code == 302


def raising(error: RazdarError | type[RazdarError], headers: Headers | None = None) -> HttpResponse:
    @public_page
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view(request(headers=headers))


SENTENCE = "You have no contact with this customer right now."


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (Refused(SENTENCE), 403, SENTENCE),
        (NotYours(SENTENCE), 403, SENTENCE),
        (Refused(), 403, "does not allow it"),
        (TooManyTries(), 429, "limit was reached"),
        (NotFound("customer 42"), 404, "nothing here that you can open"),
        (BadInput(SENTENCE), 422, SENTENCE),
        (Unavailable(), 503, "Nothing was lost"),
        (KeysLocked(), 503, "Nothing was lost"),
        (Unopenable(), 500, "could not be finished"),
        (RazdarError("inner detail"), 500, "could not be finished"),
    ],
)
def test_each_error_has_its_status_and_sentence(error: RazdarError, status: int, says: str) -> None:
    whole, piece = raising(error), raising(error, HTMX)
    assert (whole.status_code, piece.status_code) == (status, status)
    assert says in whole.content.decode()
    assert says in piece.content.decode()
    assert "<html" in whole.content.decode()
    assert "<html" not in piece.content.decode()
    assert piece["Razdar-Alert"]


@pytest.mark.parametrize("error", [NotFound("secret-marker"), Unopenable(), RazdarError("secret-marker")])
def test_silent_errors_say_nothing_of_themselves(error: RazdarError) -> None:
    assert b"secret-marker" not in raising(error).content
    assert b"cannot be opened" not in raising(error).content


def test_an_error_s_sentence_is_escaped() -> None:
    assert b"<b>" not in raising(Refused("<b>")).content


def test_a_stale_sign_in_is_led_to_the_step_up_page() -> None:
    assert raising(StepUpNeeded)["Location"] == "/step-up/?next=%2Fsomewhere%2F%3Fpage%3D2"
    answer = raising(StepUpNeeded, HTMX | {"HX-Current-URL": "http://testserver/card/"})
    assert answer["HX-Redirect"] == "/step-up/?next=%2Fcard%2F"


def test_after_a_posted_form_the_way_back_is_the_page_of_the_form() -> None:
    posted = REQUESTS.post("/reveal/", headers={"Referer": "http://testserver/card/"})
    assert errors.page_address(posted) == "/card/"


@pytest.fixture(autouse=True)
def refusals(monkeypatch: pytest.MonkeyPatch) -> list[Permission]:
    """Every page that was refused; nothing reaches the log."""
    seen: list[Permission] = []
    witnesses: Registry[pages.Witness] = Registry("witness")
    witnesses.register("test")(lambda _request, _viewer, needed: seen.append(needed))
    monkeypatch.setattr(pages, "WITNESSES", witnesses)
    return seen


def test_a_refused_page_has_a_witness(refusals: list[Permission]) -> None:
    erase(request())
    card(request())
    card(request(viewer=None))
    assert refusals == [Permission.PRIVACY_CUSTOMER_ERASE]


def test_a_witness_that_fails_keeps_the_page_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(request: HttpRequest, viewer: Viewer, needed: Permission) -> None:
        raise Unavailable

    monkeypatch.setitem(pages.WITNESSES._entries, "test", fail)
    assert erase(request()).status_code == 503


def test_an_error_answer_asks_for_a_rollback_and_a_page_does_not() -> None:
    assert getattr(raising(NotYours()), "undo", False) is True
    assert getattr(raising(StepUpNeeded), "undo", False) is True
    assert getattr(card(request()), "undo", False) is False


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/crash/", 500, "could not be finished"),
        ("/suspicious/", 400, "does not fit"),
        ("/forbidden/", 403, "not allow"),
    ],
)
def test_errors_of_the_framework_look_the_same_and_tell_nothing(path: str, status: int, says: str) -> None:
    answer = Client(raise_request_exception=False).get(path)
    assert answer.status_code == status
    assert says in answer.content.decode()
    assert "secret-marker" not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_async_views_are_guarded_alike() -> None:
    @page(Permission.CUSTOMERS_CARD_VIEW)
    async def stream(request: HttpRequest) -> HttpResponse:
        if request.GET:
            raise NotYours(SENTENCE)
        return HttpResponse("stream")

    async def run(made: HttpRequest) -> HttpResponse:
        return await stream(made)

    assert asyncio.run(run(request("/"))).content == b"stream"
    assert asyncio.run(run(request("/?x=1"))).status_code == 403
    assert asyncio.run(run(request("/", viewer=None))).status_code == 302


def test_dialog_answers_carry_their_headers() -> None:
    assert dialog_done(HttpResponse())["HX-Trigger-After-Swap"] == "razdar:dialog-done"
    again = dialog_again(HttpResponse(status=422))
    assert (again["HX-Retarget"], again["HX-Reswap"]) == ("#dialog-body", "innerHTML")


def test_an_errors_sentence_is_translated_where_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "gettext", lambda text: {"Wait a little.": "چند لحظه صبر کنید."}.get(text, text))
    assert errors.sentence(TooManyTries("Wait a little.")) == "چند لحظه صبر کنید."
    assert "چند لحظه صبر کنید." in errors.answer(request("/"), TooManyTries("Wait a little.")).content.decode()
    assert errors.sentence(TooManyTries()) == ""  # and not the head of a catalogue, which stands under the empty text


def test_errors_outside_a_page_get_the_same_answer() -> None:
    answer = Client().get("/no-such-page/")
    assert answer.status_code == 404
    assert "nothing here that you can open" in answer.content.decode()


def test_a_form_without_a_token_is_told_so() -> None:
    answer = Client(enforce_csrf_checks=True).post("/reveal/")
    assert answer.status_code == 403
    assert "This form is too old" in answer.content.decode()


@pytest.mark.parametrize(
    ("held", "labels"),
    [
        (frozenset(), ["Start"]),
        (frozenset({Permission.CUSTOMERS_CARD_VIEW}), ["Customers", "Start"]),
        (frozenset(Permission), ["Customers", "Reveal", "Start"]),
    ],
)
def test_the_navigation_leads_only_where_the_viewer_may_go(
    held: frozenset[Permission], labels: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    navigation: Registry[Destination] = Registry("destination")
    navigation.register("start")(Destination("Start", "gallery", order=9))
    navigation.register("customers")(Destination("Customers", "sign-in", Permission.CUSTOMERS_CARD_VIEW, order=1))
    navigation.register("reveal")(Destination("Reveal", "reveal", Permission.CUSTOMERS_FIELD_REVEAL, order=2))
    navigation.register("elsewhere")(Destination("Elsewhere", "no-such-name"))
    monkeypatch.setattr(shell, "NAVIGATION", navigation)
    viewer = Viewer(UUID(int=1), "agent", UUID(int=2), "s", permissions=held)
    links = shell.links_for(request("/sign-in/deeper/", viewer=viewer))
    assert [link.label for link in links] == labels
    assert [link.label for link in links if link.current] == [label for label in labels if label == "Customers"]
    assert shell.links_for(request(viewer=None)) == []
