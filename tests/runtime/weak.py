"""Stand-ins for the control runs of these tests; see `tests.weakening`. They run in the weakened child only."""

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def tells_every_client(_original: Function) -> Function:
    """`Fanout.deliver`: whoever listens to the topic, at whatever client."""

    def deliver(feed: Any, change: Any) -> None:
        for (_client, what), ears in feed._ears.items():
            if what.topic == change.what.topic:
                for ear in ears:
                    ear.say(what)

    return deliver


def asks_for_no_permission(_original: Function) -> Function:
    """`identity.live._wanted`: whatever is asked for."""

    def wanted(request: Any) -> Any:
        from razdar.runtime.live import Wanted

        return frozenset(filter(None, map(Wanted.parse, request.GET.getlist("topic"))))

    return wanted
