"""A telephone for tests: SIP over UDP (RFC 3261) with mu-law over RTP (RFC 3550, 3551) and digits (RFC 4733).

It does what two parties on one machine's loopback need and no more: no registration, no authentication, and nothing is
sent again, as loopback loses nothing; what arrives again gets the same answer again.
"""

import asyncio
import re
import secrets
from collections.abc import Coroutine
from dataclasses import dataclass, field

from tests.live.rtp import Media, Signal
from tests.ports import HOST

Address = tuple[str, int]

SDP = """\
v=0
o=- {version} {version} IN IP4 {host}
s=-
c=IN IP4 {host}
t=0 0
m=audio {port} RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=sendrecv
"""
REASONS = {100: "Trying", 180: "Ringing", 200: "OK", 481: "Call Does Not Exist", 486: "Busy Here", 487: "Terminated"}


class Refused(Exception):
    """The call was refused; its argument is the status code."""


@dataclass(frozen=True)
class Message:
    """A request or a response."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str

    @classmethod
    def parse(cls, data: bytes) -> "Message":
        head, _, body = data.decode().partition("\r\n\r\n")
        start, *lines = head.split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return cls(start, tuple((name.strip().lower(), value.strip()) for name, _, value in pairs), body)

    def __getitem__(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    @property
    def method(self) -> str:
        return self["cseq"].split()[-1]

    @property
    def status(self) -> int:
        """0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0 ") else 0

    def media(self) -> Address:
        """Where the other side wants its RTP."""
        host, port = re.search(r"^c=IN IP4 (\S+)", self.body, re.M), re.search(r"^m=audio (\d+)", self.body, re.M)
        if not host or not port:
            raise ValueError("no audio in this description")
        return host[1], int(port[1])


@dataclass
class Dialog:
    """One call, seen from here."""

    call_id: str
    local: str  # From or To as we write it, with our tag
    remote: str = ""
    target: str = ""
    sequence: int = 1
    branch: str = ""
    invite: Message | None = None  # the one that the other side sent, until it is answered


