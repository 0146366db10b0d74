"""The single-file verifier: what lies in every export as ``verify.py``.

It needs nothing but Python 3.9 or newer, says so to an older one, and shares no code with ``razdar verify``. Its parts
are modules of :mod:`razdar.core.ledger.alone`, so that they are read and checked like any other; here they become one
file, without what they import from each other.
"""

import re
from importlib import resources
from typing import Final

_HEAD: Final = '''"""Checks an export of Razdar's log, offline, with Python 3.9 or newer and nothing else.

    python3 -I verify.py [EXPORT] [options]

EXPORT is a folder or a .zip file; by default it is the folder of this file. Options, each as often as you like:
    --log ID             the log that must be in the export, and no other
    --log-key KEY        a key trusted to sign the log
    --witness-key KEY    the key of a trusted witness
    --seen FILE          a checkpoint kept from earlier
Whoever made the export could have altered this file: take it from where you trust it, and compare the fingerprints it
prints with those you were given. The last line is OK or NOT OK, the exit status 0 or 1.
"""

import sys

if sys.version_info < (3, 9):
    sys.exit("This needs Python 3.9 or newer; this is Python {}.{}.".format(*sys.version_info[:2]))

'''
_FROM_OTHERS: Final = re.compile(r"from razdar\.[a-z_.]+ import (\([^)]*\)|[^(\n]*)\n")
PARTS: Final = ("formats.py", "log.py", "story.py", "export.py")


def source() -> bytes:
    """The program, in UTF-8."""
    folder = resources.files("razdar.core.ledger").joinpath("alone")
    parts = [_body(folder.joinpath(name).read_text("utf-8")) for name in PARTS]
    imports = sorted(
        {line for part in parts for line in part.splitlines() if _is_import(line)} - {"import sys"}, key=_plain_first
    )
    bodies = ["\n".join(line for line in part.splitlines() if not _is_import(line)).strip("\n") for part in parts]
    return (_HEAD + "\n".join(imports) + "\n\n" + "\n\n\n".join(bodies) + "\n").encode()


def _body(text: str) -> str:
    """A part without its own docstring and without what it takes from the others."""
    return _FROM_OTHERS.sub("", text.split('"""\n', 1)[1])


def _is_import(line: str) -> bool:
    return line.startswith(("import ", "from "))


def _plain_first(line: str) -> tuple[bool, str]:
    return line.startswith("from "), line
