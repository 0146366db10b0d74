"""How a data class is stored: see ``base`` for what a mode is."""

from razdar.core.crypto.modes import searchable as _searchable
from razdar.core.crypto.modes import standard as _standard
from razdar.core.crypto.modes.base import MODES, Keys, Mode, OneKey

__all__ = ["MODES", "Keys", "Mode", "OneKey", "mode_for"]

_REGISTERED = (_searchable, _standard)


def mode_for(*, searchable: bool) -> Mode:
    """The mode of a data class that a client has not chosen another one for."""
    return MODES["searchable" if searchable else "standard"]
