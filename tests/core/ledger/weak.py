"""Stand-ins for control runs; see `tests.weakening`. They run in the weakened child process only."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from uuid import UUID

Function = Callable[..., Any]


def reads_any_number(_original: Function) -> Function:
    """`origins.parse`: whatever looks like ids and a number, however it is spelled."""

    def parse(text: str) -> Any:
        from razdar.core.errors import BadInput
        from razdar.core.ledger.origins import Origin

        try:
            _, installation, log, number = text.split("/")
            return Origin(UUID(installation), UUID(log), int(re.sub("[^0-9]", "", number) or "1"))
        except ValueError:
            raise BadInput from None

    return parse


def accepts(_original: Function) -> Function:
    """`witnessing._extends`: whatever is asked."""

    def extends(_request: Any, checkpoint: Any, _state: Any) -> Any:
        from razdar.core.ledger.witnessing import Accepted

        return Accepted(checkpoint)

    return extends


def prints_as_it_is(_original: Function) -> Function:
    """`findings.plain`: whatever the export says."""
    return lambda line: line


def changes_in_silence(_original: Function) -> Function:
    """`witnesses._told`: the change, and no entry."""
    return lambda *_: nullcontext()
