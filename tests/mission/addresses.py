"""Going through the product as somebody: every page that pages lead to, by every kind of link."""

from collections.abc import Iterable

from tests.mission.pages import addresses, destinations
from tests.mission.wire import Answer, Wire

MOST = 500
WHOLE = {"Range": "bytes=0-"}  # sound is served in pieces that must be asked for
# Leaving would end the walk.
_WAYS_OUT = ("/account/logout/",)


def walk(wire: Wire, start: Iterable[str]) -> dict[str, Answer]:
    """Everything that can be fetched from a few addresses on, by path."""
    answers: dict[str, Answer] = {}
    waiting = list(start)
    while waiting:
        path = waiting.pop(0)
        if path in answers or path.startswith(_WAYS_OUT):
            continue
        if len(answers) == MOST:
            raise RuntimeError("the product leads on and on")
        answer = answers[path] = wire.get(path, WHOLE)
        waiting += sorted(addresses(answer.text) | destinations(answer.text)) if answer.status == 200 else []
    return answers
