"""What a log is called in its checkpoints: ``razdar/<installation>/<log>/<generation>`` (C2SP tlog-checkpoint, origin).

1. A log has one name. Both ids are UUIDs in their canonical form (RFC 9562 section 4: lower case, with hyphens); the
   generation is 1 to 9 ASCII digits, the first of them not 0. Anything else is no name of a log: a second spelling
   would be a second history, which a witness that compares texts would co-sign beside the first.
2. It is signed with the key of its installation, which is called ``razdar/<installation>``, and with no other.
"""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from razdar.core.errors import BadInput

_ID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ORIGIN: Final = re.compile(f"razdar/({_ID})/({_ID})/([1-9][0-9]{{0,8}})")
_KEY_NAME: Final = re.compile(f"razdar/{_ID}")
_LINEAGE: Final = re.compile(f"razdar/{_ID}/{_ID}")
_UUID: Final = re.compile(_ID)


@dataclass(frozen=True, order=True, slots=True)
class Origin:
    """The name of one generation of a log.

    Attributes:
        installation: whose key signs it.
        log: its id.
        generation: from 1; raised when the log has to begin anew.
    """

    installation: UUID
    log: UUID
    generation: int

    def __str__(self) -> str:
        return f"{self.lineage}/{self.generation}"

    @property
    def lineage(self) -> str:
        """What the names of all generations of the log begin with."""
        return f"{self.key_name}/{self.log}"

    @property
    def key_name(self) -> str:
        """What the key is called that signs it."""
        return key_name(self.installation)


def parse(text: str) -> Origin:
    """Read a log's name.

    Raises:
        BadInput: it is not exactly what ``Origin`` is written as.
    """
    match = _ORIGIN.fullmatch(text)
    if match is None:
        raise BadInput("This is not the name of a log.")
    return Origin(UUID(match[1]), UUID(match[2]), int(match[3]))


def key_name(installation: UUID) -> str:
    """What the key of an installation is called."""
    return f"razdar/{installation}"


def parse_uuid(text: str) -> UUID:
    """Read a UUID in its canonical form.

    Raises:
        BadInput: it is none, or spelled in another way.
    """
    if not _UUID.fullmatch(text):
        raise BadInput("This is not a UUID in its canonical form.")
    return UUID(text)


def may_sign(name: str, origin: str) -> bool:
    """Whether a key of this name may sign the log of this name; what is no log's name may nobody sign."""
    try:
        return parse(origin).key_name == name
    except BadInput:
        return False


def is_key_name(text: str) -> bool:
    """Whether keys that sign logs are called so."""
    return _KEY_NAME.fullmatch(text) is not None


def is_lineage(text: str) -> bool:
    """Whether the names of a log's generations begin so."""
    return _LINEAGE.fullmatch(text) is not None
