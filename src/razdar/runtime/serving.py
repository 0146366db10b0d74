"""What every web server of this product has in common: heads and bodies on time, no access log, nothing told of itself.

An address can hold what a person typed, and who looked at what is the audit log's business.
"""

from collections.abc import Callable
from typing import Any

import uvicorn

from razdar.runtime.protocol import PunctualProtocol


def config(
    application: Callable[..., Any] | str, *, connections: int, grace_seconds: int | None = None, **more: Any
) -> uvicorn.Config:
    """The settings of a server.

    Args:
        application: an ASGI application, or where it is.
        connections: how many at once; further ones are turned away.
        grace_seconds: how long a request may go on once the server is to stop.
        more: of uvicorn's own.
    """
    return uvicorn.Config(
        application,
        http=PunctualProtocol,
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=connections,
        timeout_graceful_shutdown=grace_seconds,
        **more,
    )
