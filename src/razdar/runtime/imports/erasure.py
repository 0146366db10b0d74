"""What erasing a customer removes here: digests by which the lines that it came from could be recognised."""

from uuid import UUID

from razdar.runtime.imports import book
from razdar.runtime.models import ImportLine
from razdar.runtime.registries import ERASERS, Erased, Eraser


def preview(client: UUID, customer: UUID) -> Erased:
    """How many there are; changes nothing."""
    return _counted(ImportLine.objects.filter(client_id=client, customer_id=customer).count())


def erase(client: UUID, customer: UUID) -> Erased:
    """Empty them. Safe to repeat."""
    return _counted(book.forget(client, customer))


def _counted(lines: int) -> Erased:
    return Erased((("import line", lines),) if lines else ())


ERASERS.register("imports")(Eraser(preview, erase))
