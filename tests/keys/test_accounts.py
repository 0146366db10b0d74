"""The walls around the key agent where the parts have accounts of their own, tried from the other side.

They stand only between accounts, so the tests need root to take on some; without it they are skipped and say so.
"""

from collections.abc import Iterator, Mapping

import pytest

from tests import weakening
from tests.keys.agency import AGENT, SEQUENCER, STRANGER, WEB, Agency, agency, can_take_accounts

pytestmark = pytest.mark.skipif(
    not can_take_accounts(), reason="WALLS NOT TESTED: two accounts are needed, and only root can take them on"
)

FOUNDING = "agent.create_client(client); print('made')"
SETTING_UP = "agent.create_customer(client, customer); print('made')"
UNWRAP = "print(len(agent.unwrap([KeyRef(client, customer, 1)], 'test')[0]))"
DESTROY = "print(type(agent.destroy_customer(client, customer)).__name__)"
CERTIFY = (
    "from razdar.keys.records import ErasureSaid\n"
    "said = ErasureSaid(client, customer, 'request', (), 1, 0)\n"
    "print(len(agent.sign_certificate(said)))"
)
SIGN_LOG = "print(len(agent.sign_checkpoints([Extension(LogHead(client, 1, 1, bytes(32)), ())])))"
BEGIN_ANEW = "print(len(agent.begin_generations([LogHead(client, 2, 1, bytes(32))])))"
STAMP = "role, _, key = agent.new_writer(); print(role, len(key))"
CHECK_STAMP = "print(len(agent.stamp_key('worker', customer)))"

ALLOWED = {
    "web makes keys": (WEB, SETTING_UP, "made"),
    "web opens": (WEB, UNWRAP, "32"),
    "web stamps as what it is": (WEB, STAMP, "web 32"),
    "sequencer signs the log": (SEQUENCER, SIGN_LOG, "1"),
    "sequencer checks stamps": (SEQUENCER, CHECK_STAMP, "32"),
}
FORBIDDEN_CALLS = {
    "web signs the log": (WEB, SIGN_LOG, "NotYours"),
    "web makes a client": (WEB, FOUNDING, "NotYours"),
    "web destroys": (WEB, DESTROY, "NotYours"),
    "web certifies": (WEB, CERTIFY, "NotYours"),
    "web leaves a notice": (WEB, "print(len(agent.sign_notice(client, customer)))", "NotYours"),
    "sequencer begins a generation": (SEQUENCER, BEGIN_ANEW, "NotYours"),
    "web claims to be another": (WEB, "agent._role = 'operator'; " + SIGN_LOG, "NotYours"),
    "web names recipients": (WEB, "agent.add_recipient('me', 'age1pq1x')", "NotYours"),
    "web rotates the root": (WEB, "agent.rotate_root(b'old', b'a long enough passphrase', 2)", "NotYours"),
    "web reads the book": (WEB, "from datetime import *; agent.book(datetime.now(UTC), datetime.now(UTC))", "NotYours"),
    "web takes another subkey": (WEB, "agent.installation_subkey(b'razdar signing v1log')", "NotYours"),
    "sequencer opens": (SEQUENCER, UNWRAP, "NotYours"),
    "sequencer takes the staff's key": (SEQUENCER, "agent.installation_subkey(b'staff')", "NotYours"),
    "web stamps as the worker": (WEB, CHECK_STAMP, "NotYours"),
    "web takes a stamp as a subkey": (WEB, "agent.installation_subkey(b'audit-writer|web|' + bytes(16))", "NotYours"),
    "sequencer stamps": (SEQUENCER, STAMP, "NotYours"),
}
FORBIDDEN_ACCOUNTS = {
    "a stranger opens": (STRANGER, UNWRAP, "NotYours"),
    "root is a stranger too": (0, UNWRAP, "NotYours"),
}
ATTACH = """
import ctypes
library = ctypes.CDLL(None, use_errno=True)
print('attached' if library.ptrace(16, pid, None, None) == 0 else ctypes.get_errno())
"""
FORBIDDEN_WAYS = {
    "the key store": (WEB, "print(len((keys / 'keystore.sqlite3').read_bytes()))", "PermissionError"),
    "the book": (WEB, "print(len((keys / 'book.sqlite3').read_bytes()))", "PermissionError"),
    "the root file": (WEB, "print(len((keys / 'root.json').read_bytes()))", "PermissionError"),
    "its memory": (WEB, "print(open(f'/proc/{pid}/mem', 'rb'))", "PermissionError"),
    "its environment": (WEB, "print(open(f'/proc/{pid}/environ', 'rb').read(9))", "PermissionError"),
    "attaching": (WEB, ATTACH, "1"),
    "another socket in its place": (WEB, "(keys.parent.parent / 'run' / 'agent.sock').unlink()", "PermissionError"),
}
OWN_ACCOUNT = {
    "its memory": (61000, "print(open(f'/proc/{pid}/mem', 'rb'))", "PermissionError"),
    "attaching": (61000, ATTACH, "1"),
}

