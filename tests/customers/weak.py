"""Stand-ins for the control runs of these tests; see `tests.weakening`. They run in the weakened child only."""

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def everybody_works_for_everybody(_original: Function) -> Function:
    """`assignments.assigned`: whoever is asked about."""
    return lambda _viewer, customers: set(customers)


def everybody_is_alone(_original: Function) -> Function:
    """`persons.person`: nobody has a second record."""
    return lambda _client, customer: [customer]


def nobody_is_linked(_original: Function) -> Function:
    """`persons.principals`: everybody is the own principal."""
    return lambda _client, customers: {customer: customer for customer in customers}
