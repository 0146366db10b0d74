"""Two clients in one installation, as if each were alone."""

import random
import uuid

import pytest

from tests.leaks.needles import Literals
from tests.mission import addresses
from tests.mission.founding import FIRST
from tests.mission.house import House
from tests.mission.planted import CUSTOMER, WORD, Planted, search
from tests.mission.wire import Answer, Wire

ACROSS = ("agent.b", "supervisor.b", "reviewer.b", "privacy.b", "auditor.b", "bell")
FORMS = ("Surname", "Given name", "Date of birth", "National id", "Phone number", "E-mail address")
PRIVATE = [*(CUSTOMER[label] for label in FORMS), WORD, FIRST]


@pytest.mark.requirement("S004-1")
@pytest.mark.control(
    patch="razdar.identity.viewers:for_session",
    with_="tests.weakening.patches:believes_everybody",
    fails_with="of another client",
)
def test_one_client_cannot_be_read_through_another(planted: Planted) -> None:
    """People of one client, in every role, ask for every address of the other's customer, call, sound, events and
    people: as it is, and with the other client named in the address, in headers and in cookies. They get what they
    get for a record that does not exist, and nothing of the other client; searching finds nobody; no workplace of the
    other client can be entered.
    """
    house, needles = planted.house, Literals(PRIVATE)
    client, known = _client(house), _addresses(planted)
    ids = {planted.customer, planted.call.id}
    chance = random.Random("cross-client")
    for person in ACROSS:
        wire = house.desk(person)
        for path in known:
            for answer in _tries(wire, path, client, chance):
                held = needles.found(answer.everything) | {one for one in ids if one.encode() in answer.body}
                assert not held, f"{person} reads {held} of another client at {path}"
                assert answer.status not in {200, 206}, f"{person} opens {path} of another client"
                assert answer.status == _tries_nothing(wire, path).status
        for label in FORMS:
            found = wire.submit("/customers/", search(label))
            assert not needles.found(found.everything) - {CUSTOMER[label]}
        role = "supervisor"
        wire.get("/workplace/")
        assert wire.post("/workplace/", {"workplace": f"{client}:{role}"}).status == 404
        assert not needles.found(wire.get("/").everything)


def _client(house: House) -> str:
    """The id of the first client: known to whoever saw it once, so nothing may rest on it."""
    with house.database_session() as session:
        rows = session.execute("SELECT id::text FROM identity_client WHERE name = %s", [FIRST]).fetchall()
        return str(rows[0][0])


def _addresses(planted: Planted) -> list[str]:
    """Every address of a record that people of the first client know."""
    start = ["/", f"/customers/{planted.customer}/", f"/calls/{planted.call.id}/", "/people/", "/approvals/"]
    found: dict[str, None] = {}
    for person in ("supervisor", "privacy", "adams"):
        found |= dict.fromkeys(addresses.walk(planted.house.desk(person), start))
    return sorted(path for path in found if any(map(_is_id, path.split("/"))))


def _is_id(part: str) -> bool:
    try:
        return bool(uuid.UUID(part))
    except ValueError:
        return False


def _tries(wire: Wire, path: str, client: str, chance: random.Random) -> list[Answer]:
    """The address as it is, and once in a forged way."""
    forged = chance.choice(
        (
            lambda: wire.get(f"{path}?client={client}", addresses.WHOLE),
            lambda: wire.get(f"{path}?client_id={client}&workplace={client}:supervisor", addresses.WHOLE),
            lambda: wire.get(path, {**addresses.WHOLE, "X-Client": client, "Razdar-Client": client}),
            lambda: Wire(wire.origin, {**wire.cookies, "client": client, "workplace": f"{client}:supervisor"}).get(path),
            lambda: wire.post(path, {"client": client, "workplace": f"{client}:supervisor", "value": "x"}),
        )
    )
    return [wire.get(path, addresses.WHOLE), forged()]


def _tries_nothing(wire: Wire, path: str) -> Answer:
    """The same address of records that do not exist."""
    parts = [str(uuid.uuid4()) if _is_id(part) else part for part in path.split("/")]
    return wire.get("/".join(parts), addresses.WHOLE)
