"""What is looked for in a restored installation."""

from pathlib import Path

from tests.leaks import house

WORDS = house.PASSPHRASE.encode()


def is_empty(var: Path) -> bool:
    return not var.exists() or not [path for path in var.iterdir() if path.name != "log"]
