"""What the house has of administrators' rules: the first version of the matrix, and proposals that wait."""

from dataclasses import replace
from uuid import UUID

from razdar.core.disclosure import Cell, DataClass, Level, Purpose, Role
from razdar.core.redaction import Action, OwnPattern, Policy, SpanType
from razdar.identity import exceptions, keeping, matrix_changes, redacting, responsibilities
from razdar.identity.processes import Bearer, Process
from razdar.runtime.scope import scope
from tests.world import World

WHY = "A reason that is long enough"
POLICY = Policy(
    {SpanType.ORG: Action.MASK, SpanType.URL: Action.KEEP},
    allowed=["hotline@example.org"],
    patterns=(OwnPattern(r"\bQU-\d{6}\b", SpanType.REFERENCE),),
)


def proposals(world: World) -> dict[str, UUID]:
    """By name, what an administrator has proposed and nobody has decided."""
    first = world.viewer(Role.ADMINISTRATOR)
    with scope(world.client):
        grant = next(each for each in exceptions.candidates(first) if each.role is Role.SUPERVISOR).grant
        cell = Cell(Level.MASKED, frozenset({Purpose.SERVICE}))
        asked = exceptions.Wanted(grant, DataClass.BALANCE, cell, 24)
        calls = replace(responsibilities.current(first, Process.CALLS), owner=Bearer(Role.ADMINISTRATOR))
        matrix = matrix_changes.current(first)
        matrix_changes.propose(first, matrix.changed(Role.SUPERVISOR, DataClass.BALANCE, Cell()), WHY)
        return {
            "proposed": matrix_changes.versions(first)[0].id,
            "version": matrix_changes.versions(first)[-1].id,
            "exception": exceptions.propose(first, asked, WHY),
            "days": keeping.propose(first, DataClass.RECORDING, 170, WHY),
            "redaction": redacting.propose(first, POLICY, 1, WHY),
            "duties": responsibilities.propose(first, Process.CALLS, calls, WHY),
        }
