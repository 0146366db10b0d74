"""What is said between a process and the key agent: frames over a unix stream socket.

::

    frame    = length 4 | body                     length of the body, at most 1 MiB
    request  = number of the call 1 | arguments
    answer   = 0x00 | result   or   0x01 | code | sentence

A frame that is longer, shorter or other than its call allows is refused whole. How a value is written (``codecs``)
follows from the annotations of ``Agent``: a further call is one line here.

An error crosses as the code of the one tree and its sentence, which holds no data; the caller gets the same class. A
``ValueError`` is the program's own mistake and crosses as one. Anything else is not told: it is logged at the agent.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, get_type_hints

from razdar.core.errors import RazdarError, Unavailable
from razdar.keys.agent import Agent, LocalAgent
from razdar.keys.codecs import Codec, Reader, Writer, codec

VERSION = 4

R = TypeVar("R")


@dataclass(frozen=True)
class Call(Generic[R]):
    """One thing that can be asked."""

    number: int
    name: str
    arguments: tuple[Codec, ...]
    result: Codec

    def put_arguments(self, writer: Writer, values: Sequence[object]) -> None:
        writer.put(bytes((self.number,)))
        for one, value in zip(self.arguments, values, strict=True):
            one.put(writer, value)

    def take_arguments(self, reader: Reader) -> tuple[Any, ...]:
        """Raises ``BadInput`` when they are not what the call takes."""
        values = tuple(one.take(reader) for one in self.arguments)
        reader.end()
        return values

    def put_result(self, writer: Writer, value: R) -> None:
        writer.put(b"\0")
        self.result.put(writer, value)

    def take_result(self, reader: Reader) -> R:
        value: R = self.result.take(reader)
        reader.end()
        return value


def call(number: int, function: Callable[..., R]) -> Call[R]:
    """The call that stands for a method of the agent, from its annotations."""
    hints = get_type_hints(function)
    result = hints.pop("return")
    return Call(number, function.__name__, tuple(codec(hint) for hint in hints.values()), codec(result))


# --- Errors -----------------------------------------------------------------------------------------------------------

_MISTAKE = "value"
_MOST_SENTENCE = 500
_TEXT = codec(str)


def put_error(writer: Writer, error: RazdarError | ValueError) -> None:
    """The answer that says no."""
    code = error.code if isinstance(error, RazdarError) else _MISTAKE
    writer.put(b"\1")
    _TEXT.put(writer, code)
    _TEXT.put(writer, str(error)[:_MOST_SENTENCE])


def take_error(reader: Reader) -> RazdarError | ValueError:
    """The error an answer stands for."""
    code, sentence = _TEXT.take(reader), _TEXT.take(reader)
    reader.end()
    if code == _MISTAKE:
        return ValueError(sentence)
    kind = next((kind for kind in _kinds(RazdarError) if kind.code == code), Unavailable)
    return kind.__new__(kind, sentence)  # some take no sentence of their own


def _kinds(kind: type[RazdarError]) -> Iterator[type[RazdarError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


# --- The calls --------------------------------------------------------------------------------------------------------


class Greeting(Protocol):
    """What comes before the calls of the agent."""

    def hello(self, version: int, name: str) -> str:
        """First on every connection: the language, and the role the caller takes on; answers the role it has."""


HELLO = call(0, Greeting.hello)
CREATE_CLIENT = call(1, Agent.create_client)
CREATE_CUSTOMER = call(2, Agent.create_customer)
NEWEST = call(3, Agent.newest)
UNWRAP = call(4, Agent.unwrap)
DESTROY_CUSTOMER = call(5, Agent.destroy_customer)
IS_DESTROYED = call(6, Agent.is_destroyed)
BLIND = call(7, Agent.blind)
INSTALLATION_SUBKEY = call(8, Agent.installation_subkey)
VERIFYING_KEY = call(10, Agent.verifying_key)
STATUS = call(11, Agent.status)
BOOK_PAGE = call(12, LocalAgent.book_page)
SEALED_PUBLIC = call(13, Agent.sealed_public)
KEEPING = call(14, Agent.keeping)
ROTATE_EPOCH = call(15, Agent.rotate_epoch)
ROTATE_CUSTOMERS = call(16, Agent.rotate_customers)
ROTATE_ROOT = call(17, Agent.rotate_root)
ADD_RECIPIENT = call(18, Agent.add_recipient)
REMOVE_RECIPIENT = call(19, Agent.remove_recipient)
MAKE_BUNDLE = call(20, Agent.make_bundle)
DROP_EXPIRED = call(21, Agent.drop_expired)
LEDGER = call(22, Agent.ledger)
SIGN_CERTIFICATE = call(23, Agent.sign_certificate)
SIGN_NOTICE = call(24, Agent.sign_notice)
INSTALLATION_ID = call(25, Agent.installation_id)
LOG_HEADS = call(26, Agent.log_heads)
SIGN_CHECKPOINTS = call(27, Agent.sign_checkpoints)
BEGIN_GENERATIONS = call(28, Agent.begin_generations)
SIGN_BACKUP = call(29, Agent.sign_backup)
NEW_WRITER = call(30, Agent.new_writer)
STAMP_KEY = call(31, Agent.stamp_key)
KNOWN_CLIENTS = call(32, Agent.known_clients)
CREATE_CUSTOMERS = call(33, Agent.create_customers)
STREAM_PUBLIC = call(40, Agent.stream_public)
OPEN_STREAM = call(41, Agent.open_stream)
BIND_STREAMS = call(42, Agent.bind_streams)
UNWRAP_STREAMS = call(43, Agent.unwrap_streams)
WAITING_STREAMS = call(45, Agent.waiting_streams)
DROP_STREAMS = call(46, Agent.drop_streams)
FREEZE_CLIENT = call(50, Agent.freeze_client)
LIFT_FREEZE = call(51, Agent.lift_freeze)
FREEZE_AGAIN = call(52, Agent.freeze_again)
FREEZES = call(53, Agent.freezes)
EPOCH_KEYS = call(54, Agent.epoch_keys)

CALLS: dict[int, Call[Any]] = {one.number: one for one in list(globals().values()) if isinstance(one, Call)}
