"""Key bundles, unpacked."""

import os
from pathlib import Path

from razdar.core.crypto.age import Identity
from razdar.keys import bundles, setup
from razdar.keys.agent import LocalAgent
from tests.keys import dying

ONE, TWO = (Identity.generate(os.urandom) for _ in range(2))


def unpacked(opened: bundles.Opened, folder: Path) -> LocalAgent:
    folder.mkdir(mode=0o700)
    for name, data in ((bundles.STORE_NAME, opened.store), ("root.json", opened.root)):
        (folder / name).write_bytes(data)
        (folder / name).chmod(0o600)
    return setup.unlock(folder, bytearray(dying.WORDS))
