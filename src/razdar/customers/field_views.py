"""Fields of a record with the addresses of what can be done with them, for pages of this room and of the desk."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from razdar.core.disclosure import Shown
from razdar.core.permissions import Permission
from razdar.ui.pages import PageRequest


@dataclass(frozen=True)
class FieldView:
    """A field with the addresses of what can be done with it."""

    shown: Shown
    id: str
    reveal_url: str
    match_url: str
    correct_url: str


def field_view(request: PageRequest, customer: UUID, shown: Shown) -> FieldView:
    """A field as `customers/value.html` shows it; an address is empty for who may not."""

    def url(name: str, permission: Permission) -> str:
        return reverse(f"customers:{name}", args=[customer, shown.key]) if request.viewer.may(permission) else ""

    return FieldView(
        shown=shown,
        id=f"field-{shown.key.replace('.', '-')}",
        reveal_url=url("reveal", Permission.CUSTOMERS_FIELD_REVEAL),
        match_url=url("match", Permission.CUSTOMERS_FIELD_MATCH),
        correct_url=url("correct", Permission.CUSTOMERS_FIELD_CORRECT),
    )
