"""The named-entity engine of this installation, which calls are shown to as well while they are redacted.

RAZDAR_ENTITIES names it and RAZDAR_ENTITIES_MODELS the folder of its models; without them there is none. With one that
cannot work, or that fails, nothing is redacted by guess: the call stays locked and is tried again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from razdar.core.redaction import EntityEngine
from razdar.interactions.recogniser_process import asked
from razdar.interactions.recognisers.base import RECOGNISERS, NotReady


def chosen() -> tuple[str, Path] | None:
    """The engine's name and its models; None where none was chosen.

    Raises:
        NotReady: one was chosen that cannot work here.
    """
    name = settings.RAZDAR_ENTITIES
    if not name:
        return None
    if name not in RECOGNISERS:
        raise NotReady(f"RAZDAR_ENTITIES must be one of: {', '.join(sorted(RECOGNISERS))}.")
    return name, RECOGNISERS[name].make_sure(settings.RAZDAR_ENTITIES_MODELS)


@contextmanager
def engine() -> Iterator[EntityEngine | None]:
    """The engine as long as the block, or None where none was chosen.

    Raises:
        NotReady: as `chosen`. RecogniserFailed: it cannot be loaded.
    """
    found = chosen()
    if found is None:
        yield None
        return
    name, models = found
    with asked(name, RECOGNISERS[name], models) as running:
        yield running
