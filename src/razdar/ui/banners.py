"""What everybody at a client must know while it lasts, said at the top of every page.

Rooms register a function from the viewer to a :class:`Banner`, or to None while there is nothing to say. It is asked
for each page, so it is quick, and it never fails a page: what it cannot find out it leaves unsaid.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from razdar.core.disclosure import Viewer
from razdar.core.registry import Registry
from razdar.ui.shell import viewer_of


@dataclass(frozen=True)
class Banner:
    """One sentence that stays.

    Attributes:
        kind: look: ``bad``, ``warn`` or ``info``.
        title, sentence: translated.
        url, action: where something can be done about it, and what the link is called; empty for nothing.
    """

    kind: str
    title: str
    sentence: str
    url: str = ""
    action: str = ""


BANNERS: Registry[Callable[[Viewer], Banner | None]] = Registry("banner")


def banners_for(request: HttpRequest) -> list[Banner]:
    """The banners of the request's viewer."""
    viewer = viewer_of(request)
    found = [banner(viewer) for banner in BANNERS.values()] if viewer else []
    return [banner for banner in found if banner]
