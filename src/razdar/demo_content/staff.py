"""The demo's staff: for each client one person per shipped role, and a second one where a rule needs two people.

Usernames say the role, so that whoever tries the demo knows what to expect; display names are invented.
"""

from dataclasses import dataclass

from razdar.core.disclosure import Role
from razdar.demo_content.people import CLIENTS


@dataclass(frozen=True)
class DemoStaff:
    """One member of staff; `client_index` counts `people.CLIENTS`."""

    client_index: int
    role: Role
    username: str
    display_name: str


_DUTIES = (
    ("agent", Role.AGENT),
    ("supervisor", Role.SUPERVISOR),
    ("quality", Role.QUALITY_REVIEWER),
    ("privacy", Role.PRIVACY_OFFICER),
    ("privacy2", Role.PRIVACY_OFFICER),
    ("security", Role.SECURITY_OFFICER),
    ("auditor", Role.AUDITOR),
    ("observer", Role.CLIENT_OBSERVER),
    ("observer2", Role.CLIENT_OBSERVER),
    ("admin", Role.ADMINISTRATOR),
    ("admin2", Role.ADMINISTRATOR),
    ("technician", Role.TECHNICIAN),
)

_NAMES = (
    (
        "Daniel Ashdown",
        "Imogen Falconer",
        "Bogumił Raczek",
        "Niloufar Keyvani",
        "Gareth Penhallow",
        "Yevhen Stetsiura",
        "Prudence Oakhanger",
        "Marguerite Delisle",
        "Rosalind Attwell",
        "Anselm Tregarth",
        "Sunita Ranawade",
        "Wilfred Hesketh",
    ),
    (
        "Maren Holloway",
        "Jonas Lindqvist",
        "Esmé Carrowmore",
        "Paulina Grabiec",
        "Tobin Marchbanks",
        "Leila Farahmand",
        "Cornelius Vane",
        "Beatrix Underwood",
        "Aurelio Brandt",
        "Chih-wei Tung",
        "Ottoline Seagrave",
        "Devendra Kothari",
    ),
)


def staff(client_index: int) -> list[DemoStaff]:
    """The twelve people of one client, 0 or 1.

    Raises:
        ValueError: another index.
    """
    if client_index not in range(len(CLIENTS)):
        raise ValueError("there are two demo clients, 0 and 1")
    handle = CLIENTS[client_index].handle
    return [
        DemoStaff(client_index, role, f"{duty}.{handle}", name)
        for (duty, role), name in zip(_DUTIES, _NAMES[client_index], strict=True)
    ]
