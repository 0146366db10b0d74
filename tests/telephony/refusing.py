"""What the recorder says when it refuses."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from razdar.telephony.simulation import Target
from razdar.telephony.tokens import Credentials


@asynccontextmanager
async def connected(
    target: Target,
    tap: str,
    *,
    credentials: Credentials | None = None,
    path: str | None = None,
    protocol: str = "media",
) -> AsyncIterator[ClientConnection]:
    shown = credentials or target.credentials
    basic = base64.b64encode(f"{shown.name}:{shown.secret}".encode()).decode()
    url = target.urls[0] if path is None else target.urls[0].removesuffix("/stream") + path
    headers = {"Authorization": f"Basic {basic}"} if shown.name else {}
    async with connect(
        f"{url}?tap={tap}",
        ssl=target.tls,
        additional_headers=headers,
        subprotocols=[Subprotocol(protocol)] if protocol else None,
        compression=None,
        proxy=None,
        open_timeout=20,
    ) as socket:
        yield socket


async def refusal(target: Target, tap: str, **otherwise: object) -> int:
    """The status somebody was turned away with."""
    try:
        async with connected(target, tap, **otherwise):  # type: ignore[arg-type]
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code
