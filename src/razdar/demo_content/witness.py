"""The demo's witness: a process with a folder of its own. In life the client runs it, on a machine of its own.

It is set up as in life, by the product's own commands and services, and has nothing of the installation's: neither its
folder nor its database, nor a key but its own.
"""

import os
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from razdar.core.errors import Unavailable
from razdar.runtime.supervise import Child, Supervisor, this_program

NAME: Final = "demo-witness"
_KEPT: Final = frozenset({"RAZDAR_VAR"})
"""Of the installation's variables, the one that says where technical logs go."""


def start(folder: Path, port: int, stack: ExitStack) -> None:
    """Make a witness that trusts this installation's log, run it until the stack is closed, and have it asked.

    Raises:
        Misconfigured: the folder cannot be used. Unavailable: the witness could not be added.
    """

    from razdar.audit.sequencing import signing
    from razdar.audit.witness.state import WitnessFolder

    witness = WitnessFolder(folder, NAME)
    witness.trust(signing.log_key())
    address = f"127.0.0.1:{port}"
    withheld = frozenset(name for name in os.environ if name.startswith("RAZDAR_")) - _KEPT
    program = this_program("witness", "run", "--folder", str(folder), "--bind", address)
    supervisor = Supervisor([Child("witness", program, dict, withheld)])
    stack.callback(supervisor.close)
    supervisor.start()
    adding = this_program("log", "witness", "add", f"http://{address}", witness.key.format())
    if subprocess.run(adding, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode:
        raise Unavailable("The demo's witness could not be added; the lines above say why.")
