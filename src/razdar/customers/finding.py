"""Finding a customer from the command palette: one command for each value that the viewer may search by."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from razdar.core.permissions import Permission
from razdar.customers.selectors import search_classes
from razdar.ui.labels import CLASS_LABELS
from razdar.ui.shell import Command, viewer_of


def commands(request: HttpRequest) -> Iterator[Command]:
    """The value that was typed travels in the body of the search form."""
    viewer = viewer_of(request)
    for data_class in search_classes(viewer) if viewer else ():
        yield Command(
            _("Find the customer with this value: %(kind)s") % {"kind": CLASS_LABELS[data_class]},
            "customers:search",
            Permission.CUSTOMERS_RECORD_SEARCH,
            post=True,
            values={"by": str(data_class)},
            typed="value",
            order=900,
        )
