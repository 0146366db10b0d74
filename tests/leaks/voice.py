"""Exact pieces of sound that is streamed, one for each second and side, as a telephone codes it and as samples."""

from collections.abc import Iterable, Iterator, Mapping

from razdar.telephony import mulaw
from tests.leaks.needles import Automaton
from tests.leaks.scanner import Source

PIECE = 64  # frames
_SECOND = 8000
_VARIED = 24


class Voice:
    """Searches for pieces of sound: mu-law, and 16-bit samples in both byte orders, wherever they begin.

    Args:
        sides: mu-law by the name of its side.
    """

    def __init__(self, sides: Mapping[str, bytes]) -> None:
        self._forms = Automaton(
            (form, f"{side} at {at // _SECOND} s")
            for side, heard in sides.items()
            for at, piece in _pieces(heard)
            for form in _coded(piece)
        )

    def found(self, sources: Iterable[Source]) -> dict[str, set[str]]:
        """For each source with any of it, the pieces that are in it."""
        found: dict[str, set[str]] = {}
        for source in sources:
            if pieces := self._forms.found(source.data):
                found.setdefault(source.name, set()).update(pieces)
        return found


def _pieces(heard: bytes) -> Iterator[tuple[int, bytes]]:
    """Of each second the piece in which there is most to recognise, if it is enough."""
    for second in range(0, len(heard), _SECOND):
        starts = range(second, min(second + _SECOND, len(heard)) - PIECE, PIECE)
        best = max(starts, key=lambda at: len(set(heard[at : at + PIECE])), default=second)
        if len(set(heard[best : best + PIECE])) >= _VARIED:
            yield best, heard[best : best + PIECE]


def _coded(piece: bytes) -> Iterator[bytes]:
    samples = mulaw.decoded(piece)
    yield piece
    yield samples.astype("<i2").tobytes()
    yield samples.astype(">i2").tobytes()