Attempts = Mapping[str, tuple[int, str, str]]


@pytest.fixture(scope="module")
def running() -> Iterator[Agency]:
    with agency(apart=True) as one:
        assert one.call(AGENT, FOUNDING) == one.call(WEB, SETTING_UP) == "made"
        yield one


@pytest.mark.parametrize("name", ALLOWED)
def test_a_role_gets_what_its_work_needs(running: Agency, name: str) -> None:
    account, code, answer = ALLOWED[name]
    assert running.call(account, code) == answer


@pytest.mark.parametrize("name", [*FORBIDDEN_CALLS, *FORBIDDEN_ACCOUNTS])
def test_what_is_not_for_a_caller_is_refused(running: Agency, name: str) -> None:
    account, code, answer = {**FORBIDDEN_CALLS, **FORBIDDEN_ACCOUNTS}[name]
    assert running.call(account, code) == answer


@pytest.mark.parametrize("name", FORBIDDEN_WAYS)
def test_there_is_no_way_around(running: Agency, name: str) -> None:
    account, code, answer = FORBIDDEN_WAYS[name]
    assert running.call(account, code) == answer


@pytest.mark.parametrize("name", OWN_ACCOUNT)
def test_not_even_its_own_account_gets_into_its_memory(running: Agency, name: str) -> None:
    account, code, answer = OWN_ACCOUNT[name]
    assert running.call(account, code) == answer


def test_what_was_refused_is_in_the_book(running: Agency) -> None:
    running.call(WEB, SIGN_LOG)
    running.call(STRANGER, UNWRAP)
    look = (
        "from datetime import *; now = datetime.now(UTC)\n"
        "lines = agent.book(now - timedelta(hours=1), now + timedelta(hours=1))\n"
        "print(sorted({(l.caller, l.purpose) for l in lines if l.outcome == 'denied'}), agent.status().turned_away > 1)"
    )
    said = running.call(AGENT, look)
    assert "('web', 'sign_checkpoints')" in said
    assert "('unknown', 'connect')" in said
    assert said.endswith("True")


# --- Control runs -----------------------------------------------------------------------------------------------------


def _succeed(environ: Mapping[str, str], attempts: Attempts) -> list[str]:
    """Which attempts are not refused by an agent with this environment."""
    with agency(apart=True, environ=environ) as one:
        one.call(AGENT, FOUNDING)
        one.call(WEB, SETTING_UP)
        return [name for name, (account, code, answer) in attempts.items() if one.call(account, code) != answer]


def test_control_without_the_table_every_call_is_answered() -> None:
    environ = weakening.environment(patch="razdar.keys.callers:may", with_="tests.weakening.patches:agrees", base={})
    few = {
        name: FORBIDDEN_CALLS[name]
        for name in ("web signs the log", "sequencer opens", "web destroys", "web certifies")
    }
    assert _succeed(environ, few) == list(few)


def test_control_without_the_kernels_word_everybody_is_answered() -> None:
    environ = weakening.environment(
        patch="razdar.keys.local_socket:peer_account", with_="tests.keys.weakenings:believes_everybody", base={}
    )
    assert _succeed(environ, FORBIDDEN_ACCOUNTS) == list(FORBIDDEN_ACCOUNTS)


def test_control_without_hardening_its_own_account_reads_its_memory() -> None:
    environ = weakening.environment(
        patch="razdar.keys.hardening:harden", with_="tests.keys.weakenings:leaves_it", base={}
    )
    assert "its memory" in _succeed(environ, OWN_ACCOUNT)
