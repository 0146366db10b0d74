"""The part of ``RemoteAgent`` that live streams use."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from razdar.core.crypto.material import wipe
from razdar.keys import wire
from razdar.keys.records import BoundStreams, PublicKey, StreamRef
from razdar.keys.remote_keeping import BATCH
from razdar.keys.stream_records import DroppedStreams, WaitingSince

R = TypeVar("R")


class RemoteStreams(ABC):
    """Passes the calls of ``streaming.StreamKeys`` on."""

    @abstractmethod
    def _ask(self, call: "wire.Call[R]", *arguments: object) -> R: ...

    def stream_public(self, client: UUID) -> PublicKey:
        return self._ask(wire.STREAM_PUBLIC, client)

    def open_stream(self, client: UUID, stream: UUID, sealed: bytes) -> None:
        self._ask(wire.OPEN_STREAM, client, stream, sealed)

    def bind_streams(self, client: UUID, customer: UUID, streams: Sequence[UUID]) -> BoundStreams:
        return self._ask(wire.BIND_STREAMS, client, customer, streams)

    def waiting_streams(self, client: UUID) -> list[WaitingSince]:
        return self._ask(wire.WAITING_STREAMS, client)

    def drop_streams(self, client: UUID, streams: Sequence[UUID]) -> DroppedStreams:
        return self._ask(wire.DROP_STREAMS, client, streams)

    def unwrap_streams(self, refs: Sequence[StreamRef], purpose: str) -> list[bytearray]:
        keys: list[bytearray] = []
        try:
            for start in range(0, max(1, len(refs)), BATCH):
                some = self._ask(wire.UNWRAP_STREAMS, refs[start : start + BATCH], purpose)
                keys += some
        except BaseException:
            wipe(*keys)
            raise
        return keys
