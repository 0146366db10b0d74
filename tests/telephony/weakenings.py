"""Stand-ins for control runs of the recorder; see ``tests.weakening``."""

import time
from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def binds_nothing(_original: Function) -> Function:
    """`segments._bound`: a segment opens wherever its stream's key is."""
    return lambda *_args: b""


def keeps_sound_plain(original: Function) -> Function:
    """`suites.by_id`: what is said is kept as it is; keys are sealed as ever, or the key agent would refuse them."""
    live = 0x61

    def by_id(number: int) -> Any:
        if number != live:
            return original(number)
        from razdar.core.crypto.suites import Suite

        return Suite(lambda _key, plain, _bound, _nonce: bytes(28) + plain, lambda _key, sealed, _bound: sealed[28:])

    return by_id


def stands_still(_original: Function) -> Function:
    """Something in the event loop that never comes back."""
    return lambda *_args, **_kwargs: time.sleep(3600)
