"""Streams that were begun."""

import os
from uuid import UUID, uuid4

from razdar.core.crypto import stream_keys
from razdar.keys.agent import LocalAgent
from razdar.keys.records import StreamRef
from razdar.keys.remote import RemoteAgent
from tests.keys.conftest import CLIENT

OTHER = UUID("01970000-0000-7000-8000-000000000002")


def begin(agent: LocalAgent | RemoteAgent, stream: UUID | None = None) -> tuple[UUID, bytes, bytes]:
    """What a recorder does before the first sound: the stream, its key, and the key as it was sealed."""
    public, key, stream = agent.stream_public(CLIENT), os.urandom(32), stream or uuid4()
    sealed = stream_keys.seal_key(public.key, public.version, key, CLIENT, stream)
    agent.open_stream(CLIENT, stream, sealed)
    return stream, key, sealed


def begun(agent: LocalAgent, count: int) -> dict[UUID, bytes]:
    return {stream: key for stream, key, _ in (begin(agent) for _ in range(count))}


def opened(agent: LocalAgent | RemoteAgent, customer: UUID, found: list[UUID]) -> list[bytes]:
    return list(map(bytes, agent.unwrap_streams([StreamRef(CLIENT, customer, one) for one in found], "test")))


def traces(sealed: bytes, data: bytes) -> bool:
    """Whether anything of a sealed stream key is there that would be of use."""
    return any(sealed[start : start + 16] in data for start in range(5, len(sealed) - 16, 16))
