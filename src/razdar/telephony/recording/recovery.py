"""What is left in a spool and belongs to no running stream is copied to the object store, as it is.

A recorder that died left the parts that were not segments yet, and the keys of its streams with them: nobody on this
host can open them. In the store any worker finds them, and a worker can be given the key once the stream is bound to
its customer (``razdar.telephony.salvage``). The same happens to parts that could not be stored in time.
"""

from collections.abc import Callable, Container
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from uuid import UUID

from razdar.core.errors import Unopenable
from razdar.keys.recording import part_of
from razdar.runtime import logs, objects
from razdar.runtime.ids import uuid7
from razdar.telephony.recording import register
from razdar.telephony.recording.register import Gone
from razdar.telephony.recording.spool import PartFile, Spool

OWNERS = "recorders"
"""The file in a spool that names the runs whose parts may be in it: this one, and earlier ones until it was emptied."""


def move_in(folder: Path, recorder: UUID) -> None:
    """Note that a run uses a spool, before anything of it is there."""
    _note(folder, [*_owners(folder), recorder])


def recover(spool: Spool, folder: Path, recorder: UUID, running: Callable[[], Container[UUID]]) -> int:
    """Copy the parts of all streams but the running ones, and say that earlier runs have nothing here any more.

    Args:
        running: the streams that run now; asked after the parts were listed.

    Returns:
        How many parts there were.

    Raises:
        Unavailable: the object store or the database is away; what was not copied stays.
    """
    parts, now = list(spool.parts()), running()
    left = [part for part in parts if part.stream not in now]
    for (client, stream), some in groupby(left, lambda part: (part.client, part.stream)):
        for part in some:
            _copy(spool, part)
        register.lost(client, stream)
    earlier = [owner for owner in _owners(folder) if owner != recorder]
    for owner in earlier:
        register.sign_off(owner, emptied=True)
    if earlier:
        _note(folder, [recorder])
    return len(left)


def _owners(folder: Path) -> list[UUID]:
    try:
        lines = (folder / OWNERS).read_text().split()
    except FileNotFoundError:
        return []
    owners = []
    for line in lines:
        with suppress(ValueError):
            owners.append(UUID(line))
    return owners


def _note(folder: Path, owners: list[UUID]) -> None:
    fresh = folder / f"{OWNERS}.new"
    fresh.write_text("".join(f"{owner}\n" for owner in owners))
    fresh.rename(folder / OWNERS)


def _copy(spool: Spool, part: PartFile) -> None:
    try:
        data, name = part.path.read_bytes(), uuid7()
    except FileNotFoundError:
        return  # its stream has just ended, and all of it is kept
    if _belongs(part, data):
        objects.put(name, data)
        try:
            register.copied(part, name, len(data))
        except Gone:
            objects.delete(name)
    spool.remove(part.client, part.stream, part.number)


def _belongs(part: PartFile, data: bytes) -> bool:
    """Whether a file is what its name says; one whose head was torn holds nothing."""
    try:
        place, number = part_of(data)
    except Unopenable:
        place, number = None, -1
    if place is None or (place.stream, number) != (part.stream, part.number):
        logs.event("spool-part-without-head", stream=part.stream, part=part.number)
        return False
    return True
