"""Stand-ins for control runs of these tests; see ``tests.weakening``. They run in the weakened child only."""

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def silences_nothing(_original: Function) -> Function:
    """A redaction that leaves the sound as it is."""
    return lambda pcm, _rate, _muted: pcm


def explains_everything(_original: Function) -> Function:
    """A redaction that takes all sound for words."""
    return lambda _loud, _rate, _words: ()


def lets_everybody(_original: Function) -> Function:
    """A door that opens originals without a grant."""
    return lambda _viewer, _value, look: look


def gives_the_shipped(_original: Function) -> Function:
    """`redacting.policy_of`: the shipped policy, whatever the client's is."""

    def policy_of(_client: object) -> object:
        from razdar.core.redaction import Policy

        return Policy.DEFAULT

    return policy_of
