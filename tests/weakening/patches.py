"""Stand-ins for control runs. Each factory is called with the original function and returns what takes its place.

These run inside the weakened child process only. They import nothing of the product at the top.
"""

import io
import os
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

Function = Callable[..., Any]


def agrees(_original: Function) -> Function:
    """A check that always says yes."""
    return lambda *_args, **_kwargs: True


def finds_nothing(_original: Function) -> Function:
    """A search that comes back empty."""
    return lambda *_args, **_kwargs: []


def believes_every_row(_original: Function) -> Function:
    """`genuine_requests`: rows as they are, whoever wrote them."""
    return list


def does_nothing(_original: Function) -> Function:
    """An action that is left out."""
    return lambda *_args, **_kwargs: None


def says_nothing(_original: Function) -> Function:
    """For authenticators: the same one whatever it is of."""
    return lambda *_given, **_named: bytes(32)


def keeps_as_short_as_asked(_original: Function) -> Function:
    """`env.log_months`: no floor."""
    return lambda: int(os.environ.get("RAZDAR_LOG_MONTHS", "24"))


def shows_everything(_original: Function) -> Function:
    """`Viewer.level`: every class in clear, whatever the matrix says."""

    def level(_viewer: Any, _data_class: Any, _purpose: Any) -> Any:
        from razdar.core.disclosure.levels import Level

        return Level.CLEAR

    return level


def keeps_plain(original: Function) -> Function:
    """`suites.by_id`: suites that only mark what they are given; what was sealed soundly still opens."""
    mark = b"(not sealed) "

    def by_id(number: int) -> Any:
        from razdar.core.crypto.suites import Suite

        sound = original(number)

        def open_(key: Any, sealed: Any, bound: bytes) -> Any:
            plain = bytes(sealed)
            return plain.removeprefix(mark) if plain.startswith(mark) else sound.open(key, sealed, bound)

        def seal_file(_key: Any, _context: bytes, source: Any) -> Any:
            return iter([mark, source if isinstance(source, bytes) else b"".join(source)])

        def open_file(key: Any, context: bytes, read_range: Function, size: int) -> Any:
            if size < len(mark) or read_range(0, len(mark)) != mark:
                return sound.open_file(key, context, read_range, size)
            return io.BytesIO(read_range(len(mark), size - len(mark)))

        return Suite(lambda _key, plain, _bound, _nonce: mark + plain, open_, seal_file, open_file)

    return by_id


def believes_everybody(_original: Function) -> Function:
    """`for_session`: a password is enough, and the client is the one that the address names."""

    def for_session(request: Any) -> Any:
        from dataclasses import replace

        from razdar.identity import viewers, workplaces

        if not request.user.is_authenticated:
            return None
        place = workplaces.workplaces_of(request.user.pk)[0]
        client = UUID(request.GET["client"]) if "client" in request.GET else place.client
        return viewers._viewer(request, replace(place, client=client), time.time())

    return for_session
