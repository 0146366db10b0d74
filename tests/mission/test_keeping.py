"""How long the log is kept."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.mission.clock import Clock
from tests.mission.founding import FIRST
from tests.mission.house import House
from tests.mission.log import Log
from tests.mission.pages import definitions

VISIT, VISITS = timedelta(days=29), 14  # an account that nobody uses for thirty days is closed
OLDEST_AT_LEAST = timedelta(days=397)  # thirteen months of 30.5 days
BUNDLE = 256  # entries; what is let go of goes in whole bundles of so many
OLD = 7  # the entry that is looked at, one of the installation's first


@pytest.mark.requirement("S003-11")
@pytest.mark.control(
    patch="razdar.env:log_months",
    with_="tests.weakening.patches:keeps_as_short_as_asked",
    fails_with="was accepted",
)
def test_the_log_is_kept_for_more_than_a_year(apart: House, tmp_path: Path) -> None:
    """Setting 11 months, or fewer, is refused by whatever reads the setting, with the reason, and nothing starts.
    Then more than thirteen months pass (the computer's clock is set ahead month by month, and an auditor looks in each
    time). An entry of the first day reads word for word as it did, its bytes are the same, and an export with it
    verifies against the key and the checkpoint that were noted on the first day. Letting go of what is old finds
    nothing that is old enough. (With twelve months, the least that can be set, it does, and tries: the database, which
    holds the same floor by a clock of its own that was not set ahead, lets nothing go.)
    """
    for command, months in (("log prune", "11"), ("log prune", "0"), ("check", "11"), ("up", "11")):
        done = apart.attempt(*command.split(), RAZDAR_LOG_MONTHS=months)
        assert done.returncode == 1, f"{months} months was accepted by razdar {command}"
        assert "the log is kept for at least a year" in done.stderr
    clock = Clock(apart)
    with apart.running():
        _much_happens(apart)
        before, key = _opened(apart), apart.cli("log", "key").splitlines()[0]
        _verify(apart, tmp_path / "then", key)
        for _ in range(VISITS):
            clock.go_on(VISIT)
            assert apart.desk("auditor", within=0).get("/log/").status == 200
        assert _age_of(apart, OLD) > OLDEST_AT_LEAST
        assert _opened(apart) == before
        _verify(apart, tmp_path / "later", key, "--seen", str(tmp_path / "then" / "checkpoint"))
    assert "No log has 256 entries that are all older than 24 months." in apart.cli("log", "prune")
    tried = apart.attempt("log", "prune", RAZDAR_LOG_MONTHS="12")
    assert tried.returncode == 1
    assert "nothing was pruned" in tried.stderr


def _much_happens(house: House) -> None:
    """As much as a bundle holds, with what has happened before."""
    desk = house.desk("auditor")
    for _ in range(BUNDLE - Log(house).position()):
        assert desk.get(f"/log/{OLD}/bytes/").status == 200
    Log(house).position()


def _opened(house: House) -> tuple[list[tuple[str, str]], bytes]:
    """What the page of the old entry says in words, and the entry's exact bytes."""
    desk, path = house.desk("auditor"), f"/log/{OLD}/"
    page, entry = desk.get(path), desk.get(f"{path}bytes/")
    assert (page.status, entry.status) == (200, 200)
    said = definitions(page.text)
    return said[: [term for term, _ in said].index("Signed")], entry.body


def _age_of(house: House, index: int) -> timedelta:
    """How much older an entry is than the newest one, as the log says."""
    log = Log(house)
    newest = log.position()
    (old,), (new,) = (log.since(place - 1)[:1] for place in (index, newest))
    return new.when - old.when


def _verify(house: House, export: Path, key: str, *further: str) -> None:
    """Export the client's log and check it against a key that was noted before."""
    house.cli("log", "export", str(export), "--client", house.client(FIRST))
    printed = house.cli("verify", str(export), "--log-key", key, *further)
    assert printed.splitlines()[-1] == "OK", printed
