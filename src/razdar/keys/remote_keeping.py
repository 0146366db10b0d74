"""The part of ``RemoteAgent`` that whoever keeps the keys uses."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from razdar.keys import wire
from razdar.keys.erasures import Erasure
from razdar.keys.records import Bundle, EpochKeys, Extension, Keeping, KeyRef, LogHead, Progress

R = TypeVar("R")

BATCH = 1000
"""Keys in one question, so that its answer stays far below the longest frame."""


class RemoteKeeper(ABC):
    """Passes the calls of ``rotation.Keeper``, ``log_heads.LogSigner`` and ``stamping.Stamping`` on."""

    @abstractmethod
    def _ask(self, call: "wire.Call[R]", *arguments: object) -> R: ...

    def keeping(self) -> Keeping:
        return self._ask(wire.KEEPING)

    def epoch_keys(self, client: UUID) -> list[EpochKeys]:
        return self._ask(wire.EPOCH_KEYS, client)

    def rotate_epoch(self, client: UUID, number: int) -> Progress:
        return self._ask(wire.ROTATE_EPOCH, client, number)

    def rotate_customers(self, refs: Sequence[KeyRef]) -> list[KeyRef]:
        return [ref for start in range(0, len(refs), BATCH) for ref in self._rotated(refs[start : start + BATCH])]

    def _rotated(self, refs: Sequence[KeyRef]) -> list[KeyRef]:
        return self._ask(wire.ROTATE_CUSTOMERS, refs)

    def rotate_root(self, old: bytes, words: bytes, version: int) -> int:
        return self._ask(wire.ROTATE_ROOT, old, words, version)

    def add_recipient(self, name: str, text: str) -> None:
        self._ask(wire.ADD_RECIPIENT, name, text)

    def remove_recipient(self, name: str) -> None:
        self._ask(wire.REMOVE_RECIPIENT, name)

    def make_bundle(self) -> Bundle:
        return self._ask(wire.MAKE_BUNDLE)

    def ledger(self, after: int) -> list[Erasure]:
        return self._ask(wire.LEDGER, after)

    def drop_expired(self) -> list[int]:
        return self._ask(wire.DROP_EXPIRED)

    def installation_id(self) -> UUID:
        return self._ask(wire.INSTALLATION_ID)

    def log_heads(self, logs: Sequence[UUID]) -> list[LogHead]:
        return self._ask(wire.LOG_HEADS, logs)

    def sign_checkpoints(self, grown: Sequence[Extension]) -> list[bytes]:
        return self._ask(wire.SIGN_CHECKPOINTS, grown)

    def new_writer(self) -> tuple[str, UUID, bytearray]:
        return self._ask(wire.NEW_WRITER)

    def stamp_key(self, role: str, writer: UUID) -> bytearray:
        return self._ask(wire.STAMP_KEY, role, writer)

    def begin_generations(self, heads: Sequence[LogHead]) -> list[bytes]:
        return self._ask(wire.BEGIN_GENERATIONS, heads)
