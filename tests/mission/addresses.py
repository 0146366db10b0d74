"""Going through the product as somebody: every page that pages lead to."""

from collections.abc import Iterable

from tests.mission.pages import addresses
from tests.mission.wire import Answer, Wire

MOST = 300
WHOLE = {"Range": "bytes=0-"}  # sound is served in pieces that must be asked for
LEAVING = "/account/logout/"


def walk(wire: Wire, start: Iterable[str], avoid: tuple[str, ...] = ()) -> dict[str, Answer]:
    """Everything that can be fetched from a few addresses on, by path.

    Args:
        avoid: beginnings of paths that are not followed.
    """
    answers: dict[str, Answer] = {}
    waiting = list(start)
    while waiting:
        path = waiting.pop(0)
        if path in answers or path.startswith((LEAVING, *avoid)):
            continue
        if len(answers) == MOST:
            raise RuntimeError("the product leads on and on")
        answer = answers[path] = wire.get(path, WHOLE)
        waiting += sorted(addresses(answer.text)) if answer.status == 200 else []
    return answers
