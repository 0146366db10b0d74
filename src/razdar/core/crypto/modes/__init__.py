"""How a data class is stored: see ``base`` for what a mode is."""

from razdar.core.crypto.modes import dual_control as _dual_control
from razdar.core.crypto.modes import sealed as _sealed
from razdar.core.crypto.modes import searchable as _searchable
from razdar.core.crypto.modes import standard as _standard
from razdar.core.crypto.modes import token as _token
from razdar.core.crypto.modes.base import MODES, Keys, Mode, OneKey, Refusing

__all__ = ["MODES", "Keys", "Mode", "OneKey", "Refusing", "mode_for"]

_REGISTERED = (_dual_control, _sealed, _searchable, _standard, _token)


def mode_for(*, searchable: bool) -> Mode:
    """The mode of a data class that a client has not chosen another one for."""
    return MODES["searchable" if searchable else "standard"]
