"""Stand-ins for the control runs of these tests; see `tests.weakening`. They run in the weakened child only."""

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def hides_nothing(_original: Function) -> Function:
    """`Site.hidden`: the text as it is."""
    return lambda _site, text: text


def asks_for_any_work(_original: Function) -> Function:
    """`working.run_now`: whatever is asked for, keys and destruction too."""

    def run_now(_viewer: Any, name: str) -> bool:
        from razdar.runtime.jobs import SCHEDULED

        return bool(name in SCHEDULED and SCHEDULED[name].defer())

    return run_now


def counts_everybodys(_original: Function) -> Function:
    """`working._of_client`: the jobs of every client."""

    def of_client(_viewer: Any) -> Any:
        from procrastinate.contrib.django.models import ProcrastinateJob

        return ProcrastinateJob.objects.all()

    return of_client
