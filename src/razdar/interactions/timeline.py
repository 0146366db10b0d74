"""The time line of a live call's recording: where its streams lie, and what is silent. Arithmetic and nothing else.

Frames count from the beginning of the recording, the same for both channels; ends are exclusive. A stream lies where it
began by the clock; where the one before it on its side had not ended yet, it follows that one, so that no frame is left
out and none is mixed with another.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Frames ``begins`` to ``ends``."""

    begins: int
    ends: int

    @property
    def frames(self) -> int:
        return self.ends - self.begins

    def within(self, other: "Stretch") -> "Stretch":
        """What of this one lies in another; an empty one where nothing does."""
        begins = min(max(self.begins, other.begins), other.ends)
        return Stretch(begins, max(begins, min(self.ends, other.ends)))


def placed(streams: Sequence[Stretch]) -> list[Stretch]:
    """Where the streams of one side lie, in the order in which they began by the clock."""
    found: list[Stretch] = []
    for stream in streams:
        begins = max(stream.begins, found[-1].ends) if found else stream.begins
        found.append(Stretch(begins, begins + stream.frames))
    return found


def holes(covered: Iterable[Stretch], whole: Stretch) -> Iterator[Stretch]:
    """What of a stretch nothing covers, in order."""
    at = whole.begins
    for one in sorted(part.within(whole) for part in covered):
        if one.begins > at:
            yield Stretch(at, one.begins)
        at = max(at, one.ends)
    if at < whole.ends:
        yield Stretch(at, whole.ends)
