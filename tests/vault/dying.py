"""A process that reseals and dies on the way: ``python -m tests.vault.dying KEYS CLIENT CLASS``."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID


def dies_in_the_third_batch(original: Callable[..., Any]) -> Callable[..., Any]:
    """`resealing._replaced`: as it is twice; then the values are replaced, and the process ends before the commit."""
    calls: list[int] = []

    def replaced(*args: Any) -> Any:
        done = original(*args)
        calls.append(1)
        if len(calls) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return replaced


def overwrites_whatever_stands_there(_original: Callable[..., Any]) -> Callable[..., Any]:
    """`resealing._replaced` of a control run: without comparing."""

    def replaced(column: Any, client: UUID, anew: Any) -> Any:
        for each in anew:
            rows = column.model.objects.filter(client_id=client, pk=each.before.row)
            rows.update(**{column.name: each.blob})
        return list(anew)

    return replaced


def closes_nothing(_original: Callable[..., Any]) -> Callable[..., Any]:
    """`resealing._with` of a control run: the modes that were replaced stay open."""
    return lambda choice, _also: choice


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "razdar.settings"
    import django

    django.setup()
    from razdar.core.disclosure import DataClass
    from razdar.keys import agent, setup
    from razdar.vault import resealing
    from tests.world import PASSPHRASE

    agent.install(setup.unlock(Path(sys.argv[1]), PASSPHRASE))
    resealing.BATCH = 2  # type: ignore[misc]
    resealing.run(UUID(sys.argv[2]), DataClass(sys.argv[3]))


if __name__ == "__main__":
    main()
