"""Where streams lie on the time line of a call: nothing is lost, nothing overlaps, and what is silent is known."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from razdar.interactions.timeline import Stretch, holes, placed

stretches = st.builds(lambda begins, frames: Stretch(begins, begins + frames), st.integers(0, 500), st.integers(0, 200))


def covered(parts: Sequence[Stretch]) -> set[int]:
    return {frame for part in parts for frame in range(part.begins, part.ends)}


@given(st.lists(stretches, max_size=8).map(sorted))
def test_streams_keep_their_order_and_their_length_and_never_overlap(streams: list[Stretch]) -> None:
    found = placed(streams)
    assert [one.frames for one in found] == [one.frames for one in streams]
    at = 0
    for stream, lies in zip(streams, found, strict=True):
        assert lies.begins == max(stream.begins, at)
        at = lies.ends
    assert len(covered(found)) == sum(one.frames for one in streams)


@given(st.lists(stretches, max_size=8), stretches)
def test_holes_are_what_nothing_covers(parts: list[Stretch], whole: Stretch) -> None:
    found = list(holes(parts, whole))
    assert covered(found) == covered([whole]) - covered(parts)
    assert all(one.frames for one in found)
    assert found == sorted(found)
    assert list(holes([*parts, *found], whole)) == []


@given(stretches, stretches)
def test_what_lies_within_is_the_common_part(one: Stretch, other: Stretch) -> None:
    part = one.within(other)
    assert covered([part]) == covered([one]) & covered([other])
    assert 0 <= part.frames <= one.frames
    if part.frames:
        assert part == other.within(one)
