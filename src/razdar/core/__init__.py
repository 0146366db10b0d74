"""The pure core: bytes and values in, values out; no I/O, no Django, time and randomness passed in."""
