"""Keys of the log's writers (``core.ledger.stamps``).

1. A writer is made here: the agent draws its id, so nobody gets the key of a writer that is there already.
2. The key is the writer's and its role's. The role is the caller's, by the kernel's word (``callers``), so a process
   stamps as what it is. Where the keys are unlocked in the calling process itself, that is the operator's.
3. The sequencer alone asks for the key of a writer it names, to check stamps.
"""

from collections.abc import Callable
from typing import Final, Protocol
from uuid import UUID

from razdar.keys.callers import Role

_PURPOSE: Final = b"audit-writer|"


class Stamping(Protocol):
    """What whoever writes the log asks of the agent, and the sequencer that checks it."""

    def new_writer(self) -> tuple[str, UUID, bytearray]:
        """A new writer of the log: its role, its id, its key of 32 bytes, which the caller keeps to itself."""

    def stamp_key(self, role: str, writer: UUID) -> bytearray:
        """The key of a writer, 32 bytes; the caller wipes it.

        Raises:
            ValueError: there is no such role.
        """


class MakingWriters:
    """The part of ``LocalAgent`` that makes writers."""

    _caller: str
    _random: Callable[[int], bytes]
    installation_subkey: Callable[[bytes], bytearray]

    def new_writer(self) -> tuple[str, UUID, bytearray]:
        role = Role(self._caller) if self._caller in set(Role) else Role.OPERATOR
        writer = UUID(bytes=self._random(16), version=4)
        return role.value, writer, self.stamp_key(role.value, writer)

    def stamp_key(self, role: str, writer: UUID) -> bytearray:
        return self.installation_subkey(_PURPOSE + Role(role).encode() + b"|" + writer.bytes)
