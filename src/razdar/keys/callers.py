"""Who may ask the key agent for what.

A caller is an account: the kernel says which one is at the other end of the socket. Rules:

* An account that is not known is not answered at all.
* Where the parts of Razdar have accounts of their own, each has one role, by a list that only root can write. A role
  may make the calls in its row here and no others; what is not in a row, a call added later for one, is for the
  operator alone. Stopping and letting go on the reading of a client's data is for the client's people, and is the one
  thing that the operator may not ask.
* The agent's own account may do everything the agent can, for it can read the agent's files. A process of that account
  names the role it works in, and is held to it: that stops mistakes, not an intruder.
* Nobody gets a key that wraps, an index key, a signing key or the installation's secret: there is no call for them.

The list, ``RAZDAR_CALLERS``: one line ``ACCOUNT = ROLE`` each; ``#`` begins a comment.
"""

import os
import pwd
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from razdar.core.errors import Misconfigured

_ROOT = 0
_MOST_BYTES = 64 * 1024


class Role(StrEnum):
    """What a calling process is."""

    WEB = "web"
    WORKER = "worker"
    SEQUENCER = "sequencer"
    RECORDER = "recorder"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Row:
    """What one role may ask.

    Attributes:
        calls: names of calls.
        subkeys: purposes of installation subkeys.
    """

    calls: frozenset[str] = frozenset()
    subkeys: frozenset[bytes] = frozenset()


_CUSTOMERS = frozenset(
    {"create_customer", "create_customers", "newest", "unwrap", "is_destroyed", "blind", "sealed_public"}
)
_PUBLIC = frozenset({"verifying_key", "installation_id", "status", "freezes"})
_ERASING = frozenset({"destroy_customer", "sign_certificate", "sign_notice"})
"""Carries out what a person decided elsewhere: who is asked by the network destroys and certifies nothing."""
_KEEPING = frozenset({"keeping", "epoch_keys", "ledger", "rotate_epoch", "make_bundle", "drop_expired"})
"""What a daily job does. No key leaves by it: a bundle is sealed to recipients, whom only the operator names."""
_SUBKEYS = frozenset({b"django secret key", b"identity rights", b"rights", b"staff"})
_SIGNING_IN = frozenset({b"identity links", b"identity password pepper", b"identity tries"})
_WRITING = frozenset({"new_writer"})
"""Writing the log, as what the caller is (``stamping``)."""

_FREEZING = frozenset({"freeze_client", "lift_freeze"})
"""What two people of a client decided on its pages. The operator's processes may not even ask."""

_PROCESSING = frozenset(
    {"freeze_again", "book_page", "bind_streams", "unwrap_streams", "waiting_streams", "drop_streams"}
)
"""Freezes that the log knows and the key store does not; the daily reconciliation; a call's streams once it is over,
and those that no call has."""

ROWS: Mapping[Role, Row] = {
    Role.WEB: Row(_CUSTOMERS | _PUBLIC | _WRITING | _FREEZING | {"unwrap_streams"}, _SUBKEYS | _SIGNING_IN),
    Role.WORKER: Row(_CUSTOMERS | _PUBLIC | _WRITING | _ERASING | _KEEPING | _PROCESSING, _SUBKEYS),
    Role.SEQUENCER: Row(_PUBLIC | {"stamp_key", "known_clients", "log_heads", "sign_checkpoints"}),
    # It seals what is said, and opens nothing.
    Role.RECORDER: Row(_PUBLIC | _WRITING | {"stream_public", "open_stream"}),
}


@dataclass(frozen=True)
class Callers:
    """The known accounts.

    Attributes:
        own: the agent's account.
        roles: account number to role.
    """

    own: int
    roles: Mapping[int, Role]

    def knows(self, account: int) -> bool:
        """Whether this account is answered at all."""
        return account == self.own or account in self.roles

    def role(self, account: int, claimed: str) -> Role:
        """The role of a known account's process; ``claimed`` counts for the agent's own account only."""
        if account != self.own:
            return self.roles[account]
        try:
            return Role(claimed)
        except ValueError:
            return Role.OPERATOR


def may(role: Role, call: str, arguments: tuple[object, ...]) -> bool:
    """Whether a role may make this call with these arguments."""
    if role is Role.OPERATOR:
        return call not in _FREEZING
    row = ROWS[role]
    if call == "installation_subkey":
        (purpose,) = arguments
        return purpose in row.subkeys
    return call in row.calls


def known(entries: Iterable[str], *, own: int) -> Callers:
    """The callers named by entries ``ACCOUNT=ROLE``.

    Raises:
        Misconfigured: an entry that is not one, an account that does not exist or is named twice, an unknown role.
    """
    roles: dict[int, Role] = {}
    for entry in entries:
        name, _, role = (part.strip() for part in entry.partition("="))
        if role not in set(Role):
            raise Misconfigured(f"A caller of the key agent is named like account=role; roles: {', '.join(Role)}.")
        account = _number(name)
        if account == own or account in roles:
            raise Misconfigured(f"The account {name} has a role at the key agent already, or is the agent's own.")
        roles[account] = Role(role)
    return Callers(own, roles)


def listed(path: Path) -> list[str]:
    """The entries of a list of callers.

    Raises:
        Misconfigured: it cannot be read, is not text, or somebody else than root can write it.
    """
    try:
        with path.open("rb") as file:
            _require_roots(os.fstat(file.fileno()), path)
            text = file.read(_MOST_BYTES + 1).decode()
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"The list of callers could not be read from {path}.") from None
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def _require_roots(found: os.stat_result, path: Path) -> None:
    if found.st_uid != _ROOT or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or not stat.S_ISREG(found.st_mode):
        raise Misconfigured(f"Only root may be able to write {path}. Run: chown root {path} && chmod 644 {path}")


def _number(name: str) -> int:
    if name.isascii() and name.isdigit():
        return int(name)
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        raise Misconfigured("There is no such account as one of the key agent's callers is named.") from None
