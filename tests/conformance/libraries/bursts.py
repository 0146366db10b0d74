"""Where the sound is loud: what the stand-ins hear."""

import numpy as np

WINDOW_SECONDS = 0.01


def bursts(sound, rate, loud):
    """Start and end of every burst, in seconds; `sound` is (frames,), `loud` the least peak."""
    window = int(rate * WINDOW_SECONDS)
    found, start = [], None
    for number in range(-(-len(sound) // window) + 1):
        part = sound[number * window : (number + 1) * window]
        is_loud = len(part) > 0 and float(np.abs(part.astype(np.float64)).max()) > loud
        if is_loud and start is None:
            start = number * WINDOW_SECONDS
        elif not is_loud and start is not None:
            found.append((start, number * WINDOW_SECONDS))
            start = None
    return found
