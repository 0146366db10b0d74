"""The part of ``RemoteAgent`` that freezes."""

from abc import ABC, abstractmethod
from typing import TypeVar
from uuid import UUID

from razdar.keys import wire
from razdar.keys.freeze_records import Freeze

R = TypeVar("R")


class RemoteFreezing(ABC):
    """Passes the calls of ``freezing.Freezer`` on."""

    @abstractmethod
    def _ask(self, call: "wire.Call[R]", *arguments: object) -> R: ...

    def freeze_client(self, client: UUID, request: UUID, asked_by: UUID, agreed_by: UUID) -> None:
        self._ask(wire.FREEZE_CLIENT, client, request, asked_by, agreed_by)

    def lift_freeze(self, client: UUID, freeze: UUID, request: UUID, asked_by: UUID, agreed_by: UUID) -> None:
        self._ask(wire.LIFT_FREEZE, client, freeze, request, asked_by, agreed_by)

    def freeze_again(self, client: UUID, request: UUID) -> bool:
        return self._ask(wire.FREEZE_AGAIN, client, request)

    def freezes(self, client: UUID) -> list[Freeze]:
        return self._ask(wire.FREEZES, client)
