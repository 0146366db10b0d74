"""``razdar matrix show``: the disclosure matrix of a client, as it holds now."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from razdar.runtime.commands import COMMANDS, Command, Needs

if TYPE_CHECKING:
    from razdar.core.disclosure import Matrix


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("show",), help="print the matrix that holds")
    parser.add_argument("--client", metavar="ID", required=True, help="id of the client (see `razdar client list`)")
    parser.add_argument("--role", help="only this role")


def _run(arguments: argparse.Namespace) -> int:
    from uuid import UUID

    from razdar.core.errors import BadInput
    from razdar.vault import matrices

    try:
        client = UUID(arguments.client)
    except ValueError as error:
        raise BadInput("That is not the id of a client.") from error
    matrix = matrices.current(client)
    print(f"Disclosure matrix, version {matrix.version}. What is not listed is not shown to anybody.")  # noqa: T201
    for line in _lines(matrix, arguments.role):
        print(line)  # noqa: T201
    return 0


def _lines(matrix: "Matrix", only: str | None) -> Iterator[str]:
    from razdar.core.disclosure import Role

    for role in Role:
        row = matrix.row(role)
        if only in {None, role.value} and row:
            yield f"\n{role.value}"
            for data_class, cell in row.items():
                second = ", second person" if cell.second_person else ""
                level = cell.level.name.lower().replace("_", " ")
                yield f"  {data_class.value:<18}{level}{second}  [{' '.join(sorted(cell.purposes))}]"


COMMANDS.register("matrix")(Command("Show who may see what.", _arguments, _run, Needs.DATABASE))
