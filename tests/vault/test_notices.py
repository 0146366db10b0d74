"""What lies among the notices of erasures and is none: refused by name, and nothing waits for it."""

import os
from pathlib import Path
from uuid import uuid4

from razdar.vault import notices


def test_what_is_no_plain_file_is_refused_at_once(tmp_path: Path) -> None:
    folder = tmp_path / notices.FOLDER
    folder.mkdir()
    (folder / "folder.note").mkdir()
    os.mkfifo(folder / "pipe.note")
    (folder / "link.note").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_bytes(b"\n\n")
    (folder / "long.note").write_bytes(bytes(1 << 17))
    found, refused = notices.read(tmp_path, uuid4(), bytes(32))
    assert found == []
    assert refused == ["folder.note", "link.note", "long.note", "pipe.note"]
