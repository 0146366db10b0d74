"""A process gets the keys of its own stamps: of its role, of writers that are nobody else's."""

from pathlib import Path
from uuid import uuid4

import pytest

from razdar.core.errors import NotYours
from razdar.keys import callers, wire
from razdar.keys.agent import LocalAgent
from razdar.keys.callers import Role
from tests.keys.serving import served

WRITING = [Role.WEB, Role.WORKER, Role.RECORDER, Role.OPERATOR]


@pytest.mark.parametrize("role", WRITING)
def test_a_writer_is_what_its_process_is(agent: LocalAgent, tmp_path: Path, role: Role) -> None:
    with served(agent, tmp_path / "run" / "agent.sock", role) as process:
        made = [process.new_writer() for _ in range(3)]
    assert {found for found, _, _ in made} == {role}
    assert len({writer for _, writer, _ in made}) == 3
    with served(agent, tmp_path / "run" / "agent.sock", "sequencer") as sequencer:
        for found, writer, key in made:
            assert sequencer.stamp_key(found, writer) == key
            others = [sequencer.stamp_key(other, writer) for other in set(Role) - {role}]
            assert key not in others


@pytest.mark.parametrize("role", [Role.WEB, Role.WORKER, Role.RECORDER])
def test_nobody_gets_the_key_of_a_writer_it_names(agent: LocalAgent, tmp_path: Path, role: Role) -> None:
    with served(agent, tmp_path / "run" / "agent.sock", role) as process:
        with pytest.raises(NotYours):
            process.stamp_key(Role.WORKER, uuid4())
        with pytest.raises(NotYours):
            process.installation_subkey(b"audit-writer|worker|" + uuid4().bytes)


def test_the_sequencer_checks_stamps_and_makes_none(agent: LocalAgent, tmp_path: Path) -> None:
    with served(agent, tmp_path / "run" / "agent.sock", "sequencer") as sequencer:
        with pytest.raises(NotYours):
            sequencer.new_writer()
        for nonsense in ("", "king", "Web", "web|"):
            with pytest.raises(ValueError, match=r"role|Role"):
                sequencer.stamp_key(nonsense, uuid4())


def test_with_the_keys_at_hand_a_process_is_the_operators(agent: LocalAgent) -> None:
    role, writer, key = agent.new_writer()
    assert role == Role.OPERATOR
    assert agent.stamp_key(role, writer) == key


@pytest.mark.control
def test_control_a_row_of_its_own_would_give_the_web_process_the_workers_stamps(
    agent: LocalAgent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weak = callers.Row(callers.ROWS[Role.WEB].calls | {"stamp_key"})
    monkeypatch.setattr(callers, "ROWS", {**callers.ROWS, Role.WEB: weak})
    with served(agent, tmp_path / "run" / "agent.sock", "web") as process:
        assert len(process.stamp_key(Role.WORKER, uuid4())) == 32
    assert wire.STAMP_KEY.name == "stamp_key"
