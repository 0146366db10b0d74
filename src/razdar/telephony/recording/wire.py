"""What an exchange says to a recorder: Asterisk's WebSocket channel as a client (chan_websocket, 22.10).

::

    GET /stream?tap=TOKEN            Authorization: Basic NAME:SECRET      Sec-WebSocket-Protocol: media
    text    MEDIA_START ... format:ulaw optimal_frame_size:160 ...         first, once
    binary  160 bytes of mu-law, 20 ms                                     fifty a second
    text    anything else: of media in the other direction, or keys pressed; never looked at, never written down

The same as JSON, {"event": "MEDIA_START", "format": "ulaw", ...}, where the exchange is set to it. Whatever is not in
this language ends the connection.
"""

import base64
import binascii
import json
import re
from urllib.parse import parse_qs, urlsplit

from razdar.core.errors import BadInput
from razdar.telephony.recording.live import FRAME_BYTES

PATH = "/stream"
PROTOCOL = "media"
FORMAT = "ulaw"
MOST_TEXT = 8192
"""Bytes of a text message."""
_WORD = re.compile(r"(\w+):(\S*)")


def credentials(header: str) -> tuple[str, str]:
    """Name and secret of a Basic ``Authorization`` header (RFC 7617).

    Raises:
        BadInput: it is none.
    """
    scheme, _, value = header.partition(" ")
    try:
        name, colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise BadInput("These are no credentials.") from None
    if scheme.lower() != "basic" or not colon:
        raise BadInput("These are no credentials.")
    return name, secret


def token(path: str) -> str:
    """The one-time id in a request's path.

    Raises:
        BadInput: another path, or not exactly one id.
    """
    try:
        parts = urlsplit(path)
        found = parse_qs(parts.query, strict_parsing=True, max_num_fields=10)
    except ValueError:
        raise BadInput("There is no such place here.") from None
    if parts.netloc or parts.path != PATH or len(found.get("tap", [])) != 1:
        raise BadInput("There is no such place here.")
    return found["tap"][0]


def require_protocol(offered: str) -> None:
    """The exchange means to speak this language.

    Raises:
        BadInput: it does not.
    """
    if PROTOCOL not in (one.strip() for one in offered.split(",")):
        raise BadInput("There is no such place here.")


def begins(message: str | bytes) -> None:
    """The first message says what will come.

    Raises:
        BadInput: another message, or a format that was not asked for.
    """
    if not isinstance(message, str):
        raise BadInput("A stream begins with MEDIA_START.")
    event, told = _read(message)
    if event != "MEDIA_START" or told.get("format") != FORMAT:
        raise BadInput("Only mu-law is taken here.")
    if told.get("optimal_frame_size", str(FRAME_BYTES)) != str(FRAME_BYTES):
        raise BadInput("Only frames of 20 milliseconds are taken here.")


def frame(message: str | bytes) -> bytes:
    """The sound of a further message; empty where it holds none.

    Raises:
        BadInput: a frame of another size, or a second beginning.
    """
    if isinstance(message, str):
        if _read(message)[0] == "MEDIA_START":
            raise BadInput("A stream begins once.")
        return b""
    if len(message) != FRAME_BYTES:
        raise BadInput("Only frames of 20 milliseconds are taken here.")
    return message


def _read(message: str) -> tuple[str, dict[str, str]]:
    if not message.startswith("{"):
        event, _, rest = message.partition(" ")
        return event, dict(_WORD.findall(rest))
    try:
        body = json.loads(message)
    except (ValueError, RecursionError):
        raise BadInput("This is no message of an exchange.") from None
    return str(body.get("event", "")), {str(name): str(value) for name, value in body.items()}
