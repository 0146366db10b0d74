"""Runs a test with a control twice, `[sound]` and `[weakened]`, and lets no test here borrow the product's insides.

The weakened run passes only by failing in the test's own body with the words that its control names: a crash while an
installation starts, or another assertion, is not the protection being missed.
"""

from collections.abc import Generator, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.mission.browser import FLAGS
from tests.mission.builds import SOUND, Build, weakened
from tests.mission.catalogue import requirements
from tests.mission.house import House
from tests.mission.houses import Houses
from tests.mission.planted import Planted

OWN = ("tests.mission", "_pytest", "pytest_timeout", "xdist")
Failed = (AssertionError, pytest.fail.Exception)
MOST_SECONDS = 900  # the first test of a process also founds an installation, on a busy machine among others


@pytest.fixture(scope="session")
def build(request: pytest.FixtureRequest) -> Build:
    chosen = getattr(request, "param", SOUND)
    assert isinstance(chosen, Build)
    return chosen


@pytest.fixture(scope="session")
def houses() -> Iterator[Houses]:
    with ExitStack() as stack:
        yield Houses(stack)


@pytest.fixture
def planted(houses: Houses, build: Build) -> Planted:
    """What is in the running installation of this build."""
    return houses.sound(build.environ) if build is SOUND else houses.weakened(build.environ)


@pytest.fixture
def house(planted: Planted) -> House:
    """The running installation of this build."""
    return planted.house


@pytest.fixture
def apart(houses: Houses, build: Build) -> Iterator[House]:
    """An installation of this build for one test alone; it is shut."""
    with houses.apart(build.environ) as house:
        yield house


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A browser on a machine where nothing was ever installed for the product."""
    from tests.needs import needs

    program = needs("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    control = metafunc.definition.get_closest_marker("control")
    if control is None:
        return
    if "build" not in metafunc.fixturenames:
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: a test with a control must start the fixture `build`")
    builds = [SOUND, weakened(control.kwargs["patch"], control.kwargs["with_"])]
    metafunc.parametrize("build", builds, ids=[each.name for each in builds], indirect=True, scope="session")


def pytest_itemcollected(item: pytest.Item) -> None:
    """In a parallel run the tests that use one running house stay together: each house is opened once."""
    if "planted" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group(f"mission {_build_of(item)}".strip()))


@pytest.hookimpl(trylast=True)  # after pytest's own grouping, which knows a parameter's place and not its value
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = [place for place, item in enumerate(items) if item.nodeid.startswith("tests/mission/")]
    ours = [items[place] for place in places]
    for item in ours:
        if isinstance(item, pytest.Function):
            _check(item)
    for place, item in zip(places, sorted(ours, key=_build_of), strict=True):
        items[place] = item


def _check(item: pytest.Function) -> None:
    marker = item.get_closest_marker("requirement")
    if marker is None or marker.args[0] not in requirements():
        raise pytest.UsageError(f"{item.nodeid} carries no known requirement")
    foreign = sorted(_borrowed(item))
    if foreign:
        raise pytest.UsageError(f"{item.nodeid} uses fixtures from outside tests/mission: {', '.join(foreign)}")
    item.user_properties.append(("requirement", marker.args[0]))
    item.add_marker(pytest.mark.timeout(MOST_SECONDS))


def _build_of(item: pytest.Item) -> str:
    """Sound first, then build by build, so that each is started once."""
    chosen = item.callspec.params.get("build", SOUND) if hasattr(item, "callspec") else SOUND
    return chosen.environ.get("WEAKENED_FUNCTION", "")


def _borrowed(item: pytest.Function) -> set[str]:
    """Names of fixtures that the test asks for, itself or through its fixtures, and that are not defined here."""
    info = item._fixtureinfo
    seen: set[str] = set()
    waiting = list(info.argnames)
    borrowed = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in info.name2fixturedefs:
            continue
        seen.add(name)
        definition = info.name2fixturedefs[name][-1]
        if not definition.func.__module__.startswith(OWN):
            borrowed.add(name)
        waiting.extend(definition.argnames)
    return borrowed


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, bool | None, bool | None]:
    chosen = pyfuncitem.funcargs.get("build")
    if not isinstance(chosen, Build) or chosen is SOUND:
        return (yield)
    marker = pyfuncitem.get_closest_marker("control")
    assert marker is not None
    words = marker.kwargs["fails_with"]
    try:
        yield
    except Failed as failure:
        if words in str(failure):
            return True
        raise
    pytest.fail(f"{marker.kwargs['patch']} was taken out and this test did not notice", pytrace=False)
