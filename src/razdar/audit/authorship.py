"""Which part of the product writes which entries.

Entries are read again where something is decided: what a reconciliation has compared, which entries were let go of,
whose keys a restore destroys once more. So a stamp says the role of the process that made it, the key agent hands out
stamps of the caller's own role only, and the sequencer sets apart what that role does not write.

The longest beginning of an action counts. What has no line is written by nobody, and ``audit`` by the sequencer alone,
which needs no stamp.
"""

from collections.abc import Mapping
from typing import Final

from razdar.keys.callers import Role

_PAGES: Final = frozenset({Role.WEB, Role.OPERATOR})
_JOBS: Final = frozenset({Role.WORKER, Role.OPERATOR})
_RECORDER: Final = frozenset({Role.RECORDER})
_ANY: Final = _PAGES | _JOBS

WRITERS: Final[Mapping[str, frozenset[Role]]] = {
    "assurance": frozenset({Role.OPERATOR}),
    "assurance:job": _PAGES,
    "customers": _ANY,
    "customers:index": _JOBS,
    "identity": _ANY,
    "identity:redaction": _PAGES,
    "identity:redaction:start": frozenset({Role.OPERATOR}),
    "identity:redaction:unreadable": _ANY,
    "identity:retention": _PAGES,
    "identity:retention:choose": frozenset({Role.OPERATOR}),
    "identity:role:reseal": frozenset({Role.OPERATOR}),
    "interactions": _ANY,
    "interactions:archive": _JOBS,
    "interactions:call:record": _JOBS,
    "interactions:pipeline": _JOBS,
    "interactions:retention": _JOBS,
    "keys": _JOBS,
    "oversight": _PAGES,
    "oversight:question:destroy": _JOBS,
    "privacy:certificate:export": _PAGES,
    "privacy:certificate:issue": _JOBS,
    "privacy:customer:erase": _JOBS,
    "privacy:erasure:ask": _PAGES,
    "security": _PAGES,
    "system:writer": frozenset(Role),
    "telephony:call": _ANY,
    "telephony:call:bind": _JOBS,
    "telephony:call:compose": _JOBS,
    "telephony:call:one_sided": _RECORDER,
    "telephony:node": frozenset({Role.OPERATOR}),
    "telephony:segment:damaged": _JOBS,
    "telephony:spool": _RECORDER,
    "telephony:stream:manifest": _RECORDER | _JOBS,
    "telephony:stream:salvage": _JOBS,
    "telephony:stream:unknown": _JOBS,
    "vault": _ANY,
    "vault:client:freeze": frozenset({Role.WEB}),
    "vault:client:lift": frozenset({Role.WEB}),
    "vault:client:refreeze": _JOBS,
    "vault:mode:applied": _JOBS,
    "vault:mode:renew": _JOBS,
    "vault:mode:reseal": _JOBS,
    "vault:restore": frozenset({Role.OPERATOR}),
    "work": _PAGES,
    "work:note:destroy": _JOBS,
}


def may_write(role: str, action: str) -> bool:
    """Whether a process in this role writes entries of this action."""
    parts = action.split(":")
    beginnings = (":".join(parts[:count]) for count in range(len(parts), 0, -1))
    return role in next((WRITERS[beginning] for beginning in beginnings if beginning in WRITERS), ())
