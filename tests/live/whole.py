"""Whether a recording is whole."""

from tests.live.rtp import Count


def check_whole(counted: Count) -> None:
    """What is missing did not come to Asterisk in its time, which fills in silence for it."""
    assert (counted.damaged, counted.in_order) == (0, True)
    assert len(counted.missing) <= counted.silent