@dataclass
class Phone(asyncio.DatagramProtocol):
    """One party. `async with Phone("caller", says) as phone:` and it can dial and be dialled.

    `says` are the frames that it sends once a call is up; `media` has what it heard; `received` every message it got.
    A call that comes in is answered with `answers` after `rings` seconds.
    """

    user: str
    says: Signal
    answers: int = 200
    rings: float = 0.0
    received: list[Message] = field(default_factory=list)

    async def __aenter__(self) -> "Phone":
        loop = asyncio.get_running_loop()
        self.up, self.ended = asyncio.Event(), asyncio.Event()
        self.media = Media(self.says)
        self._final: asyncio.Future[Message] = loop.create_future()
        self._given: dict[tuple[str, str], bytes] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._dialog: Dialog | None = None
        self._peer: Address = ("", 0)
        self._udp, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(HOST, 0))
        self.port = self._udp.get_extra_info("sockname")[1]
        await self.media.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.up.is_set() and not self.ended.is_set():
            self.hang_up()
        for task in self._tasks:
            task.cancel()
        await self.media.close()
        self._udp.close()

    @property
    def uri(self) -> str:
        return f"sip:{self.user}@{HOST}:{self.port}"

    # --- what a party does

    async def dial(self, number: str, at: Address) -> None:
        """Call a number; comes back when it is answered.

        Raises:
            Refused: it was not.
        """
        self._peer, target = at, f"sip:{number}@{at[0]}:{at[1]}"
        local = f"<sip:{self.user}@{HOST}>;tag={secrets.token_hex(4)}"
        self._dialog = Dialog(secrets.token_hex(8), local, f"<{target}>", target, branch=_branch())
        self._request("INVITE", sdp=True)
        final = await self._final
        if final.status != 200:
            raise Refused(final.status)

    def hang_up(self) -> None:
        self._request("BYE")
        self._end()

    def cancel(self) -> None:
        """Give up a call that was not answered yet."""
        self._request("CANCEL")

    # --- what comes in

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if not data.strip():
            return
        message = Message.parse(data)
        self.received.append(message)
        if message.status:
            self._response(message)
            return
        self._peer = addr
        given = self._given.get((message["via"], message.method))
        if given:
            self._udp.sendto(given, addr)
        else:
            self._asked(message)

    def _response(self, message: Message) -> None:
        if message.method != "INVITE" or message.status < 200 or self._dialog is None:
            return
        self._dialog.remote = message["to"]
        if message.status == 200:
            self._dialog.target = message["contact"].partition("<")[2].partition(">")[0]
        self._request("ACK", of=message)
        if self._final.done():
            return
        if message.status == 200:
            self._start(message)
        self._final.set_result(message)

    def _asked(self, message: Message) -> None:
        match message.method:
            case "ACK":
                return
            case "INVITE" if self._dialog is None:
                self._dialog = Dialog(message["call-id"], f"{message['to']};tag={secrets.token_hex(4)}")
                self._dialog.remote, self._dialog.invite = message["from"], message
                self._dialog.target = message["contact"].partition("<")[2].partition(">")[0]
                self._later(self._ring(message))
            case "INVITE":
                self.media.to = message.media()
                self._answer(message, 200, sdp=True)
            case "CANCEL" if self._dialog and self._dialog.invite:
                self._answer(message, 200)
                self._answer(self._dialog.invite, 487)
                self._dialog.invite = None
                self._end()
            case "BYE":
                self._answer(message, 200)
                self._end()
            case _:
                self._answer(message, 200)

    async def _ring(self, invite: Message) -> None:
        self._answer(invite, 180)
        await asyncio.sleep(self.rings)
        if self._dialog is None or self._dialog.invite is None:
            return
        self._dialog.invite = None
        self._answer(invite, self.answers, sdp=self.answers == 200)
        self._start(invite) if self.answers == 200 else self._end()

    # --- what goes out

    def _request(self, method: str, *, sdp: bool = False, of: Message | None = None) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        same = method == "CANCEL" or (of is not None and of.status != 200)  # RFC 3261 9.1 and 17.1.1.3
        if method in {"BYE", "ACK"} and not same:
            dialog.branch = _branch()
        if method == "BYE":
            dialog.sequence += 1
        headers = [
            f"{method} {dialog.target} SIP/2.0",
            f"Via: SIP/2.0/UDP {HOST}:{self.port};branch={dialog.branch}",
            "Max-Forwards: 70",
            f"From: {dialog.local}",
            f"To: {dialog.remote}",
            f"Call-ID: {dialog.call_id}",
            f"CSeq: {dialog.sequence} {method}",
            f"Contact: <{self.uri}>",
        ]
        self._udp.sendto(self._text(headers, sdp), self._peer)

    def _answer(self, to: Message, status: int, *, sdp: bool = False) -> None:
        tagged = self._dialog.local if self._dialog and "tag=" not in to["to"] else to["to"]
        vias = [f"Via: {value}" for name, value in to.headers if name == "via"]
        headers = [f"SIP/2.0 {status} {REASONS.get(status, 'No')}", *vias, f"From: {to['from']}", f"To: {tagged}"]
        headers += [f"Call-ID: {to['call-id']}", f"CSeq: {to['cseq']}", f"Contact: <{self.uri}>"]
        data = self._text(headers, sdp)
        self._given[to["via"], to.method] = data
        self._udp.sendto(data, self._peer)

    def _text(self, headers: list[str], sdp: bool) -> bytes:
        body = ""
        if sdp:
            body = SDP.format(version=self.port, host=HOST, port=self.media.port).replace("\n", "\r\n")
            headers.append("Content-Type: application/sdp")
        return "\r\n".join([*headers, f"Content-Length: {len(body)}", "", body]).encode()

    # ---

    def _start(self, described: Message) -> None:
        self.media.start(described.media())
        self.up.set()

    def _end(self) -> None:
        self.media.stop()
        self.ended.set()

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _branch() -> str:
    return f"z9hG4bK{secrets.token_hex(8)}"  # RFC 3261 8.1.1.7
