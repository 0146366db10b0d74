"""Going through the product as somebody: every page that pages lead to."""

import re
from collections import Counter
from collections.abc import Iterable

from tests.mission.pages import addresses
from tests.mission.wire import Answer, Wire

MOST = 300
OF_A_KIND = 6  # every entry of the log has pages of its own: so many of each kind are looked at
OF_A_LIST = 2
WHOLE = {"Range": "bytes=0-"}  # sound is served in pieces that must be asked for
LEAVING = "/account/logout/"
_NUMBER = re.compile(r"/\d+/")


def walk(
    wire: Wire, start: Iterable[str], avoid: tuple[str, ...] = (), lists: "re.Pattern[str] | None" = None
) -> dict[str, Answer]:
    """Everything that can be fetched from a few addresses on, by path.

    Args:
        avoid: beginnings of paths that are not followed.
        lists: beginnings of paths that stand in lists, told apart by their last part; of each list two are looked at.
    """
    answers: dict[str, Answer] = {}
    numbered: Counter[str] = Counter()
    waiting = list(start)
    while waiting:
        path = waiting.pop(0)
        if path in answers or path.startswith((LEAVING, *avoid)):
            continue
        listed = lists is not None and lists.match(path)
        if (kind := _of_list(listed, path) if listed else _NUMBER.sub("/0/", path)) != path:
            numbered[kind] += 1
            if numbered[kind] > (OF_A_LIST if listed else OF_A_KIND):
                continue
        if len(answers) == MOST:
            raise RuntimeError("the product leads on and on")
        answer = answers[path] = wire.get(path, WHOLE)
        waiting += sorted(addresses(answer.text), reverse=True) if answer.status == 200 else []
    return answers


def _of_list(listed: "re.Match[str]", path: str) -> str:
    """A path with the part by which it stands in a list taken out."""
    return f"{listed[0].rstrip('/').rpartition('/')[0]}/0/{path[listed.end() :]}"
