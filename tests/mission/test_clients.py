"""Two clients in one installation, as if each were alone."""

import itertools
import uuid

import pytest

from tests.leaks.needles import Literals
from tests.mission.addresses import WHOLE, walk
from tests.mission.founding import FIRST
from tests.mission.house import House
from tests.mission.pages import addresses, destinations
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
    ways = itertools.cycle(WAYS)
    for person in ACROSS:
        wire = house.desk(person)
        for path in known:
            way = next(ways)
            answer = way(wire, path, client)
            held = needles.found(answer.everything)
            held |= {one for one in ids if one not in path and one.encode() in answer.body}
            assert not held, f"{person} reads {held} of another client at {path}"
            assert answer.status >= 400, f"{person} opens {path} of another client"
            assert answer.status == way(wire, _nowhere(path), client).status
        for label in FORMS:
            found = wire.submit("/customers/", search(label))
            assert not needles.found(found.everything) - {CUSTOMER[label]}
        wire.get("/workplace/")
        assert wire.post("/workplace/", {"workplace": f"{client}:supervisor"}).status == 404
        assert not needles.found(wire.get("/").everything)


def _client(house: House) -> str:
    """The id of the first client: known to whoever saw it once, so nothing may rest on it."""
    with house.database_session() as session:
        rows = session.execute("SELECT id::text FROM identity_client WHERE name = %s", [FIRST]).fetchall()
        return str(rows[0][0])


def _addresses(planted: Planted) -> list[str]:
    """Every address of a record that people of the first client know, and of one of their colleagues."""
    desks = {person: planted.house.desk(person) for person in ("supervisor", "privacy", "adams")}
    colleague = next(path for path in sorted(addresses(desks["adams"].get("/people/").text)) if _is_of_a_record(path))
    start = [f"/customers/{planted.customer}/", f"/calls/{planted.call.id}/", colleague]
    found: set[str] = set()
    for desk in desks.values():
        for path, answer in walk(desk, start, avoid=("/account/", "/people/")).items():
            found |= {path, *destinations(answer.text)}
    found |= destinations(desks["adams"].get(colleague).text)
    return sorted(path for path in found if _is_of_a_record(path))


def _is_of_a_record(path: str) -> bool:
    return any(map(_is_id, path.split("/")))


def _is_id(part: str) -> bool:
    try:
        return bool(uuid.UUID(part))
    except ValueError:
        return False


def _nowhere(path: str) -> str:
    """The same address of records that do not exist."""
    return "/".join(str(uuid.uuid4()) if _is_id(part) else part for part in path.split("/"))


def _as_it_is(wire: Wire, path: str, client: str) -> Answer:
    return wire.get(path, WHOLE)


def _with_the_client(wire: Wire, path: str, client: str) -> Answer:
    return wire.get(f"{path}?client={client}", WHOLE)


def _with_the_workplace(wire: Wire, path: str, client: str) -> Answer:
    return wire.get(f"{path}?client_id={client}&workplace={client}:supervisor", WHOLE)


def _with_headers(wire: Wire, path: str, client: str) -> Answer:
    return wire.get(path, {**WHOLE, "X-Client": client, "X-Forwarded-User": client, "Razdar-Client": client})


def _with_cookies(wire: Wire, path: str, client: str) -> Answer:
    return Wire(wire.origin, {**wire.cookies, "client": client, "workplace": f"{client}:supervisor"}).get(path, WHOLE)


def _by_sending(wire: Wire, path: str, client: str) -> Answer:
    return wire.post(path, {"client": client, "workplace": f"{client}:supervisor", "value": "x"})


WAYS = (_as_it_is, _with_the_client, _with_the_workplace, _with_headers, _with_cookies, _by_sending)
