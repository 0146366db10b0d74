"""What was done to the entries, told from hashes alone.

``logged`` are the leaf hashes that are signed for, ``held`` those of the entries at hand. What both have in the same
place at the beginning and at the end is as it was. Of the rest, a hash that only ``logged`` has is an entry that is
gone, one that only ``held`` has is strange; gone and strange in the same place of logs of the same length is an edit.
What both have, but in another order, was moved. An entry that was taken out and replaced looks like an edit: hashes
cannot tell the two apart.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from razdar.core.ledger.findings import Finding, indexes

Restore = Callable[[bytes, bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """Numbers of entries, ascending.

    Attributes:
        edited: altered.
        gone: missing.
        strange: never logged; numbered as they stand.
        moved: not in their place.
        exchanged: carry each other's sealed texts.
        to_the_end: whether what is gone is just the end.
    """

    edited: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    strange: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    exchanged: tuple[int, ...] = ()
    to_the_end: bool = False

    def findings(self) -> list[Finding]:
        """One for each kind of change."""
        said = (
            ("edited", "Altered after they were logged", self.edited),
            ("bad-aad", "Carrying each other's sealed texts", self.exchanged),
            ("truncated" if self.to_the_end else "deleted", "Missing", self.gone),
            ("inserted", "Never logged", self.strange),
            ("reordered", "Not in their place", self.moved),
        )
        return [Finding(code, f"{what}: entries {indexes(numbers)}.") for code, what, numbers in said if numbers]

    def without(self, exchanged: tuple[int, ...]) -> "Difference":
        """The same, with these edits named for what they are."""
        return replace(self, exchanged=exchanged, edited=tuple(n for n in self.edited if n not in exchanged))


def compare(logged: Sequence[bytes], held: Sequence[bytes], first: int) -> Difference:
    """What differs.

    Args:
        logged: leaf hashes as signed for.
        held: leaf hashes as found.
        first: number of the first entry in both.
    """
    start = _common(logged, held)
    end = _common(logged[start:][::-1], held[start:][::-1])
    old, new = logged[start : len(logged) - end], held[start : len(held) - end]
    gone, strange = _beyond(old, new), _beyond(new, old)
    edited = set(gone) & set(strange) if len(old) == len(new) else set()
    kept_old = _without(old, gone)
    kept_new = _without(new, strange)
    moved = [i for (i, was), (_, item) in zip(kept_old, kept_new, strict=True) if was != item]

    def numbers(places: Sequence[int]) -> tuple[int, ...]:
        return tuple(first + start + place for place in places)

    really_gone = [place for place in gone if place not in edited]
    return Difference(
        numbers(sorted(edited)),
        numbers(really_gone),
        numbers([place for place in strange if place not in edited]),
        numbers(moved),
        to_the_end=not new and not end and bool(really_gone),
    )


def exchanged(edited: Mapping[int, bytes], logged: Mapping[int, bytes], restore: Restore) -> tuple[int, ...]:
    """Which edited entries become what was logged again if they are given another edited entry's sealed text.

    Args:
        edited: the entries' bytes by number.
        logged: the leaf hashes signed for.
        restore: the leaf hash of the first payload with the second one's sealed text; ``None`` if either has none.
    """
    return tuple(
        number
        for number, payload in edited.items()
        if any(restore(payload, donor) == logged[number] for other, donor in edited.items() if other != number)
    )


def roughly(total: int, size: int, fits: int, *, broken: bool) -> Finding:
    """What was done when only earlier checkpoints can be compared.

    Args:
        total: entries up to the last one at hand.
        size: entries that were signed for.
        fits: the size of the last checkpoint that the entries still give, or the first entry held.
        broken: whether they do not give the next one.
    """
    if total < size:
        code = "truncated" if fits == total and not broken else "deleted"
    else:
        code = "inserted" if total > size else "edited"
    return Finding(code, f"Entries from {fits} on are not those that were signed for: {total} instead of {size}.")


def _common(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    """How many are the same from the start."""
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))


def _without(items: Sequence[bytes], places: Sequence[int]) -> list[tuple[int, bytes]]:
    left_out = set(places)
    return [(place, item) for place, item in enumerate(items) if place not in left_out]


def _beyond(one: Sequence[bytes], other: Sequence[bytes]) -> list[int]:
    """Places in ``one`` of what ``other`` does not have, or not as often."""
    left = Counter(other)
    places = []
    for place, item in enumerate(one):
        if left[item]:
            left[item] -= 1
        else:
            places.append(place)
    return places
