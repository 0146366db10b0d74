"""The socket the web process listens on, where a supervisor opened it.

The supervisor binds the address before anything else starts: a port that is taken is found at once and said plainly,
nobody else's answer is taken for ours, and connections wait, instead of failing, while the web process starts again.
"""

import contextlib
import http.client
import os
import socket

from razdar.core.errors import Unavailable

VARIABLE = "RAZDAR_LISTEN_FD"
_BACKLOG = 2048
_SECONDS = 1.0


def listen(host: str, port: int) -> socket.socket:
    """Bind and listen; the caller closes it.

    Raises:
        Unavailable: something else has the address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise Unavailable(
            f"Another program listens on {host}:{port}. Stop it, or choose another RAZDAR_URL."
        ) from error


def inherited() -> socket.socket | None:
    """The socket a supervisor handed to this process, if there is one."""
    number = os.environ.pop(VARIABLE, "")
    if not number.isdigit():
        return None
    given = socket.socket(fileno=int(number))
    given.set_inheritable(False)
    return given


def answers(host: str, port: int, name: str) -> bool:
    """Whether a web process answers on the address.

    Args:
        name: the host name it answers to.
    """
    connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
        connection.request("HEAD", "/account/login/", headers={"Host": name})
        connection.getresponse()
        return True
    return False
