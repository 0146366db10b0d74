"""What every page view goes through.

``@page(Permission.X)`` above a view means: somebody is signed in (else: to the sign-in page and back), they hold the
permission (else: the same "not found" as for an address that does not exist), and an error of the tree raised inside
becomes a friendly page or fragment. ``@page()`` asks only for a signed-in person, ``@public_page`` for nobody.
The permission stays readable as ``view.permission`` so that a test can hold every URL against every role.

Rooms above can register a witness of refused pages, so that asking for what one may not have reaches the log; a
witness that fails is an error like any other, and the page stays shut.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar, cast

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from razdar.core.disclosure import Viewer
from razdar.core.errors import NotFound, RazdarError
from razdar.core.permissions import Permission
from razdar.core.registry import Registry
from razdar.ui import errors
from razdar.ui.errors import is_fragment
from razdar.ui.shell import viewer_of

__all__ = [
    "PageRequest",
    "dialog_again",
    "dialog_done",
    "fragment",
    "is_fragment",
    "page",
    "public_page",
    "require",
]

View = TypeVar("View", bound=Callable[..., HttpResponseBase | Awaitable[HttpResponseBase]])
Gate = Callable[[HttpRequest], HttpResponse | None]
Witness = Callable[[HttpRequest, Viewer, Permission], None]
WITNESSES: Registry[Witness] = Registry("witness of refused pages")


class PageRequest(HttpRequest):
    """The request as a view under ``@page`` gets it; for annotations only."""

    viewer: Viewer


def page(permission: Permission | None = None) -> Callable[[View], View]:
    """Guard a view, sync or async.

    Args:
        permission: what the viewer must hold; None lets every signed-in person in.
    """

    def gate(request: HttpRequest) -> HttpResponse | None:
        viewer = viewer_of(request)
        if viewer is None:
            return errors.sign_in(request)
        if permission is not None:
            require(request, viewer, permission)
        return None

    return lambda view: _guarded(view, gate, permission)


def require(request: HttpRequest, viewer: Viewer, permission: Permission) -> None:
    """Turn a viewer away who does not hold a permission, before witnesses.

    Raises:
        NotFound: they do not hold it.
    """
    if not viewer.may(permission):
        for witness in WITNESSES.values():
            witness(request, viewer, permission)
        raise NotFound


def public_page(view: View) -> View:
    """A page for signed-out people: no gate, but the same error answers."""
    return _guarded(view, lambda _request: None, None)


def _guarded(view: View, gate: Gate, permission: Permission | None) -> View:
    guarded = _guard_async(view, gate) if iscoroutinefunction(view) else _guard_sync(view, gate)
    vars(guarded).update(permission=permission, is_page=True)
    return cast(View, guarded)


def _guard_sync(view: Callable[..., Any], gate: Gate) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return gate(request) or cast(HttpResponseBase, view(request, *args, **kwargs))
        except RazdarError as error:
            return errors.answer(request, error)

    return guarded


def _guard_async(view: Callable[..., Any], gate: Gate) -> Callable[..., Awaitable[HttpResponseBase]]:
    @wraps(view)
    async def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            # A refusal is written to the log, which is not for the event loop.
            return await sync_to_async(gate)(request) or cast(HttpResponseBase, await view(request, *args, **kwargs))
        except RazdarError as error:
            return await sync_to_async(errors.answer)(request, error)

    return guarded


def fragment(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A piece of a page for htmx. A form with errors goes back with ``status=422`` and is shown where it stood."""
    return render(request, template, context, status=status)


def dialog_done(response: HttpResponse) -> HttpResponse:
    """Let the open dialog close when this fragment arrives."""
    response["HX-Trigger-After-Swap"] = "razdar:dialog-done"
    return response


def dialog_again(response: HttpResponse) -> HttpResponse:
    """Put this fragment back into the open dialog, whatever place the form was aiming at: it has errors to show."""
    response["HX-Retarget"] = "#dialog-body"
    response["HX-Reswap"] = "innerHTML"
    return response


class ErrorPagesMiddleware:
    """The same answers for errors raised outside ``@page``: views of libraries, the API's pages."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.answer(request, exception) if isinstance(exception, RazdarError) else None
