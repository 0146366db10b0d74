"""``razdar keys reconcile``: the key agent's own book against the log, now."""

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from razdar.runtime.commands import Command, Needs, no_arguments

if TYPE_CHECKING:
    from razdar.vault.reconciliation import Account, Reconciled


def add_to(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the act to the command ``keys``."""
    parser = acts.add_parser("reconcile", help="compare the key agent's own book with the log")
    parser.add_argument(
        "--since",
        type=_moment,
        metavar="TIME",
        help="compare from here on, for example 2026-03-01T00:00+01:00; without it, the whole book",
    )
    parser.set_defaults(
        command=Command("Compare the key agent's own book with the log.", no_arguments, run, Needs.KEYS)
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare, say what was found; status 1 when book and log differ."""
    from razdar.vault import reconciliation

    found = reconciliation.reconcile(arguments.since)
    for line in lines(found):
        sys.stdout.write(f"{line}\n")
    return 0 if found.agrees else 1


def lines(found: "Reconciled") -> list[str]:
    """What was found, in sentences whose numbers add up."""
    said = [f"Compared from {_at(found.since)} to {_at(found.until)}."]
    if found.first_line is None:
        said.append("The book has no line of this time, so there is nothing to compare.")
    elif found.first_line > found.since:
        said.append(f"The book begins at {_at(found.first_line)}; earlier entries of the log were not looked up in it.")
    for client, account in sorted(found.accounts.items()):
        said += _of_client(client, account)
    if found.turned_away:
        said.append(f"The key agent turned {found.turned_away} calls away.")
    if found.waiting:
        said.append(found.waiting)
    said.append("Book and log agree." if found.agrees else "Book and log DIFFER.")
    return said


def _of_client(client: UUID, account: "Account") -> list[str]:
    new = len(account.differs)
    said = [
        f"Client {client}: {account.lines} lines of the book: {account.agreed} agree with the log, "
        f"{new} have no entry, {account.told} have none and were reported before."
    ]
    said += [
        f"  {_at(line.minute)}: keys of customer {line.customer} for “{line.purpose}”, {line.count} times, to "
        f"{line.caller}: not in the log."
        for line in account.differs
    ]
    if account.log_only:
        said.append(
            f"  {account.log_only} entries of the log say that something was opened; the book knows nothing of it."
        )
    return said


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write it as 2026-03-01T00:00+01:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
